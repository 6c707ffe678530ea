"""What can be chosen, and the way to everything else."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, DictProperty, ListProperty, StringProperty

from ..kv import load_kv
from .page import PageScreen


class SettingsScreen(PageScreen):
    """Shows choices and reports touches; it keeps nothing.

    Events:
        on_choose: The arguments are the name of a preference and its value.
        on_open: A row was touched; the argument is the name of a screen.
    """

    language = StringProperty("system")
    languages = ListProperty()
    language_names = DictProperty()
    appearance = StringProperty("system")
    text_size = StringProperty("normal")
    high_contrast = BooleanProperty(False)
    keep_history = BooleanProperty(True)
    model = StringProperty()

    __events__ = ("on_choose", "on_open")

    def on_choose(self, name: str, value: Any) -> None:
        """Default handler."""

    def on_open(self, name: str) -> None:
        """Default handler."""


load_kv(__file__)
