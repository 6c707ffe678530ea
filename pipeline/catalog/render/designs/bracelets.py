"""Bracelets: about 29 mm inner radius, along the strand or rigid about the z axis."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.designs import chains
from pipeline.catalog.render.designs.registry import design
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.parts import (
    Families,
    Parts,
    copies,
    eye,
    heart,
    metal,
    set_stone,
    star,
    turned,
)
from pipeline.catalog.render.strands import Strand

RADIUS = 29.0


def _draped(strand: Strand | None) -> Strand:
    if strand is None:
        raise ValueError("a flexible bracelet needs a strand")
    return strand


@design("catena", "bracelet", "chain")
def catena(_families: Families, strand: Strand | None) -> Parts:
    """A curb chain with a round clasp."""
    return chains.curb(_draped(strand), 8.6, 6.6, 1.05) + chains.clasp(_draped(strand), 4.0)


@design("tennia", "bracelet", "chain", main=2)
def tennia(families: Families, strand: Strand | None) -> Parts:
    """A tennis bracelet: a line of claw-set stones."""
    line = _draped(strand)
    points, x, y, z = line.stations(4.9)
    joint = meshes.box(5.0, 1.6, 1.2).moved(z=-2.4)
    unit = set_stone(families, "main", "round", 4.2) + metal(joint)
    return copies(unit, points, x, y, z) + chains.clasp(line, 2.6)


@design("ciondra", "bracelet", "charm")
def ciondra(_families: Families, strand: Strand | None) -> Parts:
    """A cable chain with heart, disc and star charms."""
    line = _draped(strand)
    plates = [
        meshes.domed(heart(10.5, 48), 1.8, 0.8).moved(y=-7.6),
        meshes.domed(meshes.circle(4.8, 40), 1.3, 0.6).moved(y=-7.4),
        meshes.domed(star(6.2), 1.5, 0.7).moved(y=-8.0),
    ]
    parts = chains.cable(line, 7.0, 5.0, 0.75) + chains.clasp(line, 3.4)
    points, x, _, z = line.stations(line.length / 9)
    for i in range(len(points)):
        charm = metal(plates[i % 3], eye(1.7, 0.45).moved(y=-1.6))
        if line.closed:  # laid on the table, spread outward
            outward = _unit(points[i] * [1.0, 1.0, 0.0])
            basis = np.stack([np.cross([0.0, 0.0, 1.0], outward), -outward, [0.0, 0.0, 1.0]], 1)
            basis[:, 0] = np.cross(basis[:, 1], basis[:, 2])
        else:
            basis = np.stack([x[i], np.cross(z[i], x[i]), z[i]], axis=1)
        parts += turned(charm, basis, points[i])
    return parts


def _unit(vector: Array) -> Array:
    return vector / np.linalg.norm(vector)


def _oval_loop(start: float, stop: float, count: int, closed: bool) -> Array:
    angle = np.radians(np.linspace(start, stop, count, endpoint=not closed))
    return np.stack(
        [RADIUS * 1.12 * np.cos(angle), RADIUS * 0.95 * np.sin(angle), np.zeros(count)], axis=1
    )


@design("aroha", "bracelet", "bangle")
def aroha(_families: Families, _strand: Strand | None) -> Parts:
    """A smooth oval bangle with a hinge and a catch."""
    path = _oval_loop(0.0, 360.0, 120, closed=True)
    band = meshes.sweep(path, meshes.superellipse(6.0, 2.6, 2.2, 22), True, path)
    knuckle = meshes.lathe([(0.0, -3.4), (1.5, -3.4), (1.5, 3.4), (0.0, 3.4)], 18)
    return metal(band, *(knuckle.moved(x=sign * RADIUS * 1.12) for sign in (-1.0, 1.0)))


@design("selva", "bracelet", "bangle", main=2)
def selva(families: Families, _strand: Strand | None) -> Parts:
    """A slender bangle, stones along its front."""
    path = _oval_loop(0.0, 360.0, 120, closed=True)
    parts = metal(meshes.sweep(path, meshes.superellipse(3.6, 2.4, 3, 18), True, path))
    front = _oval_loop(-148.0, -32.0, 15, closed=False)
    outward = front * [1 / 1.12**2, 1 / 0.95**2, 0.0]
    for point, facing in zip(front, outward, strict=True):
        z = _unit(facing)
        x = np.array([-z[1], z[0], 0.0])
        basis = np.stack([x, np.cross(z, x), z], axis=1)
        parts += turned(set_stone(families, "main", "round", 3.9), basis, point + z * 2.2)
    return parts


@design("arcada", "bracelet", "cuff")
def arcada(_families: Families, _strand: Strand | None) -> Parts:
    """A broad open cuff, balls at its ends."""
    path = _oval_loop(-230.0, 50.0, 90, closed=False)
    band = meshes.sweep(path, meshes.superellipse(13.0, 2.0, 5, 26), False, path)
    edges = [meshes.tube(path * 1.02 + [0.0, 0.0, z], 0.9, False, path, 9) for z in (-6.2, 6.2)]
    balls = [meshes.sphere(2.6, 16).moved(*path[i]).moved(z=z)
             for i in (0, -1) for z in (-4.6, 0.0, 4.6)]  # fmt: skip
    return metal(band, *edges, *balls)


@design("ebanel", "bracelet", "strung", main=2)
def ebanel(_families: Families, strand: Strand | None) -> Parts:
    """A string of stone balls with a few metal ones between."""
    line = _draped(strand)
    points, x, y, z = line.stations(8.6)
    pick = np.arange(len(points)) % 8 == 0
    ball = {True: metal(meshes.sphere(4.3, 20)), False: chains.stone_ball(8.2)}
    parts: Parts = metal(chains.thread(line, 0.4))
    for is_metal, unit in ball.items():
        chosen = pick == is_metal
        parts += copies(unit, points[chosen], x[chosen], y[chosen], z[chosen])
    return parts
