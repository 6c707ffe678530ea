"""Pictures to measure with: those of a running camera, or some that stand still."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ..runtime.errors import JewelcapError
from ..runtime.preprocess import Pixels

_PATIENCE_S: Final = 10.0


@dataclass(frozen=True, eq=False)
class Shot:
    """One picture.

    Attributes:
        photo: What the captioner is given: pixels, or the bytes of a photo's file.
        width: Pixels.
        height: Pixels.
        received_s: When it came, on the clock of `time.perf_counter`; None of one that was there
            already.
    """

    photo: Pixels | bytes
    width: int
    height: int
    received_s: float | None = None


class Frames(Protocol):
    """Delivers pictures to a measurement."""

    kind: str
    """`camera` or `photos`, as in `DeviceReport.frames`."""

    def fresh(self) -> Shot:
        """Waits for a picture that comes after the call; one that stands still is there at once.

        Raises:
            JewelcapError: None comes.
        """

    def newest(self) -> Shot:
        """Returns a picture without waiting; to be called after `fresh`."""


class PictureFrames:
    """Pictures that the app brings, one after another."""

    kind = "photos"

    def __init__(self, pictures: Sequence[Pixels]) -> None:
        """Takes the pictures.

        Args:
            pictures: At least one, uint8[h, w, 3] in RGB.
        """
        self._next = itertools.cycle(pictures).__next__

    def fresh(self) -> Shot:
        """See `Frames.fresh`."""
        pixels = self._next()
        return Shot(pixels, pixels.shape[1], pixels.shape[0])

    def newest(self) -> Shot:
        """See `Frames.newest`."""
        return self.fresh()


class CameraFrames:
    """What a source of frames delivers; this is its sink."""

    kind = "camera"

    def __init__(self, patience_s: float = _PATIENCE_S) -> None:
        """Waits for a source.

        Args:
            patience_s: A picture comes by then, or the measurement ends.
        """
        self._patience_s = patience_s
        self._changed = threading.Condition()
        self._newest: Shot | None = None
        self._failure: str | None = None

    def show_frame(self, frame: Any) -> None:
        """Takes a frame, in the source's thread."""
        height, width = frame.pixels.shape[:2]
        shot = Shot(frame.photo, width, height, frame.received_s)
        with self._changed:
            self._newest = shot
            self._changed.notify()

    def show_notice(self, message: str) -> None:
        """Takes no notice."""

    def source_failed(self, message: str, kind: str = "") -> None:
        """Ends the measurement with the source's message."""
        with self._changed:
            self._failure = message
            self._changed.notify()

    def fresh(self) -> Shot:
        """See `Frames.fresh`."""
        begin = time.perf_counter()

        def came() -> Shot | None:
            shot = self._newest
            if shot is None or shot.received_s is None or shot.received_s < begin:
                return None
            return shot

        with self._changed:
            self._changed.wait_for(lambda: self._failure or came(), self._patience_s)
            if self._failure is not None:
                raise JewelcapError(self._failure)
            shot = came()
        if shot is None:
            raise JewelcapError("The camera sends no pictures. Try again.")
        return shot

    def newest(self) -> Shot:
        """See `Frames.newest`."""
        with self._changed:
            if self._failure is not None:
                raise JewelcapError(self._failure)
            if self._newest is not None:
                return self._newest
        return self.fresh()
