"""Necklaces worn on a neck and earrings worn on an ear."""

from __future__ import annotations

from functools import cache

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.designs.registry import all_vertices
from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.forms import heads, implicit
from pipeline.catalog.render.layouts import LAYOUTS
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.parts import Part, Parts, turned
from pipeline.catalog.render.staging.complexion import Wearer, wearer
from pipeline.catalog.render.staging.registry import FRONT, Rng, Setup, near, setup, shows
from pipeline.catalog.render.staging.worn import window
from pipeline.catalog.render.strands import Strand


@cache
def _body() -> tuple[implicit.Field, Mesh]:
    body = heads.torso()
    return body, heads.torso_mesh(body)


@cache
def _head() -> tuple[implicit.Field, Mesh]:
    head = heads.side_of_head()
    return head, heads.skin_of_head(head)


@cache
def _ear() -> tuple[implicit.Field, Mesh]:
    ear = heads.ear()
    return ear, heads.skin_of_ear(ear)


def _props(pieces: list[Prop], turn: Array) -> tuple[Prop, ...]:
    return tuple(
        Prop(piece.mesh.rotated(turn), piece.color, piece.roughness, piece.specular)
        for piece in pieces
    )


def _ahead(field: implicit.Field, points: Array) -> float:
    """Returns how far, in mm, points (N, 3) move toward -y to be out of a body but for a sliver."""
    some = points[:: max(1, len(points) // 1200)]
    for ahead in np.arange(0.0, 12.0, 0.5):
        distance = implicit.at(field, some - np.array([0.0, ahead, 0.0]))
        if float(np.quantile(distance, 0.04)) > -0.35:
            return float(ahead)
    return 12.0


# ---- necks -----------------------------------------------------------------------------------


def _short(rng: Rng) -> Strand:
    return heads.around_neck(_body()[0], rng, rng.uniform(0, 34))


def _long(rng: Rng) -> Strand:
    return heads.around_neck(_body()[0], rng, rng.uniform(34, 86))


LAYOUTS["necklace_worn_short"] = _short
LAYOUTS["necklace_worn_long"] = _long


def _on_skin(parts: Parts) -> Parts:
    """Returns a necklace moved forward until no more than a sliver of it is in the skin."""
    points = all_vertices(parts)
    return turned(parts, at=(0.0, -_ahead(_body()[0], points[points[:, 1] < 0.0]), 0.0))


def _falling(rng: Rng, person: Wearer) -> Prop:
    """Returns long hair behind the neck, which may fall forward over one shoulder."""
    side, forward = rng.choice([-1.0, 1.0]), rng.uniform() < 0.5
    t = np.linspace(0, 1, 14)[:, None]
    paths = []
    for number in range(100):
        over = forward and number % 2 == 1
        x = rng.uniform(50, 92) * (side if number % 2 else -side)
        crown = np.array([0.7 * x, rng.uniform(20, 50), 190.0])
        knee = np.array([x * 1.1, rng.uniform(10, 50), 90.0])
        end_y = rng.uniform(-80, -60) if over else rng.uniform(80, 120)
        end = np.array([x * rng.uniform(0.9, 1.2), end_y, -150.0])
        path = (1 - t) ** 2 * crown + 2 * t * (1 - t) * knee + t**2 * end
        path[:, 0] += 3.0 * np.sin(t[:, 0] * rng.uniform(4, 12))
        if over:  # hair lies on the chest, not in it
            for _ in range(6):
                path[:, 1] -= np.maximum(rng.uniform(3, 7) - implicit.at(_body()[0], path), 0.0)
        paths.append(path)
    up = np.array([0.0, -1.0, 0.0])
    locks = [meshes.tube(path, rng.uniform(1.8, 4.0), False, up, 6) for path in paths]
    return Prop(meshes.merge(locks), person.hair, 0.5, 0.4)


@shows(
    "necklace worn", "pendant bar beads", 1.0, "necklace_worn_short", "necklace_worn_long",
    kind="worn",
)  # fmt: skip
def necklace_worn(parts: Parts, rng: Rng) -> Setup:
    """A necklace on a neck, with shoulders and the neckline of a dress."""
    body, skin = _body()
    worn = _on_skin(parts)
    points = all_vertices(worn)
    visible = points[points[:, 1] < 0.0]
    lowest = visible[np.argmin(visible[:, 2])]
    person = wearer(rng)
    neckline = heads.NECKLINES[int(rng.integers(len(heads.NECKLINES)))]
    # Cloth begins below the piece, or a V would cover a wide chain.
    depth = rng.uniform(18, 60) - float(lowest[2])
    cloth = heads.dress(body, neckline, depth, rng.uniform(0, 6.28))
    jaw = heads.jaw(rng.uniform(-30, 30))
    pieces = [person.bare(skin), Prop(cloth, person.cloth), person.bare(jaw)]
    if rng.uniform() < 0.5:
        pieces.append(_falling(rng, person))
    turn = meshes.rotation("y", rng.uniform(-6, 6)) @ meshes.rotation("z", rng.uniform(-32, 32))
    center = lowest + np.array([0.0, 0.0, rng.uniform(4, 26)])
    reach = rng.uniform(40, 100)
    framed = near(worn, center, reach)
    aside = np.array([[rng.uniform(0.7, 1.1) * reach, 0.0, 0.0]])
    framed = np.concatenate([framed[framed[:, 1] < 0.0], center + aside, center - aside])
    return setup(
        turned(worn, turn), "wall", rng.uniform(-6, 24), *_props(pieces, turn),
        framed=framed @ turn.T,
    )  # fmt: skip


# ---- ears ------------------------------------------------------------------------------------


def _hung(parts: Parts, rng: Rng) -> Parts:
    """Returns an earring through the lobe at the origin, outward at -y."""
    points = all_vertices(parts)
    top, back = points[np.argmax(points[:, 1])], points[np.argmin(points[:, 2])]
    if back[2] > -6.0:  # a hoop: its plane stands across the lobe
        turn = meshes.rotation("z", rng.uniform(50, 80))
        return turned(turned(parts, FRONT), turn, (0.0, -2.0, 1.6))
    if top[1] > 10.0:  # a hook, whose bend goes through the lobe
        return turned(turned(parts, at=(-top[0], 0.6 - top[1], -top[2])), FRONT)
    swung = meshes.rotation("z", rng.uniform(-6, 6))
    posted = turned(turned(parts, at=(-back[0], -back[1], 0.0)), FRONT @ swung)
    front = all_vertices(posted)
    front = front[front[:, 1] < 0.3]  # without the post, which goes through
    return turned(posted, at=(0.0, -_ahead(_ear()[0], front), 0.0))


def _on_ear(
    parts: Parts, rng: Rng, radius: float, face: tuple[float, float], whole: float = 0.0
) -> Setup:
    """Returns an earring on an ear.

    Args:
        parts: The earring.
        rng: Source of randomness.
        radius: Distance in mm to show left and right of the piece.
        face: Least and most turn of the face toward the camera, degrees.
        whole: How often the whole ear is in the picture.
    """
    (head, skin), (_, pinna) = _head(), _ear()
    person = wearer(rng)
    pieces = [person.bare(skin), person.bare(pinna)]
    style = rng.choice(["tied", "loose", "shaved"], p=[0.5, 0.4, 0.1])
    if style != "shaved":
        swept = heads.swept_hair(head, rng.uniform(0, 6.28))
        pieces.append(Prop(swept, person.hair, 0.4, 0.5))
    if style == "loose":
        r, g, b = person.hair
        for shade in (1.0, 1.5):
            locks = heads.loose_hair(rng, 80)
            pieces.append(Prop(locks, (r * shade, g * shade, b * shade), 0.4, 0.5))
    worn = _hung(parts, rng)
    turn = meshes.rotation("y", rng.uniform(-12, 12)) @ meshes.rotation("z", -rng.uniform(*face))
    worn, props = turned(worn, turn), _props(pieces, turn)
    if rng.uniform() < 0.5:  # the other ear, with the other piece of the pair
        worn = [Part(part.role, part.mesh.mirrored_x()) for part in worn]
        props = tuple(Prop(p.mesh.mirrored_x(), p.color, p.roughness, p.specular) for p in props)
    framed = window(worn, radius)
    if rng.uniform() < whole:
        framed = np.concatenate([framed, props[1].mesh.vertices])
    return setup(worn, "wall", rng.uniform(-8, 16), *props, framed=framed)


@shows("stud worn", "stud", 1.0, kind="worn")
def stud_worn(parts: Parts, rng: Rng) -> Setup:
    """A stud in the lobe of an ear."""
    return _on_ear(parts, rng, rng.uniform(12, 30), (-25, 40))


@shows("earring worn", "drop", 3.0, kind="worn")
def earring_worn(parts: Parts, rng: Rng) -> Setup:
    """An earring that hangs from an ear, with cheek, neck and hair."""
    return _on_ear(parts, rng, rng.uniform(24, 52), (-25, 45), 0.4)


@shows("hoop worn", "hoop", 1.0, kind="worn")
def hoop_worn(parts: Parts, rng: Rng) -> Setup:
    """A hoop through the lobe of an ear, seen more from the face than from the side."""
    return _on_ear(parts, rng, rng.uniform(22, 46), (5, 50), 0.4)
