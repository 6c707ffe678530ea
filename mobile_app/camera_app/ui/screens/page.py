"""A screen of rows under a title."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.screenmanager import Screen

from ..kv import load_kv
from ..widgets import rows  # noqa: F401 - page.kv names its widgets


class PageScreen(Screen):
    """A title, and rows that scroll; `rows` is the box that they stand in.

    Events:
        on_back: The customer wants to go back.
        on_tool: A tool beside the title was touched; the argument is its icon's name.
    """

    title = StringProperty()
    backwards = BooleanProperty(True)
    tools = ListProperty()
    most_width = NumericProperty(720)
    """In dp: lines of a tablet's width are hard to read."""

    __events__: tuple[str, ...] = ("on_back", "on_tool")

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.ids.scroll.bind(
            viewport_size=self._keep_up, height=self._keep_up, scroll_y=self._keep_up
        )

    def _keep_up(self, scroll: Any, *_: Any) -> None:
        # Rows that have become few enough would stay at the lower edge.
        if scroll.viewport_size[1] <= scroll.height:
            scroll.scroll_y = 1.0

    def add_widget(self, widget: Any, *arguments: Any, **options: Any) -> None:
        """Adds a row; the first child is the page itself."""
        if "rows" in self.ids:
            self.ids.rows.add_widget(widget, *arguments, **options)
        else:
            super().add_widget(widget, *arguments, **options)

    @property
    def rows(self) -> Any:
        """The box of rows."""
        return self.ids.rows

    def on_back(self) -> None:
        """Default handler."""

    def on_tool(self, name: str) -> None:
        """Default handler."""


load_kv(__file__)
