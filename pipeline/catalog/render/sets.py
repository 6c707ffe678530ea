"""Matching sets: several pieces of one look in one picture, for captions of several types."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.catalog.render.designs import DESIGNS
from pipeline.catalog.render.materials import stone_words
from pipeline.catalog.render.negatives.subject import Negative
from pipeline.catalog.render.products import Product

# Share of a catalog's images that show a set.
SET_SHARE = 0.05


@dataclass(frozen=True)
class Set:
    """A few pieces of one look, none of which is a product by itself.

    A product that stood alone too could be on both sides of a split by products.

    Attributes:
        name: One lowercase word.
        designs: Keys of ``DESIGNS``, one a piece.
        metal: Key of ``METALS``.
        main: Key of ``STONES`` for the main stones, or empty.
        accent: Key of ``STONES`` for the small stones, or empty.
        color: A color that the materials do not imply, or empty.
        second: Key of ``METALS`` for the second metal, or empty.
        inlay: Key of ``INLAYS``, or empty.
    """

    name: str
    designs: tuple[str, ...]
    metal: str
    main: str = ""
    accent: str = ""
    color: str = ""
    second: str = ""
    inlay: str = ""

    @property
    def product_id(self) -> str:
        """A readable identifier, unique in the catalog."""
        return f"set-{self.name}"

    @property
    def members(self) -> tuple[Product, ...]:
        """The pieces, each with the stones that its design has."""
        return tuple(
            Product(
                name,
                self.metal,
                self.main if DESIGNS[name].stone_counts[0] else "",
                self.accent if DESIGNS[name].stone_counts[1] else "",
                self.color,
                self.second,
                self.inlay,
            )
            for name in self.designs
        )

    @property
    def type(self) -> str:
        """The types of its pieces, joined by ``|``."""
        return "|".join(sorted({DESIGNS[name].type for name in self.designs}))

    @property
    def form(self) -> str:
        """What ``staging.PRESENTATIONS`` call it."""
        return "set"

    @property
    def model(self) -> str:
        """Empty, since its designs differ."""
        return ""

    @property
    def materials(self) -> list[str]:
        """Names of its metals and of its inlay."""
        return self.members[0].materials

    @property
    def stones(self) -> list[str]:
        """Names of its kinds of stones, plural where the set has several."""
        counts: dict[str, int] = {}
        for piece in self.members:
            roles = zip((piece.main, piece.accent), piece.made.stone_counts, strict=True)
            for kind, count in roles:
                if kind:
                    counts[kind] = counts.get(kind, 0) + count
        return [stone_words(kind, count) for kind, count in counts.items()]


SETS: tuple[Set, ...] = (
    Set("solene", ("lunaria", "punto"), "rose gold", "diamond"),
    Set("azura", ("halia", "lyra", "vesna"), "silver", "sapphire", "diamond"),
    Set("verdea", ("ovalia", "lacri"), "rose gold", "emerald", "diamond"),
    Set("perla", ("nivea", "perlina"), "white gold", "pearl"),
    Set("sposa", ("credia", "brisa", "pavera", "tennia"), "rose gold", "diamond"),
    Set("classica", ("amorel", "folia"), "rose gold"),
    Set("trio", ("aroha", "maglia", "catena"), "white gold"),
    Set("marina", ("gota", "lacri", "grandea"), "silver", "aquamarine", "diamond"),
    Set("duetta", ("corona", "brisa"), "white gold", "garnet"),
    Set("cadena", ("sferia", "anela", "arcada", "linea"), "white gold"),
)

# What a picture can show.
Item = Product | Set | Negative


def set_counts(images: int) -> list[int]:
    """Returns how many of a catalog's images each set gets."""
    total = round(SET_SHARE * images)
    return [total // len(SETS) + (number < total % len(SETS)) for number in range(len(SETS))]
