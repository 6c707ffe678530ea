"""What a design is, and the one list that all of them register in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render.meshes import Mesh, merge
from pipeline.catalog.render.parts import Families, Parts
from pipeline.catalog.render.strands import Strand

Builder = Callable[[Families, Strand | None], Parts]


@dataclass(frozen=True)
class Design:
    """A named design.

    Attributes:
        name: Lowercase, one invented word; captions capitalize it.
        type: ``ring``, ``earring``, ``necklace`` or ``bracelet``.
        build: Makes its parts from the families of its stones and, for pieces that drape,
            the strand that they follow. Rings stand about the y axis, head at +z; all else
            is made in the face frame (x right, y up, z to the viewer).
        form: How photographers can show it: see ``staging.PRESENTATIONS``.
        stone_counts: Stones of the main and of the accent kind: 0, 1 or 2 (several).
    """

    name: str
    type: str
    build: Builder
    form: str
    stone_counts: tuple[int, int] = (0, 0)


DESIGNS: dict[str, Design] = {}


def design(
    name: str, type_: str, form: str, main: int = 0, accent: int = 0
) -> Callable[[Builder], Builder]:
    """Registers the decorated builder as a design; counts are 0, 1 or 2 (several)."""

    def register(build: Builder) -> Builder:
        if name in DESIGNS:
            raise ValueError(f"two designs are called {name}")
        DESIGNS[name] = Design(name, type_, build, form, (main, accent))
        return build

    return register


def merged_by_role(parts: Parts) -> dict[str, Mesh]:
    """Returns one mesh a role, in a fixed order of roles."""
    roles = sorted({part.role for part in parts})
    return {role: merge([p.mesh for p in parts if p.role == role]) for role in roles}


def all_vertices(parts: Parts) -> np.ndarray:
    """Returns the vertices of all parts, shape (V, 3), mm."""
    return np.concatenate([part.mesh.vertices for part in parts])
