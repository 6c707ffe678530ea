"""How fast this device describes: what to measure, how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.clock import Clock
from kivy.metrics import dp
from kivy.properties import (
    BooleanProperty,
    DictProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout

from ..figures import Row
from ..kv import load_kv
from ..texts.benchmark import BENCHMARK_TEXTS
from ..widgets import buttons, rows, segmented  # noqa: F401 - benchmark.kv names their widgets
from .page import PageScreen


class FigureRow(BoxLayout):
    """A name and a figure."""

    name = StringProperty()
    figure = StringProperty()


class BenchmarkScreen(PageScreen):
    """Shows choices, progress and figures, and reports touches; it measures nothing.

    Events:
        on_choose: The arguments are the name of a choice and its value.
        on_start: A measurement is wanted.
        on_end: The measurement that runs is to end.
        on_export: The figures are wanted as a file.
    """

    words = ObjectProperty(BENCHMARK_TEXTS["en"], rebind=True)
    pictures = StringProperty("camera")
    backend = StringProperty()
    backends = ListProperty()
    backend_names = DictProperty()
    seconds = StringProperty("0")
    running = BooleanProperty(False)
    phase = StringProperty()
    share = NumericProperty(0.0)
    """How much of the phase is done, in [0, 1]."""

    note = StringProperty()
    """What is to be said about the figures, or why there are none."""

    measured = BooleanProperty(False)

    __events__ = ("on_choose", "on_start", "on_end", "on_export")

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        # Parts that are not shown leave the page: without height they would still take touches.
        # `ids` alone would not keep them alive.
        self._doing, self._result = self.ids.doing.__self__, self.ids.result.__self__
        self.ids.parts.remove_widget(self._doing)
        self.ids.parts.remove_widget(self._result)

    def on_choose(self, name: str, value: str) -> None:
        """Default handler."""

    def on_start(self) -> None:
        """Default handler."""

    def on_end(self) -> None:
        """Default handler."""

    def on_export(self) -> None:
        """Default handler."""

    def on_running(self, *_: Any) -> None:
        """Shows the progress over the button that ends it."""
        parts = self.ids.parts
        if self.running:
            parts.add_widget(self._doing, index=parts.children.index(self.ids.start.__self__) + 1)
        else:
            parts.remove_widget(self._doing)
        self._come_into_sight()

    def on_measured(self, *_: Any) -> None:
        """Shows what came of it, or nothing."""
        if self.measured:
            self.ids.parts.add_widget(self._result)
        else:
            self.ids.parts.remove_widget(self._result)
        self._come_into_sight()

    def _come_into_sight(self) -> None:
        # Once what came or went has been laid out.
        Clock.schedule_once(self._reveal, 0.1)

    def _reveal(self, _: float) -> None:
        name = "start" if self.running else "timings" if self.measured else "note"
        scroll = self.ids.scroll
        if scroll.viewport_size[1] > scroll.height:
            scroll.scroll_to(self.ids[name], padding=dp(16), animate=False)

    def show_figures(self, timings: Sequence[Row], others: Sequence[Row]) -> None:
        """Shows what was measured; nothing of nothing."""
        for box, figures in ((self.ids.timings, timings), (self.ids.others, others)):
            box.clear_widgets()
            for name, figure in figures:
                box.add_widget(FigureRow(name=name, figure=figure))
        self.measured = bool(timings)


load_kv(__file__)
