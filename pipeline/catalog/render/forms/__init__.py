"""Things jewelry is shown on: bust, cone, roll, box, dish, card. In mm, on z = 0."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.layouts import BUST_DEPTH, BUST_PROFILE
from pipeline.catalog.render.meshes import Mesh

Rgb = tuple[float, float, float]

DISPLAY: tuple[Rgb, ...] = (
    (0.82, 0.80, 0.77), (0.66, 0.57, 0.46), (0.02, 0.02, 0.022), (0.25, 0.25, 0.26),
    (0.05, 0.06, 0.12), (0.62, 0.42, 0.38), (0.45, 0.36, 0.28),
)  # fmt: skip


def bust() -> Mesh:
    """Returns a neck form, front at -y."""
    profile = np.array(BUST_PROFILE)
    heights = np.linspace(profile[0, 1], profile[-1, 1], 60)
    radii = np.interp(heights, profile[:, 1], profile[:, 0])
    body = meshes.lathe(list(zip(radii, heights, strict=True)), 64)
    return body.scaled(1.0, BUST_DEPTH, 1.0)


def ring_cone(radius: float) -> tuple[Mesh, float]:
    """Returns a cone and the height at which a ring of inner ``radius`` rests on it."""
    bottom, top, height = radius * 1.9, radius * 0.35, 62.0
    body = meshes.lathe([(0.0, 0.0), (bottom, 0.0), (top, height), (top * 0.6, height + 2.0),
                         (0.0, height + 2.6)], 64)  # fmt: skip
    return body, height * (bottom - radius) / (bottom - top)


def pillow(radius: float) -> Mesh:
    """Returns a display roll along x."""
    outline = [(0.0, -60.0), (radius * 0.9, -60.0), (radius, -56.0), (radius, 56.0),
               (radius * 0.9, 60.0), (0.0, 60.0)]  # fmt: skip
    return meshes.lathe(outline, 48).rotated(meshes.rotation("y", 90.0))


def _cushion(width: float, depth: float, height: float) -> Mesh:
    outline = meshes.superellipse(width, depth, 7, 48)
    return meshes.extrude(outline, height, min(height, depth) * 0.2)


def ring_box() -> tuple[Mesh, float]:
    """Returns an open ring box and the height of the slit's surface; the slit runs along x."""
    base = 12.0
    rolls = [_cushion(44.0, 21.0, 18.0).moved(y=s * 11.6, z=base) for s in (-1.0, 1.0)]
    walls = [
        meshes.box(50.0, 2.0, 30.0).moved(y=-24.0),
        meshes.box(50.0, 2.0, 30.0).moved(y=24.0),
        meshes.box(2.0, 50.0, 30.0).moved(x=-25.0),
        meshes.box(2.0, 50.0, 30.0).moved(x=25.0),
        meshes.box(50.0, 50.0, base),
        meshes.box(52.0, 3.0, 40.0).rotated(meshes.rotation("x", -12.0)).moved(y=27.0, z=29.0),
    ]
    return meshes.merge([*rolls, *walls]), base + 18.0


def case(width: float, depth: float, wall: float) -> tuple[Mesh, Mesh]:
    """Returns an open jewelry case with its lid up behind, and its lining 3 mm above the table.

    Args:
        width: Inner width along x, mm.
        depth: Inner depth along y, mm.
        wall: Height of its walls, mm.
    """
    x, y, edge = width / 2, depth / 2, 2.5
    lid = meshes.box(width + 2 * edge, edge, depth * 0.9).rotated(meshes.rotation("x", -18.0))
    shell = [
        meshes.box(edge, depth + 2 * edge, wall).moved(x=-x - edge / 2),
        meshes.box(edge, depth + 2 * edge, wall).moved(x=x + edge / 2),
        meshes.box(width, edge, wall).moved(y=-y - edge / 2),
        meshes.box(width, edge, wall).moved(y=y + edge / 2),
        lid.moved(y=y + 2 * edge, z=wall),
    ]
    cover = meshes.box(width - 6, edge, depth * 0.9 - 6).rotated(meshes.rotation("x", -18.0))
    lining = [meshes.box(width, depth, 3.0), cover.moved(y=y + edge, z=wall + 3)]
    return meshes.merge(shell), meshes.merge(lining)


def dish(radius: float) -> Mesh:
    """Returns a shallow dish whose floor is about 2 mm above the table."""
    r = radius
    profile = [(0.0, 0.0), (r * 0.7, 0.0), (r * 0.95, r * 0.16), (r, r * 0.24),
               (r * 0.985, r * 0.26), (r * 0.93, r * 0.2), (r * 0.7, 2.6), (r * 0.6, 2.0),
               (0.0, 2.0)]  # fmt: skip
    return meshes.lathe(profile, 72)


def card(width: float, height: float) -> Mesh:
    """Returns an earring card in the face frame, its front at z = 0."""
    return meshes.extrude(meshes.superellipse(width, height, 14, 64), 0.8).moved(z=-0.8)
