"""Loads the words by which shops name types, materials, stones and colors: one file a language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from pipeline.catalog.lexicon.text import tokens_of

LANGUAGES: Final = ("en", "es", "it")
"""ISO 639-1 codes of the languages with a word file."""

OTHER: Final = "other"
"""The type of pieces that a catalog does not hold, such as watches."""

_GROUP: Final = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Entry:
    """What a word or phrase means.

    Attributes:
        kind: `type`, `material`, `stone`, `color`, or `plain` for words that say none of these
            and hide them in phrases such as "emerald cut".
        term: The canonical English term, stones of several in the plural.
        sure: Whether a type's word names it beside any other word; "chain" does not.
    """

    kind: str
    term: str
    sure: bool = True


@dataclass(frozen=True)
class Lexicon:
    """The words of one language.

    Attributes:
        language: ISO 639-1 code.
        head_last: Whether the noun that names the piece ends its phrase, as in English.
        entries: Meanings by phrase.
        longest: Words of the longest phrase.
        column_colors: Meanings of a color column's values that name a material elsewhere.
        gold_colors: Words that share one "gold": "white and yellow gold".
        generic: Terms left out where a more exact one of their kind is known.
        words: Grammatical words by role: `without`, `free`, `and`, `or`, `color_words`,
            `set_words`, `linkers`, `function_words`.
    """

    language: str
    head_last: bool
    entries: Mapping[str, Entry]
    longest: int
    column_colors: Mapping[str, str]
    gold_colors: Mapping[str, str]
    generic: frozenset[str]
    words: Mapping[str, frozenset[str]]


def expanded(form: str) -> Iterator[str]:
    """Yields the forms that a pattern such as `dorad(o|a)` stands for."""
    group = _GROUP.search(form)
    if group is None:
        yield form
        return
    for choice in group[1].split("|"):
        yield from expanded(form[: group.start()] + choice + form[group.end() :])


def phrase_of(text: str) -> str:
    """A text's words as phrases are looked up: normalized and joined by spaces."""
    return " ".join(token.norm for token in tokens_of(text))


@cache
def lexicon(language: str) -> Lexicon:
    """Loads a language's lexicon."""
    data = _load(language)
    entries: dict[str, Entry] = {}

    def add(forms: str, entry: Entry) -> None:
        for phrase in _phrases(forms):
            entries.setdefault(phrase, entry)

    for kind, section in (("material", "materials"), ("color", "colors")):
        for term, forms in data[section].items():
            add(forms, Entry(kind, term))
    for term, forms in data["stones"].items():
        add(forms["one"], Entry("stone", term))
        add(forms["many"], Entry("stone", plural(term)))
    add(data["others"], Entry("type", OTHER))
    for section, sure in (("types", True), ("hints", False)):
        for term, forms in data[section].items():
            add(forms, Entry("type", term, sure))
    add(data["plain"], Entry("plain", ""))
    roles = (
        "without",
        "free",
        "and",
        "or",
        "color_words",
        "set_words",
        "linkers",
        "function_words",
    )
    return Lexicon(
        language=language,
        head_last=data["head"] == "last",
        entries=entries,
        longest=max(len(phrase.split()) for phrase in entries),
        column_colors=_by_phrase(data["column_colors"]),
        gold_colors=data["gold_colors"],
        generic=frozenset(_phrases(data["generic"])),
        words={role: frozenset(_phrases(data[role])) for role in roles},
    )


@cache
def plurals() -> Mapping[str, str]:
    """Plurals of stones by their canonical names; names that have none are missing."""
    stones = _load("en")["stones"]
    return {
        term: forms["many"].split(",")[0].strip() for term, forms in stones.items() if forms["many"]
    }


def plural(term: str) -> str:
    """The plural of a stone's canonical name, or the name where it has none."""
    return plurals().get(term, term)


@cache
def singulars() -> Mapping[str, str]:
    """Canonical names of stones by their plurals."""
    return {many: one for one, many in plurals().items()}


def singular(term: str) -> str:
    """The name of one stone by that of several; other terms as they are."""
    return singulars().get(term, term)


@cache
def foreign_words() -> Mapping[str, frozenset[str]]:
    """Words of languages that cannot be read, by language."""
    return {code: frozenset(_phrases(words)) for code, words in _load("foreign")["words"].items()}


@cache
def foreign_pieces() -> frozenset[str]:
    """Words for jewelry in languages that cannot be read, and in none that can."""
    return frozenset(_phrases(_load("foreign")["pieces"]))


@cache
def given_names() -> frozenset[str]:
    """Names of people that shops give to designs; none names a stone or a flower."""
    return frozenset(_phrases(_load("names")["names"]))


def canonical_terms() -> set[tuple[str, str]]:
    """Kind and term of everything that any language's lexicon names, in the singular."""
    return {
        (entry.kind, singulars().get(entry.term, entry.term.replace("beads", "bead")))
        for language in LANGUAGES
        for entry in lexicon(language).entries.values()
        if entry.term and entry.term != OTHER
    }


def _load(name: str) -> dict[str, Any]:
    path = Path(__file__).with_name(f"{name}.json")
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def _phrases(forms: str) -> Iterator[str]:
    # A comma within a pattern's group never occurs, so commas separate the forms.
    for form in forms.split(","):
        for text in expanded(form.strip()):
            phrase = text.strip() if text.strip() in "&+/" else phrase_of(text)
            if phrase:
                yield phrase


def _by_phrase(terms: Mapping[str, str]) -> dict[str, str]:
    return {phrase: term for term, forms in terms.items() for phrase in _phrases(forms)}


def known_words(languages: Iterable[str] = LANGUAGES) -> frozenset[str]:
    """Every single word that a lexicon of these languages uses anywhere."""
    return _known_words(tuple(languages))


@cache
def _known_words(languages: tuple[str, ...]) -> frozenset[str]:
    words: set[str] = set()
    for one in map(lexicon, languages):
        for phrase in (*one.entries, *(p for role in one.words.values() for p in role)):
            words.update(phrase.split())
    return frozenset(words)
