"""Photos of a folder, one after another."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from ...runtime.errors import ImageError, JewelcapError
from ...runtime.preprocess import find_images, load_image
from .frame_source import DISPLAY_SIDE, Frame, FrameSink, ThreadedSource

SECONDS_PER_PHOTO: Final = 6.0


class PhotoSource(ThreadedSource):
    """Shows a photo, or those of a folder in the order of their names, and begins again."""

    def __init__(self, path: Path, seconds: float = SECONDS_PER_PHOTO) -> None:
        """Prepares the source.

        Args:
            path: A folder or a photo.
            seconds: How long each photo stays.
        """
        super().__init__()
        self.steps = path.is_dir()
        self._path = path
        self._seconds = seconds
        self._offset = 0
        self._unreadable: set[Path] = set()

    def step(self, offset: int) -> None:
        """See `FrameSource.step`."""
        with self._changed:
            self._offset += offset
            self._changed.notify()

    def deliver(self, sink: FrameSink) -> None:
        """See `ThreadedSource.deliver`."""
        photos = find_images(self._path) if self._path.is_dir() else [self._path]
        index, direction = 0, 1
        while True:
            index = self._show(photos, index, direction, sink)
            offset = self._wait(len(photos))
            if self._stopping:
                return
            index, direction = (index + offset) % len(photos), 1 if offset > 0 else -1

    def _wait(self, count: int) -> int:
        """Waits for the next photo's turn and returns how far away it lies."""
        with self._changed:
            while not self._stopping and not self._offset:
                # A pause that ends gives the photo its full time again.
                resting = self._paused or count == 1
                if not self._changed.wait(None if resting else self._seconds) and not self._paused:
                    return 1
            offset, self._offset = self._offset, 0
            return offset

    def _show(self, photos: list[Path], index: int, direction: int, sink: FrameSink) -> int:
        """Shows the photo at `index`, or the next one in that direction that can be read."""
        for _ in photos:
            path = photos[index]
            if path not in self._unreadable:
                try:
                    sink.show_frame(_load(path, f"{index + 1}/{len(photos)} · {path.name}"))
                    return index
                except ImageError as error:
                    self._unreadable.add(path)
                    sink.show_notice(f"{path.name} {error}, skipped")
            index = (index + direction) % len(photos)
        raise JewelcapError(
            f"None of the photos in {self._path} can be read. Put others there and try again."
        )


def _load(path: Path, title: str) -> Frame:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ImageError(f"cannot be read ({error.strerror})") from None
    image = load_image(data, min_side=DISPLAY_SIDE // 2)
    image.thumbnail((DISPLAY_SIDE, DISPLAY_SIDE), Image.Resampling.BILINEAR)
    return Frame(np.asarray(image, dtype=np.uint8), data, title, still=True)
