"""Flexible bracelets: chains, strings and meshes along the strand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.catalog.render import meshes, motifs
from pipeline.catalog.render.designs import chains
from pipeline.catalog.render.designs.chains import draped
from pipeline.catalog.render.designs.clasps import lobster
from pipeline.catalog.render.designs.registry import design
from pipeline.catalog.render.parts import (
    Families,
    Part,
    Parts,
    eye,
    metal,
    set_stone,
    turned,
)
from pipeline.catalog.render.strands import Strand


def _upright(strand: Strand) -> Strand:
    """Returns the strand of a broad piece, which stands on its edge as a loop."""
    level = np.array([1.0, 1.0, 0.0])
    stands = strand.closed or strand.rounded
    return replace(strand, facing=strand.facing * level) if stands else strand


@design("catena", "bracelet", "chain")
def catena(_families: Families, strand: Strand | None) -> Parts:
    """A curb chain with a lobster clasp."""
    return chains.curb(draped(strand), 8.4, 6.6, 1.4) + lobster(draped(strand), 6.0)


@design("tennia", "bracelet", "chain", main=2)
def tennia(families: Families, strand: Strand | None) -> Parts:
    """A tennis bracelet: a line of claw-set stones."""
    line = draped(strand)
    joint = meshes.box(5.0, 1.6, 1.2).moved(z=-2.4)
    unit = set_stone(families, "main", "round", 4.2) + metal(joint)
    return chains.alternating(line, 4.9, [unit], [0]) + lobster(line, 4.4)


@design("ciondra", "bracelet", "charm")
def ciondra(_families: Families, strand: Strand | None) -> Parts:
    """A cable chain with heart, disc and star charms."""
    line = draped(strand)
    plates = [
        meshes.domed(motifs.heart(10.5, 48), 1.8, 0.8).moved(y=-7.6),
        meshes.domed(meshes.circle(4.8, 40), 1.3, 0.6).moved(y=-7.4),
        meshes.domed(motifs.star(6.2), 1.5, 0.7).moved(y=-8.0),
    ]
    parts = chains.cable(line, 7.0, 5.0, 0.75) + lobster(line, 5.1)
    points, x, _, z = line.stations(line.length / 9)
    for i in range(len(points)):
        charm = metal(plates[i % 3], eye(1.7, 0.45).moved(y=-1.6))
        parts += chains.hung_from(line, charm, points[i], x[i], z[i])
    return parts


@design("ebanel", "bracelet", "strung", main=2)
def ebanel(_families: Families, strand: Strand | None) -> Parts:
    """A string of stone balls with a few metal ones between."""
    units = [metal(meshes.sphere(4.3, 20)), chains.stone_ball(8.2)]
    return chains.alternating(draped(strand), 8.6, units, [0, 1, 1, 1, 1, 1, 1, 1])


@design("farfala", "bracelet", "chain")
def farfala(_families: Families, strand: Strand | None) -> Parts:
    """A fine chain with a butterfly of two metals in the middle."""
    shapes = motifs.wings(25.0)
    rims = [motifs.frame(shape, 0.55) for shape in shapes]
    inner = [motifs.plate(0.66 * shape, 0.5, 0.4) for shape in shapes]
    body = meshes.sphere(1.2, 14).scaled(0.8, 3.6, 0.9)
    butterfly = metal(*rims, body) + metal(*inner, role="second")
    line = draped(strand)
    parts = chains.fine_links(line, 21.0) + lobster(line, 4.4)
    return parts + chains.at_drop(line, turned(butterfly, at=(0, -1.5, 0.4)))


@design("nazara", "bracelet", "chain", main=1)
def nazara(families: Families, strand: Strand | None) -> Parts:
    """A fine chain with an eye against ill luck: enamel around a pupil of stone."""
    lids = motifs.turned_outline(motifs.leaf(21.0, 13.0), 90.0)
    iris = [Part("inlay", meshes.domed(lids * 0.93, 0.9, 0.5))]
    ring = meshes.torus(3.0, 0.45, 32, 8).moved(z=0.8)
    pupil = turned(set_stone(families, "main", "round", 5.0, rim=True), at=(0, 0, 0.9))
    charm = iris + metal(motifs.frame(lids, 0.85, 9), ring) + pupil
    line = draped(strand)
    parts = chains.fine_links(line, 20.0) + lobster(line, 4.4)
    return parts + chains.at_drop(line, charm)


@design("mangala", "bracelet", "strung", main=2)
def mangala(_families: Families, strand: Strand | None) -> Parts:
    """Small dark beads in threes between metal ones, a puffed flower in the middle."""
    line = draped(strand)
    units = [metal(meshes.sphere(1.5, 12)), chains.stone_ball(3.0)]
    parts: Parts = []
    for piece in line.gapped(15.0):
        parts += chains.alternating(piece, 3.0, units, [1, 1, 1, 0])
    petals = [motifs.plate(shape, 1.5, 0.8) for shape in motifs.flower(6, 7.4, 5.6)]
    heart = meshes.sphere(1.9, 16).scaled(1.0, 1.0, 0.7).moved(z=1.0)
    return parts + chains.at_drop(line, metal(*petals, heart)) + lobster(line, 4.8)


@design("maglia", "bracelet", "chain")
def maglia(_families: Families, strand: Strand | None) -> Parts:
    """A broad flat mesh of polished bricks, each row shifted against the next."""
    line = _upright(draped(strand))
    brick = meshes.sphere(1.0, 8).scaled(1.75, 1.15, 0.85)
    row = [brick.moved(x, y) for x, y in ((0, -4.4), (0, 0), (0, 4.4), (1.75, -2.2), (1.75, 2.2))]
    edge = [brick.scaled(1.0, 0.5, 0.8).moved(1.75, y) for y in (-6.0, 6.0)]
    back = meshes.box(3.6, 11.6, 0.5).moved(z=-0.7)
    unit = metal(*row, *edge, back)
    lock = metal(meshes.box(9.0, 13.4, 2.4).moved(z=-1.2))
    points, x, y, z = line.stations(line.length / 200)
    at = [len(points) // 2 if line.closed else len(points) - 1]
    placed = [Part("metal", meshes.place(lock[0].mesh, points[at], x[at], y[at], z[at]))]
    return chains.alternating(line, 3.5, [unit], [0]) + placed


@design("quadria", "bracelet", "chain")
def quadria(_families: Families, strand: Strand | None) -> Parts:
    """A cable chain with five clovers filled with color."""
    line = draped(strand)
    outline = motifs.clover(5.2)
    charm = [*metal(motifs.frame(outline, 0.7, 8)), Part("inlay", meshes.domed(outline, 0.7, 0.6))]
    parts = chains.cable(line, 4.6, 3.2, 0.5) + lobster(line, 4.5)
    for reach in np.arange(-2, 3) * line.length / 6:
        parts += chains.at_drop(line, turned(charm, at=(0, 0, 1.5)), float(reach))
    return parts


@design("perlana", "bracelet", "strung", main=2)
def perlana(_families: Families, strand: Strand | None) -> Parts:
    """A string of balls, meant for pearls, with slim metal rings between."""
    line = draped(strand)
    ring = metal(meshes.torus(1.5, 0.6, 18, 8).rotated(meshes.rotation("y", 90.0)))
    unit = chains.stone_ball(7.4) + turned(ring, at=(4.1, 0, 0))
    return chains.alternating(line, 8.2, [unit], [0]) + lobster(line, 5.4)


@design("grafetta", "bracelet", "charm")
def grafetta(_families: Families, strand: Strand | None) -> Parts:
    """A chain of long paper-clip links with one puffed heart."""
    line = draped(strand)
    charm = metal(meshes.domed(motifs.heart(13.0, 60), 2.2, 1.0).moved(y=-9.0), eye(2.2, 0.5))
    points, x, _, z = line.at(np.array([0.0]))
    parts = chains.cable(line, 12.5, 5.0, 0.75) + lobster(line, 5.1)
    return parts + chains.hung_from(line, turned(charm, at=(0, -1.6, 0)), points[0], x[0], z[0])
