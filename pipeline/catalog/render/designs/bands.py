"""Finger rings whose band is the design, and colorful heads: about the y axis, head at +z."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes, motifs
from pipeline.catalog.render.designs.registry import design
from pipeline.catalog.render.designs.rings import INNER
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.parts import (
    Families,
    Part,
    Parts,
    metal,
    on_ring,
    row,
    set_stone,
    shank,
    turned,
)
from pipeline.catalog.render.strands import Strand


def _around(degrees: Array, radius: float, aside: Array | float = 0.0) -> tuple[Array, Array]:
    """Returns points on the ring and their outward directions, ``aside`` mm along the finger."""
    turn = np.radians(degrees)
    outward = np.stack([np.sin(turn), np.zeros_like(turn), np.cos(turn)], axis=1)
    points = outward * radius
    points[:, 1] += aside
    return points, outward


@design("vortica", "ring", "ring", main=1, accent=2)
def vortica(families: Families, _strand: Strand | None) -> Parts:
    """A swirl: the band's two arms taper past a round stone, small stones on each."""
    count = 140
    degrees = np.linspace(-46.0, 406.0, count)
    swing = 4.5 / (1 + np.exp(-(degrees - 348.0) / 12.0)) - 4.5 / (
        1 + np.exp((degrees - 12.0) / 12.0)
    )
    points, outward = _around(degrees, INNER + 0.9, swing)
    from_end = np.minimum(np.arange(count), np.arange(count)[::-1])
    taper = np.clip(0.25 + from_end / 16.0, 0.0, 1.0)
    section = meshes.superellipse(2.0, 1.7, 2.6, 14)
    parts = metal(meshes.sweep(points, section, False, outward, taper))
    for chosen in (slice(8, 23, 2), slice(117, 132, 2)):
        at = points[chosen] + outward[chosen] * 1.45
        parts += row(families, "accent", at, outward[chosen], 1.2, closed=False)
    return parts + on_ring(set_stone(families, "main", "round", 5.6, claws=6), INNER + 4.6)


@design("incroce", "ring", "ring", main=2)
def incroce(families: Families, _strand: Strand | None) -> Parts:
    """Two bands that cross at the top: one plain, one set with stones."""
    degrees = np.linspace(-180.0, 180.0, 120, endpoint=False)
    spread = 3.4 * np.tanh(degrees / 26.0) * np.cos(np.radians(degrees) / 2) ** 1.2
    lift = 0.9 * np.exp(-((degrees / 14.0) ** 2))
    points, outward = _around(degrees, INNER + 0.9, spread)
    section = meshes.superellipse(2.1, 1.7, 3, 14)
    plain = meshes.sweep(points + outward * lift[:, None], section, True, outward)
    points, _ = _around(degrees, INNER + 0.9, -spread)
    studded = meshes.sweep(points, section, True, outward)
    shown = [i for i in range(40, 81, 3) if abs(degrees[i]) > 11.0]
    at = points[shown] + outward[shown] * 1.6
    split = int(np.searchsorted(degrees[shown], 0.0))
    parts = metal(plain, studded)
    for side in (slice(None, split), slice(split, None)):
        parts += row(families, "main", at[side], outward[shown][side], 1.6, closed=False)
    return parts


@design("duora", "ring", "ring")
def duora(_families: Families, _strand: Strand | None) -> Parts:
    """A two-tone band: a broad middle of one metal between ridged rims of another."""
    middle = shank(INNER, 4.0, 1.8, power=3.4)
    rims = [shank(INNER, 1.5, 1.7, power=2.4).moved(y=y) for y in (-2.9, 2.9)]
    return metal(*rims) + metal(middle, role="second")


@design("pavera", "ring", "ring", main=2)
def pavera(families: Families, _strand: Strand | None) -> Parts:
    """A broad band paved with three rows of stones over its front."""
    parts = metal(shank(INNER, 7.0, 0.9, taper=1.1, power=5.0))
    rims = [shank(INNER, 0.8, 2.4, power=4.0).moved(y=y) for y in (-3.7, 3.7)]
    for number, aside in enumerate((-2.15, 0.0, 2.15)):
        degrees = np.arange(-96.0, 97.0, 12.0) + (6.0 if number == 1 else 0.0)
        points, outward = _around(degrees, INNER + 2.1, aside)
        parts += row(families, "main", points, outward, 2.05, closed=False)
    return parts + metal(*rims)


