"""How flexible pieces lie: the line that a necklace or bracelet follows in a picture.

Rigid pieces ignore it. The face frame has x right, y up in the picture and z to the viewer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.parts import along

# A necklace bust: (radius, height) in mm, bottom to top; it is flattened front to back.
BUST_PROFILE = (
    (88.0, 0.0), (90.0, 6.0), (88.0, 40.0), (80.0, 70.0), (66.0, 96.0), (52.0, 118.0),
    (46.0, 140.0), (45.0, 170.0), (42.0, 176.0), (0.01, 177.0),
)  # fmt: skip
BUST_DEPTH = 0.72


@dataclass(frozen=True)
class Strand:
    """A line for links, beads and stones.

    Attributes:
        points: Polyline in mm, shape (N, 3).
        facing: Where a stone set at each point would look, shape (N, 3).
        closed: Whether the line is a loop.
        drop: Where a pendant hangs, shape (3,).
        drop_turn: Rotation (3, 3) from the face frame to the pendant's.
    """

    points: Array
    facing: Array
    closed: bool
    drop: Array
    drop_turn: Array

    @property
    def length(self) -> float:
        """Length in millimeters."""
        line = np.concatenate([self.points, self.points[:1]]) if self.closed else self.points
        return float(np.sum(np.linalg.norm(np.diff(line, axis=0), axis=1)))

    def stations(self, pitch: float) -> tuple[Array, Array, Array, Array]:
        """Returns points about ``pitch`` mm apart and their axes: along, across, facing."""
        count = max(4, round(self.length / pitch) + (0 if self.closed else 1))
        joined = along(np.concatenate([self.points, self.facing], axis=1), count, self.closed)
        tangent, side, outward = meshes.frames(joined[:, :3], self.closed, joined[:, 3:])
        return joined[:, :3], tangent, side, outward

    def at(self, reach: Array) -> tuple[Array, Array, Array, Array]:
        """Returns points and axes at lengths (mm, negative to the left) from the drop."""
        start, count = self._from_drop(), 1500
        joined = along(np.concatenate([self.points, self.facing], axis=1), count, self.closed)
        tangent, side, outward = meshes.frames(joined[:, :3], self.closed, joined[:, 3:])
        step = self.length / (count if self.closed else count - 1)
        where = np.round((start + np.asarray(reach)) / step).astype(int)
        where = where % count if self.closed else np.clip(where, 0, count - 1)
        return joined[where, :3], tangent[where], side[where], outward[where]

    def gapped(self, width: float) -> list[Strand]:
        """Returns what is left of the strand with ``width`` mm around the drop cut out."""
        middle, half = self._from_drop(), width / 2
        if self.closed:
            return [self._cut(middle + half, middle - half + self.length)]
        return [self._cut(0.0, middle - half), self._cut(middle + half, self.length)]

    def bridged(self, width: float) -> tuple[float, Array, Array]:
        """Returns how a rigid piece hangs by its two ends at the drop.

        Args:
            width: Distance of its ends, mm.

        Returns:
            The gap to cut out of the strand (mm), the middle between its ends (3,), and the
            rotation (3, 3) from the face frame that lays x from one end to the other.
        """
        gap = np.linspace(1.0, 3.0, 200) * width
        left, right = self.at(-gap / 2)[0], self.at(gap / 2)[0]
        wide = int(np.argmax(np.linalg.norm(right - left, axis=1) >= width))
        x = right[wide] - left[wide]
        x = x / np.linalg.norm(x)
        y = np.cross(self.drop_turn[:, 2], x)
        y = y / np.linalg.norm(y)
        turn = np.stack([x, y, np.cross(x, y)], axis=1)
        return float(gap[wide]), (left[wide] + right[wide]) / 2, turn

    def shorter(self, rise: float) -> Strand:
        """Returns a strand worn above this one: its drop ``rise`` mm higher, a loop's top alike."""
        up = self.drop_turn[:, 1]
        height = self.points @ up
        share = 1 - (height - height.min()) / np.ptp(height) if self.closed else 1 + 0 * height
        normal = self.facing / np.linalg.norm(self.facing, axis=1, keepdims=True)
        climb = up - (normal @ up)[:, None] * normal
        points = self.points + rise * share[:, None] * climb
        return replace(self, points=points, drop=points[self._nearest()])

    def _nearest(self) -> int:
        return int(np.argmin(np.linalg.norm(self.points - self.drop, axis=1)))

    def _from_drop(self) -> float:
        """Returns the length from the first point to the one nearest the drop, mm."""
        steps = np.linalg.norm(np.diff(self.points[: self._nearest() + 1], axis=0), axis=1)
        return float(np.sum(steps))

    def _cut(self, start: float, stop: float) -> Strand:
        joined = np.concatenate([self.points, self.facing], axis=1)
        if self.closed:
            joined = np.concatenate([joined, joined, joined[:1]])
        steps = np.linalg.norm(np.diff(joined[:, :3], axis=0), axis=1)
        length = np.concatenate([[0.0], np.cumsum(steps)])
        at = np.linspace(start, stop, max(8, round((stop - start) / 1.5)))
        line = np.stack([np.interp(at, length, joined[:, d]) for d in range(6)], axis=1)
        return Strand(line[:, :3], line[:, 3:], False, self.drop, self.drop_turn)


