"""Bodies as smooth unions of round bones, meshed on a grid: hands, necks and ears.

A union of overlapping tubes shows its seams; a blended distance field does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.catalog.render import meshes
from pipeline.catalog.render.meshes import Array, Faces, Mesh

# Signed distance in mm at broadcastable coordinates: negative inside.
Field = Callable[[Array, Array, Array], Array]


@dataclass(frozen=True)
class Bone:
    """A tube with round ends whose radius changes evenly.

    Attributes:
        start: One end, mm, shape (3,).
        end: The other end, mm, shape (3,).
        thick: Radius at the start, mm.
        thin: Radius at the end, mm.
        squash: Factors of its shape along x, y, z about the start.
    """

    start: ArrayLike
    end: ArrayLike
    thick: float
    thin: float
    squash: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def distance(self, x: Array, y: Array, z: Array) -> Array:
        """Returns about the signed distance to the surface, mm."""
        start = np.asarray(self.start, dtype=np.float32)
        scale = np.asarray(self.squash, dtype=np.float32)
        axis = (np.asarray(self.end, dtype=np.float32) - start) / scale
        dx, dy, dz = (x - start[0]) / scale[0], (y - start[1]) / scale[1], (z - start[2]) / scale[2]
        along = (dx * axis[0] + dy * axis[1] + dz * axis[2]) / max(float(axis @ axis), 1e-6)
        share = np.clip(along, 0.0, 1.0)
        square = (dx - share * axis[0]) ** 2 + (dy - share * axis[1]) ** 2
        square = square + (dz - share * axis[2]) ** 2
        reach = self.thick + (self.thin - self.thick) * share
        found: Array = (np.sqrt(square) - reach) * min(self.squash)
        return found


def chain(points: ArrayLike, radii: ArrayLike) -> list[Bone]:
    """Returns the bones through ``points`` (N, 3) with ``radii`` (N,) at them, mm."""
    line, sizes = np.asarray(points, dtype=float), np.asarray(radii, dtype=float)
    return [
        Bone(line[i], line[i + 1], float(sizes[i]), float(sizes[i + 1]))
        for i in range(len(line) - 1)
    ]


def blended(first: Array, second: Array, width: float) -> Array:
    """Returns the union of two distances, rounded over ``width`` mm where they meet."""
    near = np.maximum(width - np.abs(first - second), 0.0)
    return np.minimum(first, second) - near * near / (4 * width)


def union(trunk: list[Bone], limbs: Sequence[list[Bone]] = (), width: float = 10.0) -> Field:
    """Returns a field in which limbs grow smoothly from a trunk but not into each other.

    Args:
        trunk: Bones that all blend.
        limbs: Groups of bones; each blends within itself and with the trunk.
        width: How far the blending reaches, mm.
    """

    def field(x: Array, y: Array, z: Array) -> Array:
        base = trunk[0].distance(x, y, z)
        for bone in trunk[1:]:
            base = blended(base, bone.distance(x, y, z), width)
        whole = base
        for limb in limbs:
            part = limb[0].distance(x, y, z)
            for bone in limb[1:]:
                part = blended(part, bone.distance(x, y, z), 0.2 * width)
            whole = np.minimum(whole, blended(base, part, width))
        return whole

    return field


def at(field: Field, points: Array) -> Array:
    """Returns the distance at points (N, 3), shape (N,), mm."""
    return field(points[:, 0], points[:, 1], points[:, 2])


def normals(field: Field, points: Array) -> Array:
    """Returns outward unit vectors at points (N, 3)."""
    slope = np.stack(
        [at(field, points + step) - at(field, points - step) for step in 0.5 * np.eye(3)], axis=1
    )
    return slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-9)


def marched(field: Field, origins: Array, rays: Array, gap: float, steps: int = 40) -> Array:
    """Returns where rays (N, 3) first come within ``gap`` mm of the surface, shape (N, 3)."""
    points = origins.astype(float)
    for _ in range(steps):
        points = points + np.maximum(at(field, points) - gap, -2.0)[:, None] * 0.9 * rays
    return points


# Corners of a cell in grid steps, and its twelve edges as pairs of corners.
_CORNERS = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
_EDGES = np.array([[a, b] for a in range(8) for b in range(a + 1, 8)
                   if np.abs(_CORNERS[a] - _CORNERS[b]).sum() == 1])  # fmt: skip


def meshed(field: Field, low: ArrayLike, high: ArrayLike, cell: float) -> Mesh:
    """Returns the surface of a field inside a box, by surface nets; the box's sides are closed.

    Args:
        field: What to mesh.
        low: Corner of the box, mm, shape (3,).
        high: Opposite corner, mm, shape (3,).
        cell: Size of a grid cell, mm.
    """
    start = np.asarray(low, dtype=np.float32)
    counts = np.maximum(np.ceil((np.asarray(high) - start) / cell).astype(int), 2) + 1
    axes = [start[i] + cell * np.arange(counts[i], dtype=np.float32) for i in range(3)]
    values = _sampled(field, axes, cell)
    for axis in range(3):
        side = np.moveaxis(values, axis, 0)
        side[0] = np.maximum(side[0], 0.02 * cell)
        side[-1] = np.maximum(side[-1], 0.02 * cell)
    inside = values < 0
    shape = np.array(values.shape) - 1
    filled = np.zeros(shape, dtype=np.int8)
    for i, j, k in _CORNERS:
        filled += inside[i : i + shape[0], j : j + shape[1], k : k + shape[2]]
    cells = np.argwhere((filled > 0) & (filled < 8))
    corners = cells[:, None, :] + _CORNERS[None]
    level = values[corners[..., 0], corners[..., 1], corners[..., 2]]
    a, b = level[:, _EDGES[:, 0]], level[:, _EDGES[:, 1]]
    crossed = (a < 0) != (b < 0)
    share = np.where(crossed, a / np.where(crossed, a - b, 1.0), 0.0)
    from_, to = _CORNERS[_EDGES[:, 0]], _CORNERS[_EDGES[:, 1]]
    hits = from_[None] + share[..., None] * (to - from_)[None]
    middle = (hits * crossed[..., None]).sum(axis=1) / crossed.sum(axis=1)[:, None]
    vertices = start + cell * (cells + middle)
    number = np.full(shape, -1, dtype=np.int64)
    number[cells[:, 0], cells[:, 1], cells[:, 2]] = np.arange(len(cells))
    faces = [_faces_across(inside, number, axis) for axis in range(3)]
    return meshes.smooth(vertices.astype(float), np.concatenate(faces))


def _sampled(field: Field, axes: list[Array], cell: float) -> Array:
    """Returns the field on a grid: exact near the surface, of the right sign elsewhere."""
    step = 4
    middles = [axis[::step] + 0.5 * (step - 1) * cell for axis in axes]
    blocks = field(middles[0][:, None, None], middles[1][None, :, None], middles[2][None, None, :])
    values = np.asarray(blocks, dtype=np.float32)
    for number, axis in enumerate(axes):
        values = np.repeat(values, step, axis=number)
        values = np.take(values, np.arange(len(axis)), axis=number)
    # Half a block's diagonal, with room for fields that are steeper than a distance.
    i, j, k = np.nonzero(np.abs(values) < 0.87 * step * cell * 1.3)
    values[i, j, k] = field(axes[0][i], axes[1][j], axes[2][k])
    return values


def _faces_across(inside: NDArray[np.bool_], number: Faces, axis: int) -> Faces:
    """Returns the triangles that cut the grid's edges along one axis."""
    within, cells = np.moveaxis(inside, axis, 0), np.moveaxis(number, axis, 0)
    cut = np.argwhere(within[:-1, 1:-1, 1:-1] != within[1:, 1:-1, 1:-1])
    i, j, k = cut[:, 0], cut[:, 1] + 1, cut[:, 2] + 1
    quad = np.stack([cells[i, j - 1, k - 1], cells[i, j, k - 1], cells[i, j, k],
                     cells[i, j - 1, k]], axis=1)  # fmt: skip
    # Moving one axis to the front is an odd permutation of the other two for the middle axis.
    outward = within[i, j, k] != (axis == 1)
    quad = np.where(outward[:, None], quad, quad[:, ::-1])
    return np.concatenate([quad[:, [0, 1, 2]], quad[:, [0, 2, 3]]])
