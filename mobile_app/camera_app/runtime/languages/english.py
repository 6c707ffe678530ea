"""English captions in the paper's form: "Taurus white gold, diamonds earring" (its Figure 1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..levels import Term
from .piece import Thing, conjoin, read_piece


def compose(terms: Sequence[Term]) -> str:
    """Returns `Model color plated material and material, stone and stone type`."""
    piece = read_piece(terms)
    platings = _joined(piece.platings)
    materials = _joined(piece.body + piece.coatings + piece.inlays)
    # Plating is said of a metal ("gold-plated silver"), but not of enamel or beads.
    join = " " if piece.body else " and "
    made_of = join.join(part for part in (platings, materials) if part)
    body = " ".join(part for part in (" and ".join(piece.colors), made_of) if part)
    looks = ", ".join(part for part in (body, _joined(piece.stones)) if part)
    return " ".join(part for part in (piece.model, looks, _joined(piece.types)) if part)


def _joined(things: Iterable[Thing]) -> str:
    phrases = [" ".join((" and ".join(t.colors), t.text)).strip() for t in things]
    return conjoin(phrases, lambda last: "and") if phrases else ""
