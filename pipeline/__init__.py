"""Catalogs in, trained and evaluated captioning models out."""

__version__ = "0.1.0"
