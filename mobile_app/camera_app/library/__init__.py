"""Captioner files that the app can use: the embedded one and those that were added."""
