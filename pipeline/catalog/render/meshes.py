"""Triangle meshes in millimeters: primitives, sweeps and many-copies placement, numpy only.

Every mesh carries its own vertex normals. Smooth surfaces share vertices; flat-shaded ones
(facets, sharp edges) own three vertices a triangle. That keeps rendering free of guesses about
crease angles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Faces = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Mesh:
    """A triangle mesh.

    Attributes:
        vertices: Positions in millimeters, shape (V, 3).
        normals: Unit vectors, shape (V, 3).
        faces: Vertex indices, counterclockwise seen from outside, shape (F, 3).
    """

    vertices: Array
    normals: Array
    faces: Faces

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Mesh:
        """Returns the mesh shifted by (x, y, z) millimeters."""
        return Mesh(self.vertices + np.array([x, y, z]), self.normals, self.faces)

    def rotated(self, rotation: Array) -> Mesh:
        """Returns the mesh turned about the origin by a (3, 3) rotation matrix."""
        return Mesh(self.vertices @ rotation.T, self.normals @ rotation.T, self.faces)

    def scaled(self, x: float, y: float | None = None, z: float | None = None) -> Mesh:
        """Returns the mesh scaled by positive factors; one factor scales all three axes."""
        factors = np.array([x, x if y is None else y, x if z is None else z])
        return Mesh(self.vertices * factors, _unit(self.normals / factors), self.faces)

    def mirrored_x(self) -> Mesh:
        """Returns the mirror image in the plane x = 0, still facing outward."""
        flip = np.array([-1.0, 1.0, 1.0])
        return Mesh(self.vertices * flip, self.normals * flip, self.faces[:, ::-1])


def _unit(vectors: Array) -> Array:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths < 1e-12, 1.0, lengths)


def rotation(axis: str, degrees: float) -> Array:
    """Returns the (3, 3) matrix that turns by ``degrees`` about ``axis``, one of x, y, z."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    i, j = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix: Array = np.eye(3)
    matrix[i, i] = matrix[j, j] = cos
    matrix[i, j], matrix[j, i] = -sin, sin
    return matrix


def smooth(vertices: Array, faces: Faces) -> Mesh:
    """Returns a mesh whose normals are the area-weighted means of the adjoining triangles."""
    corners = vertices[faces]
    face_normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(normals, faces[:, corner], face_normals)
    return Mesh(vertices, _unit(normals), faces)


def flat(vertices: Array, faces: Faces) -> Mesh:
    """Returns a mesh in which each triangle is shaded flat, as a cut facet is."""
    corners = vertices[faces]
    normals: Array = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    keep = np.linalg.norm(normals, axis=1) > 1e-12
    corners = corners[keep]
    normals = _unit(normals[keep])
    return Mesh(
        corners.reshape(-1, 3),
        np.repeat(normals, 3, axis=0),
        np.arange(3 * len(corners), dtype=np.int64).reshape(-1, 3),
    )


def merge(meshes: Iterable[Mesh]) -> Mesh:
    """Returns one mesh with all triangles of ``meshes``."""
    pieces = list(meshes)
    offsets = np.cumsum([0] + [len(piece.vertices) for piece in pieces[:-1]])
    return Mesh(
        np.concatenate([piece.vertices for piece in pieces]),
        np.concatenate([piece.normals for piece in pieces]),
        np.concatenate([p.faces + o for p, o in zip(pieces, offsets, strict=True)]),
    )


def grid_faces(rows: int, columns: int, wrap_rows: bool, wrap_columns: bool) -> Faces:
    """Returns the triangles of a grid of vertices, joined end to end where it wraps."""
    row = np.arange(rows if wrap_rows else rows - 1)
    column = np.arange(columns if wrap_columns else columns - 1)
    i, j = (values.ravel() for values in np.meshgrid(row, column, indexing="ij"))
    a, b = i * columns + j, i * columns + (j + 1) % columns
    below = (i + 1) % rows
    c, d = below * columns + (j + 1) % columns, below * columns + j
    return np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]).astype(np.int64)


