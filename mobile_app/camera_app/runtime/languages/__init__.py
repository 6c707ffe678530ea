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
        not_sure: Said of a photo where no caption is sure enough.
        no_jewelry: Said of a photo without jewelry.
    """

    code: str
    name: str
    compose: Callable[[Sequence[Term]], str]
    not_sure: str
    no_jewelry: str


LANGUAGES: Final[dict[str, Language]] = {
    language.code: language
    for language in (
        Language("en", "English", english.compose, "not sure", "no jewelry found"),
        Language("es", "Español", spanish.compose, "no es seguro", "no se encontró ninguna joya"),
        Language("it", "Italiano", italian.compose, "non è sicuro", "nessun gioiello trovato"),
    )
}
"""Languages by ISO 639-1 code. A new language is a new entry here and its forms in `words.json`."""


def compose(terms: Sequence[Term], language: str) -> str:
    """Turns terms into a caption.

    Raises:
        JewelcapError: The language is unknown.
    """
    return get_language(language).compose(terms)


def get_language(code: str) -> Language:
    """Looks a language up.

    Raises:
        JewelcapError: The language is unknown.
    """
    try:
        return LANGUAGES[code]
    except KeyError:
        raise JewelcapError(
            f"unknown language {code!r}: choose one of {', '.join(LANGUAGES)}"
        ) from None
