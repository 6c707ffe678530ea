"""The camera app, importable as `camera_app` on the phone and `mobile_app.camera_app` here."""

__version__ = "0.1.0"
