"""Languages of captions: one file each, registered here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ..errors import JewelcapError
from ..levels import Term
from . import english, italian, spanish


@dataclass(frozen=True)
class Language:
    """A language that captions are composed in.

    Attributes:
        code: ISO 639-1 code.
        name: Its name in itself.
        compose: From terms, in any number and order, to text.
    """

    code: str
    name: str
    compose: Callable[[Sequence[Term]], str]


LANGUAGES: Final[dict[str, Language]] = {
    language.code: language
    for language in (
        Language("en", "English", english.compose),
        Language("es", "Español", spanish.compose),
        Language("it", "Italiano", italian.compose),
    )
}
"""Languages by ISO 639-1 code. A new language is a new entry here and its forms in `words.json`."""


def compose(terms: Sequence[Term], language: str) -> str:
    """Turns terms into a caption.

    Raises:
        JewelcapError: The language is unknown.
    """
    try:
        entry = LANGUAGES[language]
    except KeyError:
        raise JewelcapError(
            f"unknown language {language!r}: choose one of {', '.join(LANGUAGES)}"
        ) from None
    return entry.compose(terms)
