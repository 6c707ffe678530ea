"""The line that a necklace or bracelet follows in a picture.

Rigid pieces ignore it. The face frame has x right, y up in the picture and z to the viewer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.parts import along


@dataclass(frozen=True)
class Strand:
    """A line for links, beads and stones.

    Attributes:
        points: Polyline in mm, shape (N, 3).
        facing: Where a stone set at each point would look, shape (N, 3).
        closed: Whether the line is a loop.
        drop: Where a pendant hangs, shape (3,).
        drop_turn: Rotation (3, 3) from the face frame to the pendant's.
        tail: Line (M, 3) of what dangles from the first point of an open strand, or None.
    """

    points: Array
    facing: Array
    closed: bool
    drop: Array
    drop_turn: Array
    tail: Array | None = None

    @property
    def length(self) -> float:
        """Length in millimeters."""
        line = np.concatenate([self.points, self.points[:1]]) if self.closed else self.points
        return float(np.sum(np.linalg.norm(np.diff(line, axis=0), axis=1)))

    @property
    def rounded(self) -> bool:
        """Whether the line lies as a loop on z = 0, even if its ends do not quite meet."""
        gap = float(np.linalg.norm(self.points[-1] - self.points[0]))
        near = self.closed or gap < 0.3 * self.length
        return near and float(np.abs(self.points[:, 2]).max()) < 1e-6

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
