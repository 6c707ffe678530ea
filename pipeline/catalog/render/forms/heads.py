"""Necks, busts and ears that necklaces and earrings are worn on. Front at -y, in mm."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.forms.implicit import Bone, Field, chain, marched, meshed, union
from pipeline.catalog.render.forms.implicit import normals as field_normals
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.strands import Strand


def torso(bony: float) -> Field:
    """Returns neck, shoulders and chest, the pit of the neck at z = 0.

    Args:
        bony: Radius of the collarbones, mm; 0 leaves them out, as a bust has none.
    """
    bones = [Bone((0, 14, -20), (0, 22, 130), 55, 50)]
    for side in (-1, 1):
        bones += [
            Bone((side * 8, 24, 22), (side * 155, 28, -40), 36, 44),
            Bone((side * 52, 22, -60), (side * 58, 8, -190), 74, 88),
        ]
        if bony:
            bones.append(Bone((side * 12, -40, -10), (side * 100, -26, 4), bony, bony * 0.8))
    return union(bones, (), 26.0)


def head_and_neck() -> Mesh:
    """Returns chin and jaw over the neck."""
    field = union([Bone((0, -30, 118), (0, 15, 150), 34, 62), Bone((0, 15, 150), (0, 10, 200),
                                                                   66, 74)])  # fmt: skip
    return meshed(field, (-90, -90, 70), (90, 100, 220), 6.0)


def dress(body: Field, shape: str, depth: float) -> Mesh:
    """Returns cloth over a torso.

    Args:
        body: What wears it.
        shape: Neckline: ``v``, ``round`` or ``straight``.
        depth: Lowest point of the neckline below the pit of the neck, mm.
    """

    def field(x: Array, y: Array, z: Array) -> Array:
        if shape == "v":
            line = -depth + 1.5 * np.abs(x)
        elif shape == "round":
            line = -depth + (x / 58) ** 2 * 34
        else:
            line = -depth + 0.02 * np.abs(x)
        line = np.minimum(line, 80.0)
        ripple = 1.2 * np.sin(x / 9 + z / 14)
        return np.maximum(body(x, y, z) - 4.0 - ripple, (z - line) * 0.6)

    return meshed(field, (-190, -130, -190), (190, 130, 90), 5.5)


def around_neck(body: Field, rng: np.random.Generator) -> Strand:
    """Returns the line of a necklace worn on a torso, in world axes."""
    drop, power = -rng.uniform(8, 88), rng.uniform(1.3, 2.3)
    s = np.linspace(-1, 1, 141)
    half, top = 66.0, 52.0
    x = half * np.sin(s * np.pi / 2)
    z = drop + (top - drop) * (np.abs(x) / half) ** power
    start = np.column_stack([x, np.full(141, -220.0), z])
    front = marched(body, start, np.tile([0.0, 1.0, 0.0], (141, 1)), 1.8)
    angle = np.linspace(0, np.pi, 42)[1:-1]
    away = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(40)])
    rise = np.column_stack([np.zeros((40, 2)), top + 16 * np.sin(angle)])
    back = marched(body, away * 190 + rise + [0, 20, 0], -away, 1.8)
    points = np.roll(np.concatenate([front, back]), -70, axis=0)
    facing = field_normals(body, points)
    lean = float(np.degrees(np.arctan2(facing[0, 2], -facing[0, 1])))
    return Strand(points, facing, True, points[0], meshes.rotation("x", 90.0 - lean))


def ear() -> tuple[Mesh, Mesh]:
    """Returns an ear whose lobe is about the origin, and head with neck; outward is -y."""
    rim = chain(
        [(1, -2, -1), (-7, -5, 9), (-15, -10, 22), (-18, -13, 36), (-13, -13, 50), (-1, -10, 56),
         (10, -6, 51), (13, -2, 40), (7, 0, 31)],
        [5.4, 4.0, 3.3, 3.2, 3.3, 3.4, 3.2, 3.0, 2.4],
    )  # fmt: skip
    ridge = chain([(0, -3, 9), (-7, -7, 20), (-10, -8, 33), (-4, -7, 44)], [3.6, 3.2, 3.0, 3.4])
    tragus = [Bone((12, 0, 14), (12, -4, 20), 4.5, 4.0)]
    bowl = [Bone((x, 2.0 - 0.2 * abs(x), z), (x, 0.0, z + 9), 4.2, 4.2)
            for x, z in ((-9, 24), (-2, 14), (-1, 34), (6, 40), (-8, 36))]  # fmt: skip
    lobe = [Bone((0, -2, 1), (3, -1, 3), 7.5, 7.0, (1.0, 0.45, 1.1))]
    pinna = meshed(union([*bowl, *lobe], [rim, ridge, tragus], 4.0), (-26, -20, -14),
                   (24, 14, 64), 1.4)  # fmt: skip
    jaw = Bone((16, 34, 0), (78, 52, -58), 30, 24)
    neck = Bone((-14, 70, -30), (-30, 70, -190), 58, 56)
    skull = union([Bone((30, 84, 40), (60, 80, 30), 84, 74), jaw, neck], (), 20.0)
    return pinna, meshed(skull, (-110, -20, -150), (135, 110, 125), 5.0)


def hair(rng: np.random.Generator) -> Mesh:
    """Returns hair that falls behind an ear at the origin, as locks of tubes."""
    locks = []
    t = np.linspace(0, 1, 16)[:, None]
    for _ in range(70):
        crown = np.array([rng.uniform(-30, 60), rng.uniform(6, 30), rng.uniform(78, 125)])
        knee = np.array([rng.uniform(-62, -26), rng.uniform(-6, 30), rng.uniform(20, 70)])
        end = np.array([rng.uniform(-75, -14), rng.uniform(0, 45), rng.uniform(-170, -90)])
        path = (1 - t) ** 2 * crown + 2 * t * (1 - t) * knee + t**2 * end
        path[:, 0] += rng.uniform(0, 5) * np.sin(t[:, 0] * rng.uniform(4, 12))
        locks.append(meshes.tube(path, rng.uniform(3.0, 6.5), False, np.array([0.0, -1.0, 0.2]), 6))
    return meshes.merge(locks)
