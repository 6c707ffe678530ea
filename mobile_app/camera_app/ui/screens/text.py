"""Pages of sentences: about the app, and its crash log."""

from __future__ import annotations

from collections.abc import Sequence

from ..widgets.buttons import PillButton
from ..widgets.rows import Heading, Paragraph
from .page import PageScreen


class TextScreen(PageScreen):
    """Sentences under headings, and perhaps one button.

    Events:
        on_act: The button was touched.
    """

    __events__ = ("on_act",)

    def on_act(self) -> None:
        """Default handler."""

    def show(self, title: str, parts: Sequence[tuple[str, str]], button: str = "") -> None:
        """Shows sentences.

        Args:
            title: Over it all.
            parts: (heading or nothing, sentences).
            button: What the button says; empty for none.
        """
        self.title = title
        self.ids.scroll.scroll_y = 1.0
        self.rows.clear_widgets()
        for heading, sentences in parts:
            if heading:
                self.rows.add_widget(Heading(text=heading))
            self.rows.add_widget(Paragraph(text=sentences))
        if button:
            pill = PillButton(text=button, primary=True)
            pill.bind(on_release=lambda *_: self.dispatch("on_act"))
            self.rows.add_widget(pill)
