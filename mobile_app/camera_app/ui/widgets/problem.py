"""Says in the place of a picture what stands in the way, and what to do about it."""

from __future__ import annotations

from typing import Any

from kivy.properties import ListProperty, StringProperty
from kivy.uix.scrollview import ScrollView

from ..kv import load_kv
from . import buttons  # noqa: F401 - problem.kv names their widgets
from .buttons import PillButton


class ProblemView(ScrollView):
    """A heading, a sentence or two, and buttons; nothing while `heading` is empty."""

    icon = StringProperty("alert")
    heading = StringProperty()
    message = StringProperty()
    detail = StringProperty()
    """What exactly happened, in small letters."""

    actions = ListProperty()
    """(text, what to call); the first one is what most people want."""

    def on_actions(self, *_: Any) -> None:
        """Lays the buttons out."""
        box = self.ids.buttons
        box.clear_widgets()
        for index, (text, call) in enumerate(self.actions):
            button = PillButton(text=text, primary=index == 0, raised=True)
            button.bind(on_release=lambda _, call=call: call())
            box.add_widget(button)

    def on_touch_down(self, touch: Any) -> bool:
        """Takes touches while it shows something."""
        return bool(self.heading and super().on_touch_down(touch))

    def show(
        self,
        heading: str,
        message: str,
        detail: str,
        actions: list[tuple[str, Any]],
        icon: str = "alert",
    ) -> None:
        """Shows a problem.

        Args:
            heading: What stands in the way.
            message: What to do; may be empty.
            detail: What exactly happened; may be empty.
            actions: (text, what to call).
            icon: A key of `ICONS`.
        """
        self.icon, self.message, self.detail, self.actions = icon, message, detail, actions
        self.heading = heading

    def clear(self) -> None:
        """Shows nothing."""
        self.heading, self.actions = "", []


load_kv(__file__)
