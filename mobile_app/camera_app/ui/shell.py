"""The frame around the screens: where one is, the ways elsewhere, and lines for a while."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from kivy.animation import Animation
from kivy.clock import Clock
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ListProperty,
    NumericProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.modalview import ModalView
from kivy.uix.screenmanager import FadeTransition, ScreenManager

from .kv import load_kv
from .widgets import buttons, gem, icon  # noqa: F401 - shell.kv names their widgets
from .widgets.rows import LinkRow

TABS: Final = ("live", "photo", "history", "more")
"""Screens that the bar leads to, in its order; each is also its icon's name."""

NOTICE_SECONDS: Final = 4.0


class Tab(ButtonBehavior, BoxLayout):
    """One way of the bar."""

    name = StringProperty()
    text = StringProperty()
    chosen = BooleanProperty(False)


class Snackbar(ButtonBehavior, BoxLayout):
    """A line for a while; a touch puts it away."""

    text = StringProperty()


class Question(ModalView):
    """Asks before something that cannot be undone."""

    text = StringProperty()
    yes = StringProperty()

    def __init__(self, on_yes: Callable[[], None], **properties: Any) -> None:
        """Takes what to do when the answer is yes."""
        super().__init__(**properties)
        self._on_yes = on_yes

    def answer(self) -> None:
        """Does it."""
        self.dismiss()
        self._on_yes()


class Menu(ModalView):
    """A few things to do, by name."""

    def __init__(
        self, choices: Sequence[tuple[str, str, Callable[[], None]]], **properties: Any
    ) -> None:
        """Takes what to choose from.

        Args:
            choices: (icon, text, what to call).
            properties: Kivy's.
        """
        super().__init__(**properties)
        for name, text, call in choices:
            row = LinkRow(icon=name, title=text)
            row.bind(on_release=lambda _, call=call: self._choose(call))
            self.ids.box.add_widget(row)

    def _choose(self, call: Callable[[], None]) -> None:
        self.dismiss()
        call()


class Welcome(ModalView):
    """What a customer needs to know at the first start."""


class Shell(FloatLayout):
    """Bar, screens and lines.

    Events:
        on_tab: A way of the bar was touched; the argument is its name.
    """

    here = StringProperty("live")
    insets = ListProperty([0.0, 0.0, 0.0, 0.0])
    """Left, top, right and bottom borders that the system covers, in pixels."""

    bar_size = NumericProperty(0.0)

    wide = AliasProperty(lambda self: self.width > self.height, bind=("size",))
    """Whether the bar stands at the left rather than below."""

    __events__ = ("on_tab",)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.screens: ScreenManager = self.ids.screens
        self.screens.transition = FadeTransition(duration=0.12)
        for name in TABS:
            tab = Tab(name=name)
            tab.bind(on_release=lambda tab: self.dispatch("on_tab", tab.name))
            self.bind(here=lambda shell, name, tab=tab: setattr(tab, "chosen", tab.name == name))
            tab.chosen = name == self.here
            self.ids.bar.add_widget(tab)
        self._hide = Clock.create_trigger(lambda _: self._put_away(), NOTICE_SECONDS)

    def on_tab(self, name: str) -> None:
        """Default handler."""

    def tell(self, text: str) -> None:
        """Shows a line for a while."""
        line = self.ids.line
        Animation.cancel_all(line)
        line.text = text
        line.opacity = 1.0
        self._hide.cancel()
        self._hide()

    def _put_away(self) -> None:
        line = self.ids.line
        fade = Animation(opacity=0.0, duration=0.2)
        fade.bind(on_complete=lambda *_: setattr(line, "text", ""))
        fade.start(line)


load_kv(__file__)
