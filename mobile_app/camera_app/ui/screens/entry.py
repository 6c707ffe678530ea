"""One description of the history."""

from __future__ import annotations

from kivy.properties import ListProperty, ObjectProperty, StringProperty
from kivy.uix.screenmanager import Screen

from ...runtime.preprocess import Pixels
from ..description import Description
from ..kv import load_kv
from ..widgets import buttons, card, picture, rows  # noqa: F401 - entry.kv names their widgets


class EntryScreen(Screen):
    """Shows a picture and what was said of it.

    Events:
        on_back: The customer wants to go back.
        on_action: A button was touched; the argument is its icon's name.
    """

    description = ObjectProperty(Description(), rebind=True)
    note = StringProperty()
    correction = StringProperty()
    actions = ListProperty()

    __events__ = ("on_back", "on_action")

    def on_back(self) -> None:
        """Default handler."""

    def on_action(self, name: str) -> None:
        """Default handler."""

    def show(self, pixels: Pixels) -> None:
        """Shows the picture, uint8[h, w, 3] in RGB."""
        self.ids.picture.show(pixels, fill=False)


load_kv(__file__)
