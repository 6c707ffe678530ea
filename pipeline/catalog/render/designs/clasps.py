"""What closes a bracelet: a lobster clasp and the chain that makes it longer."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.meshes import Mesh
from pipeline.catalog.render.parts import Parts, along, copies, eye, link, metal
from pipeline.catalog.render.strands import Strand


def _lobster(length: float) -> Mesh:
    """Returns a lobster clasp from the origin to x = ``length`` mm, facing +z."""
    turn = np.linspace(0.0, 2 * np.pi, 40, endpoint=False)
    claw = np.stack(
        [
            0.5 * length * (1 - np.cos(turn)),
            0.33 * length * np.sin(turn) * np.sin(turn / 2),
            np.zeros(40),
        ],
        axis=1,
    )
    hook = meshes.tube(claw, 0.085 * length, True, np.array([0.0, 0.0, 1.0]), 9)
    body = meshes.sphere(length, 16).scaled(0.24, 0.16, 0.13).moved(x=0.22 * length)
    lever = meshes.sphere(length, 10).scaled(0.07, 0.1, 0.06).moved(0.42 * length, 0.3 * length)
    ring = meshes.torus(0.15 * length, 0.05 * length, 18, 7).moved(x=-0.12 * length)
    return meshes.merge([hook, body, lever, ring])


def lobster(strand: Strand, size: float) -> Parts:
    """Returns a bracelet's clasp, with a chain to lengthen it where the strand has a tail.

    Args:
        strand: The bracelet's line.
        size: Half the length of the clasp, mm.
    """
    points, x, y, z = strand.stations(strand.length / 200)
    at = [len(points) // 2 if strand.closed else len(points) - 1]
    parts = copies(metal(_lobster(2 * size)), points[at], x[at], y[at], z[at])
    return parts if strand.tail is None else parts + _extender(strand.tail, 1.1 * size)


def _extender(tail: np.ndarray, length: float) -> Parts:
    """Returns round links of ``length`` mm along a tail (N, 3) and a ball at its end."""
    wire = 0.13 * length
    reach = float(np.sum(np.linalg.norm(np.diff(tail, axis=0), axis=1)))
    line = along(tail, max(4, round(reach / (length - 2.2 * wire))), closed=False)
    facing = np.tile([0.0, 0.0, 1.0], (len(line), 1))
    x, y, z = meshes.frames(line, False, facing)
    lean = np.where(np.arange(len(line)) % 2 == 1, 1.0, -1.0)[:, None]
    across = (y + lean * z) * np.sqrt(0.5)
    links = metal(meshes.place(link(length, 0.85 * length, wire), line, x, across,
                               np.cross(x, across)))  # fmt: skip
    drop = meshes.merge([meshes.sphere(0.48 * length, 14).moved(x=0.85 * length),
                         eye(0.25 * length, 0.08 * length).moved(x=0.3 * length)])  # fmt: skip
    end = slice(-1, None)
    return links + copies(metal(drop), line[end], x[end], y[end], z[end])
