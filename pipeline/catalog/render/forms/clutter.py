"""What lies about beside a piece: leaves, petals, shells, a book, cloth, ribbon; mm, on z = 0."""

from __future__ import annotations

import colorsys
from collections.abc import Callable

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.meshes import Array, Faces, Mesh

Rng = np.random.Generator
_UP = np.array([0.0, 0.0, 1.0])


def tint(
    rng: Rng,
    hue: tuple[float, float] = (0.0, 1.0),
    saturation: tuple[float, float] = (0.0, 0.8),
    value: tuple[float, float] = (0.1, 0.95),
) -> tuple[float, float, float]:
    """Returns a random linear color; ranges are of its sRGB hue, saturation and value, 0..1."""
    encoded = colorsys.hsv_to_rgb(
        rng.uniform(*hue) % 1.0, rng.uniform(*saturation), rng.uniform(*value)
    )
    red, green, blue = (float(part**2.2) for part in encoded)
    return red, green, blue


def _sheet(points: Array, faces: Faces) -> Mesh:
    """Returns a sheet without thickness that has a surface on both sides."""
    top = meshes.smooth(points, faces)
    back = meshes.smooth(points - 0.02 * top.normals, faces[:, ::-1])
    return meshes.merge([top, back])


def _blade(outline: Array, curl: float, sag: float) -> Mesh:
    """Returns a thin sheet over an outline (N, 2) along x, bent along it and across it."""
    rings = []
    for share in np.linspace(0.0, 1.0, 7):
        flat = outline * share
        z = curl * (flat[:, 0] / np.abs(outline[:, 0]).max()) ** 2 * 0.5
        z = z + sag * np.abs(flat[:, 1]) / np.abs(outline[:, 1]).max()
        rings.append(np.column_stack([flat, z]))
    faces = meshes.grid_faces(len(rings), len(outline), False, True)
    return _sheet(np.concatenate(rings), faces)


def _leaf_outline(length: float, width: float) -> Array:
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    half = 0.5 * width * np.abs(np.sin(t)) ** 1.4 * np.sign(np.sin(t)) * (1.1 + 0.35 * np.cos(t))
    return np.column_stack([0.5 * length * np.cos(t), half])


def _scattered(rng: Rng, one: Callable[[], Mesh], count: int, reach: float) -> Mesh:
    """Returns ``count`` things strewn within ``reach`` mm of the origin, resting on the table."""
    parts = []
    for _ in range(count):
        mesh = one().rotated(meshes.rotation("z", rng.uniform(0, 360)))
        x, y = rng.uniform(-reach, reach, 2)
        parts.append(mesh.moved(x, y, 0.1 - float(mesh.vertices[:, 2].min())))
    return meshes.merge(parts)


def leaves(rng: Rng, size: float) -> list[Prop]:
    """Leaves of a twig or single ones, green or dry."""
    hue = (0.2, 0.42) if rng.uniform() < 0.7 else (0.03, 0.12)
    length, slim = size * rng.uniform(0.6, 1.2), rng.uniform(0.25, 0.55)

    def one() -> Mesh:
        outline = _leaf_outline(length * rng.uniform(0.8, 1.2), length * slim)
        return _blade(outline, rng.uniform(0.0, 0.25) * length, rng.uniform(-0.05, 0.1) * length)

    mesh = _scattered(rng, one, int(rng.integers(2, 6)), 0.6 * size)
    return [Prop(mesh, tint(rng, hue, (0.3, 0.75), (0.2, 0.6)), 0.5, 0.4)]


def petals(rng: Rng, size: float) -> list[Prop]:
    """Petals strewn about."""
    long = size * rng.uniform(0.25, 0.45)

    def one() -> Mesh:
        outline = meshes.superellipse(long, long * rng.uniform(0.6, 0.9), 2, 32)
        return _blade(outline, 0.3 * long * rng.uniform(0.3, 1), 0.15 * long)

    mesh = _scattered(rng, one, int(rng.integers(4, 10)), 0.8 * size)
    return [Prop(mesh, tint(rng, (0.88, 1.14), (0.05, 0.7), (0.7, 1.0)))]


def blossom(rng: Rng, size: float) -> list[Prop]:
    """A flower with its heart."""
    count, long = int(rng.integers(5, 9)), size * rng.uniform(0.4, 0.6)
    rows = []
    for row in range(int(rng.integers(1, 4))):
        for number in range(count):
            petal = _blade(meshes.superellipse(long, long * 0.62, 2, 24), 0.3 * long, 0.1 * long)
            petal = petal.moved(x=0.5 * long).rotated(meshes.rotation("y", -12.0 - 22 * row))
            turn = 360 / count * (number + 0.5 * row)
            rows.append(petal.rotated(meshes.rotation("z", turn)).moved(z=1.0 + row))
    heart = meshes.sphere(0.18 * size, 18).scaled(1, 1, 0.6).moved(z=0.08 * size)
    return [
        Prop(meshes.merge(rows), tint(rng, value=(0.6, 1.0))),
        Prop(heart, tint(rng, (0.1, 0.16), (0.5, 0.9), (0.4, 0.9))),
    ]


