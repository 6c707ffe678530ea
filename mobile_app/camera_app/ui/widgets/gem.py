"""The mark of the app."""

from __future__ import annotations

from kivy.uix.widget import Widget

from ..kv import load_kv

load_kv(__file__)


class Gem(Widget):
    """A brilliant in golden outline."""
