"""Things of plastic, wood, glass and cloth, and what grows."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.forms.clutter import CLUTTER
from pipeline.catalog.render.meshes import Mesh
from pipeline.catalog.render.negatives.metalware import resting, scattered, wire
from pipeline.catalog.render.negatives.registry import Build, Rng, thing
from pipeline.catalog.render.parts import Part, Parts

_LAID = meshes.rotation("y", 90.0)


@thing("cup", "enamel", "lacquer")
def cup(rng: Rng) -> Parts:
    """A cup or mug with a handle."""
    r, h, flare = rng.uniform(30, 42), rng.uniform(50, 95), rng.uniform(0.62, 1.0)
    body = meshes.lathe([(0.0, 0.0), (flare * r, 0.0), (0.97 * r, 0.6 * h), (r, h), (0.94 * r, h),
                         (0.9 * r, 0.6 * h), (0.9 * flare * r, 4.0), (0.0, 4.0)], 72)  # fmt: skip
    angle = np.linspace(-np.pi / 2, np.pi / 2, 24)
    path = np.column_stack([0.93 * r + 0.55 * r * np.cos(angle), 0 * angle,
                            0.52 * h + 0.3 * h * np.sin(angle)])  # fmt: skip
    grip = meshes.sweep(path, meshes.superellipse(9.0, 5.0, 2.4, 14), False,
                        path - np.array([0.93 * r, 0.0, 0.52 * h]))  # fmt: skip
    turn = meshes.rotation("z", rng.uniform(-150, -30))
    return [Part("inlay", meshes.merge([body, grip]).rotated(turn))]


@thing("button", "enamel", "lacquer", "wood", "shell", small=True)
def button(rng: Rng) -> Parts:
    """One to four buttons with holes."""
    bodies, holes = [], []
    count = int(rng.choice([2, 4]))
    for place in scattered(rng, [meshes.sphere(0.01, 4)] * int(rng.integers(1, 5)), 13.0):
        at = place.vertices.mean(axis=0)
        r = rng.uniform(6, 11)
        disc = meshes.lathe([(0.0, 0.0), (0.8 * r, 0.0), (r, 1.2), (r, 2.0), (0.88 * r, 2.6),
                             (0.74 * r, 1.7), (0.0, 1.7)], 48)  # fmt: skip
        bodies.append(disc.moved(at[0], at[1]))
        for x, y in meshes.circle(0.26 * r, count, rng.uniform(0, 6)):
            hole = meshes.lathe([(0.0, 0.0), (0.11 * r, 0.0), (0.11 * r, 1.78), (0.0, 1.78)], 12)
            holes.append(hole.moved(at[0] + x, at[1] + y))
    return [Part("inlay", meshes.merge(bodies)), Part("second", meshes.merge(holes))]


@thing("pen", "lacquer", "enamel", "wood")
def pen(rng: Rng) -> Parts:
    """A pen or a pencil."""
    r, length = rng.uniform(3.2, 6.0), rng.uniform(115, 145)
    body = meshes.lathe([(0.0, 0.0), (0.8 * r, 0.0), (r, 2.0), (r, 0.82 * length),
                         (0.55 * r, 0.95 * length), (0.0, 0.95 * length)], 32)  # fmt: skip
    point = meshes.lathe([(0.0, 0.94 * length), (0.56 * r, 0.94 * length), (0.2 * r, length),
                          (0.0, length)], 24)  # fmt: skip
    metal = [point]
    if rng.uniform() < 0.6:
        metal.append(meshes.box(1.2, 3.0, 0.3 * length).moved(x=1.25 * r, z=3.0))
        metal.append(meshes.lathe([(r, 0.5 * length), (1.06 * r, 0.5 * length),
                                   (1.06 * r, 0.52 * length), (r, 0.52 * length)]))  # fmt: skip
    turn = meshes.rotation("y", -90.0)
    lift = 1.1 * r
    return [
        Part("inlay", body.rotated(turn).moved(z=lift)),
        Part("metal", meshes.merge(metal).rotated(turn).moved(z=lift)),
    ]


@thing("marbles", "glass", small=True)
def marbles(rng: Rng) -> Parts:
    """Glass marbles."""
    balls = [resting(meshes.sphere(rng.uniform(6, 9), 40)) for _ in range(int(rng.integers(1, 7)))]
    return [Part("inlay", meshes.merge(scattered(rng, balls, 18.0)))]


@thing("cable", "cord", "lacquer", colors="black white red blue")
def cable(rng: Rng) -> Parts:
    """A coiled cable with plugs."""
    turns, r = rng.uniform(2.3, 4.6), rng.uniform(26, 40)
    t = np.linspace(0, 2 * np.pi * turns, 260)
    wobble = 1 + 0.09 * np.sin(1.31 * t + rng.uniform(0, 6)) + 0.05 * np.sin(0.43 * t)
    path = np.column_stack([r * wobble * np.cos(t), 0.85 * r * wobble * np.sin(t),
                            0.55 * t / np.pi + 1.5])  # fmt: skip
    thick = rng.uniform(1.2, 2.4)
    plugs = []
    for end, after in ((0, 3), (-1, -4)):
        ahead = path[end] - path[after]
        turn = meshes.rotation("z", float(np.degrees(np.arctan2(ahead[1], ahead[0]))))
        x, y, z = (float(value) for value in path[end])
        plugs.append((meshes.box(16, 9, 5).moved(x=7, z=-2.5), meshes.box(9, 7, 3), turn, x, y, z))
    grips = [grip.rotated(turn).moved(x, y, z) for grip, _, turn, x, y, z in plugs]
    pins = [pin.moved(x=19, z=-1.5).rotated(turn).moved(x, y, z) for _, pin, turn, x, y, z in plugs]
    return [
        Part("inlay", resting(meshes.merge([wire(path, thick), *grips]))),
        Part("metal", meshes.merge(pins)),
    ]


@thing("battery", "lacquer", small=True)
def battery(rng: Rng) -> Parts:
    """One to three round cells."""
    bodies, caps = [], []
    for number in range(int(rng.integers(1, 4))):
        place = {"y": 17.0 * number, "z": 7.2}
        body = meshes.lathe([(0.0, -25.0), (7.2, -25.0), (7.2, 24.0), (0.0, 24.0)], 40)
        cap = meshes.lathe([(0.0, 24.0), (6.8, 24.1), (2.6, 24.4), (2.6, 26.0), (0.0, 26.2)], 32)
        base = meshes.lathe([(0.0, -26.0), (6.6, -26.0), (7.3, -24.0), (0.0, -24.0)], 32)
        bodies.append(body.rotated(_LAID).moved(**place))
        caps += [part.rotated(_LAID).moved(**place) for part in (cap, base)]
    return [Part("inlay", meshes.merge(bodies)), Part("metal", meshes.merge(caps))]


@thing("dice", "enamel", "lacquer", "wood", colors="white black red blue green brown", small=True)
def dice(rng: Rng) -> Parts:
    """One to three dice."""
    spots = {1: [(0, 0)], 2: [(-1, -1), (1, 1)], 3: [(-1, -1), (0, 0), (1, 1)],
             4: [(-1, -1), (-1, 1), (1, -1), (1, 1)]}  # fmt: skip
    side = rng.uniform(11, 17)
    pip = meshes.lathe([(0.0, -0.3), (0.09 * side, -0.1), (0.09 * side, 0.12), (0.0, 0.15)], 14)
    cubes, pips = [], []
    for number in range(int(rng.integers(1, 4))):
        turn = meshes.rotation("z", rng.uniform(0, 90))
        at = {"x": 1.7 * side * number, "y": float(rng.uniform(-0.4, 0.4) * side)}
        outline = meshes.superellipse(side, side, 9, 64)
        cubes.append(meshes.extrude(outline, side, 0.08 * side).rotated(turn).moved(**at))
        faces = (np.eye(3), meshes.rotation("x", 90.0), meshes.rotation("y", 90.0))
        for face, count in zip(faces, rng.permutation([1, 2, 3, 4])[:3], strict=True):
            for x, y in spots[int(count)]:
                spot = pip.moved(0.26 * side * x, 0.26 * side * y, side / 2).rotated(face)
                pips.append(spot.moved(z=side / 2).rotated(turn).moved(**at))
    return [Part("inlay", meshes.merge(cubes)), Part("second", meshes.merge(pips))]


@thing("rubber band", "silk", "cord", "lacquer", small=True)
def rubber_band(rng: Rng) -> Parts:
    """One to three rubber bands or hair ties, out of round."""
    bands = []
    for _ in range(int(rng.integers(1, 4))):
        angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
        radius = 20 * (1 + sum(rng.uniform(0.03, 0.16) * np.sin(k * angle + rng.uniform(0, 6))
                               for k in (2, 3, 4)))  # fmt: skip
        height = 1.5 * np.sin(2 * angle + rng.uniform(0, 6))
        path = np.column_stack([radius * np.cos(angle), radius * np.sin(angle), height])
        bands.append(resting(wire(path, rng.uniform(0.8, 2.6), True)))
    return [Part("inlay", meshes.merge(scattered(rng, bands, 16.0)))]


@thing("glasses", "lacquer", colors="black brown red blue")
def glasses(rng: Rng) -> Parts:
    """Spectacles with open temples."""
    width, height = rng.uniform(44, 54), rng.uniform(32, 46)
    power, thick = rng.uniform(2.0, 4.5), rng.uniform(1.0, 2.6)
    outline = meshes.superellipse(width, height, power, 64)
    rims: list[Mesh] = []
    for side in (-1.0, 1.0):
        rim = np.column_stack([outline[:, 0] + side * (width / 2 + 9), 0 * outline[:, 0],
                               outline[:, 1] + height / 2])  # fmt: skip
        rims.append(meshes.tube(rim, thick, True, np.array([0.0, -1.0, 0.0]), 12))
        s = np.linspace(0, 1, 24)
        temple = np.column_stack([np.full(24, side * (width + 9)), 125 * s,
                                  0.75 * height - 30 * np.clip(s - 0.75, 0, 1) * 4])  # fmt: skip
        rims.append(meshes.tube(temple, thick, False, np.array([1.0, 0.0, 0.0]), 10))
    t = np.linspace(-1, 1, 12)
    bridge = np.column_stack([10 * t, 0 * t, 0.72 * height - 4 * t**2])
    rims.append(meshes.tube(bridge, thick, False, np.array([0.0, -1.0, 0.0]), 10))
    role = "metal" if rng.uniform() < 0.4 else "inlay"
    turned = meshes.merge(rims).rotated(meshes.rotation("z", rng.uniform(-60, 60)))
    return [Part(role, resting(turned))]


@thing("fruit", "lacquer", "enamel", colors="red green yellow orange")
def fruit(rng: Rng) -> Parts:
    """An apple, a lemon or a few berries."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, 26)
    if rng.uniform() < 0.3:
        berries = [resting(meshes.sphere(rng.uniform(6, 10), 32)) for _ in range(5)]
        return [Part("inlay", meshes.merge(scattered(rng, berries, 14.0)))]
    r, tall, dent = rng.uniform(28, 40), rng.uniform(0.85, 1.25), rng.uniform(-0.15, 0.2)
    radius = r * np.cos(angle) ** 0.9
    height = (
        r * tall * (np.sin(angle) - dent * np.exp(-((radius / (0.3 * r)) ** 2)) * np.sign(angle))
    )
    body = resting(meshes.lathe(list(zip(radius, height, strict=True)), 64))
    top = float(body.vertices[:, 2].max())
    stem = wire(
        np.column_stack([np.linspace(0, 3, 6), np.zeros(6), np.linspace(top - 8, top + 6, 6)]), 1.2
    )
    return [Part("inlay", body), Part("second", stem)]


