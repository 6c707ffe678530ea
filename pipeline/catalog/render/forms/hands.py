"""Hands and wrists of any pose, palm down, fingers toward -y. In mm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.forms.implicit import Bone, chain, marched, meshed, union
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.strands import Strand

# Knuckle (x, y, z), lengths of the three phalanges and spread in degrees: index to little finger.
_FINGERS = (
    ((-26.0, -90.0, 0.0), (43.0, 25.0, 20.0), -6.0),
    ((-8.0, -95.0, 2.0), (47.0, 29.0, 21.0), -1.0),
    ((10.0, -91.0, 1.0), (44.0, 28.0, 21.0), 4.0),
    ((26.0, -81.0, -2.0), (35.0, 20.0, 18.0), 11.0),
)
# Radii of a finger at the knuckle, under a ring, at the two joints and at the tip. A ring of
# 8.5 mm inner radius touches the skin all around, as blending adds half a millimeter.
_GIRTH = (10.0, 7.9, 8.1, 7.3, 6.0)
_RINGED = 0.52  # Where a ring sits, as a share of the first phalanx.


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
        seats: Where rings sit, index to little finger; the last is thinner than a ring.
    """

    skin: Mesh
    nails: Mesh
    seats: tuple[Seat, ...]

    def mirrored(self) -> Hand:
        """Returns the other hand."""
        flip = np.diag([-1.0, 1.0, 1.0])
        seats = tuple(Seat(flip @ seat.point, flip @ seat.turn @ flip) for seat in self.seats)
        return Hand(self.skin.mirrored_x(), self.nails.mirrored_x(), seats)


def _nail(tip: Array, turn: Array, girth: float) -> Mesh:
    """Returns a nail on a finger that ends at ``tip``."""
    plate = meshes.sphere(1.0, 14).scaled(0.8 * girth, 1.15 * girth, 0.35 * girth)
    # Sunk so deep that only its face shows; what overhangs the tip is the free edge.
    lifted = tip - 0.05 * girth * turn[:, 1] + 0.76 * girth * turn[:, 2]
    return plate.rotated(turn @ meshes.rotation("x", 8.0)).moved(*lifted)


def hand(rng: np.random.Generator, curl: float, spread: float, sleeve: float = 140.0) -> Hand:
    """Returns a hand with its wrist.

    Args:
        rng: Source of the small differences between fingers.
        curl: Bend of the fingers, degrees a joint; past 60 it is a fist.
        spread: Factor of how far the fingers stand apart.
        sleeve: How far the arm goes on behind the wrist, mm.
    """
    limbs, nails, seats, tips = [], [], [], []
    for number, (knuckle, lengths, splay) in enumerate(_FINGERS):
        girth = np.array(_GIRTH) * (0.87 if number == 3 else 1.0)
        turn_z = meshes.rotation("z", spread * splay + rng.uniform(-1.5, 1.5))
        path, bend, turn = [np.array(knuckle)], 0.0, turn_z
        for joint, length in enumerate(lengths):
            bend += curl * (0.6 if joint == 0 else 1.0) * rng.uniform(0.85, 1.15)
            turn = turn_z @ meshes.rotation("x", bend)
            if joint == 0:
                seats.append(Seat(path[-1] - _RINGED * length * turn[:, 1], turn))
                path.append(seats[-1].point)
                length *= 1 - _RINGED
            path.append(path[-1] - length * turn[:, 1])
        nails.append(_nail(path[-1], turn, float(girth[-1])))
        limbs.append(chain(path, girth))
        tips += path
    flare = 1.0 - 0.5 * min(curl / 60.0, 1.0)
    thumb = np.array([(-20, -22, -8), (-40, -52, -16), (-52, -82, -21), (-53, -106, -23)])
    thumb = thumb * [0.55 + 0.45 * flare, 1.0, 1.0]
    limbs.append(chain(thumb, [17.0, 11.5, 9.8, 7.6]))
    trunk = [Bone((s * 9.0, 0.0, -4.0), (s * 12.0, 90.0 + sleeve, -4.0), 18.0, 23.0)
             for s in (-1, 1)]  # fmt: skip
    trunk += [Bone((k[0] * 0.55, 0.0, -4.0), k, 16.0, 10.5) for k, _, _ in _FINGERS]
    points = np.concatenate([np.array(tips), thumb])
    low = np.minimum(points.min(axis=0) - 14.0, [-40.0, -90.0, -34.0])
    high = np.maximum(points.max(axis=0) + 14.0, [40.0, sleeve, 26.0])
    high[1] = sleeve
    return Hand(
        meshed(union(trunk, limbs, 12.0), low, high, 1.9), meshes.merge(nails), tuple(seats)
    )


