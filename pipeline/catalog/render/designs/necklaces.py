"""Necklaces: a chain or string along the strand, a pendant at its drop."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.designs import chains
from pipeline.catalog.render.designs.registry import design
from pipeline.catalog.render.parts import (
    Families,
    Parts,
    bail,
    cross,
    eye,
    halo,
    heart,
    metal,
    set_stone,
    star,
    turned,
)
from pipeline.catalog.render.strands import Strand

_FACE = np.array([0.0, 0.0, 1.0])


def _draped(strand: Strand | None) -> Strand:
    if strand is None:
        raise ValueError("a necklace needs a strand")
    return strand


def _hung(strand: Strand, pendant: Parts, size: float = 6.0) -> Parts:
    """Returns a pendant (its top at the origin) with its bail on the strand."""
    whole = turned(metal(bail(size)), at=(0, -0.6 * size, 0)) + turned(
        pendant, at=(0, -0.66 * size, 0)
    )
    # A little before the chain, which would else cut through it.
    return turned(turned(whole, at=(0, 0, 0.9)), strand.drop_turn, strand.drop)


def _fine_chain(strand: Strand) -> Parts:
    return chains.cable(strand, 3.6, 2.6, 0.42) + chains.clasp(strand, 2.6)


@design("amorel", "necklace", "pendant")
def amorel(_families: Families, strand: Strand | None) -> Parts:
    """A puffed heart."""
    plate = meshes.domed(heart(19.0, 72), 3.4, 1.0).moved(y=-8.0)
    return _fine_chain(_draped(strand)) + _hung(_draped(strand), metal(plate))


@design("corina", "necklace", "pendant", main=1)
def corina(families: Families, strand: Strand | None) -> Parts:
    """An open heart with a stone in its notch."""
    outline = np.column_stack([heart(20.0, 90), np.zeros(90)])
    wire = meshes.sweep(outline, meshes.superellipse(2.2, 2.2, 2.2, 14), True, _FACE)
    stone = turned(set_stone(families, "main", "round", 5.2), at=(0, -2.2, 1.6))
    pendant = metal(wire.moved(y=-8.6)) + stone
    return _fine_chain(_draped(strand)) + _hung(_draped(strand), pendant)


@design("cruza", "necklace", "pendant")
def cruza(_families: Families, strand: Strand | None) -> Parts:
    """A plain Latin cross."""
    plate = meshes.extrude(cross(25.0, 4.4), 2.4, 0.9, soft=False).moved(y=-8.5, z=-0.8)
    return _fine_chain(_draped(strand)) + _hung(_draped(strand), metal(plate))


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
    return _fine_chain(_draped(strand)) + _hung(_draped(strand), metal(plate) + stones)


def _studded(families: Families, points: np.ndarray, width: float) -> Parts:
    """Returns claw-set stones at scattered points (N, 3), all facing the viewer."""
    stones: Parts = []
    for point in points:
        stones += turned(set_stone(families, "main", "round", width), at=point)
    return stones


@design("gota", "necklace", "pendant", main=1)
def gota(families: Families, strand: Strand | None) -> Parts:
    """A pear-shaped stone in claws."""
    stone = turned(set_stone(families, "main", "pear", 10.0), at=(0, -9.4, 1.4))
    return _fine_chain(_draped(strand)) + _hung(_draped(strand), stone)


@design("halia", "necklace", "pendant", main=1, accent=2)
def halia(families: Families, strand: Strand | None) -> Parts:
    """A round stone in a halo."""
    head = set_stone(families, "main", "round", 9.0) + halo(families, "accent", "round", 9.0, 2.3)
    return _fine_chain(_draped(strand)) + _hung(_draped(strand), turned(head, at=(0, -7.2, 1.2)))


@design("ovalia", "necklace", "pendant", main=1, accent=2)
def ovalia(families: Families, strand: Strand | None) -> Parts:
    """An oval stone in a halo."""
    head = set_stone(families, "main", "oval", 8.4) + halo(families, "accent", "oval", 8.4, 2.1)
    return _fine_chain(_draped(strand)) + _hung(_draped(strand), turned(head, at=(0, -8.2, 1.2)))


@design("luneta", "necklace", "pendant")
def luneta(_families: Families, strand: Strand | None) -> Parts:
    """A polished disc with a raised rim."""
    disc = meshes.domed(meshes.circle(9.0, 64), 1.6, 0.6)
    rim = meshes.torus(9.0, 0.75, 64, 8)
    pendant = metal(disc.moved(y=-9.2), rim.moved(y=-9.2))
    return _fine_chain(_draped(strand)) + _hung(_draped(strand), pendant)


@design("turqua", "necklace", "pendant", main=1)
def turqua(families: Families, strand: Strand | None) -> Parts:
    """A large round stone in a beaded bezel."""
    beads = [meshes.sphere(0.8, 10).moved(x, y, -0.4) for x, y in meshes.circle(8.0, 34)]
    head = set_stone(families, "main", "round", 13.0, rim=True) + metal(*beads)
    return _fine_chain(_draped(strand)) + _hung(_draped(strand), turned(head, at=(0, -9.0, 1.0)))


@design("stellan", "necklace", "pendant", main=1)
def stellan(families: Families, strand: Strand | None) -> Parts:
    """A five-pointed star with a stone in the middle."""
    plate = meshes.domed(star(11.5, depth=0.46), 2.4, 0.8).moved(y=-11.0)
    stone = turned(set_stone(families, "main", "round", 5.0, rim=True), at=(0, -11.0, 2.6))
    return _fine_chain(_draped(strand)) + _hung(_draped(strand), metal(plate) + stone)


@design("barra", "necklace", "bar")
def barra(_families: Families, strand: Strand | None) -> Parts:
    """A level bar held at both ends."""
    line = _draped(strand)
    bar = meshes.extrude(meshes.superellipse(34.0, 5.0, 9, 48), 1.8, 0.4).moved(y=-3.4, z=0.2)
    eyes = [eye(1.2, 0.4).moved(x=x, y=-0.6, z=1.0) for x in (-14.8, 14.8)]
    return _fine_chain(line) + turned(metal(bar, *eyes), line.drop_turn, line.drop)


@design("nivea", "necklace", "beads", main=2)
def nivea(_families: Families, strand: Strand | None) -> Parts:
    """A string of balls, meant for pearls."""
    return chains.stone_beads(_draped(strand), 8.6) + chains.clasp(_draped(strand), 3.2)


@design("sferia", "necklace", "beads")
def sferia(_families: Families, strand: Strand | None) -> Parts:
    """A string of polished metal balls."""
    return chains.beads(_draped(strand), 3.2) + chains.clasp(_draped(strand), 3.0)


@design("boreal", "necklace", "beads")
def boreal(_families: Families, strand: Strand | None) -> Parts:
    """A heavy box chain."""
    return chains.box_chain(_draped(strand), 4.0) + chains.clasp(_draped(strand), 3.6)


@design("tesina", "necklace", "beads")
def tesina(_families: Families, strand: Strand | None) -> Parts:
    """A bold cable chain of long links."""
    return chains.cable(_draped(strand), 10.5, 6.6, 1.0) + chains.clasp(_draped(strand), 4.2)
