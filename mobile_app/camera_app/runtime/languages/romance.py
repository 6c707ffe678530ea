"""What Spanish and Italian captions have in common: order, number and gender."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ..levels import Term
from .piece import Piece, Thing, read_piece
from .words import Adjective, Forms, find_color


@dataclass(frozen=True)
class Grammar:
    """What differs.

    Attributes:
        code: ISO 639-1 code of the forms in the word list.
        conjoin: From phrases to "a, b and c".
        made_of: Preposition before what the piece is made of.
        set_with: Preposition before what it is set, coated or plated with.
        one: In its place before a single stone, where nothing says what the piece is made of.
        several: The same before several ("a necklace of pearls").
    """

    code: Literal["es", "it"]
    conjoin: Callable[[Sequence[str]], str]
    made_of: str
    set_with: str
    one: str
    several: str


def compose_romance(terms: Sequence[Term], grammar: Grammar) -> str:
    """Returns `type Model color, of materials, with stones`; words that are unknown stay."""
    piece = read_piece(terms)
    parts = []
    if head := _head(piece, grammar):
        parts.append(head)
    if piece.body:
        parts += _after(grammar.made_of, parts, piece.body, grammar)
    applied = piece.platings + piece.coatings
    trims = applied + piece.inlays + piece.stones
    if trims:
        preposition = grammar.set_with
        if not piece.body and not applied:
            several = len(trims) > 1 or trims[0].plural
            preposition = grammar.several if several else grammar.one
        parts += _after(preposition, parts, trims, grammar)
    return " ".join(parts)


def _after(
    preposition: str, parts: Sequence[str], things: Sequence[Thing], grammar: Grammar
) -> list[str]:
    text = grammar.conjoin([_phrase(thing, grammar) for thing in things])
    return [preposition, text] if parts else [text]


def _head(piece: Piece, grammar: Grammar) -> str:
    genders = {forms.gender for thing in piece.types if (forms := _forms(thing, grammar))}
    plural = len(piece.types) > 1 or any(thing.plural for thing in piece.types)
    # One masculine noun among several makes the adjective masculine.
    color = _colors(piece.colors, "f" if genders == {"f"} else "m", plural, grammar)
    types = [_phrase(thing, grammar) for thing in piece.types]
    words = (grammar.conjoin(types) if types else "", piece.model, color)
    return " ".join(word for word in words if word)


def _forms(thing: Thing, grammar: Grammar) -> Forms | None:
    if thing.noun is None:
        return None
    return thing.noun.es if grammar.code == "es" else thing.noun.it


def _phrase(thing: Thing, grammar: Grammar) -> str:
    forms = _forms(thing, grammar)
    if forms is None:
        return thing.text
    noun = forms.plural if thing.plural and forms.plural else forms.text
    color = _colors(thing.colors, forms.gender, thing.plural, grammar)
    return f"{noun} {color}" if color else noun


def _colors(
    colors: Sequence[str], gender: Literal["m", "f"], plural: bool, grammar: Grammar
) -> str:
    words = []
    for text in colors:
        if (entry := find_color(text)) is None:
            words.append(text)
        else:
            adjective = entry.es if grammar.code == "es" else entry.it
            words.append(_agreeing(adjective, gender, plural))
    return grammar.conjoin(words) if words else ""


def _agreeing(adjective: Adjective, gender: Literal["m", "f"], plural: bool) -> str:
    if plural:
        return adjective.f_plural if gender == "f" else adjective.m_plural
    return adjective.f if gender == "f" else adjective.m
