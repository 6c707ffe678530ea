"""The jeweler's vocabulary: shanks, prongs, bezels, halos, links, hooks and bails.

A part is a mesh and the role it plays; a product later says which metal or stone plays it.
Stones and settings are made facing +z, y up; ``turned`` puts them where they belong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render import gems, meshes
from pipeline.catalog.render.meshes import Array, Mesh

UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True)
class Part:
    """A mesh and its role: ``metal``, ``second``, ``inlay``, or the stones ``main``, ``accent``."""

    role: str
    mesh: Mesh


Parts = list[Part]
Families = Mapping[str, str]


def turned(
    parts: Iterable[Part],
    rotation: Array | None = None,
    at: tuple[float, float, float] | Array = (0.0, 0.0, 0.0),
) -> Parts:
    """Returns the parts turned about the origin and then moved to ``at`` (mm)."""
    matrix = np.eye(3) if rotation is None else rotation
    x, y, z = (float(value) for value in at)
    return [Part(part.role, part.mesh.rotated(matrix).moved(x, y, z)) for part in parts]


def copies(parts: Iterable[Part], points: Array, x: Array, y: Array, z: Array) -> Parts:
    """Returns the parts copied to each point (N, 3), axes along x, y, z (N, 3)."""
    return [Part(part.role, meshes.place(part.mesh, points, x, y, z)) for part in parts]


def metal(*shapes: Mesh, role: str = "metal") -> Parts:
    """Returns shapes as parts of one metal."""
    return [Part(role, meshes.merge(shapes))]


def gem(families: Families, role: str, cut: str, width: float) -> Parts:
    """Returns a bare stone, cut as the product's stone for that role is cut."""
    return [Part(role, gems.stone(families[role], cut, width))]


def prongs(cut: str, width: float, count: int = 4, thick: float = 0.0) -> Mesh:
    """Returns claws around a girdle with a basket ring under it."""
    radius = thick or max(0.055 * width, 0.28)
    girdle = along(gems.outline(cut, width, 96), 96)
    # Four claws stand at the corners; six leave the sides free.
    start = np.pi / 4 if count == 4 else np.pi / 2
    angle = np.arctan2(girdle[:, 1], girdle[:, 0])
    wanted = start + np.arange(count) * 2 * np.pi / count
    where = np.argmin(np.abs(np.exp(1j * angle) - np.exp(1j * wanted)[:, None]), axis=1)
    wires = []
    for x, y in girdle[where]:
        tip = np.array([x, y])
        path = np.array(
            [
                [*(tip * 0.45), -0.5 * width],
                [*(tip * 0.85), -0.2 * width],
                [*(tip * 1.04), 0.0],
                [*(tip * 1.02), 0.07 * width],
                [*(tip * 0.84), 0.13 * width],
            ]
        )
        wires.append(meshes.tube(path, radius, False, np.array([-y, x, 0.0]), 7))
    basket = np.column_stack([girdle[::3] * 0.72, np.full(32, -0.28 * width)])
    return meshes.merge([*wires, meshes.tube(basket, radius * 0.9, True, UP, 7)])


def bezel(cut: str, width: float) -> Mesh:
    """Returns a collar around a girdle, closed behind so that a clear stone stays bright."""
    wall = max(0.07 * width, 0.35)
    girdle = gems.outline(cut, width, 48)
    if cut == "emerald":  # more points, so that the collar's corners stay crisp
        girdle = np.concatenate([np.linspace(a, b, 7)[:-1] for a, b in _pairs(girdle)])
    path = np.column_stack([girdle * (1 + wall / width), np.zeros(len(girdle))])
    section = meshes.superellipse(wall, 0.34 * width, 4, 12)
    # Outward is up here, so the section's second axis is the height of the collar.
    collar = meshes.sweep(path, section, True, UP).moved(z=-0.06 * width)
    back = meshes.extrude(girdle * 1.02, 0.08 * width).moved(z=-0.24 * width)
    return meshes.merge([collar, back])


def _pairs(points: Array) -> Iterable[tuple[Array, Array]]:
    return zip(points, np.roll(points, -1, axis=0), strict=True)


def set_stone(
    families: Families, role: str, cut: str, width: float, claws: int = 4, rim: bool = False
) -> Parts:
    """Returns a stone in its setting: claws, or a bezel if ``rim`` or the stone is domed."""
    parts = gem(families, role, cut, width)
    if families[role] == "pearl":
        cup = meshes.lathe([(0.0, -0.36 * width), (0.3 * width, -0.28 * width),
                            (0.42 * width, -0.12 * width), (0.3 * width, -0.2 * width),
                            (0.0, -0.3 * width)], 20)  # fmt: skip
        return parts + metal(cup)
    if rim or families[role] == "opaque":
        return parts + metal(bezel(cut, width))
    return parts + metal(prongs(cut, width, claws))


def along(points: Array, count: int, closed: bool = True) -> Array:
    """Returns ``count`` points evenly spaced by arc length along a polyline (N, D)."""
    line = np.concatenate([points, points[:1]]) if closed else points
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0.0, length[-1], count, endpoint=not closed)
    return np.stack([np.interp(at, length, line[:, d]) for d in range(line.shape[1])], axis=1)


