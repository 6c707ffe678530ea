"""Where pictures come from: a camera, a video or a folder of photos."""

from __future__ import annotations

from pathlib import Path

from ...platform import current_platform
from ...runtime.errors import JewelcapError
from ...runtime.interpreter import on_android
from ...runtime.preprocess import IMAGE_SUFFIXES
from .android_camera import CAMERA_REASON, AndroidCameraSource
from .frame_source import Controls, FailureKind, Frame, FrameSink, FrameSource, SourceError
from .opencv_source import CameraSource, VideoSource
from .photo_source import PhotoSource

__all__ = [
    "CAMERA_REASON",
    "Controls",
    "FailureKind",
    "Frame",
    "FrameSink",
    "FrameSource",
    "SourceError",
    "open_source",
]


def open_source(name: str | None) -> FrameSource:
    """Chooses the source that a name stands for; nothing is opened before its `start`.

    Args:
        name: A folder, a photo, a video, the number of a camera, or None for the first camera.

    Raises:
        JewelcapError: There is no such folder or file.
    """
    if name is None or (name.isascii() and name.isdigit()):
        if on_android():
            return AndroidCameraSource(current_platform(), int(name or 0))
        return CameraSource(int(name or 0))
    path = Path(name)
    if path.is_dir() or path.suffix.lower() in IMAGE_SUFFIXES:
        if not path.exists():
            raise JewelcapError(f"{path}: no such photo")
        return PhotoSource(path)
    if path.is_file():
        return VideoSource(path)
    raise JewelcapError(f"{path}: no such folder or video; a number would choose a camera")
