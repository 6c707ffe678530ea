"""What a caption is about, before any language: which parts there are, and whose a color is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..levels import Term
from .words import Noun, find_color, find_noun, normalize


@dataclass(frozen=True)
class Thing:
    """A piece, a material or a stone.

    Attributes:
        text: The English term.
        noun: Its entry in the word list; None if it is not there.
        plural: Whether the term is in the plural.
        colors: English terms of the colors that are this thing's.
    """

    text: str
    noun: Noun | None = None
    plural: bool = False
    colors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A caption's terms in the roles that they have in a sentence.

    Attributes:
        types: What it is; several when there are several pieces.
        model: The design's name, or empty.
        colors: English terms of the colors that are the whole piece's.
        body: What it is made of.
        platings: What that is plated with.
        coatings: Enamel and lacquer.
        inlays: Beads and the like.
        stones: Stones.
    """

    types: tuple[Thing, ...]
    model: str
    colors: tuple[str, ...]
    body: tuple[Thing, ...]
    platings: tuple[Thing, ...]
    coatings: tuple[Thing, ...]
    inlays: tuple[Thing, ...]
    stones: tuple[Thing, ...]


def conjoin(phrases: Sequence[str], conjunction: Callable[[str], str]) -> str:
    """Joins phrases by commas, the last one by a conjunction that may depend on it."""
    *rest, last = phrases
    return f"{', '.join(rest)} {conjunction(last)} {last}" if rest else last


def read_piece(terms: Sequence[Term]) -> Piece:
    """Sorts the terms of a caption by role.

    A color that a material or a stone already says ("gold" beside "yellow gold") is left out.
    Any other is that of the one material or stone which is sold in colors (black pearls, red
    enamel), else of the one stone which may be (blue topaz). Where there is none or several, and
    for metallic colors, it is the whole piece's.
    """
    texts: dict[str, list[str]] = {}
    for term in terms:
        texts.setdefault(term.kind, []).append(term.text)
    materials, stones = texts.get("material", []), texts.get("stone", [])
    bearers = {text: find_noun(text)[0] for text in (*materials, *stones)}
    said = "|".join(f" {normalize(text)} " for text in bearers)
    colors = [color for color in texts.get("color", []) if f" {normalize(color)} " not in said]
    whole = tuple(color for color in colors if _bearer(color, bearers) is None)

    def things(kind: str, *parts: str) -> tuple[Thing, ...]:
        found = []
        for text in texts.get(kind, []):
            noun, plural = find_noun(text)
            if not parts or (noun.part if noun else "body") in parts:
                own = tuple(c for c in colors if kind != "type" and _bearer(c, bearers) == text)
                found.append(Thing(text, noun, plural, own))
        return tuple(found)

    return Piece(
        types=things("type"),
        model=" ".join(texts.get("model", [])),
        colors=whole,
        body=things("material", "body"),
        platings=things("material", "plating"),
        coatings=things("material", "coating"),
        inlays=things("material", "inlay"),
        stones=things("stone"),
    )


def _bearer(color: str, nouns: dict[str, Noun | None]) -> str | None:
    """Returns the one term among materials and stones that a color can be of."""
    entry = find_color(color)
    if entry is not None and entry.metallic:
        return None
    for colors in ("any", "fancy"):
        fit = [text for text, noun in nouns.items() if noun and noun.colors == colors]
        if fit:
            return fit[0] if len(fit) == 1 else None
    return None
