"""Joins the history with the screens that show, correct and export it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PIL import Image

from ..history.entries import Entry
from ..history.sharing import write_corrections, write_history
from ..history.store import HistoryStore
from ..runtime.files import write_bytes
from ..runtime.languages import compose, get_language
from ..runtime.languages.words import word_list
from ..runtime.levels import KINDS, Attributes, Term
from ..runtime.preprocess import Pixels
from .description import Description
from .navigation import Navigation
from .screens.correct import CorrectScreen
from .screens.entry import EntryScreen
from .screens.history import HistoryScreen
from .services import Services
from .shell import Menu, Question

HISTORY_NAME = "jewelcap-history.zip"
CORRECTIONS_NAME = "jewelcap-corrections.zip"


class HistoryControl:
    """What happens on the history screen, on one entry, and when one is corrected."""

    def __init__(self, services: Services, navigation: Navigation) -> None:
        """Makes the screens.

        Args:
            services: What all sessions share.
            navigation: Shows screens.
        """
        self.services = services
        self._navigation = navigation
        self.list = HistoryScreen(self._thumbnail, name="history")
        self.entry = EntryScreen(name="entry")
        self.correct = CorrectScreen(name="correct")
        self._shown: Entry | None = None
        self._corrected = 0
        self.list.bind(
            on_search=lambda *_: self.refresh(),
            on_open=lambda _, number: self.open(number),
            on_tool=lambda _, name: self._use_tool(name),
        )
        self.entry.bind(
            on_back=lambda *_: navigation.back(), on_action=lambda _, name: self._act(name)
        )
        self.correct.bind(
            on_back=lambda *_: navigation.back(),
            on_save=lambda _, attributes: self._save(attributes),
            on_missing=lambda *_: services.tell(services.texts.needs_type),
        )

    def refresh(self) -> None:
        """Reads the list anew."""
        history, texts = self.services.history, self.services.texts
        if history is None:
            self._show_list([], 0)
            return
        words = self.list.words

        def read() -> tuple[list[Entry], int]:
            return history.search(words), len(history.search(corrected=True))

        if words:
            self.list.message = texts.nothing_found
        elif self.services.preferences.values.keep_history:
            self.list.message = texts.history_empty
        else:
            self.list.message = texts.history_off
        self.services.run(read, lambda found: self._show_list(*found))

    def open(self, number: int) -> None:
        """Shows one entry."""
        history = self.services.history
        if history is None:
            return
        self.services.run(
            lambda: (history.get(number), history.picture(number)),
            lambda found: self._show_entry(found[0], found[1]),
        )

    def ask(self, entry: Entry) -> None:
        """Lets the customer say what is really on a picture."""
        self._shown = entry
        known, own = word_list(), self.services.vocabulary
        every = {
            "type": tuple(known.type),
            "color": tuple(known.color),
            "material": tuple(known.material),
            "stone": tuple(known.stone),
            "model": (),
        }
        # What the captioner knows is most likely; only kinds of pieces are few enough for all.
        words = {kind: own.get(kind) or every[kind] for kind in KINDS}
        words["type"] = tuple(dict.fromkeys((*words["type"], *every["type"])))
        said = entry.correction.terms() if entry.correction is not None else entry.terms
        self.correct.ask(words, said, self.services.language, self.services.texts)
        self._navigation.open("correct")

    def retranslate(self) -> None:
        """Says what is on the screens in the language that holds now."""
        self.refresh()
        if self._shown is not None:
            self._describe(self._shown)

    def _thumbnail(self, number: int) -> bytes | None:
        history = self.services.history
        return history.thumbnail(number) if history is not None else None

    def _show_list(self, entries: list[Entry], corrected: int) -> None:
        self._corrected = corrected
        self.list.filled = bool(entries or self.list.words)
        self.list.show(
            [
                {
                    "number": entry.id,
                    "title": _sentence(self._text(entry)),
                    "text": _local_time(entry.created),
                    "mark": "wrong" if entry.correction is not None else "",
                }
                for entry in entries
            ]
        )

    def _show_entry(self, entry: Entry, jpeg: bytes | None) -> None:
        self._shown = entry
        if jpeg is not None:
            self.entry.show(_decoded(jpeg))
        self._describe(entry)
        self._navigation.open("entry")

    def _describe(self, entry: Entry) -> None:
        texts = self.services.texts
        text = self._text(entry)
        corrected = entry.correction is not None
        self.entry.description = Description(
            tone="unsure" if corrected or not entry.terms else "sure",
            caption=text,
            headline=_sentence(text),
            confidence=entry.confidence,
            note=texts.corrected if corrected else "",
        )
        self.entry.note = "\n".join(
            (_local_time(entry.created), texts.described_by.format(model=entry.model))
        )
        actions = [("say", texts.say), ("share", texts.share), ("wrong", texts.wrong)]
        if "speak" not in self.services.platform.actions:
            del actions[0]
        self.entry.actions = actions

    def _text(self, entry: Entry) -> str:
        terms = entry.correction.terms() if entry.correction is not None else entry.terms
        if terms:
            return compose(terms, self.services.language)
        return get_language(self.services.language).not_sure

    def _act(self, name: str) -> None:
        entry, history = self._shown, self.services.history
        if entry is None or history is None:
            return
        if name == "say":
            self.services.speak(self._text(entry))
        elif name == "wrong":
            self.ask(entry)
        elif name == "share":
            path = self.services.folder / "shared" / f"jewelcap-{entry.id:05d}.jpg"
            self.services.run(
                lambda: write_bytes(path, history.picture(entry.id) or b""),
                lambda _: self.services.share(self._text(entry), [path]),
            )
        elif name == "delete":
            self._delete(lambda: history.delete([entry.id]))

    def _delete(self, work: Callable[[], None]) -> None:
        def done(_: None) -> None:
            self.services.tell(self.services.texts.deleted)
            self._navigation.home("history")
            self.refresh()

        self.services.run(work, done)

    def _save(self, attributes: Attributes) -> None:
        entry, history = self._shown, self.services.history
        if entry is None or history is None:
            return

        def done(corrected: Entry) -> None:
            self._shown = corrected
            self._describe(corrected)
            self.services.tell(self.services.texts.thanks)
            self._navigation.back()
            self.refresh()

        self.services.run(lambda: history.correct(entry.id, attributes), done)

    def _use_tool(self, _: str) -> None:
        history, texts = self.services.history, self.services.texts
        if history is None:
            return
        choices = [
            (
                "export",
                texts.export_history,
                lambda: self._export(
                    HISTORY_NAME, lambda path: write_history(history, history.search(), path)
                ),
            )
        ]
        if self._corrected:
            choices.append(
                (
                    "wrong",
                    texts.export_corrections,
                    lambda: self._export(
                        CORRECTIONS_NAME, lambda path: write_corrections(history, path)
                    ),
                )
            )
        choices.append(("delete", texts.clear_history, lambda: self._ask_to_clear(history)))
        Menu(choices).open()

    def _ask_to_clear(self, history: HistoryStore) -> None:
        texts = self.services.texts
        Question(
            lambda: self._delete(history.clear),
            text=texts.clear_sure.format(count=len(history)),
            yes=texts.clear_history,
        ).open()

    def _export(self, name: str, write: Callable[[Path], object]) -> None:
        path = self.services.folder / "exports" / name

        def work() -> Path:
            write(path)
            return path

        self.services.run(work, lambda path: self.services.share("", [path]))


def terms_by_kind(terms: tuple[Term, ...]) -> dict[str, tuple[str, ...]]:
    """Sorts a captioner's words for the screen where descriptions are corrected."""
    return {kind: tuple(t.text for t in terms if t.kind == kind) for kind in KINDS}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _local_time(created: str) -> str:
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return created
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone().strftime("%Y-%m-%d  %H:%M")


def _decoded(jpeg: bytes) -> Pixels:
    with Image.open(io.BytesIO(jpeg)) as image:
        return np.asarray(image.convert("RGB"), np.uint8)
