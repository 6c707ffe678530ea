"""Earrings: singles and pairs, hung, laid and on cards."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import forms, meshes
from pipeline.catalog.render.designs.registry import all_vertices
from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.forms import displays
from pipeline.catalog.render.parts import Part, Parts, turned
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
from pipeline.catalog.render.staging.supports import in_gift_box, on_support


def pair(parts: Parts, rng: Rng, yaw: float, roll: float, gap: tuple[float, float]) -> Parts:
    """Returns two mirrored pieces side by side in the face frame.

    Args:
        parts: One piece.
        rng: Source of randomness.
        yaw: Largest turn about the vertical of each, degrees.
        roll: Largest turn in the picture of each, degrees.
        gap: Smallest and largest distance of centers, in widths of a piece.
    """
    extent = np.ptp(all_vertices(parts), axis=0)
    distance = rng.uniform(*gap) * max(extent[0], 6.0)
    shared = rng.uniform(-yaw, yaw)
    both: Parts = []
    for sign in (-1.0, 1.0):
        one = parts if sign < 0 else [Part(p.role, p.mesh.mirrored_x()) for p in parts]
        one = turned(one, meshes.rotation("y", shared + rng.uniform(-0.2, 0.2) * yaw))
        one = turned(one, meshes.rotation("z", rng.uniform(-roll, roll)))
        both += turned(one, at=(sign * distance / 2, rng.uniform(-0.04, 0.04) * extent[1], 0.0))
    return both


@shows("pair hanging", "drop hoop", 3.0, kind="catalog")
def pair_hanging(parts: Parts, rng: Rng) -> Setup:
    """A pair hanging before a wall or on plain white."""
    posed = turned(pair(parts, rng, 35.0, 4.0, (1.2, 1.6)), FRONT)
    surface = "none" if rng.uniform() < 0.5 else "wall"
    return setup(spun(posed, rng.uniform(-22, 22)), surface, rng.uniform(-4, 16))


@shows("studs facing", "stud", 3.0, kind="catalog")
def studs_facing(parts: Parts, rng: Rng) -> Setup:
    """A pair of studs turned to the camera, floating on white or stuck in a wall."""
    posed = turned(pair(parts, rng, 25.0, 12.0, (1.2, 1.7)), FRONT)
    surface = "none" if rng.uniform() < 0.6 else "wall"
    return setup(spun(posed, rng.uniform(-20, 20)), surface, rng.uniform(-5, 25))


@shows("studs lying", "stud", 2.0)
def studs_lying(parts: Parts, rng: Rng) -> Setup:
    """A pair of studs leaning on their posts."""
    both: Parts = []
    extent = float(np.ptp(all_vertices(parts)[:, 0]))
    for sign in (-1.0, 1.0):
        one = spun(tilted(parts, rng.uniform(50, 75)), rng.uniform(-35, 35))
        both += turned(on_table(one), at=(sign * extent * rng.uniform(0.65, 1.0),
                                           rng.uniform(-3, 3), 0.0))  # fmt: skip
    return setup(both, "table", rng.uniform(15, 50))


@shows("pair lying", "drop hoop", 2.2)
def pair_lying(parts: Parts, rng: Rng) -> Setup:
    """A pair laid on the table, seen from above."""
    posed = on_table(pair(parts, rng, 8.0, 22.0, (1.15, 1.6)))
    return setup(spun(posed, rng.uniform(-30, 30)), "table", rng.uniform(45, 86))


@shows("pair on card", "drop hoop stud", 1.6)
def pair_on_card(parts: Parts, rng: Rng) -> Setup:
    """A pair on an earring card, lying or standing."""
    both = pair(parts, rng, 0.0, 4.0, (1.35, 1.8))
    points = all_vertices(both)
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.maximum((high - low)[:2] * rng.uniform(1.25, 1.6), 22.0)
    # Posts and the backs of hooks disappear behind the card; no stone may touch it, since a
    # clear one would show the card's color as its own.
    stones = [part for part in both if part.role != "metal"]
    behind = min(-0.5, float(all_vertices(stones)[:, 2].min()) - 0.3) if stones else -0.5
    board = forms.card(float(size[0]), float(size[1])).moved(
        y=float(low[1] + high[1]) / 2 - 0.1 * float(size[1]), z=behind
    )
    color = display_color(rng)
    if rng.uniform() < 0.5:
        lift = 0.9 - behind
        both, board = turned(both, at=(0, 0, lift)), board.moved(z=lift)
        turn = meshes.rotation("z", rng.uniform(-25, 25))
        return setup(
            turned(both, turn), "table", rng.uniform(50, 86), Prop(board.rotated(turn), color)
        )
    turn = meshes.rotation("z", rng.uniform(-25, 25)) @ FRONT
    return setup(turned(both, turn), "wall", rng.uniform(-4, 15), Prop(board.rotated(turn), color))


@shows("single earring", "drop hoop", 1.0, kind="catalog")
def single_earring(parts: Parts, rng: Rng) -> Setup:
    """One earring of the pair, close."""
    posed = turned(parts, meshes.rotation("y", rng.uniform(-45, 45)))
    surface = "none" if rng.uniform() < 0.5 else "wall"
    return setup(turned(posed, FRONT), surface, rng.uniform(-4, 20))


@shows("pair one turned", "drop hoop stud", 2.0, kind="catalog")
def pair_one_turned(parts: Parts, rng: Rng) -> Setup:
    """One earring from the front, the other from the side."""
    extent = np.ptp(all_vertices(parts), axis=0)
    side = rng.choice([-1.0, 1.0])
    away = turned(parts, meshes.rotation("y", side * rng.uniform(45, 95)))
    gap = rng.uniform(0.9, 1.25) * max(float(extent[0]), 6.0)
    sink = rng.uniform(-0.15, 0.15) * float(extent[1])
    both = turned(parts, meshes.rotation("y", rng.uniform(-12, 12)))
    both = both + turned(away, at=(side * gap, sink, 0.0))
    surface = "none" if rng.uniform() < 0.7 else "wall"
    return setup(turned(both, FRONT), surface, rng.uniform(-4, 16))


@shows("pair on board", "drop hoop stud", 2.0, kind="catalog")
def pair_on_board(parts: Parts, rng: Rng) -> Setup:
    """A pair on clean board, one a little across the other or apart."""
    gap = (0.8, 1.0) if rng.uniform() < 0.25 else (1.1, 1.7)
    posed = on_table(pair(parts, rng, 10.0, rng.uniform(2, 40), gap))
    return setup(spun(posed, rng.uniform(-30, 30)), "table", rng.uniform(55, 88))


@shows("hoops standing", "hoop", 1.5)
def hoops_standing(parts: Parts, rng: Rng) -> Setup:
    """A pair of hoops on edge."""
    both: Parts = []
    extent = float(np.ptp(all_vertices(parts)[:, 0]))
    for sign in (-1.0, 1.0):
        one = spun(turned(parts, FRONT), rng.uniform(-60, 60))
        both += turned(on_table(one), at=(sign * extent * rng.uniform(0.5, 0.8),
                                          rng.uniform(-0.4, 0.4) * extent, 0.0))  # fmt: skip
    return setup(both, "table", rng.uniform(6, 40))


@shows("pair on stand", "drop hoop", 1.8)
def pair_on_stand(parts: Parts, rng: Rng) -> Setup:
    """A pair hung on the bar of an earring stand."""
    both = pair(parts, rng, 25.0, 2.0, (1.25, 1.9))
    points = all_vertices(both)
    thick = float(rng.uniform(1.2, 3.0))
    height = float(points[:, 1].max() - points[:, 1].min()) + rng.uniform(6, 40)
    width = float(np.ptp(points[:, 0])) * rng.uniform(1.15, 1.8)
    stand = displays.bar_stand(width, height, thick)
    hung = turned(both, FRONT, (0.0, -thick * 0.2, height + thick - float(points[:, 1].max())))
    turn = meshes.rotation("z", rng.uniform(-30, 30))
    prop = Prop(stand.rotated(turn), display_color(rng), 0.4, rng.uniform(0.0, 0.5))
    return setup(turned(hung, turn), "table", rng.uniform(-2, 25), prop)


@shows("pair in gift box", "stud hoop drop", 0.8)
def pair_in_gift_box(parts: Parts, rng: Rng) -> Setup:
    """A pair on the foam of a gift box."""
    return in_gift_box(on_table(pair(parts, rng, 6.0, 8.0, (1.15, 1.5))), rng)


@shows("pair on tray", "stud hoop drop", 1.2)
def pair_on_tray(parts: Parts, rng: Rng) -> Setup:
    """A pair on a tray, slab or book-like block."""
    return on_support(on_table(pair(parts, rng, 8.0, 30.0, (1.1, 1.6))), rng)


@shows("pair overlapping", "hoop", 2.0)
def pair_overlapping(parts: Parts, rng: Rng) -> Setup:
    """A pair of hoops lying flat, the second with one side upon the first."""
    first = on_table(spun(parts, rng.uniform(-180, 180)))
    points = all_vertices(first)
    thick, width = float(np.ptp(points[:, 2])), float(np.ptp(points[:, 0]))
    tip = np.degrees(np.arctan2(thick, 0.75 * width))
    second = tilted(spun(parts, rng.uniform(-180, 180)), 0.0, tip)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    ends = all_vertices(second)
    middle = middle - (ends.min(axis=0) + ends.max(axis=0)) / 2
    aside = width * rng.uniform(0.5, 0.85)
    second = turned(second, at=(middle[0] + aside, middle[1] + rng.uniform(-0.2, 0.2) * width, 0.0))
    turn = rng.uniform(-180, 180)
    return setup(spun(first + on_table(second), turn), "table", rng.uniform(40, 86))


@shows("pair close together", "hoop stud drop", 1.5, kind="catalog")
def pair_close_together(parts: Parts, rng: Rng) -> Setup:
    """A pair lying almost in touch, aslant in the picture."""
    both = pair(parts, rng, 4.0, rng.uniform(0, 12), (0.98, 1.1))
    return setup(spun(on_table(both), rng.uniform(-60, 60)), "table", rng.uniform(45, 88))


@shows("earrings in rows", "hoop stud drop", 0.8)
def earrings_in_rows(parts: Parts, rng: Rng) -> Setup:
    """Several of one earring laid out in one row or two, as a kit of pieces."""
    extent = np.ptp(all_vertices(parts), axis=0)
    rows, columns = (1, int(rng.integers(4, 9))) if rng.uniform() < 0.6 else (2, 4)
    pitch = np.maximum(extent[:2], 5.0) * rng.uniform(1.1, 1.3)
    laid: Parts = []
    for number in range(rows * columns):
        row, column = divmod(number, columns)
        one = turned(parts, meshes.rotation("z", rng.uniform(-6, 6)))
        laid += turned(one, at=(float(column * pitch[0]), float(-row * pitch[1]), 0.0))
    turn = rng.choice([0.0, 90.0]) + rng.uniform(-20, 20)
    return setup(spun(on_table(laid), turn), "table", rng.uniform(50, 86))
