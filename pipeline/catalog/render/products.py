"""What the shop sells: a design in a metal with its stones. One line is one product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render.designs import DESIGNS, Design
from pipeline.catalog.render.materials import STONES, stone_words

# Shares of the four types in the published data set that this catalog stands in for.
TYPE_SHARES = {"necklace": 0.26, "ring": 0.31, "earring": 0.33, "bracelet": 0.10}


@dataclass(frozen=True)
class Product:
    """A product.

    Attributes:
        design: Key of ``DESIGNS``.
        metal: Key of ``METALS``.
        main: Key of ``STONES`` for its main stones, or empty.
        accent: Key of ``STONES`` for its small stones, or empty.
        color: A color that its materials do not imply, such as ``black`` for pearls.
        second: Key of ``METALS`` for the second metal of a two-tone piece, or empty.
        inlay: Key of ``INLAYS`` for its colored parts that are no stones, or empty.
    """

    design: str
    metal: str
    main: str = ""
    accent: str = ""
    color: str = ""
    second: str = ""
    inlay: str = ""

    @property
    def made(self) -> Design:
        """The design itself."""
        return DESIGNS[self.design]

    @property
    def type(self) -> str:
        """``ring``, ``earring``, ``necklace`` or ``bracelet``."""
        return self.made.type

    @property
    def form(self) -> str:
        """How photographers can show it: see ``staging.PRESENTATIONS``."""
        return self.made.form

    @property
    def model(self) -> str:
        """The design's name as captions write it."""
        return self.design.capitalize()

    @property
    def product_id(self) -> str:
        """A readable identifier, unique in the catalog."""
        words = [self.design, self.metal, self.second, self.color, self.inlay, self.main]
        if self.accent != self.main:
            words.append(self.accent)
        return "-".join(word.replace(" ", "-") for word in words if word)

    @property
    def families(self) -> dict[str, str]:
        """The family of the stones of each role."""
        roles = {"main": self.main, "accent": self.accent}
        return {role: STONES[kind].family for role, kind in roles.items() if kind}

    @property
    def materials(self) -> list[str]:
        """Names of its metals and of its inlay."""
        return [word for word in (self.metal, self.second, self.inlay) if word]

    @property
    def stones(self) -> list[str]:
        """Names of its kinds of stones, plural where a piece has several."""
        counts: dict[str, int] = {}
        for kind, count in zip((self.main, self.accent), self.made.stone_counts, strict=True):
            if kind and count:
                counts[kind] = counts.get(kind, 0) + count
        return [stone_words(kind, count) for kind, count in counts.items()]


# Like shapes and materials on purpose, since telling such designs apart is the hard part of the
# task. Members share their type and a metal.
LOOKALIKES: tuple[tuple[str, ...], ...] = (
    ("alba", "mirel"),
    ("soleia", "vesna", "vortica"),
    ("trinca", "talia"),
    ("ondine", "pavera", "canala"),
    ("punto", "lyra", "quadra"),
    ("anela", "grossa", "tuba", "rettana"),
    ("brisa", "stretta"),
    ("amorel", "luneta"),
    ("halia", "ovalia"),
    ("sferia", "tesina", "corda", "serpa"),
    ("aroha", "selva"),
    ("mangala", "ebanel"),
)

