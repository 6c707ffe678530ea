"""Buttons in the look of the app."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from ..kv import load_kv
from . import icon  # noqa: F401 - buttons.kv names its widgets


class PillButton(ButtonBehavior, Label):
    """A rounded button with a text."""

    primary = BooleanProperty(False)
    """Whether it is the one that most people want."""

    raised = BooleanProperty(False)
    """Whether it lies on a card rather than on the background."""

    danger = BooleanProperty(False)
    """Whether it does what cannot be undone."""


class StepZone(ButtonBehavior, Widget):
    """The edge of a picture: a touch anywhere on it moves to the next or the previous one."""

    direction = NumericProperty(1)
    """1 for the next, -1 for the previous."""


class Chip(ButtonBehavior, Label):
    """One of several words, to be chosen."""

    value = StringProperty()
    chosen = BooleanProperty(False)


class Toggle(ButtonBehavior, Widget):
    """A switch; it tells of touches and shows what it is told."""

    on = BooleanProperty(False)


load_kv(__file__)
