"""The ways of showing a piece, and what they share: poses, props, what must be in the frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render import forms, meshes
from pipeline.catalog.render.designs.registry import all_vertices, merged_by_role
from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.forms.clutter import tint
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.parts import Parts, turned

Rng = np.random.Generator
FRONT = meshes.rotation("x", 90.0)  # from lying on the table to facing the camera

# How often shops show a piece on clean white, worn, and on a styled table or a display.
KIND_SHARES = {"catalog": 0.45, "worn": 0.2, "styled": 0.35}


@dataclass(frozen=True)
class Setup:
    """A piece ready for the camera, in world millimeters (z up, camera toward -y).

    Attributes:
        piece: One mesh a role.
        props: What it is shown on and with.
        surface: ``table`` (z = 0), ``wall`` (behind the piece) or ``none``.
        framed: Points that the picture must show, shape (N, 3).
        elevation: Degrees of the camera above the horizon.
        members: How many vertices of each role belong to each piece in turn; empty for one.
    """

    piece: dict[str, Mesh]
    props: tuple[Prop, ...]
    surface: str
    framed: Array
    elevation: float
    members: tuple[dict[str, int], ...] = ()

    def pieces(self) -> list[Array]:
        """Returns the points (N, 3) of each piece in the picture."""
        if not self.members:
            return [np.concatenate([mesh.vertices for mesh in self.piece.values()])]
        start, found = dict.fromkeys(self.piece, 0), []
        for counts in self.members:
            own = [self.piece[r].vertices[start[r] : start[r] + n] for r, n in counts.items()]
            found.append(np.concatenate(own))
            for role, count in counts.items():
                start[role] += count
        return found


Stage = Callable[[Parts, Rng], Setup]


@dataclass(frozen=True)
class Presentation:
    """A way of showing a piece.

    Attributes:
        shows: The design forms that it suits.
        kind: Key of ``KIND_SHARES``.
        weight: How often it is chosen among those of its kind.
        stage: Sets the piece up.
        layouts: Strands to choose from, for pieces that drape.
        wider: Degrees added to the angle of view, for a stronger perspective.
    """

    shows: frozenset[str]
    kind: str
    weight: float
    stage: Stage
    layouts: tuple[str, ...] = ()
    wider: float = 0.0


PRESENTATIONS: dict[str, Presentation] = {}


def shows(
    name: str, suits: str, weight: float, *layouts: str, kind: str = "styled", wider: float = 0.0
) -> Callable[[Stage], Stage]:
    """Registers the decorated function as a presentation of the forms in ``suits``."""

    def register(stage: Stage) -> Stage:
        PRESENTATIONS[name] = Presentation(
            frozenset(suits.split()), kind, weight, stage, tuple(layouts), wider
        )
        return stage

    return register


def pick(rng: Rng, colors: tuple[forms.Rgb, ...]) -> forms.Rgb:
    """Returns one of the colors."""
    return colors[int(rng.integers(len(colors)))]


def display_color(rng: Rng) -> forms.Rgb:
    """Returns the color of a stand or tray: mostly white, black or a quiet one."""
    if rng.uniform() < 0.5:
        return pick(rng, forms.DISPLAY)
    return tint(rng, saturation=(0.0, float(rng.choice([0.12, 0.35, 0.8]))))


def setup(
    parts: Parts, surface: str, elevation: float, *props: Prop, framed: Array | None = None
) -> Setup:
    """Returns a setup that frames ``framed`` (N, 3), or else the whole piece."""
    points = all_vertices(parts) if framed is None else framed
    return Setup(merged_by_role(parts), props, surface, points, elevation)


def on_table(parts: Parts, height: float = 0.0) -> Parts:
    """Returns the parts lowered until they touch the table (or ``height`` mm above it)."""
    return turned(parts, at=(0.0, 0.0, height - float(all_vertices(parts)[:, 2].min())))


def spun(parts: Parts, degrees: float) -> Parts:
    """Returns the parts turned about the vertical."""
    return turned(parts, meshes.rotation("z", degrees))


def tilted(parts: Parts, x: float, y: float = 0.0) -> Parts:
    """Returns the parts turned about y, then about x, degrees."""
    return turned(turned(parts, meshes.rotation("y", y)), meshes.rotation("x", x))


def near(parts: Parts, center: Array, radius: float) -> Array:
    """Returns the vertices within ``radius`` mm of a point: what a close-up shows."""
    points = all_vertices(parts)
    return points[np.linalg.norm(points - center, axis=1) < radius]


def drop_of(parts: Parts) -> Array:
    """Returns the lowest point in the picture of a piece in the face frame."""
    points = all_vertices(parts)
    return points[np.argmin(points[:, 1])]
