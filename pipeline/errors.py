"""Errors with one clear message for the user; their base lives at the bottom, in the runtime."""

from mobile_app.camera_app.runtime.errors import BundleError, ImageError, JewelcapError

__all__ = ["BundleError", "ImageError", "JewelcapError"]