def row(families: Families, role: str, points: Array, facing: Array, width: float,
        closed: bool) -> Parts:  # fmt: skip
    """Returns small round stones at points (N, 3), each held by claws at its four corners.

    ``facing`` (N, 3) is where the tables look. Whatever carries them must end 0.5 * width
    below: a culet that touches metal would show it through the table.
    """
    tangent, side, outward = meshes.frames(points, closed, facing)
    claw = meshes.lathe([(0.0, -0.55 * width), (0.09 * width, -0.55 * width),
                         (0.12 * width, 0.06 * width), (0.0, 0.16 * width)], 8)  # fmt: skip
    offset = 0.4 * width
    beads = meshes.merge([claw.moved(x, y) for x in (-offset, offset) for y in (-offset, offset)])
    unit = gem(families, role, "round", width) + metal(beads)
    return copies(unit, points, tangent, side, outward)


def halo(families: Families, role: str, cut: str, width: float, small: float) -> Parts:
    """Returns a ring of small stones around a girdle, on a plate."""
    gap = 1 + (small * 1.12) / width
    girdle = np.column_stack([gems.outline(cut, width, 96) * gap, np.zeros(96)])
    length = float(np.sum(np.linalg.norm(np.diff(girdle, axis=0, append=girdle[:1]), axis=1)))
    points = along(girdle, max(8, round(length / (small * 1.06))))
    section = meshes.superellipse(small * 1.18, 0.4 * small, 4, 12)
    plate = meshes.sweep(girdle, section, True, UP).moved(z=-0.7 * small)
    stones = row(families, role, points, np.broadcast_to(UP, points.shape), small, True)
    return metal(plate) + stones


def shank(
    inner: float,
    width: float,
    thick: float,
    taper: float = 1.0,
    power: float = 2.6,
    twist: float = 0.0,
) -> Mesh:
    """Returns a finger ring's band about the y axis, its top at +z.

    Args:
        inner: Inner radius, mm.
        width: Width along the finger at the bottom, mm.
        thick: Radial thickness at the bottom, mm.
        taper: Width at the top over width at the bottom.
        power: Roundness of the section: 2 is an ellipse, large is a flat band.
        twist: Turns of the section around the ring.
    """
    count = 128 if twist else 72
    angle = np.arange(count) * (2 * np.pi / count)
    radial = np.stack([np.sin(angle), np.zeros(count), np.cos(angle)], axis=1)
    grow = 1 + (taper - 1) * (0.5 + 0.5 * np.cos(angle)) ** 1.5
    scale = np.stack([grow, 1 + (grow - 1) * 0.35], axis=1)
    section = meshes.superellipse(width, thick, power, 24)
    return meshes.sweep(radial * (inner + thick / 2), section, True, radial, scale, angle * twist)


def on_ring(parts: Iterable[Part], radius: float, degrees: float = 0.0) -> Parts:
    """Returns parts made facing +z put on a ring at ``radius`` mm, ``degrees`` from its top."""
    turn = meshes.rotation("y", degrees)
    return turned(turned(parts, None, (0.0, 0.0, radius)), turn)


def link(length: float, width: float, wire: float, segments: int = 18) -> Mesh:
    """Returns one chain link, long along x, lying in the plane z = 0."""
    outline = meshes.superellipse(length, width, 2.6, segments)
    loop = np.column_stack([outline, np.zeros(segments)])
    return meshes.tube(loop, wire, True, UP, 7)


def hook(height: float, wire: float = 0.45) -> Mesh:
    """Returns a fish-hook ear wire whose eye is at the origin; it rises ``height`` mm along y."""
    bend = height * 0.36
    rise = np.linspace(0.0, height - bend, 8)[:-1]
    front = np.stack([np.zeros(7), rise, 0.12 * bend * np.sin(np.pi * rise / height)], axis=1)
    angle = np.linspace(0.0, np.pi, 16)
    over = np.stack(
        [np.zeros(16), height - bend + bend * np.sin(angle), bend * (np.cos(angle) - 1)], axis=1
    )
    # The tail flares away from the neck, lest it scratch.
    fall = np.linspace(0.0, 1.0, 8)[1:]
    tail = over[-1] + np.stack([0 * fall, -0.62 * height * fall, -0.3 * bend * fall**2], axis=1)
    path = np.concatenate([front, over, tail])
    return meshes.tube(path, wire, False, np.array([1.0, 0.0, 0.0]), 8)


def eye(radius: float = 0.9, wire: float = 0.3) -> Mesh:
    """Returns a small jump ring standing in the plane x = 0 about the origin."""
    return meshes.torus(radius, wire, 18, 8).rotated(meshes.rotation("y", 90.0))


def bail(size: float) -> Mesh:
    """Returns a pendant's loop, ``size`` mm tall, whose bottom is at the origin."""
    angle = np.linspace(0.0, 2 * np.pi, 25)[:-1]
    path = np.stack(
        [np.zeros(24), size * (0.5 - 0.5 * np.cos(angle)), 0.36 * size * np.sin(angle)], axis=1
    )
    section = meshes.superellipse(0.34 * size, 0.12 * size, 3, 10)
    facing = path - np.array([0.0, size / 2, 0.0])
    scale = 0.6 + 0.4 * (0.5 - 0.5 * np.cos(angle))
    return meshes.sweep(path, section, True, facing, scale)


def post() -> Mesh:
    """Returns a stud's post behind z = 0, with its butterfly."""
    pin = meshes.lathe([(0.0, -9.5), (0.4, -9.4), (0.4, 0.0), (0.0, 0.0)], 10)
    nut = meshes.sphere(2.0, 14).scaled(1.0, 0.7, 0.5).moved(z=-7.0)
    return meshes.merge([pin, nut])
