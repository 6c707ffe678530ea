"""Words for types of jewelry, as shops name their folders and categories."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# A pendant, a chain or a set may be one of several types, so they are not here: whoever knows
# says `--type pendant=necklace`.
_ENGLISH: Final = {
    "bracelet": "bracelet bracelets bangle bangles wristband wristbands",
    "earring": "earring earrings",
    "necklace": "necklace necklaces choker chokers",
    "ring": "ring rings",
}
_SPANISH_AND_ITALIAN: Final = {
    "bracelet": "pulsera pulseras brazalete brazaletes bracciale bracciali "
    "braccialetto braccialetti",
    "earring": "arete aretes pendiente pendientes zarcillo zarcillos arracada arracadas "
    "orecchino orecchini",
    "necklace": "collar collares gargantilla gargantillas collana collane girocollo girocolli",
    "ring": "anillo anillos sortija sortijas anello anelli",
}
_OTHER_RINGS: Final = frozenset({"key", "nose", "toe", "belly", "navel", "napkin", "curtain"})


def _by_word(table: dict[str, str]) -> dict[str, str]:
    return {word: kind for kind, words in table.items() for word in words.split()}


_LAST: Final = _by_word(_ENGLISH)
_FIRST: Final = _by_word(_SPANISH_AND_ITALIAN) | {
    word: kind for word, kind in _by_word(_ENGLISH).items() if word.endswith("s")
}


def words_of(text: str) -> list[str]:
    """Words of a text in lower case without accents, digits and punctuation.

    "Ear ring" is one word.
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return re.findall(r"[^\W\d_]+", re.sub(r"\bear[ -]ring", "earring", plain))


def read_type(text: str) -> str | None:
    """Reads the type that a folder or a category names, or None where that is not clear.

    An English name ends with its noun ("Gold Rings") or starts with its plural ("Rings, gold"),
    a Spanish or Italian one starts with it ("Anelli Donna"). Two types ("Rings & Earrings") are
    not clear.
    """
    words = words_of(text)
    if not words or _OTHER_RINGS & set(words) or len(_kinds(words)) > 1:
        return None
    return _LAST.get(words[-1]) or _FIRST.get(words[0])


def types_in(text: str) -> set[str]:
    """All types that a text names, in any of the languages; a pendant counts as none."""
    return _kinds(words_of(text))


def _kinds(words: list[str]) -> set[str]:
    return {kind for word in words if (kind := _LAST.get(word) or _FIRST.get(word))}
