"""What a shop's caption adds to its row, and where both disagree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mobile_app.camera_app.runtime.levels import Attributes
from pipeline.catalog.cells import LISTS, names_no_type
from pipeline.catalog.lexicon import (
    LANGUAGES,
    PROBLEMS,
    Reading,
    implied_colors,
    names_other_piece,
    read_caption,
    read_value,
    singular,
)
from pipeline.catalog.rows import SEPARATOR
from pipeline.catalog.schema import split_cell
from pipeline.catalog.sources import Row

AGREE: Final = "agree"
DIFFER: Final = "differ"
COLUMN_ONLY: Final = "column_only"
CAPTION_ONLY: Final = "caption_only"

_CAPTION_SHOWN: Final = 100


@dataclass(frozen=True)
class Comparison:
    """A column of the source beside what its caption says.

    Attributes:
        column: `type`, `materials`, `stones`, `color` or `model`.
        outcome: `AGREE`, `DIFFER`, `COLUMN_ONLY` or `CAPTION_ONLY`.
        ours: The column's values.
        said: The caption's.
    """

    column: str
    outcome: str
    ours: str
    said: str


@dataclass(frozen=True)
class CaptionUse:
    """What became of a row's caption.

    Attributes:
        language: ISO 639-1 code, or empty where it is unknown.
        found: Columns that it names something for.
        comparisons: For each column that the row or the caption fills.
        code: Why the caption could not be read, a code of `PROBLEMS`, or empty.
        reason: The same as a sentence that quotes the caption.
    """

    language: str
    found: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    code: str = ""
    reason: str = ""


def use_caption(row: Row, language: str | None) -> CaptionUse | None:
    """Fills the row's empty columns from its caption, in place; filled columns stay.

    Args:
        row: A row with clean cells; its column `caption_lang`, if any, names the language.
        language: ISO 639-1 code where no column names it, or None to find it out.

    Returns:
        What was read, or None where there is no caption.
    """
    caption = " ".join(row.get("caption", "").split())
    if not caption:
        return None
    named = row.get("caption_lang", "").strip().lower()[:2]
    if named and named not in LANGUAGES:
        reading = Reading("", Attributes(()), "language-unknown")
    else:
        reading = read_caption(caption, named or language)
    known = reading.attributes
    said = {
        "type": known.types,
        "materials": known.materials,
        "stones": known.stones,
        "color": known.colors,
        "model": (known.model,) if known.model else (),
    }
    comparisons = tuple(
        one for column, terms in said.items() if (one := _compared(row, column, terms, known))
    )
    for column, terms in said.items():
        if column == "type":
            fill = names_no_type(row["type"]) and not names_other_piece(row["type"])
        else:
            fill = not row.get(column, "").strip()
        if terms and fill:
            row[column] = SEPARATOR.join(terms)
    reason = ""
    if reading.problem:
        shown = caption[:_CAPTION_SHOWN] + "..." * (len(caption) > _CAPTION_SHOWN)
        reason = f"caption {PROBLEMS[reading.problem]} ({shown})"
    found = tuple(column for column, terms in said.items() if terms)
    return CaptionUse(named or reading.language, found, comparisons, reading.problem, reason)


def _compared(row: Row, column: str, said: tuple[str, ...], known: Attributes) -> Comparison | None:
    cell = row.get(column, "")
    if column == "type":
        cell = "" if names_no_type(cell) and not names_other_piece(cell) else cell
    ours = set(split_cell(cell))
    theirs = {term.lower() for term in said}
    if column in LISTS:
        ours = _canonical(ours, LISTS[column])
        theirs = _canonical(theirs, LISTS[column])
    if column == "color":
        # A caption need not say that yellow gold is golden.
        ours -= implied_colors(known.materials) - theirs
    if not ours and not theirs:
        return None
    if ours and theirs:
        outcome = AGREE if ours == theirs else DIFFER
    else:
        outcome = COLUMN_ONLY if ours else CAPTION_ONLY
    return Comparison(column, outcome, ", ".join(sorted(ours)), ", ".join(sorted(theirs)))


def _canonical(values: Iterable[str], kind: str) -> set[str]:
    return {singular(read_value(value, kind) or value) for value in values}
