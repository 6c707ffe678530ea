"""Webcams and videos on the desktop, by OpenCV."""

from __future__ import annotations

import os
import time
from abc import abstractmethod
from pathlib import Path
from typing import Any, Final

import numpy as np

from ...runtime.errors import JewelcapError
from .frame_source import (
    DISPLAY_SIDE,
    Controls,
    Frame,
    FrameSink,
    SourceError,
    ThreadedSource,
    clip_zoom,
    crop_to_zoom,
)

_USUAL_RATE: Final = 25.0


def _import_opencv() -> Any:
    # What is wrong with a camera or a video is said on the screen, not in the terminal.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    try:
        import cv2
    except ImportError:
        raise JewelcapError(
            "Cameras and videos need OpenCV: pip install 'jewelcap[app]'. "
            "A folder of photos works without it."
        ) from None
    return cv2


class _CaptureSource(ThreadedSource):
    """Reads a `cv2.VideoCapture`."""

    def __init__(self, target: int | str, title: str) -> None:
        super().__init__()
        self._target = target
        self._title = title
        self._zoom = 1.0

    @abstractmethod
    def _refusal(self) -> SourceError:
        """What to say when the capture cannot be opened or has no frame."""

    @abstractmethod
    def _await_turn(self, due: float) -> bool:
        """Waits until the next frame is due; returns whether to read it now."""

    def _open(self, cv2: Any) -> Any:
        capture = cv2.VideoCapture(self._target)
        if not capture.isOpened():
            capture.release()
            raise self._refusal()
        return capture

    def _read_to_end(self, capture: Any, cv2: Any, sink: FrameSink, interval: float) -> int:
        """Delivers frames, `interval` seconds apart, until there are no more.

        Returns:
            Frames read.
        """
        count = 0
        due = time.monotonic()
        while not self._ended():
            if not self._await_turn(due):
                continue
            read, frame = capture.read()
            if not read:
                break
            count += 1
            received_s = time.perf_counter()
            # After a pause or a slow frame the video goes on from here; it does not race.
            due = max(due, time.monotonic() - interval) + interval
            if not self._paused:
                sink.show_frame(self._to_frame(frame, received_s, cv2))
        return count

    def _ended(self) -> bool:
        """Whether the capture is to be closed."""
        return self._stopping

    def _to_frame(self, image: Any, received_s: float, cv2: Any) -> Frame:
        image = crop_to_zoom(image, self._zoom)
        height, width = image.shape[:2]
        scale = DISPLAY_SIDE / max(height, width)
        if scale < 1.0:
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        pixels = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)
        return Frame(pixels, pixels, self._title, received_s=received_s)


class CameraSource(_CaptureSource):
    """A webcam, as fast as it delivers. It zooms by cutting out the middle."""

    controls = Controls(longest_zoom=4.0)

    def __init__(self, index: int) -> None:
        """Prepares the source.

        Args:
            index: OpenCV's number of the camera, from 0.
        """
        super().__init__(index, f"Camera {index}" if index else "Camera")

    def set_zoom(self, factor: float) -> None:
        """See `FrameSource.set_zoom`."""
        self._zoom = clip_zoom(factor, self.controls)

    def deliver(self, sink: FrameSink) -> None:
        """See `ThreadedSource.deliver`."""
        cv2 = _import_opencv()
        while not self._stopping:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or not self._suspended)
            if self._stopping:
                return
            capture = self._open(cv2)
            try:
                self._read_to_end(capture, cv2, sink, interval=0.0)
                left = self._ended()
            finally:
                capture.release()
            if not left:
                raise SourceError(
                    "The camera stopped sending pictures. Connect it and try again.", "stopped"
                )

    def _ended(self) -> bool:
        # Out of sight the camera is free for others.
        return self._stopping or self._suspended

    def _refusal(self) -> SourceError:
        which = f"There is no camera {self._target}" if self._target else "No camera was found"
        return SourceError(
            f"{which}, or another program uses it. Connect a camera and try again, or start "
            "with --source FOLDER to look at photos.",
            "no camera",
        )

    def _await_turn(self, due: float) -> bool:
        # The camera sets the pace. It is read while paused too: it would show the past later.
        return True


class VideoSource(_CaptureSource):
    """A video at its own speed, from the beginning again at its end."""

    def __init__(self, path: Path) -> None:
        """Prepares the source.

        Args:
            path: A file that OpenCV can play.
        """
        super().__init__(str(path), path.name)

    def deliver(self, sink: FrameSink) -> None:
        """See `ThreadedSource.deliver`."""
        cv2 = _import_opencv()
        while not self._stopping:
            capture = self._open(cv2)
            try:
                rate = capture.get(cv2.CAP_PROP_FPS)
                interval = 1.0 / (rate if 1.0 <= rate <= 240.0 else _USUAL_RATE)
                count = self._read_to_end(capture, cv2, sink, interval)
            finally:
                capture.release()
            if not count and not self._stopping:
                raise self._refusal()

    def _refusal(self) -> SourceError:
        return SourceError(
            f"{self._title} is no video that can be played here. "
            "Start with another --source: a video, or a folder of photos.",
            "unreadable",
        )

    def _await_turn(self, due: float) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or not self._paused)
            left = max(0.0, due - time.monotonic())
            self._changed.wait_for(lambda: self._stopping or self._paused, left)
            return not self._stopping and not self._paused