def _forearm(radius: float) -> list[Bone]:
    bones = [Bone((x * radius, -30.0, 0.0), (x * radius * 1.8, 290.0, 0.0), radius * 0.72,
                  radius * 1.05) for x in (-0.24, 0.24)]  # fmt: skip
    return bones + [Bone((k[0] * 0.5, -25.0, 0.0), (k[0], k[1] - 25, k[2] + 4), radius * 0.66, 11.0)
                    for k, _, _ in _FINGERS]  # fmt: skip


def top_of_arm(radius: float, place: float) -> float:
    """Returns the height in mm of the back of a wrist, ``place`` mm up the arm."""
    start, ray = np.array([[0.0, place, 60.0]]), np.array([[0.0, 0.0, -1.0]])
    return float(marched(union(_forearm(radius), (), 12.0), start, ray, 0.0)[0, 2])


def around_arm(rng: np.random.Generator, radius: float, place: float) -> Strand:
    """Returns the line of a bracelet around a wrist, the arm along z and its back at -y.

    Args:
        rng: Source of how it hangs.
        radius: Radius of the wrist, mm.
        place: How far up the arm it lies, mm.
    """
    angle = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    rays = np.column_stack([-np.sin(angle), np.zeros(160), -np.cos(angle)])
    slant = rng.uniform(-6, 8)
    start = np.array([0.0, place, 0.0]) - 60.0 * rays
    start[:, 1] += slant * np.cos(angle)
    points = marched(union(_forearm(radius), (), 12.0), start, rays, 1.4)
    # It rests on the back of the wrist and hangs free below.
    points[:, 2] -= rng.uniform(0.0, 4.0) * (0.5 - 0.5 * np.cos(angle))
    loop = meshes.rotation("x", 90.0)
    return Strand(points @ loop.T, -rays @ loop.T, True, points[0] @ loop.T, np.eye(3))


def arm(rng: np.random.Generator, radius: float) -> tuple[Mesh, Mesh]:
    """Returns a wrist of ``radius`` mm about the y axis with a relaxed hand, and its nails."""
    curl = rng.uniform(4, 34)
    limbs, nails = [], []
    for knuckle, lengths, splay in _FINGERS:
        turn = turn_z = meshes.rotation("z", splay * rng.uniform(0.4, 1.1))
        path, bend = [np.array(knuckle) + np.array([0, -25, 4])], 0.0
        for length in lengths:
            bend += curl * rng.uniform(0.85, 1.15)
            turn = turn_z @ meshes.rotation("x", bend)
            path.append(path[-1] - length * turn[:, 1])
        limbs.append(chain(path, [10.0, 8.6, 7.8, 6.2]))
        nails.append(_nail(path[-1], turn, 6.2))
    thumb = [(-20, -45, -2), (-44, -76, -10), (-54, -106, -14), (-54, -130, -16)]
    limbs.append(chain(thumb, [18.0, 11.5, 10.0, 8.0]))
    skin = meshed(union(_forearm(radius), limbs, 12.0), (-75, -225, -110), (75, 270, 60), 2.4)
    return skin, meshes.merge(nails)


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
    arm_ = Bone((150, 40, 0), (260, 60, 0), 26.0, 24.0)
    skin = meshed(union([*palm, arm_], [index, thumb, *curled], 9.0), (-14, -40, -60),
                  (240, 100, 60), 2.0)  # fmt: skip
    nail = meshes.sphere(1.0, 14).scaled(6.5, 1.6, 5.0).rotated(meshes.rotation("y", 20.0))
    return skin, nail.moved(3.0, -6.6, -7.5)
