"""Says what stands in the way, and what to do about it."""

from __future__ import annotations

from kivy.properties import StringProperty
from kivy.uix.screenmanager import Screen

from ..kv import load_kv
from ..widgets import buttons, gem  # noqa: F401 - message.kv names their widgets

load_kv(__file__)


class MessageScreen(Screen):
    """A heading, a sentence or two, and two buttons.

    Events:
        on_retry: The customer wants to try again.
        on_close: The customer wants to leave.
    """

    heading = StringProperty()
    message = StringProperty()

    __events__ = ("on_retry", "on_close")

    def on_retry(self) -> None:
        """Default handler."""

    def on_close(self) -> None:
        """Default handler."""
