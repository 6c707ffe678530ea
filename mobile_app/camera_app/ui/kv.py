"""Loads the `.kv` file that lies beside a module."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder


def load_kv(module_file: str) -> None:
    """Loads the rules of a module; to be called once, where the module is imported."""
    Builder.load_file(str(Path(module_file).with_suffix(".kv")))
