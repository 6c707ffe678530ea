"""Earrings with color, movement or a bold shape: one ear's piece in the face frame."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes, motifs
from pipeline.catalog.render.designs.chains import cable
from pipeline.catalog.render.designs.registry import design
from pipeline.catalog.render.motifs import FACE
from pipeline.catalog.render.parts import (
    Families,
    Part,
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


@design("quadra", "earring", "stud", main=1)
def quadra(families: Families, _strand: Strand | None) -> Parts:
    """A square princess-cut stud in four claws."""
    return metal(post()) + turned(set_stone(families, "main", "princess", 6.0), at=(0, 0, 3.2))


@design("perlora", "earring", "drop", main=1, accent=2)
def perlora(families: Families, _strand: Strand | None) -> Parts:
    """A flower of five pear-shaped stones around a round one, a ball meant for a pearl below."""
    petal = turned(set_stone(families, "accent", "pear", 3.3), at=(0, -3.9, 0))
    parts = metal(post().moved(z=-1.0)) + set_stone(families, "accent", "round", 2.6)
    for i in range(5):
        parts += turned(petal, meshes.rotation("z", 72.0 * i))
    ball = turned(set_stone(families, "main", "round", 8.0), meshes.rotation("x", 90.0))
    return parts + metal(eye(0.9).moved(y=-6.4)) + turned(ball, at=(0, -10.4, 0))


@design("cuorella", "earring", "drop")
def cuorella(_families: Families, _strand: Strand | None) -> Parts:
    """A large heart under a small one, both filled with color."""
    parts: Parts = metal(post().moved(y=-0.5, z=-0.8))
    for width, y in ((7.5, 0.0), (18.0, -14.0)):
        outline = motifs.heart(width)
        fill = [Part("inlay", meshes.domed(outline * 0.97, 1.0, 0.6))]
        parts += turned(fill + metal(motifs.frame(outline, 0.6)), at=(0, y, 0))
    return parts + metal(eye(1.1).moved(y=-5.3))


@design("sontua", "earring", "drop", main=2, accent=2)
def sontua(families: Families, _strand: Strand | None) -> Parts:
    """A statement drop: a haloed pear below a haloed round stone."""
    upper = set_stone(families, "main", "round", 5.0) + halo(families, "accent", "round", 5.0, 1.7)
    lower = set_stone(families, "main", "pear", 9.5) + halo(families, "accent", "pear", 9.5, 2.0)
    link = metal(eye(1.1, 0.35).moved(y=-5.8))
    return metal(post().moved(z=-1.5)) + upper + link + turned(lower, at=(0, -17.6, 0))


@design("nappa", "earring", "drop")
def nappa(_families: Families, _strand: Strand | None) -> Parts:
    """A long tassel of thread under a metal cap."""
    cap = meshes.lathe([(0.0, -3.6), (2.6, -3.6), (2.4, -1.6), (1.2, -0.4), (0.0, 0.0)], 24)
    cap = cap.rotated(meshes.rotation("x", -90.0)).moved(y=-1.2)
    threads = []
    for ring, count in ((0.5, 6), (1.3, 12), (2.1, 20)):
        for x, z in meshes.circle(ring, count, start=ring):
            t = np.linspace(0.0, 1.0, 9)
            flare = 1 + 1.15 * t**0.7
            length = 34.0 + 1.5 * np.sin(9.0 * x + 5.0 * z)
            path = np.stack([x * flare, -4.4 - length * t, z * flare], axis=1)
            threads.append(meshes.tube(path, 0.42, False, FACE, 5))
    return [*metal(hook(12.0), eye(), cap), Part("inlay", meshes.merge(threads))]


@design("campana", "earring", "drop", main=2)
def campana(families: Families, _strand: Strand | None) -> Parts:
    """A jhumka: a domed bell fringed with balls, under a beaded disc."""
    bell = [(0.0, -0.6), (1.4, -1.0), (4.6, -3.2), (6.8, -6.6), (7.6, -9.6), (7.0, -9.4),
            (6.1, -6.6), (4.0, -3.8), (0.0, -1.8)]  # fmt: skip
    turn = meshes.rotation("x", -90.0)
    dome = meshes.lathe(bell[::-1], 40).rotated(turn).moved(y=-6.2)
    beads = [meshes.sphere(0.62, 8).moved(float(x), -6.2 - level, float(z))
             for reach, level, count in ((7.5, 8.6, 34), (5.9, 4.6, 26), (3.5, 2.0, 16))
             for x, z in meshes.circle(reach, count)]  # fmt: skip
    disc = meshes.domed(meshes.circle(4.2, 36), 0.9, 0.5)
    edge = [meshes.sphere(0.6, 8).moved(float(x), float(y), 0.3)
            for x, y in meshes.circle(4.4, 22)]  # fmt: skip
    parts = metal(post().moved(z=-0.5), disc, *edge, eye(1.0).moved(y=-5.6), dome, *beads)
    stone = turned(set_stone(families, "main", "round", 3.2, rim=True), at=(0, 0, 1.3))
    fringe = [Part("main", meshes.sphere(1.15, 12).moved(float(x), -17.2, float(z)))
              for x, z in meshes.circle(7.2, 18)]  # fmt: skip
    return parts + stone + fringe


@design("filigra", "earring", "drop")
def filigra(_families: Families, _strand: Strand | None) -> Parts:
    """A pierced drop of fine wire: scrolls inside a pear-shaped frame."""
    outline = motifs.petal(27.0, 17.0) * [1.0, -1.0]
    wires = [motifs.frame(outline[::-1], 0.7), motifs.frame(outline[::-1] * 0.45, 0.45)]
    for size, x, y, start in ((3.2, 3.5, -20.4, 200.0), (2.5, 4.5, -14.2, 160.0),
                              (1.5, 2.4, -9.0, 120.0)):  # fmt: skip
        scroll = motifs.turned_outline(motifs.spiral(size, 1.6), start) + np.array([x, y])
        wire = meshes.tube(np.column_stack([scroll, 0 * scroll[:, 0]]), 0.42, False, FACE, 7)
        wires += [wire, wire.mirrored_x()]
    stem = meshes.tube(np.array([[0.0, -26.6, 0.0], [0.0, -12.0, 0.0]]), 0.4, False, FACE, 7)
    balls = [meshes.sphere(0.9, 12).moved(y=y) for y in (-23.6, -17.4, -12.0)]
    return metal(hook(12.0), eye(), *(wire.moved(y=-0.8) for wire in (*wires, stem, *balls)))


@design("fileta", "earring", "drop", main=1)
def fileta(families: Families, _strand: Strand | None) -> Parts:
    """A threader: a chain drawn through the lobe, a stone in front and a bar behind."""
    turn = np.linspace(0.0, np.pi, 9)
    bow = np.stack([2.6 * (1 - np.cos(turn)), 2.6 * np.sin(turn), -1.2 * (1 - np.cos(turn))], 1)
    front = np.array([[0.0, y, 0.0] for y in np.linspace(-34.0, -1.0, 16)])
    back = np.array([[5.2, y, -2.4] for y in np.linspace(-1.0, -12.0, 6)])
    path = np.concatenate([front, bow, back])
    chain = Strand(path, np.tile(FACE, (len(path), 1)), False, path[0], np.eye(3))
    bar = meshes.tube(np.array([[5.2, -30.0, -2.4], [5.2, -12.0, -2.4]]), 0.55, False, FACE, 8)
    stone = turned(set_stone(families, "main", "round", 5.0, rim=True), at=(0, -37.6, 0))
    return cable(chain, 2.4, 1.7, 0.3) + metal(bar, eye(0.9).moved(y=-34.5)) + stone


@design("rampica", "earring", "stud", main=2)
def rampica(families: Families, _strand: Strand | None) -> Parts:
    """A climber: stones that dwindle along a curve up the edge of the ear."""
    widths = np.array([5.0, 4.3, 3.7, 3.1, 2.6, 2.2])
    steps = 1.12 * (widths[1:] + widths[:-1]) / 2
    angle = np.concatenate([[0.0], np.cumsum(steps)]) / 15.0 - 0.75
    rail = 15.0 * np.stack([-np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    rail += 0.9 * FACE - rail[0]
    parts = metal(post(), meshes.tube(rail, 0.45, False, FACE, 8))
    for i in range(len(widths)):
        parts += turned(set_stone(families, "main", "round", widths[i]), at=rail[i] + 1.9 * FACE)
    return parts
