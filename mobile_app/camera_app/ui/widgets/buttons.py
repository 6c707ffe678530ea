"""Buttons in the look of the app."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from ..kv import load_kv

load_kv(__file__)


class PillButton(ButtonBehavior, Label):
    """A rounded button with a text."""

    primary = BooleanProperty(False)
    """Whether it is the one that most people want."""


class StepZone(ButtonBehavior, Widget):
    """The edge of a picture: a touch anywhere on it moves to the next or the previous one."""

    direction = NumericProperty(1)
    """1 for the next, -1 for the previous."""