def frames(points: Array, closed: bool, facing: Array) -> tuple[Array, Array, Array]:
    """Returns tangent, side and outward unit vectors along a curve, each of shape (N, 3).

    ``facing`` (N, 3) says roughly which way outward is; it is made square to the tangent.
    """
    tangent: Array
    if closed:
        tangent = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    else:
        tangent = np.gradient(points, axis=0)
    tangent = _unit(tangent)
    outward = _unit(facing - np.sum(facing * tangent, axis=1, keepdims=True) * tangent)
    return tangent, np.cross(outward, tangent), outward


def sweep(
    points: Array,
    section: Array,
    closed: bool,
    facing: Array,
    scale: Array | None = None,
    twist: Array | None = None,
) -> Mesh:
    """Returns a smooth solid: a section carried along a curve.

    Args:
        points: The curve, shape (N, 3).
        section: Counterclockwise outline in (side, outward) millimeters, shape (S, 2).
        closed: Whether the curve ends where it starts; an open one is capped.
        facing: Rough outward direction, shape (N, 3) or (3,).
        scale: Factor of the section at each point, shape (N,) or (N, 2).
        twist: Turn of the section about the curve at each point, radians, shape (N,).
    """
    count = len(points)
    _, side, outward = frames(points, closed, np.broadcast_to(facing, (count, 3)))
    outline = np.broadcast_to(section, (count, *section.shape)).copy()
    if scale is not None:
        outline = outline * (scale[:, None, None] if scale.ndim == 1 else scale[:, None, :])
    if twist is not None:
        cos, sin = np.cos(twist)[:, None], np.sin(twist)[:, None]
        outline = np.stack(
            [
                cos * outline[..., 0] - sin * outline[..., 1],
                sin * outline[..., 0] + cos * outline[..., 1],
            ],
            axis=-1,
        )
    rings = (
        points[:, None, :]
        + outline[..., :1] * side[:, None, :]
        + outline[..., 1:] * outward[:, None, :]
    )
    size = len(section)
    vertices = rings.reshape(-1, 3)
    body = smooth(vertices, grid_faces(count, size, closed, True))
    if closed:
        return body
    spoke = np.arange(1, size - 1)
    fan = np.stack([np.zeros_like(spoke), spoke, spoke + 1], 1)
    return merge([body, flat(rings[0], fan[:, ::-1]), flat(rings[-1], fan)])


def circle(radius: float, segments: int, start: float = 0.0) -> Array:
    """Returns a counterclockwise circle in the plane, shape (segments, 2)."""
    angle = start + np.arange(segments) * (2 * np.pi / segments)
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def superellipse(width: float, height: float, power: float, segments: int) -> Array:
    """Returns a rounded-rectangle outline; ``power`` 2 is an ellipse, 8 nearly a rectangle."""
    angle = np.arange(segments) * (2 * np.pi / segments)
    cos, sin = np.cos(angle), np.sin(angle)
    x = np.sign(cos) * np.abs(cos) ** (2 / power) * width / 2
    y = np.sign(sin) * np.abs(sin) ** (2 / power) * height / 2
    return np.stack([x, y], axis=1)


def tube(points: Array, radius: float, closed: bool, facing: Array, segments: int = 10) -> Mesh:
    """Returns a round wire along a curve (N, 3)."""
    return sweep(points, circle(radius, segments), closed, facing)


def torus(radius: float, wire: float, segments: int = 36, around: int = 10) -> Mesh:
    """Returns a ring of round wire in the plane z = 0."""
    loop = np.column_stack([circle(radius, segments), np.zeros(segments)])
    return tube(loop, wire, True, np.array([0.0, 0.0, 1.0]), around)


