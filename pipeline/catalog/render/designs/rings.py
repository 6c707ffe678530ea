"""Finger rings: inner radius 8.5 mm, about the y axis, head at +z."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.designs.registry import design
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.parts import (
    Families,
    Parts,
    along,
    halo,
    metal,
    on_ring,
    row,
    set_stone,
    shank,
)
from pipeline.catalog.render.strands import Strand

INNER = 8.5


def _arc(radius: float, degrees: Array) -> tuple[Array, Array]:
    turn = np.radians(degrees)
    outward = np.stack([np.sin(turn), np.zeros_like(turn), np.cos(turn)], axis=1)
    return outward * radius, outward


def _shoulders(families: Families, radius: float, width: float, start: float) -> Parts:
    """Returns five small stones down either side of the head, from ``start`` degrees."""
    step = np.degrees(width * 1.08 / radius)
    parts: Parts = []
    for sign in (-1.0, 1.0):
        points, outward = _arc(radius, sign * (start + step * np.arange(5)))
        parts += row(families, "accent", points, outward, width, closed=False)
    return parts


@design("alba", "ring", "ring", main=1)
def alba(families: Families, _strand: Strand | None) -> Parts:
    """A round solitaire in four claws on a soft band."""
    band = shank(INNER, 2.6, 1.7, taper=0.75, power=2.2)
    return metal(band) + on_ring(set_stone(families, "main", "round", 6.8), INNER + 4.6)


@design("mirel", "ring", "ring", main=1)
def mirel(families: Families, _strand: Strand | None) -> Parts:
    """A round solitaire in six claws, raised on a thin wire band."""
    band = shank(INNER, 1.7, 1.7, power=2.0)
    return metal(band) + on_ring(set_stone(families, "main", "round", 6.4, claws=6), INNER + 5.4)


@design("soleia", "ring", "ring", main=1, accent=2)
def soleia(families: Families, _strand: Strand | None) -> Parts:
    """A round stone in a halo, small stones down the shoulders."""
    head = set_stone(families, "main", "round", 5.8) + halo(families, "accent", "round", 5.8, 1.7)
    parts = metal(shank(INNER, 2.2, 1.7, power=3.0)) + on_ring(head, INNER + 4.4)
    return parts + _shoulders(families, INNER + 2.35, 1.6, 27.0)


@design("vesna", "ring", "ring", main=1, accent=2)
def vesna(families: Families, _strand: Strand | None) -> Parts:
    """A cushion stone in a square halo on a plain band."""
    head = set_stone(families, "main", "cushion", 5.8) + halo(
        families, "accent", "cushion", 5.8, 1.6
    )
    return metal(shank(INNER, 2.3, 1.7, power=2.4)) + on_ring(head, INNER + 4.4)


@design("trinca", "ring", "ring", main=2)
def trinca(families: Families, _strand: Strand | None) -> Parts:
    """Three round stones, the middle one largest."""
    parts = metal(shank(INNER, 2.4, 1.7, taper=0.85))
    parts += on_ring(set_stone(families, "main", "round", 5.8), INNER + 4.2)
    for sign in (-1.0, 1.0):
        parts += on_ring(set_stone(families, "main", "round", 4.4), INNER + 3.2, sign * 27.0)
    return parts


@design("talia", "ring", "ring", main=1, accent=2)
def talia(families: Families, _strand: Strand | None) -> Parts:
    """An oval stone between two small round ones."""
    parts = metal(shank(INNER, 2.3, 1.7, taper=0.85))
    parts += on_ring(set_stone(families, "main", "oval", 5.6), INNER + 4.2)
    for sign in (-1.0, 1.0):
        parts += on_ring(set_stone(families, "accent", "round", 3.4), INNER + 3.0, sign * 25.0)
    return parts


@design("ondine", "ring", "ring", main=2)
def ondine(families: Families, _strand: Strand | None) -> Parts:
    """An eternity band: stones all the way around."""
    points, outward = _arc(INNER + 2.2, np.arange(24) * (360.0 / 24))
    return metal(shank(INNER, 2.6, 0.95, power=5.0)) + row(
        families, "main", points, outward, 2.55, closed=True
    )


@design("corvo", "ring", "ring", main=1)
def corvo(families: Families, _strand: Strand | None) -> Parts:
    """A signet with a cushion-shaped flat stone."""
    parts = metal(shank(INNER, 3.6, 1.6, taper=2.3, power=3.0))
    return parts + on_ring(set_stone(families, "main", "cushion", 9.6, rim=True), INNER + 3.4)


@design("baro", "ring", "ring")
def baro(_families: Families, _strand: Strand | None) -> Parts:
    """A plain signet with an oval face."""
    band = shank(INNER, 3.4, 1.6, taper=2.4, power=2.6)
    face = meshes.extrude(meshes.superellipse(10.0, 12.0, 2.3, 48), 2.6, 0.5).moved(z=INNER + 0.6)
    return metal(band, face)


@design("linea", "ring", "ring")
def linea(_families: Families, _strand: Strand | None) -> Parts:
    """A broad plain band."""
    return metal(shank(INNER, 5.2, 1.7, power=3.2))


@design("sottila", "ring", "ring")
def sottila(_families: Families, _strand: Strand | None) -> Parts:
    """A thin plain band of nearly round wire."""
    return metal(shank(INNER, 1.7, 1.3, power=2.2))


@design("treccia", "ring", "ring")
def treccia(_families: Families, _strand: Strand | None) -> Parts:
    """A band twisted like a rope."""
    count = 200
    angle = np.arange(count) * (2 * np.pi / count)
    _, outward = _arc(1.0, np.degrees(angle))
    strands = []
    for phase in (0.0, np.pi):
        turn = 9 * angle + phase
        radius = INNER + 1.6 + 0.8 * np.cos(turn)
        points = outward * radius[:, None] + np.outer(1.0 * np.sin(turn), [0.0, 1.0, 0.0])
        strands.append(meshes.tube(points, 1.05, True, outward, 10))
    return metal(*strands)


@design("esmera", "ring", "ring", main=1, accent=2)
def esmera(families: Families, _strand: Strand | None) -> Parts:
    """An emerald-cut stone with small stones down the shoulders."""
    parts = metal(shank(INNER, 2.3, 1.7, power=3.0))
    parts += on_ring(set_stone(families, "main", "emerald", 6.2), INNER + 4.4)
    return parts + _shoulders(families, INNER + 2.4, 1.7, 23.0)


@design("solaria", "ring", "ring", main=1)
def solaria(families: Families, _strand: Strand | None) -> Parts:
    """A sunburst disc with one stone in its middle."""
    count = 96
    angle = np.arange(count) * (2 * np.pi / count)
    outline = meshes.circle(1.0, count) * (7.2 + 0.6 * np.cos(24 * angle))[:, None]
    rays = [
        meshes.tube(
            np.array([[2.4 * c, 2.4 * s, 1.1], [6.8 * c, 6.8 * s, 0.9]]), 0.42, False,
            np.array([0.0, 0.0, 1.0]), 8,
        )
        for c, s in along(meshes.circle(1.0, 48), 24)
    ]  # fmt: skip
    disc = meshes.merge([meshes.extrude(outline, 1.0, 0.2), *rays]).moved(z=INNER + 1.4)
    stone = on_ring(set_stone(families, "main", "round", 3.4, rim=True), INNER + 3.1)
    return metal(shank(INNER, 2.6, 1.6), disc) + stone
