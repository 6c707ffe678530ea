"""Outlines and figures that jewelers repeat: hearts, crosses, stars, leaves, clovers, butterflies.

Outlines are counterclockwise, millimeters, in the plane of the picture (x right, y up); a point
inside them sees all of their rim, so that a plate can be cut from them.
"""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.meshes import Array, Mesh

FACE = np.array([0.0, 0.0, 1.0])


def heart(width: float, segments: int = 64) -> Array:
    """Returns a heart outline about its own middle, shape (segments, 2)."""
    t = np.arange(segments) * (2 * np.pi / segments)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return (np.stack([x, y + 1.5], axis=1) * (width / 32))[::-1]


def cross(height: float, arm: float) -> Array:
    """Returns a Latin cross outline, its crossing at the origin, shape (12, 2)."""
    a, top, side, foot = arm / 2, 0.34 * height, 0.32 * height, 0.66 * height
    return np.array(
        [[a, -foot], [a, -a], [side, -a], [side, a], [a, a], [a, top], [-a, top], [-a, a],
         [-side, a], [-side, -a], [-a, -a], [-a, -foot]]
    )  # fmt: skip


def star(radius: float, points: int = 5, depth: float = 0.45) -> Array:
    """Returns a star outline with one point up, shape (2 * points, 2)."""
    angle = np.pi / 2 + np.arange(2 * points) * (np.pi / points)
    reach = np.where(np.arange(2 * points) % 2 == 0, radius, radius * depth)
    return np.stack([np.cos(angle) * reach, np.sin(angle) * reach], axis=1)


def leaf(length: float, width: float, segments: int = 64) -> Array:
    """Returns a leaf outline, pointed above and below, about its middle, shape (segments, 2)."""
    t = np.linspace(-1.0, 1.0, segments // 2 + 1)
    half = width / 2 * (1 - np.abs(t) ** 1.8)
    right, left = np.stack([half, t * length / 2], 1), np.stack([-half, t * length / 2], 1)
    return np.concatenate([right[:-1], left[:0:-1]])


def petal(length: float, width: float, segments: int = 40) -> Array:
    """Returns a petal outline that starts at a point at the origin and widens along +y."""
    u = (np.arange(segments) + 0.5) * (2 * np.pi / segments)
    along = 0.5 - 0.5 * np.cos(u)
    return np.stack([-np.sin(u) * along**0.6 * width * 0.6, along * length], axis=1)[::-1]


def plate(outline: Array, rise: float, back: float) -> Mesh:
    """Returns a bulging plate from an outline, wherever that lies in the plane."""
    middle = 0.5 * (outline.min(axis=0) + outline.max(axis=0))
    return meshes.domed(outline - middle, rise, back).moved(float(middle[0]), float(middle[1]))


def frame(outline: Array, wire: float, segments: int = 7) -> Mesh:
    """Returns a round wire of radius ``wire`` mm bent to an outline."""
    loop = np.column_stack([outline, np.zeros(len(outline))])
    return meshes.tube(loop, wire, True, FACE, segments)


def turned_outline(outline: Array, degrees: float) -> Array:
    """Returns an outline turned about the origin in its plane."""
    return outline @ meshes.rotation("z", degrees)[:2, :2].T


def wings(span: float) -> list[Array]:
    """Returns the four wing outlines of a butterfly, ``span`` mm across."""
    upper, lower = petal(0.6 * span, 0.42 * span), petal(0.4 * span, 0.34 * span)
    shapes = []
    for sign in (-1.0, 1.0):
        shapes += [turned_outline(upper, -56.0 * sign), turned_outline(lower, -128.0 * sign)]
    return shapes


def flower(count: int, length: float, width: float) -> list[Array]:
    """Returns the outlines of ``count`` petals around the origin."""
    shape = petal(length, width)
    return [turned_outline(shape, 360.0 / count * i) for i in range(count)]


def infinity(width: float, segments: int = 90) -> Array:
    """Returns a lying figure eight, whose wires pass over and under, shape (segments, 3)."""
    t = np.arange(segments) * (2 * np.pi / segments)
    x = np.cos(t) / (1 + np.sin(t) ** 2)
    y = 1.25 * x * np.sin(t)
    return np.stack([x, y, 0.09 * np.sin(t)], axis=1) * (width / 2)


def spiral(radius: float, turns: float, segments: int = 28) -> Array:
    """Returns a scroll from the rim (``radius`` mm, at angle 0) inward, shape (segments, 2)."""
    t = np.linspace(0.0, 1.0, segments)
    angle, reach = 2 * np.pi * turns * t, radius * (1 - 0.82 * t)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) * reach[:, None]


def curve(points: Array, steps: int) -> Array:
    """Returns a smooth line through points (N, 2), ``steps`` to a span (Catmull-Rom)."""
    ends = [2 * points[0] - points[1], *points, 2 * points[-1] - points[-2]]
    a, b, c, d = (np.array(ends[i : i + len(points) - 1])[:, None] for i in range(4))
    t = np.linspace(0.0, 1.0, steps, endpoint=False)[None, :, None]
    spans = b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return np.concatenate([spans.reshape(-1, 2), points[-1:]])


def clover(radius: float, segments: int = 64) -> Array:
    """Returns a clover of four round leaves about its middle, shape (segments, 2)."""
    angle = np.arange(segments) * (2 * np.pi / segments)
    nearest = (angle + np.pi / 4) % (np.pi / 2) - np.pi / 4
    # Four circles through the middle, a little blunted where they meet.
    return meshes.circle(radius, segments) * np.cos(nearest)[:, None] ** 1.2