@thing("tape roll", "lacquer", "wood", "glass")
def tape_roll(rng: Rng) -> Parts:
    """A roll of adhesive tape, lying or standing."""
    r, h = rng.uniform(18, 34), rng.uniform(9, 26)
    inner = r * rng.uniform(0.55, 0.82)
    body = meshes.lathe([(inner, 0.0), (r, 0.0), (r, h), (inner, h), (inner, 0.0)], 72)
    if rng.uniform() < 0.4:
        body = body.rotated(meshes.rotation("x", 90.0)).rotated(
            meshes.rotation("z", rng.uniform(-60, 60))
        )
    return [Part("inlay", resting(body))]


@thing("toy brick", "lacquer", "enamel", colors="red yellow blue green white black", small=True)
def toy_brick(rng: Rng) -> Parts:
    """Bricks with studs."""
    bricks = []
    for _ in range(int(rng.integers(1, 4))):
        long = int(rng.choice([2, 3, 4]))
        shapes = [meshes.box(8.0 * long, 16.0, 9.6)]
        stud = meshes.lathe([(0.0, 0.0), (2.4, 0.0), (2.4, 1.8), (0.0, 1.8)], 24)
        for x in range(long):
            for y in (-4.0, 4.0):
                shapes.append(stud.moved(8.0 * (x - (long - 1) / 2), y, 9.6))
        bricks.append(meshes.merge(shapes))
    return [Part("inlay", meshes.merge(scattered(rng, bricks, 24.0)))]


