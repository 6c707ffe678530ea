"""Stands, trays, blocks and packaging that shops show pieces on. In mm, standing on z = 0."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.meshes import Mesh

_UP = np.array([0.0, 0.0, 1.0])


def bar_stand(width: float, height: float, thick: float) -> Mesh:
    """Returns a T-bar: a foot, a pole and a bar along x whose middle is ``height`` mm up."""
    foot = meshes.lathe([(0.0, 0.0), (24.0, 0.0), (24.0, 3.0), (22.0, 4.0), (0.0, 4.0)], 48)
    pole = meshes.lathe([(0.0, 3.0), (thick, 3.0), (thick, height), (0.0, height)], 16)
    half = width / 2
    outline = [(0.0, -half), (thick * 0.8, -half), (thick, -half + 1.5), (thick, half - 1.5),
               (thick * 0.8, half), (0.0, half)]  # fmt: skip
    bar = meshes.lathe(outline, 20).rotated(meshes.rotation("y", 90.0))
    # The pole stands behind, lest it hide what hangs in the middle.
    arm = meshes.box(thick, 14.0, thick).moved(y=6.0, z=height - thick / 2)
    return meshes.merge([foot.moved(y=12.0), pole.moved(y=12.0), arm, bar.moved(z=height)])


def block(width: float, depth: float, height: float, round_: bool) -> Mesh:
    """Returns a plinth: a slab with softened edges, or a cylinder."""
    power = 2.0 if round_ else 12.0
    return meshes.extrude(
        meshes.superellipse(width, depth, power, 72), height, min(1.2, height / 4)
    )


def tray(width: float, depth: float, rim: float, round_: bool) -> Mesh:
    """Returns a tray whose floor is 2 mm above the table, with a rim ``rim`` mm high."""
    power = 2.0 if round_ else 8.0
    outline = meshes.superellipse(width, depth, power, 96)
    floor = meshes.extrude(outline, 2.0)
    path = np.column_stack([outline, np.full(96, rim / 2)])
    edge = meshes.sweep(path, meshes.superellipse(2.4, rim, 4, 12), True, _UP)
    return meshes.merge([floor, edge])


def pillow(width: float, depth: float, height: float) -> Mesh:
    """Returns a cushion, highest in the middle."""
    outline = meshes.superellipse(width, depth, 5, 64)
    turn = np.linspace(0.0, 1.0, 14)
    rings = [
        np.column_stack([outline * r, np.full(64, height * (0.25 + 0.75 * (1 - r**2.6)))])
        for r in turn[::-1]
    ]
    rings.insert(0, np.column_stack([outline * 0.94, np.zeros(64)]))
    points = np.concatenate(rings)
    return meshes.smooth(points, meshes.grid_faces(len(rings), 64, False, True))


def gift_box(side: float, height: float, wide: float = 1.0) -> tuple[Mesh, Mesh, Mesh]:
    """Returns an open gift box with a foam inlay, its lid leaning behind, and a ribbon on it.

    Args:
        side: Outer depth along y, mm.
        height: Height of the base, mm; the inlay ends 3 mm below.
        wide: Width in depths.

    Returns:
        Box with lid, inlay, ribbon.
    """
    width, wall = side * wide, 1.6
    x, y = width / 2 - wall / 2, side / 2 - wall / 2
    base = [
        meshes.box(wall, side, height).moved(x=-x),
        meshes.box(wall, side, height).moved(x=x),
        meshes.box(width, wall, height).moved(y=-y),
        meshes.box(width, wall, height).moved(y=y),
    ]
    inlay = meshes.box(width - 2 * wall, side - 2 * wall, height - 3.0)
    lean = meshes.rotation("x", 62.0)
    lid = meshes.box(width + 2, side + 2, height * 0.5)
    bands = meshes.merge([
        meshes.box(7.0, side + 2.6, height * 0.5 + 0.6),
        meshes.box(width + 2.6, 7.0, height * 0.5 + 0.6),
    ])  # fmt: skip
    place = {"y": side * 0.5 + 0.45 * side * 0.5 + 6.0, "z": side * 0.44}
    return (
        meshes.merge([*base, lid.rotated(lean).moved(**place)]),
        inlay,
        bands.rotated(lean).moved(**place),
    )
