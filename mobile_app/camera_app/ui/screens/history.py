"""The list of what has been described."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.screenmanager import Screen
from PIL import Image

from ..kv import load_kv
from ..widgets import buttons, rows  # noqa: F401 - history.kv names their widgets
from ..widgets.picture import upload
from ..widgets.rows import PictureRow

SEARCH_SECONDS = 0.25


class HistoryRow(PictureRow):
    """One description in the list."""

    number = NumericProperty(0)
    screen = ObjectProperty(None, allownone=True)

    def on_number(self, *_: Any) -> None:
        """Looks for its thumbnail; rows are used again as the list scrolls."""
        self.texture = self.screen.thumbnail(self.number) if self.screen is not None else None

    def on_release(self) -> None:
        """Opens the description."""
        self.screen.dispatch("on_open", self.number)


class HistoryScreen(Screen):
    """Shows rows that it is given; it knows no store.

    Events:
        on_search: The words to search for have changed.
        on_open: A row was touched; the argument is the entry's number.
        on_tool: A tool was touched; the argument is its icon's name.
    """

    words = StringProperty()
    message = StringProperty()
    """What is said where there are no rows."""

    filled = BooleanProperty(False)
    """Whether there is anything to export or to delete."""

    __events__ = ("on_search", "on_open", "on_tool")

    def __init__(self, load_thumbnail: Callable[[int], bytes | None], **properties: Any) -> None:
        """Takes what gives the JPEG of an entry's thumbnail."""
        self._search = Clock.create_trigger(lambda _: self.dispatch("on_search"), SEARCH_SECONDS)
        super().__init__(**properties)
        # As many as a few screens hold.
        self.thumbnail = lru_cache(maxsize=64)(lambda number: _texture(load_thumbnail(number)))

    def on_search(self) -> None:
        """Default handler."""

    def on_open(self, number: int) -> None:
        """Default handler."""

    def on_tool(self, name: str) -> None:
        """Default handler."""

    def on_words(self, *_: Any) -> None:
        """Searches when the customer pauses."""
        self._search.cancel()
        self._search()

    def show(self, found: list[dict[str, Any]]) -> None:
        """Shows rows: number, title, text and mark of each."""
        # The row asks its screen for the thumbnail as soon as it knows its number.
        self.ids.list.data = [{"screen": self, **row} for row in found]


def _texture(jpeg: bytes | None) -> Any:
    if jpeg is None:
        return None
    with Image.open(io.BytesIO(jpeg)) as image:
        return upload(np.asarray(image.convert("RGB"), np.uint8))


load_kv(__file__)