@design("canala", "ring", "ring", main=2)
def canala(families: Families, _strand: Strand | None) -> Parts:
    """Princess-cut stones in a channel between two rails over the front."""
    parts = metal(shank(INNER, 3.6, 0.9, power=5.0))
    rails = [shank(INNER, 0.8, 2.5, power=4.0).moved(y=y) for y in (-1.75, 1.75)]
    stone = [part for part in set_stone(families, "main", "princess", 2.4) if part.role == "main"]
    for degrees in np.linspace(-72.0, 72.0, 11):
        parts += on_ring(stone, INNER + 2.4, float(degrees))
    closing = shank(INNER, 3.0, 2.2, power=5.0)
    behind = closing.vertices[closing.faces].mean(axis=1)[:, 2] < 2.0
    lower = meshes.Mesh(closing.vertices, closing.normals, closing.faces[behind])
    return parts + metal(*rails, lower)


@design("aperta", "ring", "ring", main=1)
def aperta(families: Families, _strand: Strand | None) -> Parts:
    """An open ring: a stone at one end, a ball at the other, adjustable."""
    points, outward = _around(np.linspace(17.0, 343.0, 90), INNER + 0.9)
    band = meshes.tube(points, 0.95, False, outward, 12)
    parts = metal(band) + on_ring([Part("metal", meshes.sphere(2.1, 18))], INNER + 1.4, 19.0)
    return parts + on_ring(set_stone(families, "main", "round", 5.4), INNER + 2.6, -21.0)


@design("trina", "ring", "ring", main=2)
def trina(families: Families, _strand: Strand | None) -> Parts:
    """Three slender bands worn as one: beaded, set with stones, and plain of another metal."""
    points, outward = _around(np.arange(40) * 9.0, INNER + 0.8, -2.4)
    beads = [meshes.sphere(0.82, 10).moved(*(float(v) for v in point)) for point in points]
    loop = [shank(INNER, 1.1, 0.9).moved(y=-2.4)]
    points, outward = _around(np.arange(34) * (360 / 34), INNER + 1.7)
    parts = metal(*beads, *loop, shank(INNER, 1.7, 0.7, power=4.0))
    parts += row(families, "main", points, outward, 1.65, closed=True)
    return parts + metal(shank(INNER, 2.0, 1.6, power=2.2).moved(y=2.4), role="second")


@design("grandea", "ring", "ring", main=1)
def grandea(families: Families, _strand: Strand | None) -> Parts:
    """A cocktail ring: one large cushion stone on a split band."""
    degrees = np.linspace(-180.0, 180.0, 100, endpoint=False)
    spread = 0.6 + 3.0 * (0.5 + 0.5 * np.cos(np.radians(degrees))) ** 1.6
    arms = []
    for sign in (-1.0, 1.0):
        points, outward = _around(degrees, INNER + 1.0, sign * spread)
        arms.append(meshes.tube(points, 1.15, True, outward, 12))
    return metal(*arms) + on_ring(set_stone(families, "main", "cushion", 11.5), INNER + 6.6)


@design("margara", "ring", "ring", main=1)
def margara(families: Families, _strand: Strand | None) -> Parts:
    """A flower of eight enameled petals around one stone."""
    shapes = motifs.flower(8, 8.6, 6.2)
    head = metal(*(motifs.frame(shape, 0.42) for shape in shapes))
    head += [Part("inlay", motifs.plate(shape * 0.97, 0.8, 0.5)) for shape in shapes]
    head += turned(set_stone(families, "main", "round", 3.8, rim=True), at=(0, 0, 1.5))
    disc = meshes.extrude(meshes.circle(4.4, 32), 1.0).moved(z=-1.2)
    return metal(shank(INNER, 2.6, 1.6)) + on_ring(head + metal(disc), INNER + 2.9)


@design("corona", "ring", "ring", main=2)
def corona(families: Families, _strand: Strand | None) -> Parts:
    """A tiara: five marquise stones fan out over a slender band."""
    parts = metal(shank(INNER, 1.9, 1.6))
    for lean, size, degrees in ((-34.0, 2.2, -34.0), (-17.0, 2.6, -18.0), (0.0, 3.0, 0.0),
                                (17.0, 2.6, 18.0), (34.0, 2.2, 34.0)):  # fmt: skip
        stone = turned(set_stone(families, "main", "marquise", size), at=(0, size * 0.7, 0))
        spun = turned(stone, meshes.rotation("z", -0.5 * lean))
        parts += on_ring(spun, INNER + 2.9, degrees)
    return parts
