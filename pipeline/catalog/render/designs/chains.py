"""Chains and strings of beads along a strand."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.parts import Part, Parts, copies, link, metal
from pipeline.catalog.render.strands import Strand


def cable(strand: Strand, length: float, width: float, wire: float) -> Parts:
    """Returns a chain of oval links, each turned a quarter against the last."""
    unit = link(length, width, wire)
    # Links overlap by two wires, so that each passes through the next.
    points, x, y, z = strand.stations(length - 2.2 * wire)
    odd = (np.arange(len(points)) % 2 == 1)[:, None]
    lean = np.sqrt(0.5)
    across = np.where(odd, lean * (y + z), lean * (y - z))
    return metal(meshes.place(unit, points, x, across, np.cross(x, across)))


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


def thread(strand: Strand, radius: float) -> meshes.Mesh:
    """Returns a wire along the strand."""
    return meshes.tube(strand.points, radius, strand.closed, strand.facing, 6)


def clasp(strand: Strand, size: float, fraction: float = 0.5) -> Parts:
    """Returns a round spring clasp on the strand, by default opposite its pendant."""
    points, x, y, z = strand.stations(strand.length / 200)
    at = np.array([round(fraction * (len(points) - 1))])
    ring = meshes.torus(size, size * 0.24, 22, 8).moved(y=size * 0.35)
    barrel = meshes.box(size * 2.0, size * 0.7, size * 0.6).moved(z=-size * 0.3)
    unit = meshes.merge([ring, barrel])
    return metal(meshes.place(unit, points[at], x[at], y[at], z[at]))
