"""How much of a picture a piece fills: whole, close, tiny or cut by the edge; and what is sharp."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from pipeline.catalog.render.camera import Camera, aimed
from pipeline.catalog.render.meshes import Array, Mesh

Rng = np.random.Generator


@dataclass(frozen=True)
class Crop:
    """How a piece lies in the picture.

    Attributes:
        fill: Smallest and largest share of the picture's side that it takes.
        offset: Largest shift from the middle, in parts of the room left.
        weights: How often it is chosen for catalog, worn and styled pictures.
        blur: How often what is nearer or farther is out of focus.
        reach: Smallest and largest radius of what is framed, in reaches of the piece; 0 frames
            the whole.
    """

    fill: tuple[float, float]
    offset: float
    weights: tuple[float, float, float]
    blur: float
    reach: tuple[float, float] = (0.0, 0.0)


CROPS = {
    "whole": Crop((0.7, 0.95), 0.6, (0.78, 0.78, 0.62), 0.15),
    "close": Crop((0.9, 1.0), 0.3, (0.06, 0.08, 0.12), 0.6, (0.34, 0.6)),
    "tiny": Crop((0.36, 0.6), 0.75, (0.1, 0.0, 0.13), 0.15),
    "cut": Crop((1.06, 1.3), 1.0, (0.04, 0.14, 0.12), 0.35),
}
_KINDS = ("catalog", "worn", "styled")


@dataclass(frozen=True)
class Framing:
    """Random parameters of one picture's frame.

    Attributes:
        crop: Key of ``CROPS``.
        reach: Radius of what is framed, in reaches of the piece; 0 frames the whole.
        field: Angle of view, degrees.
        fill: Share of the picture that what is framed takes; more than 1 is cut.
        offset: Shift from the middle, -1..1 each way.
        roll: Turn of the camera, degrees.
        aperture: Diameter of the lens in parts of its distance; 0 is sharp throughout.
    """

    crop: str
    reach: float
    field: float
    fill: float
    offset: tuple[float, float]
    roll: float
    aperture: float

    def params(self) -> dict[str, Any]:
        """Returns the parameters as plain values for metadata."""
        return asdict(self)


def draw(rng: Rng, kind: str, whole: bool = False) -> Framing:
    """Returns random parameters.

    Args:
        rng: Source of randomness.
        kind: Kind of the picture, key of ``staging.KIND_SHARES``.
        whole: Whether all must be in the picture, as its label names every piece.
    """
    weights = np.array([crop.weights[_KINDS.index(kind)] for crop in CROPS.values()])
    name = list(CROPS)[int(rng.choice(len(CROPS), p=weights / weights.sum()))]
    if whole:
        name = "whole"
    crop = CROPS[name]
    # Catalogs show pieces level and in the middle, through long lenses.
    calm = kind == "catalog" and rng.uniform() < 0.7
    shift = crop.offset * (0.2 if calm else 1.0)
    return Framing(
        crop=name,
        reach=float(rng.uniform(*crop.reach)),
        field=float(rng.uniform(10, 26) if calm else rng.uniform(16, 44)),
        fill=float(rng.uniform(*crop.fill)),
        offset=(float(rng.uniform(-shift, shift)), float(rng.uniform(-shift, shift))),
        roll=0.0 if calm else float(np.clip(rng.normal(0, 5), -14, 14)),
        aperture=float(rng.uniform(0.04, 0.16)) if rng.uniform() < crop.blur else 0.0,
    )


def _heart(piece: dict[str, Mesh], framed: Array, ahead: Array, rng: Rng) -> Array:
    """Returns a point (3,) that tells the piece: of a stone if it has any, near the camera."""
    low, high = framed.min(axis=0) - 1.0, framed.max(axis=0) + 1.0
    for role in ("main", "inlay", "accent", "second", "metal"):
        if role in piece:
            points = piece[role].vertices
            points = points[np.all((points > low) & (points < high), axis=1)]
            if len(points):
                some = points[rng.integers(len(points), size=16)]
                return np.asarray(some[np.argmin(some @ ahead)])
    return np.asarray(framed.mean(axis=0))


def framed_by(
    framing: Framing, piece: dict[str, Mesh], framed: Array, elevation: float, rng: Rng
) -> Camera:
    """Returns the camera of a picture.

    Args:
        framing: Its parameters.
        piece: One mesh a role.
        framed: What the whole picture would show, shape (N, 3), mm.
        elevation: Degrees of the camera above the horizon.
        rng: Chooses what a close-up shows.
    """
    e = np.radians(elevation)
    ahead = np.array([0.0, np.cos(e), -np.sin(e)])
    heart = _heart(piece, framed, ahead, rng)
    if framing.reach:
        size = max(3.0, framing.reach * float(np.linalg.norm(np.ptp(framed, axis=0))) / 2)
        framed = heart + size * np.concatenate([np.eye(3), -np.eye(3)])
    camera = aimed(framed, elevation, framing.roll, framing.field, framing.fill, framing.offset)
    if not framing.aperture:
        return camera
    focus = float((heart - camera.origin) @ camera.ahead)
    return replace(camera, aperture=framing.aperture * focus, focus=focus)
