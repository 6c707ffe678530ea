"""The word list: every term that captions know, with its forms in the languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from ..schema import load_json

FILE: Final = "words.json"


@dataclass(frozen=True)
class Forms:
    """A noun in one language.

    Attributes:
        text: Singular.
        gender: Masculine or feminine.
        plural: None for what is not counted, such as gold.
    """

    text: str
    gender: Literal["m", "f"]
    plural: str | None = None


@dataclass(frozen=True)
class Noun:
    """A type, a material or a stone.

    Attributes:
        es: In Spanish.
        it: In Italian.
        plural: English plural; None for what is not counted.
        part: What it is to the piece: what it is made of, what that is plated or coated with, or
            what is set into it or hung on it.
        colors: `any` if it is sold in colors (leather, pearls), `fancy` if it has a usual one and
            is rare in others (diamonds), `own` if its name says its color (rubies).
    """

    es: Forms
    it: Forms
    plural: str | None = None
    part: Literal["body", "plating", "coating", "inlay"] = "body"
    colors: Literal["own", "fancy", "any"] = "own"


@dataclass(frozen=True)
class Adjective:
    """A color in one language: masculine and feminine, singular and plural."""

    m: str
    f: str
    m_plural: str
    f_plural: str


@dataclass(frozen=True)
class Color:
    """A color.

    Attributes:
        es: In Spanish.
        it: In Italian.
        metallic: Whether it is a metal's, so that it is never a stone's or a leather's.
    """

    es: Adjective
    it: Adjective
    metallic: bool = False


@dataclass(frozen=True)
class WordList:
    """Terms by kind; keys are English, nouns in the singular.

    Attributes:
        type: Pieces.
        color: Colors.
        material: Metals and other materials.
        stone: Stones.
        schema_version: Version of the file's form.
    """

    type: dict[str, Noun] = field(default_factory=dict)
    color: dict[str, Color] = field(default_factory=dict)
    material: dict[str, Noun] = field(default_factory=dict)
    stone: dict[str, Noun] = field(default_factory=dict)
    schema_version: int = 1


@cache
def word_list() -> WordList:
    """Returns the word list, read once."""
    text = files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    return load_json(WordList, text, FILE)


@cache
def _nouns() -> dict[str, tuple[Noun, bool]]:
    words = word_list()
    found: dict[str, tuple[Noun, bool]] = {}
    for nouns in (words.type, words.material, words.stone):
        for text, noun in nouns.items():
            found[normalize(text)] = (noun, False)
            if noun.plural:
                found[normalize(noun.plural)] = (noun, True)
    return found


@cache
def _colors() -> dict[str, Color]:
    return {normalize(text): color for text, color in word_list().color.items()}


def normalize(text: str) -> str:
    """Returns a term as it is looked up: hyphens and capitals make no difference."""
    return " ".join(text.lower().replace("-", " ").split())


def find_noun(text: str) -> tuple[Noun | None, bool]:
    """Looks an English noun up, and whether it is in the plural; (None, False) if unknown.

    A shop may call mother of pearl a stone: the kind of the term makes no difference.
    """
    return _nouns().get(normalize(text), (None, False))


def find_color(text: str) -> Color | None:
    """Looks an English color up; None if unknown."""
    return _colors().get(normalize(text))