@thing("phone", "glass", "lacquer", colors="black white")
def phone(rng: Rng) -> Parts:
    """A phone lying on its back."""
    outline = meshes.superellipse(rng.uniform(66, 76), rng.uniform(138, 160), 9, 96)
    frame = meshes.extrude(outline, 8.0, 1.0)
    screen = meshes.extrude(outline * 0.96, 0.6, 0.2).moved(z=7.7)
    return [Part("metal", frame), Part("inlay", screen)]


@thing("lipstick", "lacquer", "enamel", colors="red pink orange brown", small=True)
def lipstick(rng: Rng) -> Parts:
    """A lipstick, standing or lying."""
    tube = meshes.lathe([(0.0, 0.0), (9.0, 0.0), (9.0, 30.0), (7.4, 31.0), (7.4, 44.0),
                         (6.4, 44.0), (0.0, 42.0)], 48)  # fmt: skip
    stick = meshes.lathe([(0.0, 40.0), (5.8, 40.0), (5.8, 56.0), (3.6, 63.0), (0.0, 65.0)], 40)
    turn = meshes.rotation("y", 90.0 if rng.uniform() < 0.5 else 0.0)
    lift = 9.0 if turn[2, 2] < 0.5 else 0.0
    return [
        Part("metal", tube.rotated(turn).moved(z=lift)),
        Part("inlay", stick.rotated(turn).moved(z=lift)),
    ]


def _strewn(name: str) -> Build:
    def build(rng: Rng) -> Parts:
        first, *others = CLUTTER[name](rng, float(rng.uniform(25, 50)))
        second = [Part("second", prop.mesh) for prop in others]
        return [Part("inlay", first.mesh), *second]

    return build


for _name, _inlays, _colors in (
    ("leaves", ("silk", "cord"), "green brown yellow"),
    ("petals", ("silk",), "red pink white yellow purple"),
    ("shell", ("shell", "enamel"), "white pink"),
    ("pebbles", ("wood", "leather"), "brown black white"),
    ("book", ("leather", "silk"), ""),
    ("ribbon", ("silk",), ""),
    ("cloth", ("silk", "cord"), ""),
):
    thing(_name, *_inlays, colors=_colors)(_strewn(_name))
