"""What any lying piece can be shown on or with: trays, slabs, gift boxes, things strewn about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.designs.registry import all_vertices
from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.forms import displays
from pipeline.catalog.render.forms.clutter import CLUTTER, tint
from pipeline.catalog.render.parts import Parts, turned
from pipeline.catalog.render.staging.registry import Rng, Setup, display_color, on_table, setup


def _centered(parts: Parts) -> tuple[Parts, float, float]:
    """Returns the parts about the vertical axis, and their width and depth, mm."""
    points = all_vertices(parts)
    low, high = points.min(axis=0), points.max(axis=0)
    moved = turned(parts, at=(-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, 0.0))
    return moved, float(high[0] - low[0]), float(high[1] - low[1])


def on_support(parts: Parts, rng: Rng) -> Setup:
    """A piece on a tray, dish or slab, seen from above at a slant."""
    posed, width, depth = _centered(parts)
    width, depth = width + rng.uniform(8, 50), depth + rng.uniform(8, 50)
    round_ = bool(rng.uniform() < 0.5)
    if round_:
        width = depth = 1.1 * max(width, depth)
    if rng.uniform() < 0.5:
        height, form = 2.2, displays.tray(width, depth, float(rng.uniform(4, 12)), round_)
    else:
        height = float(rng.uniform(5, 24))
        form = displays.block(width, depth, height, round_)
    turn = meshes.rotation("z", rng.uniform(-30, 30))
    prop = Prop(form.rotated(turn), display_color(rng), 0.4, float(rng.uniform(0.0, 0.5)))
    return setup(turned(on_table(posed, height), turn), "table", rng.uniform(32, 80), prop)


def in_gift_box(parts: Parts, rng: Rng, sunk: float = 0.0) -> Setup:
    """A piece on the foam of a gift box, its lid with ribbon leaning behind.

    Args:
        parts: The piece, lying or upright.
        rng: Source of randomness.
        sunk: How deep it is stuck in the foam, mm.
    """
    posed, width, depth = _centered(parts)
    side, height = max(depth * 1.2, 36.0) + rng.uniform(4, 20), float(rng.uniform(16, 34))
    wide = max(1.0, (width * 1.15 + 8) / side) * rng.uniform(1.0, 1.2)
    box, inlay, ribbon = displays.gift_box(float(side), height, float(wide))
    turn = meshes.rotation("z", rng.uniform(-30, 30))
    props = [
        Prop(box.rotated(turn), display_color(rng)),
        Prop(inlay.rotated(turn), tint(rng, saturation=(0.0, 0.4), value=(0.05, 1.0))),
        Prop(ribbon.rotated(turn), display_color(rng), 0.3, 0.5),
    ]
    lifted = turned(on_table(posed, height - 3.0 - sunk), turn)
    return setup(lifted, "table", rng.uniform(35, 75), *props)


def strewn_about(shown: Setup, rng: Rng, kinds: tuple[str, ...] = tuple(CLUTTER)) -> Setup:
    """Returns a setup with one to three things lying beside the piece on its table.

    Args:
        shown: The setup without them.
        rng: Source of randomness.
        kinds: Keys of ``CLUTTER`` to choose from.
    """
    solid = [*shown.piece.values(), *(prop.mesh for prop in shown.props)]
    points = np.concatenate([mesh.vertices for mesh in solid])[:, :2]
    near = shown.framed[:, :2]
    low, high = np.minimum(near.min(axis=0), 0), np.maximum(near.max(axis=0), 0)
    reach = float(np.linalg.norm(np.ptp(shown.framed, axis=0))) / 2
    middle, half = (low + high) / 2, (high - low) / 2
    props: list[Prop] = []
    for _ in range(int(rng.integers(1, 4))):
        size = float(reach * rng.uniform(0.4, 0.9))
        made = CLUTTER[kinds[int(rng.integers(len(kinds)))]](rng, size)
        own = np.concatenate([prop.mesh.vertices for prop in made])[:, :2]
        center, extent = (own.min(axis=0) + own.max(axis=0)) / 2, np.ptp(own, axis=0) / 2
        # Seen from low, what lies in front would hide the piece.
        first, last = (-10, 190) if shown.elevation < 45 else (-180, 180)
        angle = np.radians(rng.uniform(first, last))
        away = np.array([np.cos(angle), np.sin(angle)])
        for share in np.linspace(0.0, 4.0, 41):  # outward until it touches nothing
            place = middle + away * share * np.maximum(half, 0.5 * reach)
            outside = np.maximum(np.abs(points - place) - extent, 0.0)
            if np.linalg.norm(outside, axis=1).min() > 0.06 * reach:
                props += [replace(p, mesh=p.mesh.moved(*(place - center))) for p in made]
                points = np.concatenate([points, own - center + place])
                break
    return replace(shown, props=(*shown.props, *props))
