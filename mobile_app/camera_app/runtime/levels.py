"""Attributes, terms and description levels: what a caption at each level is made of.

A caption is a sequence of terms (a type, a material, ...), the most certain kind first, so that
the basic caption is a prefix of the normal one and the normal one of the complete one. Languages
turn terms into text (`languages/`); the model never sees a language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .errors import JewelcapError

KINDS: Final = ("type", "color", "material", "stone", "model")
"""Kinds of terms, in the order in which they are decoded."""


@dataclass(frozen=True, order=True)
class Term:
    """One unit of a caption, such as `Term("material", "white gold")`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Attributes:
    """What a catalog knows about the piece on a photo; empty where it knows nothing.

    Attributes:
        types: Piece types; several when one photo shows several kinds of piece.
        model: The design's name.
        colors: Colors that no material says.
        materials: Metals and other body materials.
        stones: Stones, in the singular for one and in the plural for several.
    """

    types: tuple[str, ...]
    model: str = ""
    colors: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    stones: tuple[str, ...] = ()

    def terms(self) -> tuple[Term, ...]:
        """Returns all terms, by kind in the order of `KINDS`, alphabetically within a kind."""
        values = {
            "type": self.types,
            "color": self.colors,
            "material": self.materials,
            "stone": self.stones,
            "model": (self.model,) if self.model else (),
        }
        return tuple(Term(kind, text) for kind in KINDS for text in sorted(set(values[kind])))


@dataclass(frozen=True)
class Level:
    """A description level (paper, section V: basic, normal, complete).

    Attributes:
        name: The name on the command line and in captioner files.
        kinds: Kinds of terms that a caption of this level has.
        needs: For each group, at least one term of these kinds must be known.
    """

    name: str
    kinds: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]

    @property
    def start_token(self) -> str:
        """The token that asks the decoder for this level."""
        return f"<{self.name}>"

    def terms(self, attributes: Attributes) -> tuple[Term, ...] | None:
        """Returns the terms of a caption at this level, or None where the catalog lacks them."""
        terms = tuple(term for term in attributes.terms() if term.kind in self.kinds)
        known = {term.kind for term in terms}
        return terms if all(known & set(group) for group in self.needs) else None


_LOOKS = ("color", "material", "stone")

LEVELS: Final[dict[str, Level]] = {
    level.name: level
    for level in (
        Level("basic", ("type",), (("type",),)),
        Level("normal", ("type", *_LOOKS), (("type",), _LOOKS)),
        Level("complete", ("type", *_LOOKS, "model"), (("type",), _LOOKS, ("model",))),
    )
}
"""Description levels by name, least detailed first. A new level is a new entry here."""


def get_level(name: str) -> Level:
    """Looks a level up.

    Raises:
        JewelcapError: There is no such level.
    """
    try:
        return LEVELS[name]
    except KeyError:
        raise JewelcapError(f"unknown level {name!r}: choose one of {', '.join(LEVELS)}") from None
