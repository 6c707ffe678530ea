"""The table of backdrops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.textures import Rng

Paint = Callable[[Rng], Array]


@dataclass(frozen=True)
class Backdrop:
    """A surface.

    Attributes:
        paint: Makes its linear reflectance, shape (SIZE, SIZE, 3), 0..1, tileable.
        roughness: 0 (mirror) to 1 (chalk).
        specular: Strength of its gloss, 0..1.
        weight: How often it is chosen; only its share of the sum counts.
    """

    paint: Paint
    roughness: float
    specular: float
    weight: float


BACKDROPS: dict[str, Backdrop] = {}
CLEAN = ("white", "white gloss", "off-white", "cream", "pastel")


def backdrop(
    name: str, weight: float, roughness: float = 0.9, specular: float = 0.1
) -> Callable[[Paint], Paint]:
    """Returns a decorator that enters a paint function as a backdrop (see ``Backdrop``)."""

    def register(paint: Paint) -> Paint:
        BACKDROPS[name] = Backdrop(paint, roughness, specular, weight)
        return paint

    return register


def choose(rng: Rng, clean: bool = False) -> str:
    """Returns the name of a backdrop, heavier ones more often.

    Args:
        rng: Source of randomness.
        clean: Whether to keep to light, plain boards, as catalogs do.
    """
    names = [name for name in BACKDROPS if name in CLEAN or not clean]
    weights = np.array([BACKDROPS[name].weight for name in names])
    return names[int(rng.choice(len(names), p=weights / weights.sum()))]
