"""What lists and settings are made of."""

from __future__ import annotations

from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label
from kivy.uix.textinput import TextInput

from ..kv import load_kv
from . import buttons, icon, segmented  # noqa: F401 - rows.kv names their widgets


class TopBar(BoxLayout):
    """The title of a screen, with a way back where there is one.

    Events:
        on_back: The way back was touched.
        on_tool: A tool was touched; the argument is its icon's name.
    """

    title = StringProperty()
    backwards = BooleanProperty(True)
    tools = ListProperty()
    """Icons of tools at the right."""

    most_width = NumericProperty(720)
    """Of what stands below, in dp."""

    __events__ = ("on_back", "on_tool")

    def on_back(self) -> None:
        """Default handler."""

    def on_tool(self, name: str) -> None:
        """Default handler."""

    def on_tools(self, *_: object) -> None:
        """Lays the tools out."""
        box = self.ids.tools
        box.clear_widgets()
        for name in self.tools:
            button = icon.IconButton(icon=name)
            button.bind(on_release=lambda _, name=name: self.dispatch("on_tool", name))
            box.add_widget(button)


class Heading(Label):
    """Over a group of rows."""


class Paragraph(Label):
    """Some sentences."""


class LinkRow(ButtonBehavior, BoxLayout):
    """A row that leads somewhere."""

    icon = StringProperty()
    title = StringProperty()
    text = StringProperty()


class SwitchRow(ButtonBehavior, BoxLayout):
    """A row with a switch; it tells of touches and shows what it is told."""

    title = StringProperty()
    text = StringProperty()
    on = BooleanProperty(False)


class PictureRow(ButtonBehavior, BoxLayout):
    """A row with a thumbnail."""

    texture = ObjectProperty(None, allownone=True)
    title = StringProperty()
    text = StringProperty()
    mark = StringProperty()


class Field(TextInput):
    """A line to write in."""


load_kv(__file__)
