"""Rigid bracelets: about 29 mm inner radius, about the z axis, the front at -y."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes, motifs
from pipeline.catalog.render.designs.registry import design
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.parts import Families, Part, Parts, metal, set_stone, turned
from pipeline.catalog.render.strands import Strand

RADIUS = 29.0


def _oval_loop(start: float, stop: float, count: int, closed: bool) -> Array:
    angle = np.radians(np.linspace(start, stop, count, endpoint=not closed))
    return np.stack(
        [RADIUS * 1.12 * np.cos(angle), RADIUS * 0.95 * np.sin(angle), np.zeros(count)], axis=1
    )


def _facing(point: Array, height: float, unit: Parts) -> Parts:
    """Returns a piece (z outward, y along the wrist) ``height`` mm above a point of the loop."""
    outward = point * [1 / 1.12**2, 1 / 0.95**2, 0.0]
    z = outward / np.linalg.norm(outward)
    x = np.array([-z[1], z[0], 0.0])
    return turned(unit, np.stack([x, np.cross(z, x), z], axis=1), point + z * height)


@design("aroha", "bracelet", "bangle")
def aroha(_families: Families, _strand: Strand | None) -> Parts:
    """A smooth oval bangle with a hinge and a catch."""
    path = _oval_loop(0.0, 360.0, 120, closed=True)
    band = meshes.sweep(path, meshes.superellipse(6.0, 2.6, 2.2, 22), True, path)
    knuckle = meshes.lathe([(0.0, -3.4), (1.5, -3.4), (1.5, 3.4), (0.0, 3.4)], 18)
    return metal(band, *(knuckle.moved(x=sign * RADIUS * 1.12) for sign in (-1.0, 1.0)))


@design("selva", "bracelet", "bangle", main=2)
def selva(families: Families, _strand: Strand | None) -> Parts:
    """A slender bangle, stones along its front."""
    path = _oval_loop(0.0, 360.0, 120, closed=True)
    parts = metal(meshes.sweep(path, meshes.superellipse(3.6, 2.4, 3, 18), True, path))
    for point in _oval_loop(-148.0, -32.0, 15, closed=False):
        parts += _facing(point, 2.2, set_stone(families, "main", "round", 3.9))
    return parts


@design("arcada", "bracelet", "cuff")
def arcada(_families: Families, _strand: Strand | None) -> Parts:
    """A broad open cuff with rounded ends and a raised rim."""
    path = _oval_loop(-236.0, 56.0, 140, closed=False)
    from_end = np.minimum(np.arange(140), np.arange(140)[::-1]) * 1.05
    wide = np.sqrt(1 - np.clip(1 - (from_end + 0.12) / 7.0, 0.0, 1.0) ** 2)
    section = meshes.superellipse(14.0, 1.5, 6, 24)
    scale = np.stack([wide, np.ones(140)], axis=1)
    band = meshes.sweep(path, section, False, path, scale)
    edge = 6.7 * wide[:, None] * np.array([0.0, 0.0, 1.0])
    outside = path * (1 + 0.5 / RADIUS)
    rim = np.concatenate([outside + edge, (outside - edge)[::-1]])
    return metal(band, meshes.tube(rim, 0.8, True, rim * [1.0, 1.0, 0.0], 9))


@design("intaglia", "bracelet", "bangle")
def intaglia(_families: Families, _strand: Strand | None) -> Parts:
    """A broad bangle with a vine of raised leaves between its rims."""
    path = _oval_loop(0.0, 360.0, 144, closed=True)
    parts = metal(meshes.sweep(path, meshes.superellipse(16.0, 1.6, 6, 20), True, path))
    up = np.array([0.0, 0.0, 1.0])
    wave = 2.4 * np.sin(np.arange(144) * (2 * np.pi * 9 / 144))
    vine = path * (1 + 0.9 / RADIUS) + wave[:, None] * up
    rims = [meshes.tube(path * (1 + 0.6 / RADIUS) + z * up, 0.85, True, path, 8)
            for z in (-7.4, 7.4)]  # fmt: skip
    leaf = motifs.leaf(7.6, 4.4, 20) + np.array([0.0, 3.7])
    for i in range(36):
        lean = (-42.0, -138.0, 42.0, 138.0)[(i + i // 2) % 4]
        shape = motifs.plate(motifs.turned_outline(leaf, lean), 1.3, 0.3)
        at = vine[4 * i] - path[4 * i] * (0.9 / RADIUS)
        parts += _facing(at, 0.8, metal(shape))
    return parts + metal(meshes.tube(vine, 0.5, True, path, 7), *rims)


@design("filata", "bracelet", "bangle", main=2)
def filata(families: Families, _strand: Strand | None) -> Parts:
    """Three bangles: two wound with thread, between them a metal one set with stones."""
    rows = 456
    angle = np.arange(rows) * (2 * np.pi / rows)
    path = RADIUS * np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    # Four rows a winding: each turn of the thread swells and sinks once.
    winding = 1 + 0.055 * np.cos(np.arange(rows) * np.pi / 2)
    section = meshes.superellipse(6.0, 4.4, 2.4, 10)
    wound = meshes.sweep(path, section, True, path, winding)
    middle = path[::4]
    plain = meshes.sweep(middle, meshes.superellipse(4.6, 2.8, 4, 14), True, middle)
    parts: Parts = [Part("inlay", wound.moved(z=z)) for z in (-5.6, 5.6)]
    parts += metal(plain)
    stone = set_stone(families, "main", "princess", 3.0, rim=True)
    for point in path[::24]:
        z = point / RADIUS
        x = np.array([-z[1], z[0], 0.0])
        parts += turned(stone, np.stack([x, np.cross(z, x), z], axis=1), point + 1.7 * z)
    return parts


@design("nodara", "bracelet", "cuff")
def nodara(_families: Families, _strand: Strand | None) -> Parts:
    """A thin open wire with an endless knot in front and balls at its ends."""
    parts: Parts = []
    for start, stop in ((-238.0, -102.5), (-77.5, 58.0)):
        path = _oval_loop(start, stop, 60, closed=False)
        parts += metal(meshes.tube(path, 1.05, False, path, 10))
        end = path[0] if start < -200 else path[-1]
        parts += metal(meshes.sphere(2.3, 18).moved(*(float(value) for value in end)))
    figure = motifs.infinity(15.5)
    bent = figure + np.column_stack([0 * figure[:, :2], -((figure[:, :1] / 7.75) ** 2) * 0.6])
    knot = metal(meshes.tube(bent * [1.0, 1.0, 1.3], 0.95, True, motifs.FACE, 9))
    return parts + _facing(np.array([0.0, -0.95 * RADIUS, 0.0]), 0.4, knot)
