"""A row of choices of which exactly one is chosen."""

from __future__ import annotations

from typing import Any

from kivy.animation import Animation
from kivy.properties import (
    BooleanProperty,
    DictProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label

from ..kv import load_kv

load_kv(__file__)


class Segment(ButtonBehavior, Label):
    """One choice."""

    value = StringProperty()
    control = ObjectProperty()
    chosen = BooleanProperty(False)


class SegmentedControl(BoxLayout):
    """A rounded track on which a thumb slides to what is chosen.

    Events:
        on_choose: A choice was touched; the argument is its value.
    """

    options = ListProperty()
    """Values, in order."""

    labels = DictProperty()
    """What the values are called; one that is not there is called by itself."""

    selected = StringProperty()
    """The chosen value."""

    part = NumericProperty(0.0)
    """Width of one segment."""

    thumb = NumericProperty(0.0)
    """Where the thumb is: the index of a choice, fractional while it slides."""

    __events__ = ("on_choose",)

    def on_choose(self, value: str) -> None:
        """Default handler."""

    def choose(self, value: str) -> None:
        """Chooses what was touched."""
        if value != self.selected:
            self.selected = value
            self.dispatch("on_choose", value)

    def on_labels(self, *_: Any) -> None:
        """Says the same choices in other words."""
        for segment in self.children:
            segment.text = self._label(segment.value)

    def on_options(self, *_: Any) -> None:
        """Builds the segments anew."""
        self.clear_widgets()
        for value in self.options:
            self.add_widget(Segment(value=value, text=self._label(value), control=self))
        self._place_thumb(duration=0.0)

    def on_selected(self, *_: Any) -> None:
        """Slides the thumb."""
        self._place_thumb(duration=0.18)

    def _label(self, value: str) -> str:
        return str(self.labels.get(value, value))

    def _place_thumb(self, duration: float) -> None:
        if self.selected not in self.options:
            return
        Animation.cancel_all(self, "thumb")
        index = float(self.options.index(self.selected))
        if duration:
            Animation(thumb=index, duration=duration, transition="out_cubic").start(self)
        else:
            self.thumb = index
