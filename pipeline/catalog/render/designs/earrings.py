"""Earrings: one ear's piece in the face frame; staging makes the pair."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.designs.registry import design
from pipeline.catalog.render.parts import (
    Families,
    Parts,
    eye,
    halo,
    hook,
    metal,
    post,
    set_stone,
    turned,
)
from pipeline.catalog.render.strands import Strand

_FACE = np.array([0.0, 0.0, 1.0])


@design("punto", "earring", "stud", main=1)
def punto(families: Families, _strand: Strand | None) -> Parts:
    """A round solitaire stud."""
    return metal(post()) + turned(set_stone(families, "main", "round", 6.5), at=(0, 0, 3.2))


@design("lyra", "earring", "stud", main=2)
def lyra(families: Families, _strand: Strand | None) -> Parts:
    """A round stud in a halo of the same stones."""
    as_halo = {**families, "accent": families["main"]}
    small = [
        type(part)("main" if part.role == "accent" else part.role, part.mesh)
        for part in halo(as_halo, "accent", "round", 5.2, 1.8)
    ]
    head = set_stone(families, "main", "round", 5.2) + small
    return metal(post()) + turned(head, at=(0, 0, 2.6))


@design("perlina", "earring", "stud", main=1)
def perlina(families: Families, _strand: Strand | None) -> Parts:
    """A ball stud, meant for a pearl."""
    return metal(post()) + turned(set_stone(families, "main", "round", 8.5), at=(0, 0, 3.2))


@design("fiora", "earring", "stud", main=1)
def fiora(families: Families, _strand: Strand | None) -> Parts:
    """A flower of five metal petals around one stone."""
    petal = meshes.sphere(3.1, 20).scaled(0.95, 1.25, 0.35).moved(y=4.3)
    petals = [petal.rotated(meshes.rotation("z", 72.0 * i)) for i in range(5)]
    stone = turned(set_stone(families, "main", "round", 4.4), at=(0, 0, 3.1))
    return metal(post(), *petals) + stone


@design("lacri", "earring", "drop", main=1, accent=2)
def lacri(families: Families, _strand: Strand | None) -> Parts:
    """A pear-shaped drop in a halo, on a hook."""
    head = set_stone(families, "main", "pear", 6.0) + halo(families, "accent", "pear", 6.0, 1.6)
    return metal(hook(15.0), eye()) + turned(head, at=(0, -9.2, 0))


@design("cascara", "earring", "drop", main=2)
def cascara(families: Families, _strand: Strand | None) -> Parts:
    """Three round stones, one under the other, growing downward."""
    parts = metal(post().moved(z=-1.5))
    y = 0.0
    for width in (3.8, 4.8, 6.2):
        y -= width * 0.62
        parts += turned(set_stone(families, "main", "round", width), at=(0, y, 0))
        y -= width * 0.62 + 0.9
        if width < 6.0:
            parts += metal(eye(0.8).moved(y=y + 0.4))
    return parts


@design("folia", "earring", "drop")
def folia(_families: Families, _strand: Strand | None) -> Parts:
    """A leaf with raised veins."""
    t = np.linspace(-1.0, 1.0, 33)
    half = 5.2 * (1 - np.abs(t) ** 1.8)
    outline = np.concatenate(
        [np.stack([half, 11 * t], 1)[:-1], np.stack([-half, 11 * t], 1)[:0:-1]]
    )
    leaf = meshes.extrude(outline, 0.9, 0.3).moved(y=-12.6)
    rib = meshes.tube(np.array([[0, -23.0, 0.9], [0, -1.0, 0.9]]), 0.55, False, _FACE, 8)
    veins = [
        meshes.tube(
            np.array([[0, y, 0.9], [s * 4.7 * (1 - (abs(y + 15.2) / 11) ** 1.8), y + 2.6, 0.9]]),
            0.34, False, _FACE, 7,
        )
        for y in np.linspace(-20.0, -6.0, 6)
        for s in (-1.0, 1.0)
    ]  # fmt: skip
    return metal(hook(13.0), eye(), leaf, rib, *veins)


@design("candela", "earring", "drop", main=2)
def candela(families: Families, _strand: Strand | None) -> Parts:
    """A chandelier: a crescent with five small drops."""
    angle = np.radians(np.linspace(205.0, 335.0, 40))
    arc = np.stack([9.0 * np.cos(angle), 9.0 * np.sin(angle) + 1.5, np.zeros(40)], axis=1)
    plate = meshes.sweep(arc, meshes.superellipse(1.2, 2.4, 3, 12), False, _FACE)
    arms = [
        meshes.tube(np.array([[0.0, -0.8, 0.0], arc[i]]), 0.5, False, _FACE, 8) for i in (0, -1)
    ]
    parts = metal(hook(13.0), eye(), plate, *arms)
    for i in (2, 11, 19, 28, 37):
        x, y, _ = arc[i]
        parts += metal(eye(0.8).moved(x, y - 1.6))
        parts += turned(set_stone(families, "main", "pear", 3.2, rim=True), at=(x, y - 5.6, 0))
    return parts
