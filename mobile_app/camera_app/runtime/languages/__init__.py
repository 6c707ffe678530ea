"""Languages of captions: one file each, registered here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ..errors import JewelcapError
from ..levels import Term
from . import english

LANGUAGES: Final[dict[str, Callable[[Sequence[Term]], str]]] = {"en": english.compose}
"""ISO 639-1 code -> function from terms to text. A new language is a new entry here."""


def compose(terms: Sequence[Term], language: str) -> str:
    """Turns terms into a caption.

    Raises:
        JewelcapError: The language is unknown.
    """
    try:
        composer = LANGUAGES[language]
    except KeyError:
        raise JewelcapError(
            f"unknown language {language!r}: choose one of {', '.join(LANGUAGES)}"
        ) from None
    return composer(terms)
