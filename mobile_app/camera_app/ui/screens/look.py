"""What the live screen and the photo screen have in common: a picture and what it shows."""

from __future__ import annotations

from typing import Any

from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.screenmanager import Screen

from ...runtime.preprocess import Pixels
from ..description import Description
from ..kv import load_kv
from ..widgets import buttons, card, gem, icon, picture, segmented  # noqa: F401 - for look.kv
from ..widgets.icon import IconButton
from ..widgets.problem import ProblemView


class TextButton(IconButton):
    """A round button with a few letters instead of an icon."""

    text = StringProperty()


class LookScreen(Screen):
    """Shows what it is told to and reports touches as events; it knows no source and no model.

    Events:
        on_choose_level: A level was touched; the argument is its name.
        on_action: A button under the description was touched; the argument is its icon's name.
        on_tool: A tool over the picture was touched; the argument is its name.
    """

    description = ObjectProperty(Description(), rebind=True)
    placeholder = StringProperty()
    title = StringProperty()
    hint = StringProperty()
    levels = ListProperty()
    level = StringProperty()
    actions = ListProperty()

    tools = ListProperty()
    """(icon, letters instead of it or nothing, whether it is on) of tools over the picture."""

    frozen = BooleanProperty(False)
    cropping = BooleanProperty(False)

    panel_width = NumericProperty(0.0)
    """Width of the description's column when `wide`, with its margins."""

    wide = AliasProperty(lambda self: self.width > self.height, bind=("size",))
    """Whether the description stands beside the picture rather than over it."""

    caption = AliasProperty(lambda self: self.description.caption, bind=("description",))

    __events__: tuple[str, ...] = ("on_choose_level", "on_action", "on_tool")

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.problem: ProblemView = self.ids.problem

    @property
    def aspect(self) -> float:
        """Width over height of the picture's card."""
        view = self.ids.picture
        return float(max(0.2, min(5.0, view.width / max(1.0, view.height))))

    def on_choose_level(self, name: str) -> None:
        """Default handler."""

    def on_action(self, name: str) -> None:
        """Default handler."""

    def on_tool(self, name: str) -> None:
        """Default handler."""

    def on_tools(self, *_: Any) -> None:
        """Lays the tools out."""
        box = self.ids.tools
        box.clear_widgets()
        for name, letters, active in self.tools:
            button: IconButton = (
                TextButton(text=letters, active=active)
                if letters
                else IconButton(icon=name, active=active)
            )
            button.veiled = True
            button.bind(on_release=lambda _, name=name: self.dispatch("on_tool", name))
            box.add_widget(button)

    def show(self, pixels: Pixels, fill: bool) -> None:
        """Shows a picture, uint8[h, w, 3] in RGB; see `PictureView.show`."""
        self.ids.picture.show(pixels, fill)

    def clear(self) -> None:
        """Forgets the picture and what was said of it."""
        self.ids.picture.clear()
        self.description = Description()
        self.title = self.hint = ""
        self.frozen = False
        self.tools, self.actions = [], []


load_kv(__file__)
