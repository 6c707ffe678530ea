"""Necklaces that are chain, string or collar all along the strand."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.designs import chains
from pipeline.catalog.render.designs.chains import draped
from pipeline.catalog.render.designs.registry import design
from pipeline.catalog.render.parts import (
    Families,
    Part,
    Parts,
    bail,
    copies,
    eye,
    metal,
    set_stone,
    turned,
)
from pipeline.catalog.render.strands import Strand


@design("nivea", "necklace", "beads", main=2)
def nivea(_families: Families, strand: Strand | None) -> Parts:
    """A string of balls, meant for pearls."""
    return chains.stone_beads(draped(strand), 8.6) + chains.clasp(draped(strand), 3.2)


@design("sferia", "necklace", "beads")
def sferia(_families: Families, strand: Strand | None) -> Parts:
    """A string of polished metal balls."""
    return chains.beads(draped(strand), 3.2) + chains.clasp(draped(strand), 3.0)


@design("boreal", "necklace", "beads")
def boreal(_families: Families, strand: Strand | None) -> Parts:
    """A heavy box chain."""
    return chains.box_chain(draped(strand), 4.0) + chains.clasp(draped(strand), 3.6)


@design("tesina", "necklace", "beads")
def tesina(_families: Families, strand: Strand | None) -> Parts:
    """A bold cable chain of long links."""
    return chains.cable(draped(strand), 10.5, 6.6, 1.0) + chains.clasp(draped(strand), 4.2)


@design("corda", "necklace", "beads")
def corda(_families: Families, strand: Strand | None) -> Parts:
    """A rope chain."""
    return chains.rope(draped(strand), 2.1, 6.4) + chains.clasp(draped(strand), 3.4)


@design("serpa", "necklace", "beads")
def serpa(_families: Families, strand: Strand | None) -> Parts:
    """A flat herringbone chain."""
    return chains.herringbone(draped(strand), 6.4) + chains.clasp(draped(strand), 3.4)


@design("vitria", "necklace", "beads")
def vitria(_families: Families, strand: Strand | None) -> Parts:
    """A string of glass beads, small metal rondelles between."""
    bead: Parts = [Part("inlay", meshes.sphere(3.7, 20).scaled(0.92, 1.0, 1.0))]
    rondelle = metal(meshes.torus(1.5, 0.75, 16, 8).rotated(meshes.rotation("y", 90.0)))
    unit = bead + turned(rondelle, at=(4.1, 0, 0))
    line = draped(strand)
    return chains.alternating(line, 8.4, [unit], [0]) + chains.clasp(line, 3.0)


@design("stazia", "necklace", "beads")
def stazia(_families: Families, strand: Strand | None) -> Parts:
    """A fine chain with polished discs at even distances."""
    line = draped(strand)
    points, x, y, z = line.stations(24.0)
    disc = metal(meshes.domed(meshes.circle(5.2, 36), 0.9, 0.7).moved(z=1.6))
    return chains.fine_cable(line) + copies(disc, points, x, y, z)


@design("regina", "necklace", "beads", main=2, accent=2)
def regina(families: Families, strand: Strand | None) -> Parts:
    """A collar of large pear-shaped stones, growing toward the middle, on a curb chain."""
    line = draped(strand)
    width = np.array([11.0, 9.8, 8.6, 7.4, 6.4])
    reach = np.cumsum(width * 1.12) - width[0] * 1.12
    parts = chains.curb(line, 5.4, 4.2, 0.7) + chains.clasp(line, 3.4)
    for sign in (-1.0, 1.0):
        for size, distance in list(zip(width, reach, strict=True))[0 if sign > 0 else 1 :]:
            drop = turned(set_stone(families, "main", "pear", size), at=(0, -1.42 * size, 0.6))
            small = turned(set_stone(families, "accent", "round", 0.42 * size), at=(0, 0.3, 1.4))
            drop += metal(eye(0.14 * size, 0.3).moved(y=-0.42 * size, z=1.0))
            parts += chains.at_drop(line, drop + small, sign * distance)
    return parts


@design("strata", "necklace", "pendant", main=1)
def strata(families: Families, strand: Strand | None) -> Parts:
    """Three necklaces worn as one: a stone on a fine chain, discs above it, and links on top."""
    line = draped(strand)
    middle, top = line.shorter(12.0), line.shorter(22.0)
    stone = turned(set_stone(families, "main", "oval", 7.6, rim=True), at=(0, -8.0, 1.6))
    pendant = stone + turned(metal(bail(5.0)), at=(0, -3.0, 0.8))
    points, x, y, z = middle.stations(9.0)
    disc = metal(meshes.sphere(2.1, 16).scaled(1.0, 1.0, 0.35))
    parts = chains.cable(line, 4.2, 2.8, 0.45) + turned(pendant, line.drop_turn, line.drop)
    parts += metal(chains.thread(middle, 0.45)) + copies(disc, points, x, y, z)
    return parts + chains.cable(top, 8.0, 4.6, 0.7)
