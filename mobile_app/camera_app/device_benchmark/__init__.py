"""How fast the app describes on the device it runs on, measured by itself on the live path.

No module here knows of a window, so that the figures are those of a captioner beside a running
camera, and tests need neither.
"""

from __future__ import annotations

from .cold_start import ColdStart
from .frames import CameraFrames, Frames, PictureFrames
from .measure import Progress, Setting, StoppedError, measure_device

__all__ = [
    "CameraFrames",
    "ColdStart",
    "Frames",
    "PictureFrames",
    "Progress",
    "Setting",
    "StoppedError",
    "measure_device",
]
