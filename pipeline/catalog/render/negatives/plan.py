"""The pictures of an order of negatives."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render import staging
from pipeline.catalog.render.materials import INLAYS
from pipeline.catalog.render.negatives import household, metalware  # noqa: F401 - they register
from pipeline.catalog.render.negatives.registry import METAL, THINGS
from pipeline.catalog.render.negatives.subject import Negative
from pipeline.catalog.render.products import PRODUCTS
from pipeline.catalog.render.shot import Shot, draw_shot
from pipeline.catalog.render.writer import Job, Order

# Kinds of pictures from which the piece is left out, by the kind of presentation.
EMPTY = {"empty board": "catalog", "empty hand, neck or ear": "worn", "empty display": "styled"}
# How many pictures of each of them there are for one of each kind of thing.
_EMPTY_WEIGHT = 4


def drawn(kind: str, view: int, seed: int) -> Negative:
    """Returns the subject of a picture, always the same for the same arguments."""
    rng = np.random.default_rng([seed, zlib.crc32(kind.encode()), view])
    number = int(rng.integers(2**31))
    if kind in EMPTY:
        product = PRODUCTS[int(rng.integers(len(PRODUCTS)))]
        return Negative(kind, number, product.metal, absent=product)
    thing = THINGS[kind]
    inlay = str(rng.choice(thing.inlays)) if thing.inlays else ""
    colors = tuple(INLAYS[inlay].colors) if inlay else ("",)
    fit = [color for color in thing.colors if color in colors] or list(colors)
    return Negative(kind, number, str(rng.choice(METAL)), inlay=inlay, color=str(rng.choice(fit)))


@dataclass(frozen=True)
class NegativeJob(Job):
    """One image of an order of negatives."""

    def shot(self) -> Shot:
        """Returns the parameters of the picture."""
        negative = self.product
        assert isinstance(negative, Negative)
        wanted = EMPTY.get(negative.kind)
        if wanted is None:
            return draw_shot(negative, self.view, self.order.seed)
        fits = [
            name
            for name, presentation in staging.PRESENTATIONS.items()
            if presentation.kind == wanted and negative.form in presentation.shows
        ]
        chosen = fits[negative.number % len(fits)]
        return draw_shot(negative, self.view, self.order.seed, chosen)


def negatives_of(order: Order) -> list[Job]:
    """Returns the images of an order, the kinds in turn."""
    kinds = [*THINGS, *(kind for kind in EMPTY for _ in range(_EMPTY_WEIGHT))]
    views = dict.fromkeys(kinds, 0)
    jobs: list[Job] = []
    for number in range(order.images):
        kind = kinds[number % len(kinds)]
        jobs.append(NegativeJob(drawn(kind, views[kind], order.seed), views[kind], order))
        views[kind] += 1
    return jobs
