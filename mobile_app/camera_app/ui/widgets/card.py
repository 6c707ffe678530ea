"""The description of a picture: what it is, how sure that is, what else it may be."""

from __future__ import annotations

from typing import Any

from kivy.metrics import sp
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from ..description import Description, Said
from ..kv import load_kv
from . import icon  # noqa: F401 - card.kv names its widgets
from .icon import NamedIcon

_SIZES = ((28, 1.0), (64, 0.86), (110, 0.74), (10_000, 0.64))
"""(longest headline in characters, its size as a share of `display`)."""


class SaidRow(BoxLayout):
    """One caption and its share of the probability."""

    label = StringProperty()
    text = StringProperty()
    percent = StringProperty()
    share = NumericProperty(0.0)


class DescriptionCard(ScrollView):
    """Shows a description; taller ones scroll.

    Events:
        on_action: A button under the description was touched; the argument is its icon's name.
    """

    description = ObjectProperty(Description(), rebind=True)
    placeholder = StringProperty()
    hint = StringProperty()
    """A line under it all; empty for none."""

    actions = ListProperty()
    """(icon, text) of buttons."""

    veiled = BooleanProperty(True)
    """Whether it lies over a picture."""

    most_height = NumericProperty(1e6)

    enlarged = NumericProperty(1.0)
    """Factor of the headline's size."""

    said = AliasProperty(
        lambda self: bool(self.description.caption), bind=("description",), cache=True
    )

    __events__ = ("on_action",)

    def on_action(self, name: str) -> None:
        """Default handler."""

    def headline_size(self, text: str, display: float) -> float:
        """Font size of a headline: long ones are smaller, so that all of it is seen."""
        return float(sp(display * next(share for most, share in _SIZES if len(text) <= most)))

    def on_description(self, *_: Any) -> None:
        """Lays the alternatives out."""
        said: Description = self.description
        _fill(self.ids.alternatives, said.alternatives)
        _fill(self.ids.compared, said.compared)

    def on_actions(self, *_: Any) -> None:
        """Lays the buttons out."""
        row = self.ids.actions
        row.clear_widgets()
        for name, text in self.actions:
            button = NamedIcon(icon=name, text=text)
            button.bind(on_release=lambda _, name=name: self.dispatch("on_action", name))
            row.add_widget(button)


def _fill(box: Any, said: tuple[Said, ...]) -> None:
    rows = box.children[::-1]
    # Rows are used again: a live comparison changes many times a second.
    for row in rows[len(said) :]:
        box.remove_widget(row)
    for index, one in enumerate(said):
        if index < len(rows):
            row = rows[index]
        else:
            row = SaidRow()
            box.add_widget(row)
        row.label, row.text = one.label, one.text
        row.percent, row.share = one.percent, one.confidence


load_kv(__file__)
