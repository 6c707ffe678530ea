"""Where a piece is worn or veined: values by vertex that its materials take up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.catalog.render.meshes import Array, Mesh

# Quantiles of the curvature from which on, and above which wholly, a surface counts as raised.
_RAISED = (0.5, 0.92)
# On a mesh that is mostly flat: the least share of its sharpest curvature that counts as raised.
_SHARP = 0.15


def raised(mesh: Mesh) -> Array:
    """Returns 0 (hollow or plain) to 1 (edge or bump) by vertex, shape (V,).

    A vertex is raised as far as it stands out from its neighbors, compared with the rest of the
    mesh: polishing reaches those parts and leaves the dark layer in the others.
    """
    points, owner = np.unique(np.round(mesh.vertices, 3), axis=0, return_inverse=True)
    faces = owner.ravel()[mesh.faces]
    a, b, c = (points[faces[:, i]] for i in range(3))
    across = np.cross(b - a, c - a)
    normals = _gathered(faces.ravel(), np.repeat(across, 3, axis=0), len(points))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    start = faces[:, [0, 1, 2, 1, 2, 0]].ravel()
    end = faces[:, [1, 2, 0, 0, 1, 2]].ravel()
    away = points[start] - points[end]
    bend = (normals[start] * away).sum(axis=1) / np.maximum((away**2).sum(axis=1), 1e-9)
    bend = np.bincount(start, bend, len(points)) / np.maximum(np.bincount(start), 1)
    low, high = np.maximum(np.quantile(bend, _RAISED), [0.0, _SHARP * bend.max()])
    result: Array = np.clip((bend - low) / max(high - low, 1e-9), 0.0, 1.0)[owner.ravel()]
    return result


def _gathered(index: NDArray[np.int64], values: Array, count: int) -> Array:
    """Returns sums (count, 3) of ``values`` (N, 3) by ``index`` (N,)."""
    return np.stack([np.bincount(index, column, count) for column in values.T], axis=1)


def lying(mesh: Mesh, width: float) -> Array:
    """Returns texture coordinates (V, 2) of a pattern ``width`` mm wide that runs through it."""
    slanted = mesh.vertices @ np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.7]])
    result: Array = slanted / width
    return result
