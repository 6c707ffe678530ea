"""Rings and bracelets worn on hands, and pieces held between two fingers."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.designs.registry import all_vertices
from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.forms import hands
from pipeline.catalog.render.forms.hands import Hand
from pipeline.catalog.render.layouts import LAYOUTS
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.parts import Parts, turned
from pipeline.catalog.render.staging.complexion import Wearer, wearer
from pipeline.catalog.render.staging.registry import FRONT, Rng, Setup, setup, shows

_UPRIGHT = meshes.rotation("x", -90.0)  # from a loop on the table to one about the arm
WRIST = 26.0  # radius of the wrist, mm
_PLACE = 14.0  # how far up the arm a bracelet is worn, mm


def window(parts: Parts, radius: float) -> Array:
    """Returns points (N, 3) that frame a piece with its surroundings.

    Args:
        parts: The piece.
        radius: Distance in mm to show left and right of its middle.
    """
    points = all_vertices(parts)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    aside = np.array([[radius, 0.0, 0.0]])
    return np.concatenate([points, middle + aside, middle - aside])


def _moved(prop: Prop, rotation: Array, z: float = 0.0) -> Prop:
    return Prop(prop.mesh.rotated(rotation).moved(z=z), prop.color, prop.roughness, prop.specular)


def _settled(parts: Parts, props: tuple[Prop, ...], rotation: Array, tabled: bool,
             elevation: float, radius: float) -> Setup:  # fmt: skip
    """Returns what is worn, turned together, on the table or in the air before a wall."""
    lift = 0.0
    if tabled:
        lift = -min(float((prop.mesh.vertices @ rotation.T)[:, 2].min()) for prop in props)
    worn = turned(parts, rotation, (0.0, 0.0, lift))
    return setup(
        worn, "table" if tabled else "wall", elevation,
        *(_moved(prop, rotation, lift) for prop in props), framed=window(worn, radius),
    )  # fmt: skip


def _in_air(rng: Rng) -> Array:
    """Returns a rotation that holds a hand's back to the camera, fingers in any direction."""
    aside = meshes.rotation("z", rng.uniform(-30, 30)) @ meshes.rotation("x", rng.uniform(55, 105))
    return meshes.rotation("y", rng.uniform(-180, 180)) @ aside


def _ringed(parts: Parts, hand: Hand, rng: Rng) -> Parts:
    """Returns a ring on one of the three fingers that it fits, most often the ring finger."""
    seat = hand.seats[int(rng.choice(3, p=[0.25, 0.3, 0.45]))]
    loose = meshes.rotation("y", rng.uniform(-14, 14))
    return turned(turned(parts, loose), seat.turn, seat.point)


def _either(hand: Hand, rng: Rng) -> Hand:
    return hand.mirrored() if rng.uniform() < 0.5 else hand


@shows("ring on hand", "ring", 3.0, kind="worn")
def ring_on_hand(parts: Parts, rng: Rng) -> Setup:
    """A ring worn on a hand that lies on the table."""
    hand = _either(hands.hand(rng, rng.uniform(4, 20), rng.uniform(0.3, 1.7)), rng)
    return _settled(
        _ringed(parts, hand, rng), wearer(rng).hand(hand),
        meshes.rotation("z", rng.uniform(-80, 80)), True, rng.uniform(28, 72), rng.uniform(20, 46),
    )  # fmt: skip


@shows("ring on raised hand", "ring", 2.5, kind="worn")
def ring_on_raised_hand(parts: Parts, rng: Rng) -> Setup:
    """A ring worn on a hand in the air, its fingers stretched or bent."""
    hand = _either(hands.hand(rng, rng.uniform(2, 34), rng.uniform(0.2, 1.8)), rng)
    return _settled(
        _ringed(parts, hand, rng), wearer(rng).hand(hand), _in_air(rng), False,
        rng.uniform(-10, 25), rng.uniform(20, 46),
    )  # fmt: skip


@shows("ring on fist", "ring", 1.0, kind="worn")
def ring_on_fist(parts: Parts, rng: Rng) -> Setup:
    """A ring worn on a closed hand."""
    hand = _either(hands.hand(rng, rng.uniform(62, 76), 0.2), rng)
    return _settled(
        _ringed(parts, hand, rng), wearer(rng).hand(hand),
        meshes.rotation("z", rng.uniform(-50, 50)), True, rng.uniform(15, 60), rng.uniform(20, 40),
    )  # fmt: skip


@shows("ring on finger", "ring", 1.2, kind="worn")
def ring_on_finger(parts: Parts, rng: Rng) -> Setup:
    """A ring close on a stretched finger that lies across the picture."""
    hand = _either(hands.hand(rng, rng.uniform(2, 24), rng.uniform(0.2, 1.2)), rng)
    along = meshes.rotation("x", rng.uniform(-20, 60)) @ meshes.rotation(
        "z", rng.choice([-1.0, 1.0]) * rng.uniform(55, 125)
    )
    return _settled(
        _ringed(parts, hand, rng), wearer(rng).hand(hand), along, False,
        rng.uniform(15, 50), rng.uniform(13, 24),
    )  # fmt: skip


@shows("ring on gripping hand", "ring", 1.2, kind="worn")
def ring_on_gripping_hand(parts: Parts, rng: Rng) -> Setup:
    """A ring worn on a hand whose fingers bend over the edge of a board, a book or a shelf."""
    hand = _either(hands.hand(rng, rng.uniform(30, 42), rng.uniform(0.2, 0.8)), rng)
    person = wearer(rng)
    thick = rng.uniform(8, 40)
    board = meshes.box(420.0, 330.0, thick).moved(y=37.0, z=-19.0 - thick)
    props = (*person.hand(hand), Prop(board, person.cloth, 0.6, 0.3))
    return _settled(
        _ringed(parts, hand, rng), props, meshes.rotation("z", rng.uniform(-55, 55)), False,
        rng.uniform(15, 60), rng.uniform(20, 44),
    )  # fmt: skip


