"""Things of metal that shine as jewelry does: keys, coins, cutlery, hardware."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import forms, meshes, motifs
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.negatives.registry import Rng, thing
from pipeline.catalog.render.parts import UP, Part, Parts

_LAID = meshes.rotation("y", 90.0)  # from standing on z = 0 to lying along x


def resting(mesh: Mesh) -> Mesh:
    """Returns a mesh lowered or raised until it touches z = 0."""
    return mesh.moved(z=-float(mesh.vertices[:, 2].min()))


def scattered(rng: Rng, meshes_: list[Mesh], reach: float) -> list[Mesh]:
    """Returns meshes turned about the vertical and strewn within ``reach`` mm; one stays."""
    if len(meshes_) == 1:
        return meshes_
    moved = []
    for number, mesh in enumerate(meshes_):
        angle = 2 * np.pi * (number + rng.uniform(0, 0.6)) / len(meshes_)
        away = reach * rng.uniform(0.7, 1.1)
        turned = mesh.rotated(meshes.rotation("z", rng.uniform(0, 360)))
        moved.append(turned.moved(away * np.cos(angle), away * np.sin(angle)))
    return moved


def wire(points: Array, radius: float, closed: bool = False) -> Mesh:
    """Returns a round wire along a curve (N, 3) that lies nearly flat."""
    return meshes.tube(points, radius, closed, UP, 12)


@thing("key", small=True)
def key(rng: Rng) -> Parts:
    """A door key: bow, blade, teeth."""
    length, bow = rng.uniform(26, 40), rng.uniform(8, 12)
    shapes = [
        meshes.torus(bow, rng.uniform(1.6, 3.0), 40, 12).scaled(1.0, rng.uniform(0.8, 1.2), 0.6),
        meshes.box(length, 3.6, 2.2).moved(x=bow + length / 2, z=-1.1),
    ]
    for place in np.linspace(0.55, 0.97, int(rng.integers(3, 6))):
        depth = rng.uniform(2.0, 5.5)
        tooth = meshes.box(length * 0.07, depth, 1.8)
        shapes.append(tooth.moved(bow + length * place, -1.8 - depth / 2, -0.9))
    return [Part("metal", resting(meshes.merge(shapes)))]


@thing("coin", small=True)
def coin(rng: Rng) -> Parts:
    """One to four coins with rim and relief."""
    coins = []
    for _ in range(int(rng.integers(1, 5))):
        r, h = rng.uniform(8, 14), 1.6
        disc = meshes.lathe([(0.0, 0.0), (r, 0.0), (r, h), (r * 0.93, h), (r * 0.9, h * 0.75),
                             (0.0, h * 0.75)], 64)  # fmt: skip
        head = meshes.superellipse(r * 0.8, r * 1.1, 2.2, 40)
        relief = meshes.domed(head, 0.8, 0.2).moved(z=h * 0.75)
        motif = motifs.plate(motifs.star(r * 0.24), 0.5, 0.1).moved(x=r * 0.62, z=h * 0.8)
        coins.append(meshes.merge([disc, relief, motif]))
    return [Part("metal", meshes.merge(scattered(rng, coins, 14.0)))]


@thing("spoon")
def spoon(rng: Rng) -> Parts:
    """A spoon lying on its back."""
    r = rng.uniform(15, 22)
    bowl = forms.dish(r).scaled(1.3, rng.uniform(0.8, 0.95), 1.2)
    x = np.linspace(1.2 * r, rng.uniform(4.5, 6.0) * r, 40)
    path = np.column_stack([x, 0 * x, 0.34 * r * np.exp(-(((x - 1.2 * r) / r) ** 2)) + 2.5])
    wide = np.interp(np.linspace(0, 1, 40), [0, 0.12, 0.7, 1], [1.2, 0.6, 1.5, 1.0])
    scale = np.column_stack([wide, np.ones(40)])
    handle = meshes.sweep(path, meshes.superellipse(9.0, 2.4, 3, 20), False, UP, scale)
    return [Part("metal", resting(meshes.merge([bowl, handle])))]


@thing("fork")
def fork(rng: Rng) -> Parts:
    """A fork with three or four tines."""
    count, length = int(rng.integers(3, 5)), rng.uniform(38, 52)
    x = np.linspace(0, 110, 40)
    rise = 5.0 * np.exp(-((x / 28.0) ** 2)) + 2.0
    wide = np.interp(np.linspace(0, 1, 40), [0, 0.08, 0.2, 0.75, 1], [2.4, 2.2, 0.6, 1.3, 0.9])
    path = np.column_stack([x, 0 * x, rise])
    scale = np.column_stack([wide, np.ones(40)])
    shapes = [meshes.sweep(path, meshes.superellipse(10.0, 2.0, 3, 20), False, UP, scale)]
    t = np.linspace(0, 1, 16)
    for y in np.linspace(-10.5, 10.5, count):
        tine = np.column_stack([4 - length * t, np.full(16, y), 7.0 - 5 * np.sin(np.pi * t * 0.8)])
        shapes.append(
            meshes.sweep(tine, meshes.superellipse(3.4, 2.0, 3, 12), False, UP, 1 - 0.6 * t)
        )
    return [Part("metal", resting(meshes.merge(shapes)))]


@thing("screw", small=True)
def screw(rng: Rng) -> Parts:
    """One to three screws."""
    found = []
    for _ in range(int(rng.integers(1, 4))):
        r, length = rng.uniform(1.6, 3.0), rng.uniform(16, 40)
        body = meshes.lathe([(0.0, -length), (0.25 * r, -length), (r, -length + 2 * r), (r, 0.0),
                             (2 * r, r), (2 * r, 1.5 * r), (0.0, 1.6 * r)], 32)  # fmt: skip
        turns = np.linspace(0, 2 * np.pi * length / (1.4 * r), int(16 * length / r))
        z = -length * np.linspace(0.08, 0.92, len(turns))
        helix = np.column_stack([1.05 * r * np.cos(turns), 1.05 * r * np.sin(turns), z])
        facing = helix * np.array([1.0, 1.0, 0.0])
        thread = meshes.tube(helix, 0.28 * r, False, facing, 6)
        found.append(resting(meshes.merge([body, thread]).rotated(_LAID)))
    return [Part("metal", meshes.merge(scattered(rng, found, 15.0)))]


@thing("nut and washer", small=True)
def nut(rng: Rng) -> Parts:
    """Hexagonal nuts and flat washers."""
    found = []
    for _ in range(int(rng.integers(1, 5))):
        r = rng.uniform(4, 9)
        if rng.uniform() < 0.6:
            corner = meshes.circle(1.9 * r, 6)
            ring = [np.column_stack([corner, np.full(6, z)]) for z in (0.0, 1.5 * r)]
            hole = [np.column_stack([meshes.circle(r, 6), np.full(6, z)]) for z in (1.5 * r, 0.0)]
            rows = np.concatenate([*ring, *hole])
            found.append(meshes.flat(rows, meshes.grid_faces(4, 6, True, True)))
        else:
            h = 0.22 * r
            found.append(meshes.lathe([(r, 0.0), (2.1 * r, 0.0), (2.1 * r, h), (r, h), (r, 0.0)]))
    return [Part("metal", meshes.merge(scattered(rng, found, 18.0)))]


@thing("nail", small=True)
def nail(rng: Rng) -> Parts:
    """Two to six nails."""
    found = []
    for _ in range(int(rng.integers(2, 7))):
        r, length = rng.uniform(0.8, 1.6), rng.uniform(24, 48)
        body = meshes.lathe([(0.0, 0.0), (r, 3 * r), (r, length), (2.6 * r, length),
                             (2.6 * r, length + r), (0.0, length + r)], 20)  # fmt: skip
        found.append(resting(body.moved(z=-length / 2).rotated(_LAID)))
    return [Part("metal", meshes.merge(scattered(rng, found, 13.0)))]


@thing("paper clip", small=True)
def paper_clip(rng: Rng) -> Parts:
    """One to four paper clips."""
    corners = np.array([[6, -2.6], [-9, -2.6], [-11.5, 0], [-9, 2.6], [10, 2.6], [13, -0.4],
                        [10, -3.6], [-13, -3.6], [-17, 0], [-13, 3.6], [7, 3.6]])  # fmt: skip
    flat, size = motifs.curve(corners, 8), rng.uniform(0.8, 1.5)
    path = size * np.column_stack([flat, np.linspace(0.0, 2.0, len(flat))])
    found = [resting(wire(path, 0.5 * size)) for _ in range(int(rng.integers(1, 5)))]
    return [Part("metal", meshes.merge(scattered(rng, found, 16.0)))]


@thing("bottle cap", "lacquer", "enamel", small=True)
def bottle_cap(rng: Rng) -> Parts:
    """A crown cap, painted or bare."""
    profile = [(0.0, 6.0), (9.0, 5.9), (12.0, 5.0), (13.6, 2.6), (14.8, 0.0), (14.2, 0.0),
               (12.6, 2.6), (11.0, 4.4), (0.0, 5.2)]  # fmt: skip
    body = meshes.lathe(profile[::-1], 126)
    points = body.vertices.copy()
    low = np.clip((4.5 - points[:, 2]) / 4.5, 0.0, 1.0)
    wave = 1 + 0.05 * low * np.cos(21 * np.arctan2(points[:, 1], points[:, 0]))
    crimped = meshes.smooth(points * np.column_stack([wave, wave, np.ones(len(wave))]), body.faces)
    label = meshes.lathe([(0.0, 5.6), (9.6, 5.6), (9.4, 6.0), (0.0, 6.15)], 48)
    parts = [Part("metal", crimped)]
    return [*parts, Part("inlay", label)] if rng.uniform() < 0.7 else parts


@thing("scissors", "lacquer", colors="red black blue orange green")
def scissors(rng: Rng) -> Parts:
    """Scissors, half open."""
    half = rng.uniform(6, 28)
    blades, handles = [], []
    for side in (-1.0, 1.0):
        outline = np.array([[0.0, -5.0], [75.0, -0.6], [75.0, 0.6], [0.0, 5.0], [-30.0, 3.5],
                            [-30.0, -3.5]])  # fmt: skip
        blade = meshes.extrude(outline, 1.6, soft=False).moved(z=1.0 + side)
        bow = meshes.torus(15.0, 3.6, 40, 12).scaled(1.35, 1.0, 0.9).moved(x=-46.0, y=-side * 9)
        turn = meshes.rotation("z", side * half / 2)
        blades.append(blade.rotated(turn))
        handles.append(bow.moved(z=2.6).rotated(turn))
    pivot = meshes.lathe([(0.0, 0.0), (3.4, 0.0), (3.4, 4.6), (0.0, 5.2)], 24)
    return [
        Part("metal", meshes.merge([*blades, pivot])),
        Part("inlay", meshes.merge(handles)),
    ]


@thing("thimble", small=True)
def thimble(rng: Rng) -> Parts:
    """A thimble, standing or lying."""
    r, h = rng.uniform(7.5, 9), rng.uniform(17, 23)
    body = meshes.lathe([(r * 0.93, 0.4), (r * 0.7, h * 0.9), (0.0, h * 0.96), (0.0, h),
                         (r * 0.6, h * 0.985), (r * 0.8, h * 0.9), (r, 1.6), (r * 1.08, 1.2),
                         (r * 1.08, 0.0), (r * 0.93, 0.4)][::-1], 48)  # fmt: skip
    if rng.uniform() < 0.5:
        body = body.rotated(meshes.rotation("x", 84.0)).rotated(
            meshes.rotation("z", rng.uniform(0, 360))
        )
    return [Part("metal", resting(body))]


@thing("carabiner", small=True)
def carabiner(rng: Rng) -> Parts:
    """A carabiner."""
    outline = meshes.superellipse(rng.uniform(46, 64), rng.uniform(24, 32), 2.8, 72)
    outline = outline * (1 + 0.16 * np.sign(outline[:, :1]) * np.abs(outline[:, :1] / 32) ** 2)
    loop = wire(np.column_stack([outline, np.zeros(72)]), 2.8, True)
    sleeve = meshes.lathe([(2.8, -8.0), (4.4, -7.0), (4.4, 7.0), (2.8, 8.0)], 24).rotated(_LAID)
    return [
        Part("metal", resting(meshes.merge([loop, sleeve.moved(y=float(outline[:, 1].max()))])))
    ]
