"""Chains and strings of beads along a strand."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.parts import Part, Parts, along, copies, link, metal, turned
from pipeline.catalog.render.strands import Strand


def draped(strand: Strand | None) -> Strand:
    """Returns the strand, which a flexible design cannot do without."""
    if strand is None:
        raise ValueError("a flexible piece needs a strand")
    return strand


def cable(strand: Strand, length: float, width: float, wire: float) -> Parts:
    """Returns a chain of oval links, each turned a quarter against the last."""
    unit = link(length, width, wire, 18 if wire > 0.6 else 13)
    # Links overlap by two wires, so that each passes through the next.
    points, x, y, z = strand.stations(length - 2.2 * wire)
    odd = (np.arange(len(points)) % 2 == 1)[:, None]
    lean = np.sqrt(0.5)
    across = np.where(odd, lean * (y + z), lean * (y - z))
    return metal(meshes.place(unit, points, x, across, np.cross(x, across)))


def fine_cable(strand: Strand, gap: float = 0.0) -> Parts:
    """Returns the light cable chain that carries pendants, ``gap`` mm open at the drop."""
    return fine_links(strand, gap) + clasp(strand, 2.6)


def fine_links(strand: Strand, gap: float) -> Parts:
    """Returns the links of a light cable chain, ``gap`` mm open at the drop."""
    pieces = strand.gapped(gap) if gap else [strand]
    parts: Parts = []
    for piece in pieces:
        parts += cable(piece, 3.6, 2.6, 0.42)
    return parts


def curb(strand: Strand, length: float, width: float, wire: float) -> Parts:
    """Returns a chain of twisted flat links that all lie one way."""
    unit = link(length, width, wire).rotated(meshes.rotation("x", 28.0))
    unit = unit.rotated(meshes.rotation("z", 24.0))
    points, x, y, z = strand.stations(length * 0.56)
    return metal(meshes.place(unit, points, x, y, z))


def box_chain(strand: Strand, size: float) -> Parts:
    """Returns a chain of little square links, a quarter turn apart."""
    square = meshes.superellipse(size, size, 9, 16)
    loop = np.column_stack([square, np.zeros(16)])
    section = meshes.superellipse(size * 0.75, size * 0.24, 6, 8)
    unit = meshes.sweep(loop, section, True, loop)
    points, x, y, z = strand.stations(size * 0.72)
    odd = (np.arange(len(points)) % 2 == 1)[:, None]
    across = np.where(odd, y, z)
    return metal(meshes.place(unit, points, x, across, np.cross(x, across)))


def rope(strand: Strand, radius: float, pitch: float) -> Parts:
    """Returns a rope chain: two wires wound about the strand, one turn in ``pitch`` mm."""
    turns = round(strand.length / pitch)
    points, _, side, outward = strand.stations(strand.length / (turns * 11))
    turn = 2 * np.pi * turns * np.arange(len(points)) / len(points)
    wires = []
    for phase in (0.0, np.pi):
        cos, sin = np.cos(turn + phase)[:, None], np.sin(turn + phase)[:, None]
        path = points + 0.5 * radius * (cos * side + sin * outward)
        wires.append(meshes.tube(path, 0.56 * radius, strand.closed, outward, 7))
    return metal(*wires)


def herringbone(strand: Strand, width: float) -> Parts:
    """Returns a flat, supple chain of slanted slats that meet in a ridge down its middle."""
    points, x, y, z = strand.stations(1.9)
    slat = np.array([[-0.95, 0.0], [0.95, 0.0], [0.95 + 0.3 * width, width / 2],
                     [-0.95 + 0.3 * width, width / 2]])  # fmt: skip
    middle = slat.mean(axis=0)
    upper = meshes.extrude((slat - middle) * [0.92, 1.0], 0.7, 0.25, soft=False)
    upper = upper.moved(float(middle[0]), float(middle[1]), -0.35)
    upper = upper.rotated(meshes.rotation("x", -7.0))
    lower = upper.rotated(np.diag([1.0, -1.0, -1.0]))
    return metal(meshes.place(meshes.merge([upper, lower]), points, x, y, z))


def beads(strand: Strand, radius: float, gap: float = 0.06) -> Parts:
    """Returns metal balls on a thread."""
    points, x, y, z = strand.stations(2 * radius * (1 + gap))
    return metal(meshes.place(meshes.sphere(radius, 16), points, x, y, z), thread(strand, 0.35))


def stone_beads(strand: Strand, width: float) -> Parts:
    """Returns balls of the main stone on a thread."""
    points, x, y, z = strand.stations(width * 1.05)
    return copies(stone_ball(width), points, x, y, z) + metal(thread(strand, 0.3))


def stone_ball(width: float) -> Parts:
    """Returns one bead of the main stone, ``width`` mm across."""
    return [Part("main", meshes.sphere(width / 2, 24))]


def alternating(strand: Strand, pitch: float, units: list[Parts], pattern: list[int]) -> Parts:
    """Returns units on a thread, ``pitch`` mm apart, in a repeated pattern of their numbers."""
    points, x, y, z = strand.stations(pitch)
    kind = np.resize(pattern, len(points))
    parts: Parts = metal(thread(strand, 0.3))
    for number, unit in enumerate(units):
        chosen = kind == number
        parts += copies(unit, points[chosen], x[chosen], y[chosen], z[chosen])
    return parts


def thread(strand: Strand, radius: float) -> Mesh:
    """Returns a wire along the strand."""
    count = max(12, round(strand.length / 2.2))
    joined = along(np.concatenate([strand.points, strand.facing], axis=1), count, strand.closed)
    return meshes.tube(joined[:, :3], radius, strand.closed, joined[:, 3:], 6)


def at_drop(strand: Strand, unit: Parts, reach: float = 0.0) -> Parts:
    """Returns a piece (x along the strand, z outward) at ``reach`` mm from the drop."""
    points, x, y, z = strand.at(np.array([reach]))
    return copies(unit, points, x, y, z)


def hung_from(strand: Strand, unit: Parts, point: Array, x: Array, z: Array) -> Parts:
    """Returns a piece (top at the origin) that hangs from a point of the strand.

    On a laid out loop it spreads outward, else it follows the strand's own axes.
    """
    up = np.array([0.0, 0.0, 1.0])
    if strand.rounded:
        outward = point * [1.0, 1.0, 0.0] / np.linalg.norm(point[:2])
        return turned(unit, np.stack([np.cross(-outward, up), -outward, up], axis=1), point)
    return turned(unit, np.stack([x, np.cross(z, x), z], axis=1), point)


def clasp(strand: Strand, size: float) -> Parts:
    """Returns a spring ring opposite the pendant of a loop, else at either end of the strand."""
    points, x, y, z = strand.stations(strand.length / 200)
    ring = metal(meshes.torus(size, size * 0.24, 22, 8).moved(x=size))
    barrel = metal(meshes.box(size * 1.3, size * 0.6, size * 0.5).moved(z=-size * 0.25))
    if strand.closed:
        at = [len(points) // 2]
        return copies(turned(ring, at=(-size, 0.35 * size, 0)) + barrel,
                      points[at], x[at], y[at], z[at])  # fmt: skip
    tag = turned(metal(meshes.torus(size * 0.6, size * 0.2, 18, 7)), at=(size * 0.6, 0, 0))
    end, start = [len(points) - 1], [0]
    return copies(barrel + ring, points[end], x[end], y[end], z[end]) + copies(
        tag, points[start], -x[start], -y[start], z[start]
    )
