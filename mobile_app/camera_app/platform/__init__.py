"""What the app asks of the system it runs on, beyond a window and a camera.

On the phone every Java class is found in Python's main thread, so `current_platform` is to be
called there first, before any other thread uses it.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Final

from ..runtime.interpreter import on_android
from .base import (
    Action,
    Battery,
    Insets,
    Memory,
    NotAvailableError,
    Permission,
    Picked,
    Platform,
    ThermalStatus,
)

__all__ = [
    "PLATFORMS",
    "Action",
    "Battery",
    "Insets",
    "Memory",
    "NotAvailableError",
    "Permission",
    "Picked",
    "Platform",
    "ThermalStatus",
    "current_platform",
    "open_platform",
]

PLATFORMS: Final[dict[str, str]] = {"desktop": "desktop", "android": "android"}
"""Name -> the module here that defines `make_platform`. A new platform is a new entry here."""


def open_platform(name: str) -> Platform:
    """Returns a platform.

    Args:
        name: A key of `PLATFORMS`.
    """
    module = importlib.import_module(f".{PLATFORMS[name]}", __package__)
    platform: Platform = module.make_platform()
    return platform


@cache
def current_platform() -> Platform:
    """Returns the platform that the app runs on, the same one each time."""
    return open_platform("android" if on_android() else "desktop")