def sphere(radius: float, segments: int = 20) -> Mesh:
    """Returns a ball about the origin."""
    return lathe(
        [
            (radius * float(np.sin(t)), -radius * float(np.cos(t)))
            for t in np.linspace(0.0, np.pi, segments // 2 + 1)
        ],
        segments,
    )


def lathe(profile: Sequence[tuple[float, float]], segments: int = 32) -> Mesh:
    """Returns a turned solid about z from (radius, z) pairs, bottom to top, shaded smooth."""
    radius, height = np.array(profile).T
    unit = circle(1.0, segments)
    rings = np.concatenate(
        [
            unit[None] * radius[:, None, None],
            np.broadcast_to(height[:, None, None], (len(height), segments, 1)),
        ],
        axis=2,
    )
    return smooth(rings.reshape(-1, 3), grid_faces(len(height), segments, False, True))


def extrude(outline: Array, depth: float, bevel: float = 0.0, soft: bool = True) -> Mesh:
    """Returns a plate standing on z = 0 from an outline that its own origin can see whole.

    Args:
        outline: Counterclockwise points in millimeters, shape (N, 2).
        depth: Thickness along z, millimeters.
        bevel: Width of the slanted edge at both faces, millimeters.
        soft: Whether the rim is shaded smooth (a curve) or flat (a polygon).
    """
    reach = np.linalg.norm(outline, axis=1).max()
    inner = outline * (1.0 - bevel / reach)
    levels = [(inner, 0.0), (outline, bevel), (outline, depth - bevel), (inner, depth)]
    shade = smooth if soft else flat
    parts: list[Mesh] = []
    count = len(outline)
    for (low, z_low), (high, z_high) in pairwise(levels):
        if bevel == 0.0 and low is not high:
            continue  # no slanted edge
        rings = [np.column_stack([low, np.full(count, z_low)])]
        rings.append(np.column_stack([high, np.full(count, z_high)]))
        parts.append(shade(np.concatenate(rings), grid_faces(2, count, False, True)))
    for z, turn in ((0.0, -1), (depth, 1)):
        points = np.concatenate([[[0.0, 0.0, z]], np.column_stack([inner, np.full(count, z)])])
        ring = np.arange(1, count + 1)
        fan = np.stack([np.zeros(count, dtype=np.int64), ring, np.roll(ring, -1)], 1)
        parts.append(flat(points, fan[:, ::turn]))
    return merge(parts)


def domed(outline: Array, rise: float, back: float) -> Mesh:
    """Returns a plate that bulges ``rise`` mm to +z and ``back`` mm to -z over its outline."""
    turn = np.linspace(-np.pi / 2, np.pi / 2, 15)
    count = len(outline)
    rings = [
        np.column_stack(
            [
                outline * np.cos(t) ** 0.8 if abs(t) < 1.57 else outline * 0.0,
                np.full(count, (rise if t > 0 else back) * np.sin(t)),
            ]
        )
        for t in turn
    ]
    return smooth(np.concatenate(rings), grid_faces(len(turn), count, False, True))


def box(width: float, depth: float, height: float) -> Mesh:
    """Returns a block centered on the z axis and standing on z = 0."""
    x, y = width / 2, depth / 2
    return extrude(np.array([[x, -y], [x, y], [-x, y], [-x, -y]]), height, soft=False)


def place(mesh: Mesh, points: Array, x: Array, y: Array, z: Array) -> Mesh:
    """Returns copies of ``mesh``, one at each point, its axes along the given unit vectors.

    Args:
        mesh: What to copy.
        points: Where its origin goes, shape (N, 3).
        x: Where its x axis goes, shape (N, 3); likewise ``y`` and ``z``.
        y: See ``x``.
        z: See ``x``.
    """
    basis = np.stack([x, y, z], axis=1)
    vertices = np.einsum("vk,nkd->nvd", mesh.vertices, basis) + points[:, None, :]
    normals = np.einsum("vk,nkd->nvd", mesh.normals, basis)
    offsets = np.arange(len(points))[:, None, None] * len(mesh.vertices)
    faces = mesh.faces[None] + offsets
    return Mesh(vertices.reshape(-1, 3), normals.reshape(-1, 3), faces.reshape(-1, 3))


def open_edge_share(mesh: Mesh) -> float:
    """Returns the share (0..1) of edges that do not join exactly two triangles.

    Vertices nearer than a micrometer count as one. 0 means watertight.
    """
    _, weld = np.unique(np.round(mesh.vertices, 3), axis=0, return_inverse=True)
    faces = weld.reshape(-1)[mesh.faces]
    solid = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2])
    faces = faces[solid & (faces[:, 0] != faces[:, 2])]
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    _, uses = np.unique(edges, axis=0, return_counts=True)
    return float(np.mean(uses % 2 == 1))
