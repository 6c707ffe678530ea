"""Hoops: one ear's piece in the face frame, its top at the origin."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.designs.registry import design
from pipeline.catalog.render.motifs import FACE, heart
from pipeline.catalog.render.parts import Families, Parts, metal, row, turned
from pipeline.catalog.render.strands import Strand


def _path(radius: float) -> meshes.Array:
    """Returns an almost closed circle, shape (64, 3), mm."""
    angle = np.pi / 2 + np.linspace(0.04, 2 * np.pi - 0.04, 64)
    return np.stack([radius * np.cos(angle), radius * (np.sin(angle) - 1), np.zeros(64)], axis=1)


def _hinge(wire: float) -> meshes.Mesh:
    """Returns the catch that closes a hoop at the origin."""
    return meshes.sphere(0.72 * wire, 16).scaled(1.1, 0.8, 0.9)


@design("anela", "earring", "hoop")
def anela(_families: Families, _strand: Strand | None) -> Parts:
    """A plain round hoop."""
    loop = _path(11.0)
    swell = 0.55 + 0.45 * loop[:, 1] / -22.0
    hoop = meshes.sweep(loop, meshes.circle(1.7, 14), False, FACE, swell)
    return metal(hoop, _hinge(1.7))


@design("torsa", "earring", "hoop")
def torsa(_families: Families, _strand: Strand | None) -> Parts:
    """A hoop twisted of two wires."""
    count = 200
    angle = np.pi / 2 + np.linspace(0.04, 2 * np.pi - 0.04, count)
    out = np.stack([np.cos(angle), np.sin(angle), np.zeros(count)], axis=1)
    wires = []
    for phase in (0.0, np.pi):
        turn = 10 * angle + phase
        points = out * (10.5 + 1.0 * np.cos(turn))[:, None] + np.outer(np.sin(turn), FACE)
        wires.append(meshes.tube(points, 1.15, False, FACE, 9).moved(y=-10.5))
    return metal(*wires, _hinge(2.6))


@design("brisa", "earring", "hoop", main=2)
def brisa(families: Families, _strand: Strand | None) -> Parts:
    """A hoop with a row of stones down its front."""
    angle = np.radians(np.linspace(-250.0, 65.0, 23))
    out = np.stack([np.cos(angle), np.sin(angle), np.zeros(23)], axis=1)
    facing = out * 0.5 + FACE
    stones = row(families, "main", out * 10.6 + [0.0, -10.0, 1.9], facing, 2.2, closed=False)
    hoop = meshes.sweep(_path(10.0), meshes.superellipse(2.6, 1.4, 3, 14), False, FACE)
    return metal(hoop, _hinge(2.2)) + stones


@design("tuba", "earring", "hoop")
def tuba(_families: Families, _strand: Strand | None) -> Parts:
    """A chunky hoop, a tube that swells toward the bottom."""
    angle = np.pi / 2 + np.linspace(0.10, 2 * np.pi - 0.10, 72)
    points = np.stack([7.2 * np.cos(angle), 7.2 * (np.sin(angle) - 1), 0 * angle], axis=1)
    scale = 0.34 + 0.66 * (0.5 - 0.5 * np.sin(angle))
    catch = meshes.sphere(1.1, 14)
    return metal(meshes.sweep(points, meshes.circle(3.1, 18), False, FACE, scale), catch)


@design("rettana", "earring", "hoop")
def rettana(_families: Families, _strand: Strand | None) -> Parts:
    """A long hoop with straight sides, like a paper clip."""
    turn = np.pi / 2 + np.linspace(0.05, 2 * np.pi - 0.05, 60)
    x = 5.2 * np.cos(turn)
    y = 5.2 * np.sin(turn) + 5.0 * np.tanh(4.0 * np.sin(turn)) - 10.2
    points = np.column_stack([x, y, 0 * x])
    return metal(meshes.tube(points, 1.15, False, FACE, 14), meshes.sphere(1.3, 14))


@design("grossa", "earring", "hoop")
def grossa(_families: Families, _strand: Strand | None) -> Parts:
    """A thick round tube, as wide at the top as at the bottom."""
    return metal(meshes.tube(_path(8.6), 2.2, False, FACE, 18), _hinge(2.4))


@design("stretta", "earring", "hoop", main=2)
def stretta(families: Families, _strand: Strand | None) -> Parts:
    """A huggie: a small broad hoop, two rows of stones around its outside."""
    loop = _path(6.4)
    outward = loop + np.array([0.0, 6.4, 0.0])
    parts = metal(meshes.sweep(loop, meshes.superellipse(4.2, 1.3, 5, 16), False, outward))
    angle = np.radians(np.linspace(-235.0, 55.0, 23))
    out = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    for aside in (-0.95, 0.95):
        at = out * 7.85 + [0.0, -6.4, aside]
        parts += row(families, "main", at, out, 1.75, closed=False)
    # Worn with its edge to the face: turned, so that the stones show.
    return turned(parts + metal(_hinge(1.6)), meshes.rotation("y", 52.0))


@design("cuora", "earring", "hoop")
def cuora(_families: Families, _strand: Strand | None) -> Parts:
    """An open heart of thick wire."""
    outline = heart(17.0, 90)
    path = np.column_stack([outline, np.zeros(len(outline))])
    wire = meshes.tube(path - path[-1], 1.1, True, FACE, 14)  # the outline ends in its cleft
    return metal(wire, _hinge(1.5))