PRODUCTS: tuple[Product, ...] = (
    Product("alba", "white gold", "diamond"),
    Product("alba", "yellow gold", "diamond"),
    Product("mirel", "white gold", "diamond"),
    Product("soleia", "white gold", "sapphire", "diamond"),
    Product("soleia", "rose gold", "diamond", "diamond"),
    Product("vesna", "white gold", "sapphire", "diamond"),
    Product("trinca", "yellow gold", "ruby"),
    Product("talia", "yellow gold", "ruby", "diamond"),
    Product("ondine", "yellow gold", "diamond"),
    Product("ondine", "white gold", "emerald"),
    Product("corvo", "silver", "onyx"),
    Product("baro", "yellow gold"),
    Product("linea", "rose gold"),
    Product("sottila", "yellow gold"),
    Product("treccia", "silver"),
    Product("esmera", "white gold", "emerald", "diamond"),
    Product("solaria", "yellow gold", "turquoise"),
    Product("punto", "white gold", "diamond"),
    Product("lyra", "white gold", "diamond"),
    Product("lyra", "yellow gold", "ruby"),
    Product("perlina", "yellow gold", "pearl"),
    Product("perlina", "silver", "pearl", color="black"),
    Product("fiora", "rose gold", "diamond"),
    Product("anela", "yellow gold"),
    Product("torsa", "rose gold"),
    Product("brisa", "white gold", "diamond"),
    Product("stretta", "white gold", "diamond"),
    Product("lacri", "yellow gold", "emerald", "diamond"),
    Product("lacri", "white gold", "amethyst", "diamond"),
    Product("cascara", "white gold", "diamond"),
    Product("folia", "silver"),
    Product("candela", "yellow gold", "garnet"),
    Product("amorel", "yellow gold"),
    Product("cruza", "silver"),
    Product("credia", "white gold", "diamond"),
    Product("gota", "white gold", "aquamarine"),
    Product("halia", "white gold", "sapphire", "diamond"),
    Product("halia", "yellow gold", "ruby", "diamond"),
    Product("ovalia", "white gold", "emerald", "diamond"),
    Product("luneta", "yellow gold"),
    Product("barra", "rose gold"),
    Product("nivea", "silver", "pearl"),
    Product("sferia", "yellow gold"),
    Product("boreal", "silver"),
    Product("tesina", "yellow gold"),
    Product("catena", "silver"),
    Product("tennia", "white gold", "diamond"),
    Product("tennia", "yellow gold", "topaz"),
    Product("ciondra", "rose gold"),
    Product("aroha", "yellow gold"),
    Product("selva", "yellow gold", "emerald"),
    Product("arcada", "silver"),
    Product("ebanel", "yellow gold", "onyx"),
    Product("vortica", "white gold", "diamond", "diamond"),
    Product("incroce", "yellow gold", "diamond"),
    Product("duora", "yellow gold", second="white gold"),
    Product("pavera", "white gold", "diamond"),
    Product("canala", "white gold", "sapphire"),
    Product("aperta", "rose gold", "pearl"),
    Product("trina", "yellow gold", "diamond", second="rose gold"),
    Product("grandea", "yellow gold", "amethyst"),
    Product("margara", "yellow gold", "ruby", color="blue", inlay="enamel"),
    Product("corona", "rose gold", "diamond"),
    Product("quadra", "white gold", "diamond"),
    Product("tuba", "yellow gold"),
    Product("grossa", "yellow gold"),
    Product("rettana", "yellow gold"),
    Product("perlora", "yellow gold", "pearl", "diamond"),
    Product("fileta", "yellow gold", "peridot"),
    Product("rampica", "silver", "diamond"),
    Product("cuorella", "yellow gold", color="red", inlay="enamel"),
    Product("cuora", "yellow gold"),
    Product("sontua", "silver", "ruby", "diamond"),
    Product("nappa", "silver", color="pink", inlay="silk"),
    Product("campana", "yellow gold", "coral"),
    Product("filigra", "yellow gold"),
    Product("nomina", "yellow gold"),
    Product("ombra", "oxidized silver", "turquoise", color="black", inlay="cord"),
    Product("lunaria", "silver", "diamond"),
    Product("corda", "yellow gold"),
    Product("serpa", "yellow gold"),
    Product("vitria", "yellow gold", color="red", inlay="glass"),
    Product("stazia", "yellow gold"),
    Product("strata", "yellow gold", "citrine"),
    Product("regina", "yellow gold", "emerald", "diamond"),
    Product("farfala", "white gold", second="rose gold"),
    Product("nazara", "yellow gold", "onyx", color="blue", inlay="enamel"),
    Product("mangala", "yellow gold", "onyx"),
    Product("perlana", "yellow gold", "pearl"),
    Product("grafetta", "yellow gold"),
    Product("maglia", "yellow gold"),
    Product("quadria", "yellow gold", color="black", inlay="enamel"),
    Product("intaglia", "oxidized silver"),
    Product("filata", "yellow gold", "ruby", color="orange", inlay="silk"),
    Product("nodara", "rose gold"),
)


def _shared_out(total: int, weights: list[float]) -> list[int]:
    """Returns whole numbers that add up to ``total``, by the largest remainder."""
    exact = total * np.array(weights) / np.sum(weights)
    counts = np.floor(exact).astype(int)
    for index in np.argsort(counts - exact, kind="stable")[: total - int(counts.sum())]:
        counts[index] += 1
    return [int(count) for count in counts]


def plan_counts(images: int, products: tuple[Product, ...] = PRODUCTS) -> list[int]:
    """Returns how many images each product gets, so that types keep ``TYPE_SHARES``.

    Args:
        images: How many in all, at least 1.
        products: What to share them among; types that are missing get none.
    """
    types = [kind for kind in TYPE_SHARES if any(p.made.type == kind for p in products)]
    per_type = _shared_out(images, [TYPE_SHARES[kind] for kind in types])
    counts = [0] * len(products)
    for kind, quota in zip(types, per_type, strict=True):
        members = [i for i, product in enumerate(products) if product.made.type == kind]
        for index, count in zip(members, _shared_out(quota, [1.0] * len(members)), strict=True):
            counts[index] = count
    return counts
