"""Errors with one clear message for the user; their base lives at the bottom, in the runtime."""

from mobile_app.camera_app.runtime.errors import BundleError, ImageError, JewelcapError

__all__ = ["BundleError", "DivergedError", "ImageError", "JewelcapError"]


class DivergedError(JewelcapError):
    """A training whose loss is no longer finite: the settings are wrong, not the machine."""
