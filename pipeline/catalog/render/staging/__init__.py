"""How a piece is set up for its picture: pose, display form, surface, camera height."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.catalog.render.layouts import LAYOUTS
from pipeline.catalog.render.sets import Item, Set
from pipeline.catalog.render.staging import (
    bracelets,
    earrings,
    matching,
    multiples,
    necklaces,
    portraits,
    rings,
    things,
    worn,
)
from pipeline.catalog.render.staging.registry import (
    KIND_SHARES,
    PRESENTATIONS,
    Presentation,
    Rng,
    Setup,
)
from pipeline.catalog.render.staging.supports import strewn_about
from pipeline.catalog.render.strands import Strand

__all__ = [
    "KIND_SHARES",
    "PRESENTATIONS",
    "Presentation",
    "Setup",
    "bracelets",
    "choose",
    "earrings",
    "matching",
    "multiples",
    "necklaces",
    "portraits",
    "rings",
    "stage",
    "things",
    "worn",
]

# Share of the styled tables on which other things lie beside the piece.
CLUTTERED = 0.3


def choose(item: Item, rng: Rng) -> str:
    """Returns the name of a presentation that suits the item."""
    fits = {n: p for n, p in PRESENTATIONS.items() if item.form in p.shows}
    kinds = [kind for kind in KIND_SHARES if any(p.kind == kind for p in fits.values())]
    kind = kinds[_drawn(rng, [KIND_SHARES[kind] for kind in kinds])]
    names = [name for name, p in fits.items() if p.kind == kind]
    return names[_drawn(rng, [fits[name].weight for name in names])]


def _drawn(rng: Rng, weights: list[float]) -> int:
    return int(rng.choice(len(weights), p=np.array(weights) / np.sum(weights)))


def stage(item: Item, presentation: str, rng: Rng) -> Setup:
    """Builds the item and sets it up for its picture."""
    chosen = PRESENTATIONS[presentation]
    if isinstance(item, Set):
        parts, members = matching.arranged(item, rng)
        return replace(chosen.stage(parts, rng), members=members)
    strand: Strand | None = None
    if chosen.layouts:
        strand = LAYOUTS[chosen.layouts[int(rng.integers(len(chosen.layouts)))]](rng)
    shown = chosen.stage(item.made.build(item.families, strand), rng)
    if chosen.kind == "styled" and shown.surface == "table" and rng.uniform() < CLUTTERED:
        return strewn_about(shown, rng)
    return shown
