"""A camera that frames given points, and where points land in its picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render.meshes import Array


@dataclass(frozen=True)
class Camera:
    """A perspective camera with a square picture.

    Attributes:
        origin: Position in mm, shape (3,).
        right: Unit vector to the right of the picture, shape (3,); likewise ``up``, ``ahead``.
        up: See ``right``.
        ahead: See ``right``.
        field: Angle of view in degrees.
        aperture: Diameter of the lens in mm; 0 is a pinhole, which is sharp throughout.
        focus: Distance in mm, along ``ahead``, of the plane that is sharp.
    """

    origin: Array
    right: Array
    up: Array
    ahead: Array
    field: float
    aperture: float = 0.0
    focus: float = 0.0

    def project(self, points: Array) -> Array:
        """Returns picture coordinates, (N, 3) to (N, 2): x right and y down, 0..1 inside."""
        rays = points - self.origin
        depth = np.maximum(rays @ self.ahead, 1e-3) * np.tan(np.radians(self.field) / 2)
        x, y = rays @ self.right / depth, rays @ self.up / depth
        return np.stack([0.5 + x / 2, 0.5 - y / 2], axis=1)


def aimed(
    points: Array,
    elevation: float,
    roll: float,
    field: float,
    fill: float,
    offset: tuple[float, float],
) -> Camera:
    """Returns a camera at -y that shows ``points`` large.

    Args:
        points: What must be inside, shape (N, 3).
        elevation: Degrees above the horizon.
        roll: Turn of the picture, degrees.
        field: Angle of view, degrees.
        fill: Share of the picture's side that the points' longer side takes; more than 1 cuts.
        offset: Shift of the points from the middle, -1..1, in parts of the room left, or of what
            is cut.
    """
    e, r = np.radians(elevation), np.radians(roll)
    ahead = np.array([0.0, np.cos(e), -np.sin(e)])
    level, rise = np.array([1.0, 0.0, 0.0]), np.array([0.0, np.sin(e), np.cos(e)])
    right = np.cos(r) * level + np.sin(r) * rise
    up = np.cos(r) * rise - np.sin(r) * level
    target = (points.min(axis=0) + points.max(axis=0)) / 2
    reach = float(np.linalg.norm(points - target, axis=1).max())
    distance = 1.2 * reach / np.sin(np.radians(field) / 2)
    camera = Camera(target - distance * ahead, right, up, ahead, field)
    for _ in range(6):
        seen = camera.project(points)
        low, high = seen.min(axis=0), seen.max(axis=0)
        size = float((high - low).max())
        room = (1.0 - (high - low) * fill / size) / 2
        wanted = 0.5 + np.clip(offset, -1, 1) * np.maximum(np.abs(room) - 0.02, 0.0)
        # Picture units to millimeters at the target's depth.
        scale = 2 * distance * np.tan(np.radians(field) / 2)
        shift = ((low + high) / 2 - 0.5) * scale
        target = target + shift[0] * right - shift[1] * up
        distance = max(distance * size / fill, reach * 1.05)
        scale = 2 * distance * np.tan(np.radians(field) / 2)
        aside = (wanted - 0.5) * scale
        origin = target - aside[0] * right + aside[1] * up - distance * ahead
        camera = Camera(origin, right, up, ahead, field)
        target = origin + distance * ahead
    return camera


def box_of(camera: Camera, points: Array, size: int) -> tuple[int, int, int, int]:
    """Returns x0, y0, x1, y1 in pixels of what ``points`` cover of a picture ``size`` px wide."""
    seen = camera.project(points) * size
    low = np.clip(np.floor(seen.min(axis=0)), 0, size - 1).astype(int)
    high = np.clip(np.ceil(seen.max(axis=0)), low + 1, size).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
