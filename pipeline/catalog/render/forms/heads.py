"""Necks, shoulders and ears that necklaces and earrings are worn on. Front at -y, in mm."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pipeline.catalog.render import meshes
from pipeline.catalog.render.forms.implicit import (
    Bone,
    Field,
    blended,
    chain,
    marched,
    meshed,
    union,
)
from pipeline.catalog.render.forms.implicit import normals as field_normals
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.strands import Strand

NECKLINES = ("v", "round", "straight", "strapless")


def _trunk() -> Field:
    bones = [Bone((0, 16, -20), (0, 24, 150), 52, 48)]
    for side in (-1, 1):
        bones += [
            Bone((side * 8, 26, 18), (side * 185, 34, -52), 34, 46),
            Bone((side * 54, 24, -60), (side * 60, 6, -200), 74, 90),
            Bone((side * 100, 30, -70), (side * 150, 34, -60), 50, 48),
        ]
    return union(bones, (), 26.0)


def torso() -> Field:
    """Returns neck, shoulders and chest, the pit of the neck at z = 0.

    Collarbones and the cords of the neck follow the surface, a little proud of it.
    """
    trunk = _trunk()
    ridges: list[Bone] = []
    for side in (-1.0, 1.0):
        t = np.linspace(0.0, 1.0, 6)[:, None]
        collar = np.array([side * 11, -220, -5]) + t * np.array([side * 112, 0, 22.0])
        cord = np.array([side * 9, -220, 0]) + t * np.array([side * 33, 0, 108.0])
        for line, radius in ((collar, 5.5), (cord, 7.0)):
            rays = np.tile([0.0, 1.0, 0.0], (6, 1))
            path = marched(trunk, line, rays, -0.62 * radius, 60)
            ridges += chain(path, np.linspace(radius, 0.8 * radius, 6))
    bumps = union(ridges, (), 4.0)

    def field(x: Array, y: Array, z: Array) -> Array:
        return blended(trunk(x, y, z), bumps(x, y, z), 12.0)

    return field


def torso_mesh(body: Field) -> Mesh:
    """Returns the skin of a torso."""
    return meshed(body, (-215, -130, -190), (215, 130, 128), 4.0)


def jaw(turn: float) -> Mesh:
    """Returns chin and jaw over the neck, the face turned ``turn`` degrees aside."""
    bones = [
        Bone((0, -44, 122), (0, -40, 150), 17, 30),
        Bone((0, -40, 124), (-46, 22, 158), 15, 22),
        Bone((0, -40, 124), (46, 22, 158), 15, 22),
        Bone((0, 10, 165), (0, 10, 200), 58, 66),
    ]
    field = union(bones, (), 22.0)
    return meshed(field, (-90, -100, 90), (90, 100, 230), 4.0).rotated(meshes.rotation("z", turn))


def dress(body: Field, shape: str, depth: float, fold: float) -> Mesh:
    """Returns cloth over a torso.

    Args:
        body: What wears it.
        shape: One of ``NECKLINES``.
        depth: Lowest point of the neckline below the pit of the neck, mm.
        fold: Where its folds begin, radians.
    """

    def field(x: Array, y: Array, z: Array) -> Array:
        if shape == "v":
            line = -depth + 1.5 * np.abs(x)
        elif shape == "round":
            line = -depth + (x / 58) ** 2 * 34
        elif shape == "strapless":
            line = -depth + 6.0 * np.cos(x / 32)
        else:
            line = -depth + 0.02 * np.abs(x) + np.maximum(np.abs(x) - 78, 0) * 6
        line = np.minimum(line, 80.0)
        ripple = 1.3 * np.sin(x / 11 + z / 16 + fold) + 0.9 * np.sin(x / 23 - z / 9 + 2 * fold)
        return np.maximum(body(x, y, z) - 4.5 - ripple, (z - line) * 0.6)

    return meshed(field, (-215, -140, -190), (215, 140, 90), 4.4)


def around_neck(body: Field, rng: np.random.Generator, drop: float) -> Strand:
    """Returns the line of a necklace worn on a torso, in world axes.

    Args:
        body: What wears it.
        rng: Source of how it hangs.
        drop: Its lowest point below the pit of the neck, mm.
    """
    power, top = rng.uniform(1.3, 2.2), 48.0
    # Steps get smaller toward the front, where it is seen.
    angle = np.pi * np.sin(np.linspace(-1, 1, 181)[:-1] * np.pi / 2) ** 3
    angle = 0.6 * np.linspace(-np.pi, np.pi, 181)[:-1] + 0.4 * angle
    side = np.sin(np.clip(np.abs(angle) * 1.2, 0.0, np.pi / 2))
    rise = 14.0 * np.maximum(np.abs(angle) / np.pi - 0.4, 0.0) / 0.6
    z = -drop + (top + drop) * side**power + rise
    away = np.column_stack([np.sin(angle), -np.cos(angle), np.zeros(180)])
    start = 175.0 * away + np.column_stack([np.zeros(180), np.full(180, 20.0), z])
    points = np.roll(marched(body, start, -away, 1.0, 45), -90, axis=0)
    facing = field_normals(body, points)
    lean = float(np.degrees(np.arctan2(facing[0, 2], -facing[0, 1])))
    return Strand(points, facing, True, points[0], meshes.rotation("x", 90.0 - lean))


def _rounded(points: ArrayLike, radii: ArrayLike) -> list[Bone]:
    """Returns a chain of bones with its corners cut twice."""
    line = np.column_stack([np.asarray(points, dtype=float), radii])
    for _ in range(2):
        a, b = line[:-1], line[1:]
        cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 4)
        line = np.concatenate([line[:1], cut[1:-1], line[-1:]])
    return chain(line[:, :3], line[:, 3])


def ear() -> Field:
    """Returns an ear whose lobe is about the origin; outward is -y, the face toward +x."""
    rim = _rounded(
        [(1, -2, -1), (-7, -5, 9), (-15, -10, 22), (-18, -13, 36), (-13, -13, 50), (-1, -10, 56),
         (10, -6, 51), (13, -2, 40), (7, 0, 31)],
        [5.0, 4.0, 3.3, 3.2, 3.3, 3.4, 3.2, 3.0, 2.4],
    )  # fmt: skip
    ridge = _rounded([(0, -3, 9), (-7, -7, 20), (-10, -8, 33), (-4, -7, 44)], [3.6, 3.2, 3.0, 3.4])
    tragus = [Bone((12, 0, 14), (12, -4, 20), 4.5, 4.0)]
    bowl = [Bone((x, 2.0 - 0.2 * abs(x), z), (x, 0.0, z + 9), 4.2, 4.2)
            for x, z in ((-9, 24), (-2, 14), (-1, 34), (6, 40), (-8, 36))]  # fmt: skip
    lobe = [Bone((0, -2, 0), (3, -1, 3), 8.0, 7.0, (1.0, 0.42, 1.15))]
    root = [Bone((9, 2, 6), (12, 12, 30), 6.0, 9.0)]
    return union([*bowl, *lobe, *root], [rim, ridge, tragus], 4.0)


def skin_of_ear(field: Field) -> Mesh:
    """Returns the skin of an ear."""
    return meshed(field, (-26, -20, -14), (26, 16, 64), 1.1)


def side_of_head() -> Field:
    """Returns cheek, jaw, skull and neck around an ear at the origin."""
    bones = [
        Bone((-20, 92, 70), (50, 92, 62), 92, 82),
        Bone((60, 74, 10), (84, 74, 44), 62, 60),
        Bone((10, 32, 2), (92, 56, -44), 22, 22),
        Bone((92, 60, -44), (104, 74, -42), 22, 22),
        Bone((-22, 78, -10), (-36, 78, -190), 56, 56),
        Bone((-8, 20, 6), (26, 40, -130), 12, 14),
    ]
    return union(bones, (), 24.0)


def skin_of_head(field: Field) -> Mesh:
    """Returns the skin of the side of a head, with shoulder out of sight."""
    return meshed(field, (-120, -25, -160), (150, 90, 130), 3.4)


def swept_hair(field: Field, phase: float) -> Mesh:
    """Returns hair tied back over a head.

    Args:
        field: The head.
        phase: Where its strands begin, radians.
    """

    def cover(x: Array, y: Array, z: Array) -> Array:
        flow = z + 0.45 * x
        strands = 0.5 * np.sin(flow / 1.9 + phase) + 0.7 * np.sin(flow / 3.7 + 0.05 * x)
        over = np.clip((z - 44.0) / 34.0, 0.0, 1.0)
        line = -26.0 + 62.0 * over**2 * (3 - 2 * over) - 0.4 * np.maximum(10.0 - z, 0.0)
        return np.maximum(field(x, y, z) - 4.0 - strands, (x - line) * 0.4)

    return meshed(cover, (-125, -25, -60), (60, 90, 130), 1.9)


def loose_hair(rng: np.random.Generator, locks: int) -> Mesh:
    """Returns hair that falls behind an ear at the origin, as locks of tubes."""
    made = []
    t = np.linspace(0, 1, 14)[:, None]
    for _ in range(locks):
        crown = np.array([rng.uniform(-40, 44), rng.uniform(-6, 14), rng.uniform(84, 150)])
        knee = np.array([rng.uniform(-74, -30), rng.uniform(-14, 18), rng.uniform(20, 80)])
        end = np.array([rng.uniform(-92, -22), rng.uniform(-6, 40), rng.uniform(-190, -120)])
        path = (1 - t) ** 2 * crown + 2 * t * (1 - t) * knee + t**2 * end
        path[:, 0] += rng.uniform(0, 4) * np.sin(t[:, 0] * rng.uniform(4, 12))
        made.append(meshes.tube(path, rng.uniform(1.0, 2.8), False, np.array([0.0, -1.0, 0.2]), 6))
    return meshes.merge(made)