def shell(rng: Rng, size: float) -> list[Prop]:
    """A scallop, ribs up."""
    ribs = int(rng.integers(9, 16))
    angle, share = np.meshgrid(np.linspace(-1.15, 1.15, 61), np.linspace(0.03, 1, 14))
    radius = size * share * (1 + 0.03 * np.cos(angle * ribs * 2.7))
    height = 0.32 * size * np.sin(np.pi * np.clip(share, 0, 1) ** 0.8) * np.cos(angle * 1.2)
    height = np.maximum(height, 0) + 0.02 * size * np.cos(angle * ribs * 2.7) * share + 0.4
    points = np.stack(
        [radius * np.sin(angle), radius * np.cos(angle) - 0.5 * size, height], axis=-1
    )
    mesh = _sheet(points.reshape(-1, 3), meshes.grid_faces(14, 61, False, False))
    mesh = mesh.rotated(meshes.rotation("z", rng.uniform(0, 360)))
    return [Prop(mesh, tint(rng, (0.02, 0.12), (0.05, 0.4), (0.75, 1.0)), 0.4, 0.4)]


def pebbles(rng: Rng, size: float) -> list[Prop]:
    """Round stones."""

    def one() -> Mesh:
        radius = size * rng.uniform(0.12, 0.4)
        return meshes.sphere(radius, 24).scaled(rng.uniform(1.0, 1.6), 1.0, rng.uniform(0.4, 0.8))

    mesh = _scattered(rng, one, int(rng.integers(2, 7)), 0.6 * size)
    return [Prop(mesh, tint(rng, saturation=(0.0, 0.25), value=(0.15, 0.9)), 0.5, 0.36)]


def book(rng: Rng, size: float) -> list[Prop]:
    """A closed book, or a box of such a shape."""
    width, depth, height = size * rng.uniform(1.2, 2.0), size * rng.uniform(0.9, 1.4), size * 0.22
    turn = meshes.rotation("z", rng.uniform(-30, 30))
    cover = [meshes.box(width, depth, 1.0), meshes.box(width, depth, 1.0).moved(z=height),
             meshes.box(1.0, depth, height + 1).moved(x=-width / 2)]  # fmt: skip
    paper = meshes.box(width - 3, depth - 3, height - 1).moved(z=1.0)
    return [
        Prop(meshes.merge(cover).rotated(turn), tint(rng, value=(0.15, 0.8))),
        Prop(paper.rotated(turn), tint(rng, (0.1, 0.14), (0.03, 0.15), (0.8, 0.95))),
    ]


def ribbon(rng: Rng, size: float) -> list[Prop]:
    """A satin ribbon that winds over the table."""
    s = np.linspace(-1, 1, 90)
    path = np.column_stack([
        1.3 * size * s,
        0.3 * size * np.sin(4 * s + rng.uniform(0, 6)),
        2.0 + 0.08 * size * (1 + np.sin(9 * s + rng.uniform(0, 6))),
    ])  # fmt: skip
    section = meshes.superellipse(rng.uniform(0.15, 0.35) * size, 0.5, 4, 10)
    roll = 0.5 * np.sin(5 * s + rng.uniform(0, 6))
    mesh = meshes.sweep(path, section, False, _UP, None, roll)
    low = 0.1 - float(mesh.vertices[:, 2].min())
    turned = mesh.moved(z=low).rotated(meshes.rotation("z", rng.uniform(0, 360)))
    return [Prop(turned, tint(rng, saturation=(0.1, 0.9), value=(0.4, 1.0)), 0.3, 0.5)]


def cloth(rng: Rng, size: float) -> list[Prop]:
    """A cloth in soft folds."""
    x, y = np.meshgrid(np.linspace(-1, 1, 48), np.linspace(-1, 1, 48))
    height = np.zeros_like(x)
    for _ in range(4):
        angle, pace = rng.uniform(0, np.pi), rng.uniform(3, 8)
        wave = np.sin(pace * (x * np.cos(angle) + y * np.sin(angle)) + rng.uniform(0, 6))
        height += rng.uniform(0.02, 0.08) * wave
    edge = np.clip(1.1 - np.maximum(np.abs(x), np.abs(y)), 0, 1) ** 0.3
    z = np.maximum((height - height.min()) * edge, 0.004)
    points = np.stack([x * size * 1.1, y * size * 0.9, z * size + 0.2], axis=-1).reshape(-1, 3)
    mesh = _sheet(points, meshes.grid_faces(48, 48, False, False))
    return [Prop(mesh.rotated(meshes.rotation("z", rng.uniform(0, 360))), tint(rng), 0.5, 0.2)]


def beads(rng: Rng, size: float) -> list[Prop]:
    """Loose beads or berries."""
    radius = size * rng.uniform(0.06, 0.16)
    mesh = _scattered(
        rng,
        lambda: meshes.sphere(radius, 18),
        int(rng.integers(4, 14)),
        rng.uniform(0.4, 1.0) * size,
    )
    return [Prop(mesh, tint(rng, value=(0.2, 1.0)), 0.25, 0.5)]


CLUTTER = {
    "leaves": leaves,
    "petals": petals,
    "blossom": blossom,
    "shell": shell,
    "pebbles": pebbles,
    "book": book,
    "ribbon": ribbon,
    "cloth": cloth,
    "beads": beads,
}
