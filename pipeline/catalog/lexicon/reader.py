"""Reads a shop's free text: which piece, of what, in which color, by which name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from mobile_app.camera_app.runtime.levels import Attributes
from pipeline.catalog.lexicon.hits import Hit, find_hits, phrase_length
from pipeline.catalog.lexicon.loader import (
    LANGUAGES,
    OTHER,
    Lexicon,
    foreign_pieces,
    foreign_words,
    given_names,
    known_words,
    lexicon,
    plurals,
)
from pipeline.catalog.lexicon.models import read_model
from pipeline.catalog.lexicon.text import KARAT, Token, tokens_of

PROBLEMS: Final = {
    "no-words": "has no words",
    "language-unknown": "is in an unknown language",
    "no-known-word": "has no known word",
    "other-piece": "names a piece that a catalog does not hold",
    "two-types": "names two types",
    "no-type": "names no type of piece",
}
"""Why a caption could not be read, by code."""

_BASE: Final = frozenset(
    {"stainless steel", "brass", "alloy", "copper", "zamak", "metal", "bronze"}
)
_ROSE: Final = frozenset({"rose gold", "rose gold-plated"})
_IMPLIED: Final = {
    "golden": _ROSE
    | {"gold", "yellow gold", "gold-plated", "gold-filled", "white gold", "white gold-plated"},
    "silver-colored": frozenset({"silver", "white gold", "platinum", "silver-plated"}),
    "rose gold": _ROSE,
}


# The piece's own name tells the language better than materials, whose names are borrowed.
_WEIGHTS: Final = {"type": 3, "plain": 1}


@dataclass(frozen=True)
class Reading:
    """What a caption says.

    Attributes:
        language: ISO 639-1 code of the language, or empty where it is unknown.
        attributes: What could be read.
        problem: A code of `PROBLEMS`, or empty where the type could be read.
    """

    language: str
    attributes: Attributes
    problem: str = ""


# Views of one product share a caption.
@lru_cache(maxsize=4096)
def read_caption(text: str, language: str | None = None) -> Reading:
    """Reads a caption by the lexicon of its language.

    Args:
        text: The shop's text.
        language: ISO 639-1 code, or None to find it out.
    """
    tokens = tokens_of(text)
    if not any(len(token.norm) > 1 for token in tokens):
        return Reading("", Attributes(()), "no-words")
    language = language or language_of(tokens)
    if language is None:
        known = any(token.norm in known_words() | foreign_pieces() for token in tokens)
        return Reading("", Attributes(()), "language-unknown" if known else "no-known-word")
    words = lexicon(language)
    hits = find_hits(tokens, words)
    types, problem = _types(hits, tokens, words)
    materials = _materials(hits, tokens, words)
    attributes = Attributes(
        types=types,
        model=read_model(text, tokens, hits, words),
        colors=_colors(hits, tokens, words, materials),
        materials=materials,
        stones=_stones(hits, tokens, words),
    )
    if not any((types, materials, attributes.stones, attributes.colors)) and problem == "no-type":
        problem = "no-known-word"
    return Reading(language, attributes, problem)


def language_of(tokens: Sequence[Token]) -> str | None:
    """The language whose lexicon covers most of a caption, or None where none does."""
    if any(token.norm in foreign_pieces() for token in tokens):
        return None
    scores = {}
    for language in LANGUAGES:
        words = lexicon(language)
        hits = [hit for hit in find_hits(tokens, words) if not _is_given_name(hit, tokens)]
        covered = sum(_WEIGHTS.get(h.entry.kind, 2) * (h.end - h.start) for h in hits)
        # Short ones are common to several languages.
        said = sum(
            1 + (len(token.norm) > 2)
            for token in tokens
            if token.norm in words.words["function_words"]
        )
        scores[language] = covered + said
    best = max(scores, key=lambda language: scores[language])
    foreign = max(
        (sum(token.norm in words for token in tokens) for words in foreign_words().values()),
        default=0,
    )
    own = sum(token.norm in known_words((best,)) for token in tokens)
    return best if scores[best] and not (foreign >= 2 and foreign >= own) else None


def _is_given_name(hit: Hit, tokens: Sequence[Token]) -> bool:
    """Whether a word that means something in one language rather is a design's name: Bianca."""
    first = tokens[hit.start]
    return hit.start == 0 and first.text[0].isupper() and first.norm in given_names()


def _types(
    hits: Sequence[Hit], tokens: Sequence[Token], words: Lexicon
) -> tuple[tuple[str, ...], str]:
    named = [hit for hit in hits if hit.entry.kind == "type"]
    linkers = words.words["linkers"]
    if any(hit.entry.term == OTHER and tokens[hit.start].norm in linkers for hit in named):
        return (), "other-piece"
    sure = [hit for hit in named if hit.entry.sure]
    found = sure or named
    kinds = list(dict.fromkeys(hit.entry.term for hit in found))
    if len(kinds) > 1:
        if any(phrase_length(tokens, i, words.words["set_words"]) for i in range(len(tokens))):
            pieces = sorted({hit.entry.term for hit in sure} - {OTHER})
            if pieces:
                return tuple(pieces), ""
        found = _first_sentence(found, tokens)
        if not sure:
            found = [found[-1] if words.head_last else found[0]]
        kinds = _joined(found, tokens, words)
    if not kinds:
        return (), "two-types" if named else "no-type"
    if OTHER in kinds:
        return (), "other-piece"
    return tuple(sorted(kinds)), ""