_FACE = np.array([0.0, 0.0, 1.0])


def _smooth_noise(rng: np.random.Generator, angle: Array, size: float) -> Array:
    phase = rng.uniform(0, 2 * np.pi, 3)
    waves = [np.sin(k * angle + p) / k for k, p in zip((2, 3, 5), phase, strict=True)]
    return size * np.sum(waves, axis=0)


def necklace_flat(rng: np.random.Generator) -> Strand:
    """Returns a loop laid on a table, its pendant at the bottom of the picture."""
    angle = -np.pi / 2 + np.linspace(0, 2 * np.pi, 240, endpoint=False)
    width, height = rng.uniform(44, 60), rng.uniform(56, 74)
    # The bottom is drawn to a point, as the weight of a pendant is laid out.
    pinch = rng.uniform(0.0, 0.3) * np.maximum(-np.sin(angle), 0.0) ** 3
    wobble = 1 + _smooth_noise(rng, angle + np.pi / 2, rng.uniform(0.0, 0.05))
    x = width * np.cos(angle) * wobble * (1 - pinch)
    y = height * np.sin(angle) * wobble
    points = np.column_stack([x, y, np.zeros(240)])
    return Strand(points, np.tile(_FACE, (240, 1)), True, points[0], np.eye(3))


def necklace_hanging(rng: np.random.Generator) -> Strand:
    """Returns the lower part of a hanging chain, its ends beyond the picture."""
    x = np.linspace(-1, 1, 201)
    width, height = rng.uniform(42, 62), rng.uniform(80, 120)
    power = rng.uniform(1.25, 1.9)
    # Rounded at the bottom, else the links of a V would fold.
    y = height * ((x**2 + 0.004) ** (power / 2) - 0.004 ** (power / 2))
    points = np.column_stack([width * x, y, np.zeros(201)])
    return Strand(points, np.tile(_FACE, (201, 1)), False, points[100], np.eye(3))


def necklace_bust(rng: np.random.Generator) -> Strand:
    """Returns a loop around the neck of the bust, in world axes (z up, front at -y)."""
    around = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    front, back = rng.uniform(62, 84), rng.uniform(128, 140)
    z = front + (back - front) * (0.5 - 0.5 * np.cos(around)) ** 0.8
    profile = np.array(BUST_PROFILE)
    radius = np.interp(z, profile[:-1, 1], profile[:-1, 0]) + 1.6
    points = np.column_stack([radius * np.sin(around), -BUST_DEPTH * radius * np.cos(around), z])
    slope = np.interp(z + 3, profile[:-1, 1], profile[:-1, 0]) - np.interp(
        z - 3, profile[:-1, 1], profile[:-1, 0]
    )
    facing = np.column_stack([np.sin(around), -np.cos(around) / BUST_DEPTH, -slope / 6])
    lean = np.degrees(np.arctan2(-slope[0] * BUST_DEPTH, 6.0))
    return Strand(points, facing, True, points[0], meshes.rotation("x", 90.0 - float(lean)))


def bracelet_loop(rng: np.random.Generator) -> Strand:
    """Returns a loop standing on its edge on a table, stones looking outward."""
    angle = -np.pi / 2 + np.linspace(0, 2 * np.pi, 200, endpoint=False)
    wobble = 1 + _smooth_noise(rng, angle, rng.uniform(0.0, 0.05))
    stretch = rng.uniform(1.0, 1.25)
    outward = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(200)])
    points = outward * wobble[:, None] * np.array([29.0 * stretch, 29.0, 0.0])
    # Tipped up a little, as a chain that rests on a table shows its face.
    facing = outward + np.array([0.0, 0.0, rng.uniform(0.3, 1.2)])
    return Strand(points, facing, True, points[0], np.eye(3))


def bracelet_round(_rng: np.random.Generator) -> Strand:
    """Returns a loop drawn tight around a wrist, stones looking outward."""
    angle = -np.pi / 2 + np.linspace(0, 2 * np.pi, 200, endpoint=False)
    outward = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(200)])
    return Strand(outward * 29.0, outward, True, np.array([0.0, -29.0, 0.0]), np.eye(3))


def bracelet_line(rng: np.random.Generator) -> Strand:
    """Returns an opened bracelet laid out in a slight curve."""
    x = np.linspace(-88, 88, 200)
    bend, wave = rng.uniform(-18, 18), rng.uniform(-6, 6)
    y = bend * (x / 88) ** 2 + wave * np.sin(x / 30)
    points = np.column_stack([x, y, np.zeros(200)])
    return Strand(points, np.tile(_FACE, (200, 1)), False, points[100], np.eye(3))


LAYOUTS = {
    "necklace_flat": necklace_flat,
    "necklace_hanging": necklace_hanging,
    "necklace_bust": necklace_bust,
    "bracelet_loop": bracelet_loop,
    "bracelet_round": bracelet_round,
    "bracelet_line": bracelet_line,
}
