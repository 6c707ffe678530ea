"""What is kept of a description."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ..runtime.captioner import Caption
from ..runtime.confidence import Verdict
from ..runtime.levels import Attributes, Term


@dataclass(frozen=True)
class Entry:
    """A description, as it was given.

    Attributes:
        created: UTC, as ISO 8601 in seconds.
        caption: Text in `language`.
        terms: What the text was composed from.
        level: Level of the caption.
        language: ISO 639-1 code.
        confidence: As `Caption.confidence`.
        verdict: As `Caption.verdict`.
        model: Name and variant of the captioner.
        correction: What the customer says is on the picture; None if nobody corrected it.
        id: Number within the history; 0 before it is kept.
    """

    created: str
    caption: str
    terms: tuple[Term, ...]
    level: str
    language: str
    confidence: float
    verdict: Verdict
    model: str
    correction: Attributes | None = None
    id: int = 0


def new_entry(caption: Caption, model: str) -> Entry:
    """Returns the entry of a description that was just given."""
    return Entry(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        caption=caption.text,
        terms=caption.terms,
        level=caption.level,
        language=caption.language,
        confidence=caption.confidence,
        verdict=caption.verdict,
        model=model,
    )