# ---- held ------------------------------------------------------------------------------------


def pinching(rng: Rng, person: Wearer, rotation: Array) -> tuple[Prop, ...]:
    """Returns two fingers that meet at the origin; before ``rotation`` they come from +x."""
    skin, nail = hands.pinch(rng)
    return _moved(person.bare(skin), rotation), _moved(person.nailed(nail), rotation)


@shows("ring held", "ring", 1.4, kind="worn")
def ring_held(parts: Parts, rng: Rng) -> Setup:
    """A ring held between two fingers, its head away from them."""
    points = all_vertices(parts)
    posed = turned(parts, at=(0.0, 0.0, 1.0 - float(points[:, 2].min())))
    # The fingers come from +x, so the head looks to -x; then both turn in the picture.
    posed = turned(posed, meshes.rotation("y", -90.0) @ meshes.rotation("z", rng.uniform(-50, 50)))
    turn = meshes.rotation("y", rng.uniform(-30, 120))
    posed = turned(posed, turn)
    props = pinching(rng, wearer(rng), turn)
    return setup(
        posed, "wall", rng.uniform(-5, 30), *props, framed=window(posed, rng.uniform(22, 40))
    )


@shows("earring held", "drop", 1.6, kind="worn")
def earring_held(parts: Parts, rng: Rng) -> Setup:
    """An earring that hangs from two fingers."""
    points = all_vertices(parts)
    top = points[np.argmax(points[:, 1])]
    posed = turned(parts, at=(-top[0], 1.0 - top[1], -top[2]))
    posed = turned(turned(posed, meshes.rotation("y", rng.uniform(-40, 40))), FRONT)
    turn = meshes.rotation("y", rng.uniform(-120, -60))  # the fingers come from above
    props = pinching(rng, wearer(rng), turn)
    return setup(
        posed, "wall", rng.uniform(-5, 20), *props, framed=window(posed, rng.uniform(17, 32))
    )


@shows("necklace held", "pendant bar beads", 1.4, "necklace_peg", "necklace_grip", kind="worn")
def necklace_held(parts: Parts, rng: Rng) -> Setup:
    """A whole necklace that hangs from two fingers, far before what is behind it."""
    points = all_vertices(parts)
    top = points[np.argmax(points[:, 1])]
    posed = turned(parts, at=(-top[0], 1.0 - top[1], -top[2]))
    posed = turned(turned(posed, meshes.rotation("y", rng.uniform(-40, 40))), FRONT)
    turn = meshes.rotation("y", rng.uniform(-120, -60))  # the fingers come from above
    props = pinching(rng, wearer(rng), turn)
    above = np.array([[0.0, 0.0, rng.uniform(5, 50)]])
    framed = np.concatenate([all_vertices(posed), above])
    return setup(posed, "wall", rng.uniform(-5, 15), *props, framed=framed)


# ---- bracelets -------------------------------------------------------------------------------


LAYOUTS["bracelet_worn"] = lambda rng: hands.around_arm(rng, WRIST, _PLACE)


def _worn_on_arm(parts: Parts, rigid: bool) -> Parts:
    """Returns a bracelet about the arm; a rigid one rests on top of it."""
    worn = turned(parts, _UPRIGHT)
    if not rigid:
        return worn
    points = all_vertices(worn)
    inside = points[(np.abs(points[:, 0]) < 8.0) & (points[:, 2] > 0.0)]
    rest = hands.top_of_arm(WRIST, _PLACE) + 0.3 - float(inside[:, 2].min())
    return turned(worn, at=(0.0, _PLACE, rest))


def _bracelet(parts: Parts, rng: Rng, rigid: bool) -> Setup:
    skin, nails = hands.arm(rng, WRIST)
    if rng.uniform() < 0.5:
        skin, nails = skin.mirrored_x(), nails.mirrored_x()
    person = wearer(rng)
    props: list[Prop] = [person.bare(skin), person.nailed(nails)]
    if rng.uniform() < 0.35:
        props.append(Prop(_sleeve(rng.uniform(45, 75)), person.cloth))
    worn = _worn_on_arm(parts, rigid)
    tabled = rng.uniform() < 0.4
    turn = meshes.rotation("z", rng.uniform(-100, 100)) if tabled else _in_air(rng)
    elevation = rng.uniform(28, 70) if tabled else rng.uniform(-10, 25)
    return _settled(worn, tuple(props), turn, tabled, elevation, rng.uniform(36, 80))


def _sleeve(start: float) -> Mesh:
    """Returns the end of a sleeve around the arm, ``start`` mm behind the wrist."""
    outline = [(29.0, 0.0), (33.0, -1.5), (35.0, 1.0), (33.0, 5.0), (35.0, 30.0), (38.0, 100.0),
               (30.0, 101.0), (29.0, 6.0), (29.0, 0.0)]  # fmt: skip
    tube = meshes.lathe(outline, 48).rotated(_UPRIGHT)
    return tube.moved(y=start, z=-1.0)


@shows("bracelet on wrist", "chain strung charm", 1.0, "bracelet_worn", kind="worn")
def bracelet_on_wrist(parts: Parts, rng: Rng) -> Setup:
    """A bracelet that lies around a wrist."""
    return _bracelet(parts, rng, rigid=False)


@shows("bangle on wrist", "bangle cuff", 1.0, kind="worn")
def bangle_on_wrist(parts: Parts, rng: Rng) -> Setup:
    """A stiff bracelet that rests on a wrist."""
    return _bracelet(parts, rng, rigid=True)
