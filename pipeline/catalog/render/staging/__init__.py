"""How a piece is set up for its picture: pose, display form, surface, camera height."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render.products import Product
from pipeline.catalog.render.staging import bracelets, earrings, necklaces, rings, worn
from pipeline.catalog.render.staging.registry import (
    KIND_SHARES,
    PRESENTATIONS,
    Presentation,
    Rng,
    Setup,
)
from pipeline.catalog.render.strands import LAYOUTS, Strand

__all__ = [
    "KIND_SHARES",
    "PRESENTATIONS",
    "Presentation",
    "Setup",
    "bracelets",
    "choose",
    "earrings",
    "necklaces",
    "rings",
    "stage",
    "worn",
]


def choose(product: Product, rng: Rng) -> str:
    """Returns the name of a presentation that suits the product."""
    fits = {n: p for n, p in PRESENTATIONS.items() if product.made.form in p.shows}
    kinds = [kind for kind in KIND_SHARES if any(p.kind == kind for p in fits.values())]
    kind = kinds[_drawn(rng, [KIND_SHARES[kind] for kind in kinds])]
    names = [name for name, p in fits.items() if p.kind == kind]
    return names[_drawn(rng, [fits[name].weight for name in names])]


def _drawn(rng: Rng, weights: list[float]) -> int:
    return int(rng.choice(len(weights), p=np.array(weights) / np.sum(weights)))


def stage(product: Product, presentation: str, rng: Rng) -> Setup:
    """Builds the product and sets it up for its picture."""
    chosen = PRESENTATIONS[presentation]
    strand: Strand | None = None
    if chosen.layouts:
        strand = LAYOUTS[chosen.layouts[int(rng.integers(len(chosen.layouts)))]](rng)
    return chosen.stage(product.made.build(product.families, strand), rng)