def _first_sentence(hits: Sequence[Hit], tokens: Sequence[Token]) -> list[Hit]:
    end = next((i for i in range(hits[0].end, len(tokens)) if tokens[i].gap == "."), len(tokens))
    return [hit for hit in hits if hit.start < end]


def _joined(hits: Sequence[Hit], tokens: Sequence[Token], words: Lexicon) -> list[str]:
    """Types that are listed, or the one that the others only describe; none where unclear."""
    kinds = [hits[0].entry.term]
    for before, hit in pairwise(hits):
        if hit.entry.term == before.entry.term:
            continue
        between = [token.norm for token in tokens[before.end : hit.start]]
        if set(between) & words.words["or"]:
            return []
        if set(between) & words.words["and"] or tokens[hit.start].gap == ",":
            kinds.append(hit.entry.term)
        elif not set(between) & words.words["linkers"] and words.head_last:
            kinds = [hit.entry.term]
    return list(dict.fromkeys(kinds))


def _terms(kind: str, hits: Sequence[Hit], tokens: Sequence[Token], words: Lexicon) -> list[str]:
    """Terms of a kind without alternatives ("gold or silver") and needless generic ones."""
    found = [hit for hit in hits if hit.entry.kind == kind]
    unclear: set[Hit] = set()
    for a, b in pairwise(found):
        between = [token.norm for token in tokens[a.end : b.start]]
        if between and set(between) <= words.words["or"] - {"/"} and a.entry != b.entry:
            unclear |= {a, b}
    terms = list(dict.fromkeys(hit.entry.term for hit in found if hit not in unclear))
    terms = [term for term in terms if plurals().get(term) not in terms]
    exact = [term for term in terms if term not in words.generic and term != "stones"]
    return exact or terms


def _materials(hits: Sequence[Hit], tokens: Sequence[Token], words: Lexicon) -> tuple[str, ...]:
    terms = _terms("material", hits, tokens, words)
    karat = any(token.norm == KARAT for token in tokens)
    if not terms and karat:
        terms = ["gold"]
    colored = any("gold" in term and term != "gold" for term in terms)
    if "gold" in terms and (colored or (_BASE & set(terms) and not karat)):
        terms.remove("gold")
    other = {"silver-plated", "oxidized silver"} | (_BASE - {"brass"})
    if "silver" in terms and other & set(terms):
        terms.remove("silver")
    if "leather" in terms and "faux leather" in terms:
        terms.remove("leather")
    return tuple(terms)


def _stones(hits: Sequence[Hit], tokens: Sequence[Token], words: Lexicon) -> tuple[str, ...]:
    return tuple(_terms("stone", hits, tokens, words))


def _colors(
    hits: Sequence[Hit], tokens: Sequence[Token], words: Lexicon, materials: Sequence[str]
) -> tuple[str, ...]:
    terms = _terms("color", hits, tokens, words)
    metals = set[str]()
    if materials:  # Else the metals were alternatives of one another.
        metals = {hit.entry.term for hit in hits if hit.entry.kind == "material"} - set(materials)
    if metals & {"gold"}:
        terms.append("golden")
    if metals & {"silver"} and "oxidized silver" not in materials:
        terms.append("silver-colored")
    said = implied_colors(materials)
    return tuple(dict.fromkeys(term for term in terms if term not in said))


def implied_colors(materials: Iterable[str]) -> frozenset[str]:
    """Colors that need no word beside these materials."""
    return frozenset(color for color, metals in _IMPLIED.items() if metals & set(materials))


@lru_cache(maxsize=4096)
def read_value(value: str, kind: str) -> str | None:
    """The canonical term of a whole cell such as `gold plated` or `oro blanco`, or None."""
    for language in LANGUAGES:
        words = lexicon(language)
        phrase = " ".join(token.norm for token in tokens_of(value))
        if kind == "color" and phrase in words.column_colors:
            return words.column_colors[phrase]
        entry = words.entries.get(phrase)
        if entry and entry.kind == kind:
            return entry.term
    return None


@lru_cache(maxsize=4096)
def read_type(text: str) -> str | None:
    """The one type that a folder or a category names, in any language, or None."""
    types = read_caption(text).attributes.types
    return types[0] if len(types) == 1 else None


@lru_cache(maxsize=4096)
def names_other_piece(text: str) -> bool:
    """Whether a category names pieces that a catalog does not hold, such as watches."""
    return read_caption(text).problem == "other-piece"
