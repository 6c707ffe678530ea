"""Italian captions: "orecchino Taurus in oro bianco con diamanti"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..levels import Term
from .piece import conjoin
from .romance import Grammar, compose_romance


def _conjoin(phrases: Sequence[str]) -> str:
    return conjoin(phrases, lambda last: "ed" if last[:1].lower() == "e" else "e")


_GRAMMAR: Final = Grammar("it", _conjoin, made_of="in", set_with="con", one="con", several="di")


def compose(terms: Sequence[Term]) -> str:
    """Returns `type Model color in material e material con stone e stone`."""
    return compose_romance(terms, _GRAMMAR)
