"""Hands and wrists of any pose, palm down, fingers toward -y. In mm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.forms.implicit import Bone, chain, meshed, union
from pipeline.catalog.render.meshes import Array, Mesh

# Knuckle (x, y, z), lengths of the three phalanges and spread in degrees: index to little finger.
_FINGERS = (
    ((-26.0, -90.0, 0.0), (40.0, 23.0, 19.0), -6.0),
    ((-8.0, -95.0, 2.0), (44.0, 26.0, 20.0), -1.0),
    ((10.0, -91.0, 1.0), (41.0, 25.0, 20.0), 4.0),
    ((26.0, -81.0, -2.0), (33.0, 19.0, 18.0), 11.0),
)
_WRIST = [
    Bone((-9.0, 0.0, -4.0), (-13.0, 130.0, -4.0), 19.0, 24.0),
    Bone((9.0, 0.0, -4.0), (13.0, 130.0, -4.0), 19.0, 24.0),
]


@dataclass(frozen=True)
class Seat:
    """Where a ring sits on a finger: its middle (3,) and the rotation (3, 3) of the ring."""

    point: Array
    turn: Array


@dataclass(frozen=True)
class Hand:
    """A hand.

    Attributes:
        skin: Its surface.
        nails: The nails of the four fingers.
        seats: Where rings sit, index to little finger.
    """

    skin: Mesh
    nails: Mesh
    seats: tuple[Seat, ...]


def hand(rng: np.random.Generator, curl: float, spread: float, ringed: int, reach: float) -> Hand:
    """Returns a hand.

    Args:
        rng: Source of the small differences between fingers.
        curl: Bend of the fingers, degrees a joint.
        spread: Factor of how far the fingers stand apart.
        ringed: Finger whose surroundings are meshed finely, 0 (index) to 3.
        reach: Radius in mm of what is meshed around that finger's seat.
    """
    limbs, nails, seats = [], [], []
    for knuckle, lengths, splay in _FINGERS:
        joint, bend = np.array(knuckle), 0.0
        turn_z = meshes.rotation("z", spread * splay + rng.uniform(-1.5, 1.5))
        path, radii = [joint], [10.0, 8.3, 7.7, 6.2]
        for number, length in enumerate(lengths):
            bend += curl * (0.6 if number == 0 else 1.0) * rng.uniform(0.8, 1.2)
            turn = turn_z @ meshes.rotation("x", bend)
            start = path[-1]
            path.append(start - length * turn[:, 1])
            if number == 0:
                seats.append(Seat(start - 0.6 * length * turn[:, 1], turn))
            if number == 2:
                plate = meshes.sphere(1.0, 14).scaled(5.0, 7.0, 1.7).rotated(turn)
                at = path[-1] + 1.5 * turn[:, 1] + 5.2 * turn[:, 2]
                nails.append(plate.moved(*at))
        limbs.append(chain(path, radii))
    thumb = [(-22, -18, -6), (-46, -50, -14), (-56, -82, -18), (-54, -106, -19)]
    limbs.append(chain(thumb, [19.0, 11.5, 10.0, 8.0]))
    palm = [Bone((k[0] * 0.55, 0.0, -4.0), k, 16.0, 11.0) for k, _, _ in _FINGERS]
    field = union([*_WRIST, *palm], limbs, 12.0)
    middle = seats[ringed].point
    skin = meshed(field, middle - reach, middle + reach, max(1.6, reach / 26))
    return Hand(skin, meshes.merge(nails), tuple(seats))


def arm(rng: np.random.Generator, radius: float) -> Mesh:
    """Returns a wrist of ``radius`` mm about the y axis with a relaxed hand toward -y."""
    curl = rng.uniform(4, 30)
    limbs = []
    for knuckle, lengths, splay in _FINGERS:
        turn_z = meshes.rotation("z", splay)
        path, bend = [np.array(knuckle) + np.array([0, -25, 4])], 0.0
        for length in lengths:
            bend += curl
            path.append(path[-1] - length * (turn_z @ meshes.rotation("x", bend))[:, 1])
        limbs.append(chain(path, [10.0, 8.6, 8.0, 6.5]))
    thumb = [(-20, -45, -2), (-44, -76, -10), (-54, -106, -14), (-54, -130, -16)]
    limbs.append(chain(thumb, [18.0, 11.5, 10.0, 8.0]))
    trunk = [Bone((x * radius, -30.0, 0.0), (x * radius * 1.5, 170.0, 0.0), radius * 0.72,
                  radius * 0.95) for x in (-0.24, 0.24)]  # fmt: skip
    trunk += [Bone((k[0] * 0.5, -25.0, 0.0), (k[0], k[1] - 25, k[2] + 4), radius * 0.66, 11.0)
              for k, _, _ in _FINGERS]  # fmt: skip
    return meshed(union(trunk, limbs, 12.0), (-75, -215, -75), (75, 150, 45), 3.6)


def pinch(rng: np.random.Generator) -> tuple[Mesh, Mesh]:
    """Returns skin and nail of thumb and index that meet at the origin, coming from +x, +z."""
    lean = rng.uniform(-8, 8)
    index = chain([(2, 0, 5.5), (22, 2, 13), (44, 8, 24 + lean), (78, 20, 22 + lean)],
                  [6.2, 7.2, 8.2, 10.5])  # fmt: skip
    thumb = chain([(1, 0, -7.0), (24, -4, -13), (58, 2, -18), (92, 18, -14)],
                  [7.4, 9.0, 11.0, 15.0])  # fmt: skip
    curled = [
        chain([(40 + 4 * i, 6 + 9 * i, -8 - 7 * i), (50, 12 + 9 * i, 12 - 8 * i),
               (84, 24 + 9 * i, 16 - 9 * i)], [6.8, 8.2, 10.0])
        for i in (1, 2)
    ]  # fmt: skip
    palm = [Bone((88, 22, 14), (150, 40, 6), 14.0, 26.0), Bone((92, 20, -12), (150, 40, -6), 15.0,
                                                                26.0)]  # fmt: skip
    skin = meshed(union(palm, [index, thumb, *curled], 9.0), (-14, -30, -60), (150, 70, 60), 2.6)
    nail = meshes.sphere(1.0, 14).scaled(6.5, 1.6, 5.0).rotated(meshes.rotation("y", 20.0))
    return skin, nail.moved(3.0, -6.6, -7.5)
