"""The photo screen: a photo that was chosen, whole or cropped, and what it shows."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty

from ..kv import load_kv
from .look import LookScreen


class PhotoScreen(LookScreen):
    """Shows one photo, or how to choose one.

    Events:
        on_choose: A photo is to be chosen.
        on_crop: The photo has been cropped; the argument is the box, see `crop.Box`.
    """

    empty = BooleanProperty(True)
    problem_shown = BooleanProperty(False)
    touch_only = BooleanProperty(False)
    """Whether nothing can be dropped on the window."""

    __events__ = ("on_choose", "on_crop")

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.problem.bind(heading=lambda _, text: setattr(self, "problem_shown", bool(text)))

    def on_choose(self) -> None:
        """Default handler."""

    def on_crop(self, box: Any) -> None:
        """Default handler."""

    def on_cropping(self, *_: Any) -> None:
        """Begins with some room on all sides, so that the corners are seen."""
        if self.cropping:
            self.ids.crop.box = (0.08, 0.08, 0.92, 0.92)

    def clear(self) -> None:
        """See `LookScreen.clear`."""
        super().clear()
        self.cropping = False
        self.empty = True


load_kv(__file__)
