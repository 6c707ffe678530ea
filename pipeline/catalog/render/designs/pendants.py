"""Necklaces whose chain carries one pendant at the strand's drop."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes, motifs
from pipeline.catalog.render.designs.chains import draped, fine_cable
from pipeline.catalog.render.designs.registry import design
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.motifs import FACE, cross, heart
from pipeline.catalog.render.parts import (
    Families,
    Part,
    Parts,
    bail,
    eye,
    halo,
    metal,
    set_stone,
    turned,
)
from pipeline.catalog.render.strands import Strand


def _hung(strand: Strand, pendant: Parts, size: float = 6.0) -> Parts:
    """Returns a pendant (its top at the origin) with its bail on the strand."""
    whole = turned(metal(bail(size)), at=(0, -0.6 * size, 0)) + turned(
        pendant, at=(0, -0.66 * size, 0)
    )
    # A little before the chain, which would else cut through it.
    return turned(turned(whole, at=(0, 0, 0.9)), strand.drop_turn, strand.drop)


def _held(strand: Strand, piece: Parts, width: float) -> Parts:
    """Returns a piece (x level, ``width`` mm between its eyes) held by the ends of a chain."""
    gap, middle, turn = strand.bridged(width)
    # Clear of the bust that it may lie on.
    return fine_cable(strand, gap) + turned(turned(piece, at=(0, 0, 1.2)), turn, middle)


@design("amorel", "necklace", "pendant")
def amorel(_families: Families, strand: Strand | None) -> Parts:
    """A puffed heart."""
    plate = meshes.domed(heart(19.0, 72), 3.4, 1.0).moved(y=-8.0)
    return fine_cable(draped(strand)) + _hung(draped(strand), metal(plate))


@design("cruza", "necklace", "pendant")
def cruza(_families: Families, strand: Strand | None) -> Parts:
    """A plain Latin cross."""
    plate = meshes.extrude(cross(25.0, 4.4), 2.4, 0.9, soft=False).moved(y=-8.5, z=-0.8)
    return fine_cable(draped(strand)) + _hung(draped(strand), metal(plate))


@design("credia", "necklace", "pendant", main=2)
def credia(families: Families, strand: Strand | None) -> Parts:
    """A Latin cross set with stones."""
    plate = meshes.extrude(cross(25.0, 4.0), 1.6, 0.3, soft=False).moved(y=-8.5, z=-1.2)
    step = 3.05
    upright = [[0.0, y] for y in np.arange(2, -6, -1) * step]
    arms = [[x * step, 0.0] for x in (-2, -1, 1, 2)]
    at = np.array(upright + arms)
    points = np.column_stack([at[:, 0], at[:, 1] - 8.5, np.full(len(at), 0.9)])
    stones = _studded(families, points, 2.7)
    return fine_cable(draped(strand)) + _hung(draped(strand), metal(plate) + stones)


def _studded(families: Families, points: Array, width: float) -> Parts:
    """Returns claw-set stones at scattered points (N, 3), all facing the viewer."""
    stones: Parts = []
    for point in points:
        stones += turned(set_stone(families, "main", "round", width), at=point)
    return stones


@design("gota", "necklace", "pendant", main=1)
def gota(families: Families, strand: Strand | None) -> Parts:
    """A pear-shaped stone in claws."""
    stone = turned(set_stone(families, "main", "pear", 10.0), at=(0, -9.4, 1.4))
    return fine_cable(draped(strand)) + _hung(draped(strand), stone)


@design("halia", "necklace", "pendant", main=1, accent=2)
def halia(families: Families, strand: Strand | None) -> Parts:
    """A round stone in a halo."""
    head = set_stone(families, "main", "round", 9.0) + halo(families, "accent", "round", 9.0, 2.3)
    return fine_cable(draped(strand)) + _hung(draped(strand), turned(head, at=(0, -7.2, 1.2)))


@design("ovalia", "necklace", "pendant", main=1, accent=2)
def ovalia(families: Families, strand: Strand | None) -> Parts:
    """An oval stone in a halo."""
    head = set_stone(families, "main", "oval", 8.4) + halo(families, "accent", "oval", 8.4, 2.1)
    return fine_cable(draped(strand)) + _hung(draped(strand), turned(head, at=(0, -8.2, 1.2)))


@design("luneta", "necklace", "pendant")
def luneta(_families: Families, strand: Strand | None) -> Parts:
    """A polished disc with a raised rim."""
    disc = meshes.domed(meshes.circle(9.0, 64), 1.6, 0.6)
    rim = meshes.torus(9.0, 0.75, 64, 8)
    pendant = metal(disc.moved(y=-9.2), rim.moved(y=-9.2))
    return fine_cable(draped(strand)) + _hung(draped(strand), pendant)


@design("barra", "necklace", "bar")
def barra(_families: Families, strand: Strand | None) -> Parts:
    """A level bar held at both ends."""
    bar = meshes.extrude(meshes.superellipse(34.0, 5.0, 9, 48), 1.8, 0.4).moved(y=-3.0, z=-0.9)
    eyes = [eye(1.2, 0.4).moved(x=x, y=-0.2) for x in (-15.4, 15.4)]
    return _held(draped(strand), metal(bar, *eyes), 30.8)


# The strokes of a joined-up "Lea", about 15 units wide; small letters are 4 high.
_NAME = (
    [(-5.3, 7.0), (-4.5, 8.6), (-3.6, 7.6), (-4.6, 4.2), (-6.0, 1.2), (-7.4, 0.2), (-7.8, 1.1),
     (-6.5, 1.5), (-4.6, 0.5), (-3.0, 0.1), (-1.8, 1.0), (-0.4, 2.3), (0.5, 3.5), (-0.4, 4.2),
     (-1.4, 2.9), (-1.1, 0.8), (0.3, 0.0), (1.8, 0.7), (2.9, 2.0)],
    [(5.7, 3.4), (4.4, 4.1), (3.1, 2.9), (2.9, 1.2), (4.0, 0.0), (5.2, 0.8), (5.9, 2.6)],
    [(6.1, 4.1), (5.8, 1.6), (6.3, 0.2), (7.3, 0.2), (8.4, 1.4)],
)  # fmt: skip


@design("nomina", "necklace", "bar")
def nomina(_families: Families, strand: Strand | None) -> Parts:
    """A name in joined-up letters of flat wire, held at both ends."""
    section = meshes.superellipse(1.5, 1.3, 3, 10)
    strokes = []
    for points in _NAME:
        path = motifs.curve(1.9 * (np.array(points) - [0.7, 4.1]), 6)
        path = np.column_stack([path, 0 * path[:, 0]])
        strokes.append(meshes.sweep(path, section, False, FACE))
    eyes = [eye(1.2, 0.4).moved(x=x, y=0.4) for x in (-11.4, 11.4)]
    return _held(draped(strand), metal(*strokes, *eyes), 22.8)


@design("ombra", "necklace", "pendant", main=1)
def ombra(families: Families, strand: Strand | None) -> Parts:
    """A large drop of stone in a bezel on a cord."""
    line = draped(strand)
    cord = [Part("inlay", meshes.tube(line.points, 1.1, line.closed, line.facing, 9))]
    scrolls = metal(*(meshes.sphere(1.1, 12).moved(x, -27.8 + 1.1 * abs(x), 0)
                      for x in (-2.3, 0.0, 2.3)))  # fmt: skip
    stone = turned(set_stone(families, "main", "pear", 15.0, rim=True), at=(0, -15.4, 0.8))
    return cord + _hung(line, stone + turned(scrolls, at=(0, 3.0, 0.4)), 8.0)


@design("lunaria", "necklace", "pendant", main=1)
def lunaria(families: Families, strand: Strand | None) -> Parts:
    """A crescent moon with one stone hanging from its upper tip."""
    angle = np.radians(np.linspace(60.0, 345.0, 60))
    path = np.stack([7.4 * np.cos(angle), 7.4 * np.sin(angle), 0 * angle], axis=1)
    swell = np.sin(np.linspace(0.0, np.pi, 60)) ** 0.8
    scale = np.stack([0.12 + swell, 0.35 + 0.65 * swell], axis=1)
    moon = meshes.sweep(path, meshes.superellipse(5.6, 2.0, 2.2, 14), False, FACE, scale)
    tip = path[0] + np.array([0.0, -0.9, 0.0])
    stone = turned(set_stone(families, "main", "round", 4.4), at=tip - [0.2, 3.6, 0.0])
    stone += metal(eye(0.9, 0.3).moved(float(tip[0]), float(tip[1])))
    pendant = turned(metal(moon) + stone, at=(0, -9.2, 0))
    return fine_cable(draped(strand)) + _hung(draped(strand), pendant)
