"""Every sentence of the screens, by language; `.kv` files read them as `app.texts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Texts:
    """The interface in one language. A text in braces is filled in by `str.format`."""

    waiting: str
    looking: str
    nothing: str
    confidence: str
    frozen: str
    undescribed: str
    source_failed: str
    model_failed: str
    retry: str
    close: str


ENGLISH: Final = Texts(
    waiting="Waiting for the camera",
    looking="Looking…",
    nothing="Nothing recognized",
    confidence="{percent}% sure",
    frozen="Frozen · tap to go on",
    undescribed="No description",
    source_failed="No picture to look at",
    model_failed="The captioner cannot be used",
    retry="Try again",
    close="Close",
)
