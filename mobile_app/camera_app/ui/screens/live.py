"""The live screen: what the camera sees, and what that is."""

from __future__ import annotations

from typing import Any

from kivy.core.window import Window
from kivy.properties import BooleanProperty, NumericProperty

from ..framing import GUIDE
from ..kv import load_kv
from .look import LookScreen

_LEFT, _RIGHT, _SPACE, _ONE = 276, 275, 32, 49


class LiveScreen(LookScreen):
    """Shows moving pictures, or photos of a folder one after another.

    Events:
        on_freeze: The picture was touched.
        on_step: Another photo is wanted; the argument is 1 or -1.
    """

    steps = BooleanProperty(False)
    torch = BooleanProperty(False)
    guide_share = NumericProperty(GUIDE)

    __events__ = ("on_freeze", "on_step")

    def on_freeze(self) -> None:
        """Default handler."""

    def on_step(self, offset: int) -> None:
        """Default handler."""

    def on_enter(self, *_: Any) -> None:
        """Listens to the keyboard."""
        Window.bind(on_key_down=self._press)

    def on_leave(self, *_: Any) -> None:
        """Leaves the keyboard alone."""
        Window.unbind(on_key_down=self._press)

    def clear(self) -> None:
        """See `LookScreen.clear`."""
        super().clear()
        self.torch = False

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


load_kv(__file__)
