"""Where the customer says what a piece really is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kivy.metrics import dp
from kivy.uix.stacklayout import StackLayout

from ...runtime.languages import compose
from ...runtime.levels import KINDS, Attributes, Term
from ..kv import load_kv
from ..texts import Texts
from ..widgets.buttons import Chip, PillButton
from ..widgets.rows import Field, Heading, Paragraph
from .page import PageScreen

MOST_CHIPS: Final = 12
"""Where a kind has more words, only those that fit what is written are shown."""

SINGLE: Final = ("type", "model")
"""Kinds of which a piece usually has one: another choice replaces the first."""


class CorrectScreen(PageScreen):
    """Words to choose, by kind, and a line for others.

    Events:
        on_save: The argument is what was chosen.
        on_missing: No kind of piece has been chosen.
    """

    __events__ = ("on_save", "on_missing")

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._chosen: dict[str, list[str]] = {}
        self._boxes: dict[str, StackLayout] = {}
        self._fields: dict[str, Field] = {}
        self._words: Mapping[str, Sequence[str]] = {}
        self._language = "en"

    def on_save(self, attributes: Attributes) -> None:
        """Default handler."""

    def on_missing(self) -> None:
        """Default handler."""

    def ask(
        self,
        words: Mapping[str, Sequence[str]],
        chosen: Sequence[Term],
        language: str,
        texts: Texts,
    ) -> None:
        """Shows what there is to choose.

        Args:
            words: Words by kind, in English as captioners know them.
            chosen: What was said so far.
            language: ISO 639-1 code in which words are shown.
            texts: The interface.
        """
        self._words, self._language = words, language
        self._chosen = {kind: [term.text for term in chosen if term.kind == kind] for kind in KINDS}
        self.title = texts.correct_title
        self.ids.scroll.scroll_y = 1.0
        self.rows.clear_widgets()
        self.rows.add_widget(Paragraph(text=texts.correct_hint))
        for kind in KINDS:
            self.rows.add_widget(Heading(text=texts.kinds[kind]))
            box = StackLayout(spacing=dp(8), size_hint_y=None)
            box.bind(minimum_height=box.setter("height"))
            field = Field(hint_text=texts.other)
            field.bind(text=lambda *_, kind=kind: self._show_chips(kind))
            self._boxes[kind], self._fields[kind] = box, field
            self.rows.add_widget(box)
            self.rows.add_widget(field)
            self._show_chips(kind)
        save = PillButton(text=texts.save, primary=True)
        save.bind(on_release=lambda *_: self.save())
        self.ids.save = save
        self.rows.add_widget(save)

    def choose(self, kind: str, word: str) -> None:
        """Chooses a word, or takes it back."""
        chosen = self._chosen[kind]
        if word in chosen:
            chosen.remove(word)
        elif kind in SINGLE:
            self._chosen[kind] = [word]
        else:
            chosen.append(word)
        if self._fields[kind].text:
            self._fields[kind].text = ""
        else:
            self._show_chips(kind)

    def save(self) -> None:
        """Hands over what was chosen and written."""
        found = {kind: list(words) for kind, words in self._chosen.items()}
        for kind, field in self._fields.items():
            written = " ".join(field.text.replace("|", " ").split())
            if written and written not in found[kind]:
                found[kind] = [written] if kind in SINGLE else [*found[kind], written]
        if not found["type"]:
            self.dispatch("on_missing")
            return
        attributes = Attributes(
            types=tuple(found["type"]),
            model=" ".join(found["model"]),
            colors=tuple(found["color"]),
            materials=tuple(found["material"]),
            stones=tuple(found["stone"]),
        )
        self.dispatch("on_save", attributes)

    def _show_chips(self, kind: str) -> None:
        box, written = self._boxes[kind], self._fields[kind].text.casefold().strip()
        chosen = self._chosen[kind]
        named = {word: compose((Term(kind, word),), self._language) for word in self._words[kind]}
        fitting = [word for word, name in named.items() if written in name.casefold()]
        if kind == "model" and not written:
            fitting = []
        shown = [*chosen, *(word for word in fitting if word not in chosen)]
        if kind == "model":
            shown = shown[:MOST_CHIPS]
        box.clear_widgets()
        for word in shown:
            name = named.get(word) or compose((Term(kind, word),), self._language)
            chip = Chip(text=name, value=word, chosen=word in chosen)
            chip.bind(on_release=lambda chip, kind=kind: self.choose(kind, chip.value))
            box.add_widget(chip)


load_kv(__file__)
