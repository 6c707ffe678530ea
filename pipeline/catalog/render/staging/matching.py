"""Matching sets: several pieces laid out together."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipeline.catalog.render import forms, meshes
from pipeline.catalog.render.designs.registry import all_vertices
from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.layouts import LAYOUTS
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.parts import Parts, turned
from pipeline.catalog.render.products import Product
from pipeline.catalog.render.sets import Set
from pipeline.catalog.render.staging.earrings import pair
from pipeline.catalog.render.staging.registry import (
    FRONT,
    Rng,
    Setup,
    display_color,
    on_table,
    setup,
    shows,
    spun,
    tilted,
)

_STRANDS = {"necklace": "necklace_flat", "bracelet": "bracelet_loop"}
_CLEARANCE = 3.0  # smallest distance between pieces, mm


def _lain(product: Product, rng: Rng) -> Parts:
    """Returns a piece of a set as it lies on the table, about the origin."""
    layout = _STRANDS.get(product.type)
    parts = product.made.build(product.families, LAYOUTS[layout](rng) if layout else None)
    if product.type == "earring":
        parts = pair(parts, rng, 8.0, 10.0, (1.15, 1.5))
    elif product.type == "ring":
        parts = spun(tilted(parts, rng.uniform(35, 84)), rng.uniform(-40, 40))
    points = all_vertices(parts)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    return on_table(turned(parts, at=(-middle[0], -middle[1], 0.0)))


def _sample(parts: Parts) -> Array:
    points = all_vertices(parts)[:, :2]
    return points[:: max(1, len(points) // 160)]


def arranged(item: Set, rng: Rng) -> tuple[Parts, tuple[dict[str, int], ...]]:
    """Returns the pieces of a set side by side or within each other, lying on z = 0.

    Each piece in turn takes the place nearest the middle where it touches no other.

    Returns:
        The parts of all pieces, and how many vertices of each role each piece has.
    """
    pieces = [_lain(product, rng) for product in item.members]
    order = sorted(
        range(len(pieces)), key=lambda i: -float(np.ptp(_sample(pieces[i]), axis=0).max())
    )
    stacked = sum(product.type == "bracelet" for product in item.members) > 1
    taken = _sample(pieces[order[0]])
    for last, number in pairwise(order):
        piece = pieces[number]
        if stacked and item.members[number].type == "bracelet":
            height = float(all_vertices(pieces[last])[:, 2].max())
            at = np.array([*rng.uniform(-9, 9, 2), height])
            pieces[number] = turned(piece, at=at)
            continue
        tries = np.concatenate([np.zeros((1, 2)), rng.normal(0, 45, (90, 2))])
        own = _sample(piece)
        gaps = np.array([
            np.linalg.norm(own[:, None] + place - taken[None], axis=2).min() for place in tries
        ])  # fmt: skip
        cost = np.linalg.norm(tries, axis=1) + 1e3 * np.maximum(_CLEARANCE - gaps, 0.0)
        x, y = tries[int(np.argmin(cost))]
        pieces[number] = turned(piece, at=(x, y, 0.0))
        taken = np.concatenate([taken, _sample(pieces[number])])
    members = []
    for piece in pieces:
        counts: dict[str, int] = {}
        for part in piece:
            counts[part.role] = counts.get(part.role, 0) + len(part.mesh.vertices)
        members.append(counts)
    return [part for piece in pieces for part in piece], tuple(members)


@shows("set laid out", "set", 3.0)
def set_laid_out(parts: Parts, rng: Rng) -> Setup:
    """A set on the table, seen from above."""
    return setup(spun(parts, rng.uniform(-25, 25)), "table", rng.uniform(45, 86))


@shows("set close", "set", 2.0)
def set_close(parts: Parts, rng: Rng) -> Setup:
    """The lower half of a set on the table: what lies within a necklace is small beside it."""
    points = all_vertices(parts)
    level = np.quantile(points[:, 1], 0.5) + 0.22 * float(np.ptp(points[:, 1]))
    turn = meshes.rotation("z", rng.uniform(-20, 20))
    framed = points[points[:, 1] < level] @ turn.T
    return setup(turned(parts, turn), "table", rng.uniform(45, 80), framed=framed)


@shows("set on board", "set", 2.0, kind="catalog")
def set_on_board(parts: Parts, rng: Rng) -> Setup:
    """A set on clean board."""
    return setup(spun(parts, rng.uniform(-8, 8)), "table", rng.uniform(58, 88))


@shows("set cut out", "set", 1.0, kind="catalog")
def set_cut_out(parts: Parts, rng: Rng) -> Setup:
    """A set on plain white."""
    return setup(turned(parts, FRONT), "none", rng.uniform(-4, 20))


@shows("set in case", "set", 2.0)
def set_in_case(parts: Parts, rng: Rng) -> Setup:
    """A set in an open jewelry case."""
    points = all_vertices(parts)
    low, high = points.min(axis=0), points.max(axis=0)
    width, depth = (high - low)[:2] + rng.uniform(12, 30, 2)
    at = ((low + high) / 2)[:2]
    shell, lining = forms.case(float(width), float(depth), float(rng.uniform(8, 20)))
    turn = meshes.rotation("z", rng.uniform(-20, 20))
    lift = 3.0
    props = [Prop(mesh.moved(*at).rotated(turn), display_color(rng)) for mesh in (shell, lining)]
    return setup(turned(turned(parts, at=(0, 0, lift)), turn), "table", rng.uniform(48, 80), *props)
