"""The main screen: a picture, what it shows, and how detailed the description is."""

from __future__ import annotations

from typing import Any, Final

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import dp, sp
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ListProperty,
    NumericProperty,
    StringProperty,
)
from kivy.uix.screenmanager import Screen

from ...runtime.preprocess import Pixels
from ..kv import load_kv
from ..widgets import buttons, gem, picture, segmented  # noqa: F401 - live.kv names their widgets

load_kv(__file__)

NOTICE_SECONDS: Final = 5.0

_CAPTION_SIZES: Final = ((25, 26), (59, 22), (100, 18), (10_000, 14))
"""(longest caption in characters, font size in sp)."""

_LEFT, _RIGHT, _SPACE, _ONE = 276, 275, 32, 49


def _caption_size(caption: str, roomy: bool) -> float:
    size = next(size for longest, size in _CAPTION_SIZES if len(caption) <= longest)
    return float(sp(size * 1.3 if roomy else size))


class LiveScreen(Screen):
    """Shows what it is told to and reports touches as events; it knows no source and no model.

    Events:
        on_freeze: The picture was touched.
        on_step: Another photo is wanted; the argument is 1 or -1.
        on_choose_level: A level was touched; the argument is its name.
    """

    caption = StringProperty()
    confidence = NumericProperty(0.0)
    placeholder = StringProperty()
    title = StringProperty()
    footer = StringProperty()
    notice = StringProperty()
    levels = ListProperty()
    level = StringProperty()
    frozen = BooleanProperty(False)
    steps = BooleanProperty(False)

    panel_width = NumericProperty(0.0)
    """Width of the description's column when `wide`, with its margins."""

    wide = AliasProperty(lambda self: self.width > self.height, bind=("size",))
    """Whether the description stands beside the picture rather than under it."""

    caption_size = AliasProperty(
        lambda self: _caption_size(self.caption, roomy=self.wide and self.height > dp(560)),
        bind=("caption", "size"),
    )
    """Font size of the caption: long ones are smaller, so that all of it is seen."""

    __events__ = ("on_freeze", "on_step", "on_choose_level")

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._clear_notice = Clock.create_trigger(self._forget_notice, NOTICE_SECONDS)

    def on_freeze(self) -> None:
        """Default handler."""

    def on_step(self, offset: int) -> None:
        """Default handler."""

    def on_choose_level(self, name: str) -> None:
        """Default handler."""

    def on_enter(self, *_: Any) -> None:
        """Listens to the keyboard."""
        Window.bind(on_key_down=self._press)

    def on_leave(self, *_: Any) -> None:
        """Leaves the keyboard alone."""
        Window.unbind(on_key_down=self._press)

    def show(self, pixels: Pixels) -> None:
        """Shows a frame, uint8[h, w, 3] in RGB."""
        self.ids.picture.show(pixels)

    def show_notice(self, message: str) -> None:
        """Shows a line over the picture for a while."""
        self.notice = message
        self._clear_notice.cancel()
        self._clear_notice()

    def clear(self) -> None:
        """Forgets the picture and what was said of it."""
        self.ids.picture.clear()
        self.caption = self.notice = self.title = ""
        self.frozen = False

    def _forget_notice(self, _: float) -> None:
        self.notice = ""

    def _press(self, _: Any, key: int, *__: Any) -> bool:
        if key == _SPACE:
            self.dispatch("on_freeze")
        elif key in (_LEFT, _RIGHT) and self.steps:
            self.dispatch("on_step", 1 if key == _RIGHT else -1)
        elif 0 <= key - _ONE < len(self.levels):
            self.dispatch("on_choose_level", self.levels[key - _ONE])
        else:
            return False
        return True
