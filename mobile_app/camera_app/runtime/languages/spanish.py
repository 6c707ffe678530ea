"""Spanish captions: "pendiente Taurus de oro blanco con diamantes"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ..levels import Term
from .piece import conjoin
from .romance import Grammar, compose_romance

# "y" gives way before its own sound, but not before the glide of "hierro" or "iolita".
_SOUNDS_LIKE_Y: Final = re.compile(r"h?[ií](?![aeo])", re.IGNORECASE)


def _conjoin(phrases: Sequence[str]) -> str:
    return conjoin(phrases, lambda last: "e" if _SOUNDS_LIKE_Y.match(last) else "y")


_GRAMMAR: Final = Grammar("es", _conjoin, made_of="de", set_with="con", one="de", several="de")


def compose(terms: Sequence[Term]) -> str:
    """Returns `type Model color de material y material con stone y stone`."""
    return compose_romance(terms, _GRAMMAR)
