"""How a piece is set up for its picture: pose, display form, surface, camera height."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render import forms, meshes
from pipeline.catalog.render.designs.registry import all_vertices, merged_by_role
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.parts import Part, Parts, turned
from pipeline.catalog.render.products import Product
from pipeline.catalog.render.strands import LAYOUTS, Strand

Rng = np.random.Generator
_FRONT = meshes.rotation("x", 90.0)  # from lying on the table to facing the camera


@dataclass(frozen=True)
class Setup:
    """A piece ready for the camera, in world millimeters (z up, camera toward -y).

    Attributes:
        piece: One mesh a role.
        form: What it is shown on, or None.
        form_color: Linear reflectance of the form.
        surface: ``table`` (z = 0), ``wall`` (behind the piece) or ``none``.
        framed: Points that the picture must show, shape (N, 3).
        elevation: Degrees of the camera above the horizon.
    """

    piece: dict[str, Mesh]
    form: Mesh | None
    form_color: forms.Rgb
    surface: str
    framed: Array
    elevation: float


@dataclass(frozen=True)
class Presentation:
    """A way of showing a piece.

    Attributes:
        shows: The design forms that it suits.
        weight: How often it is chosen.
        stage: Sets the piece up.
        layout: Strands to choose from, for pieces that drape.
    """

    shows: frozenset[str]
    weight: float
    stage: Callable[[Parts, Rng], Setup]
    layouts: tuple[str, ...] = ()


PRESENTATIONS: dict[str, Presentation] = {}


def _shows(
    name: str, shows: str, weight: float, *layouts: str
) -> Callable[[Callable[[Parts, Rng], Setup]], Callable[[Parts, Rng], Setup]]:
    def register(stage: Callable[[Parts, Rng], Setup]) -> Callable[[Parts, Rng], Setup]:
        PRESENTATIONS[name] = Presentation(frozenset(shows.split()), weight, stage, layouts)
        return stage

    return register


def _pick(rng: Rng, colors: tuple[forms.Rgb, ...]) -> forms.Rgb:
    return colors[int(rng.integers(len(colors)))]


def _setup(
    parts: Parts,
    surface: str,
    elevation: float,
    form: Mesh | None = None,
    color: forms.Rgb = (0.5, 0.5, 0.5),
    framed: Array | None = None,
) -> Setup:
    points = all_vertices(parts) if framed is None else framed
    return Setup(merged_by_role(parts), form, color, surface, points, elevation)


def _on_table(parts: Parts, height: float = 0.0) -> Parts:
    """Returns the parts lowered until they touch the table (or ``height`` mm above it)."""
    return turned(parts, at=(0.0, 0.0, height - float(all_vertices(parts)[:, 2].min())))


def _spun(parts: Parts, degrees: float) -> Parts:
    return turned(parts, meshes.rotation("z", degrees))


def _tilted(parts: Parts, x: float, y: float = 0.0) -> Parts:
    return turned(turned(parts, meshes.rotation("y", y)), meshes.rotation("x", x))


# ---- rings -----------------------------------------------------------------------------------


@_shows("ring standing", "ring", 3.0)
def ring_standing(parts: Parts, rng: Rng) -> Setup:
    """A ring upright on the table, leaning a little."""
    posed = _spun(_tilted(parts, rng.uniform(-5, 30), rng.uniform(-12, 12)), rng.uniform(-65, 65))
    return _setup(_on_table(posed), "table", rng.uniform(10, 45))


@_shows("ring lying", "ring", 2.0)
def ring_lying(parts: Parts, rng: Rng) -> Setup:
    """A ring on its side, its head to the camera."""
    posed = _spun(_tilted(parts, rng.uniform(60, 86)), rng.uniform(-50, 50))
    return _setup(_on_table(posed), "table", rng.uniform(22, 55))


@_shows("ring cut out", "ring", 2.5)
def ring_cut_out(parts: Parts, rng: Rng) -> Setup:
    """A ring on plain white, as catalog pictures show it."""
    posed = _spun(_tilted(parts, rng.uniform(0, 60), rng.uniform(-15, 15)), rng.uniform(-65, 65))
    return _setup(posed, "none", rng.uniform(0, 30))


@_shows("ring on cone", "ring", 1.0)
def ring_on_cone(parts: Parts, rng: Rng) -> Setup:
    """A ring on a display cone."""
    cone, height = forms.ring_cone(8.5)
    posed = _spun(_tilted(parts, 90.0, 0.0), rng.uniform(-45, 45))
    posed = turned(posed, meshes.rotation("x", rng.uniform(-4, 4)), (0.0, 0.0, height))
    return _setup(posed, "table", rng.uniform(12, 45), cone, _pick(rng, forms.DISPLAY))


@_shows("ring on finger", "ring", 1.6)
def ring_on_finger(parts: Parts, rng: Rng) -> Setup:
    """A ring worn on a hand that rests on the table."""
    hand = forms.fingers(rng, 8.4)
    turn = meshes.rotation("z", rng.uniform(-40, 40))
    lift = -float(hand.vertices[:, 2].min())
    worn = turned(turned(parts, meshes.rotation("y", rng.uniform(-15, 15))), turn, (0, 0, lift))
    return _setup(
        worn, "table", rng.uniform(30, 65), hand.rotated(turn).moved(z=lift),
        _pick(rng, forms.SKIN),
    )  # fmt: skip


@_shows("ring in box", "ring", 1.2)
def ring_in_box(parts: Parts, rng: Rng) -> Setup:
    """A ring in the slit of an open ring box."""
    case, top = forms.ring_box()
    bottom = float(all_vertices(parts)[:, 2].min())
    turn = meshes.rotation("z", rng.uniform(-35, 35))
    posed = turned(turned(parts, at=(0, 0, top - bottom - rng.uniform(5.5, 8.0))), turn)
    return _setup(
        posed, "table", rng.uniform(25, 50), case.rotated(turn), _pick(rng, forms.DISPLAY)
    )


@_shows("ring in dish", "ring", 0.8)
def ring_in_dish(parts: Parts, rng: Rng) -> Setup:
    """A ring in a little dish."""
    posed = _spun(_tilted(parts, rng.uniform(50, 80)), rng.uniform(-60, 60))
    return _setup(
        _on_table(posed, 2.0), "table", rng.uniform(35, 65), forms.dish(rng.uniform(30, 42)),
        _pick(rng, forms.DISPLAY),
    )  # fmt: skip


# ---- earrings --------------------------------------------------------------------------------


def _pair(parts: Parts, rng: Rng, yaw: float, roll: float, gap: tuple[float, float]) -> Parts:
    """Returns two mirrored pieces side by side in the face frame.

    Args:
        parts: One piece.
        rng: Source of randomness.
        yaw: Largest turn about the vertical of each, degrees.
        roll: Largest turn in the picture of each, degrees.
        gap: Smallest and largest distance of centers, in widths of a piece.
    """
    extent = np.ptp(all_vertices(parts), axis=0)
    distance = rng.uniform(*gap) * max(extent[0], 6.0)
    shared = rng.uniform(-yaw, yaw)
    both: Parts = []
    for sign in (-1.0, 1.0):
        one = parts if sign < 0 else [Part(p.role, p.mesh.mirrored_x()) for p in parts]
        one = turned(one, meshes.rotation("y", shared + rng.uniform(-0.2, 0.2) * yaw))
        one = turned(one, meshes.rotation("z", rng.uniform(-roll, roll)))
        both += turned(one, at=(sign * distance / 2, rng.uniform(-0.04, 0.04) * extent[1], 0.0))
    return both


@_shows("pair hanging", "drop hoop", 3.0)
def pair_hanging(parts: Parts, rng: Rng) -> Setup:
    """A pair hanging before a wall or on plain white."""
    posed = turned(_pair(parts, rng, 35.0, 4.0, (1.2, 1.6)), _FRONT)
    surface = "none" if rng.uniform() < 0.5 else "wall"
    return _setup(_spun(posed, rng.uniform(-22, 22)), surface, rng.uniform(-4, 16))


@_shows("studs facing", "stud", 3.0)
def studs_facing(parts: Parts, rng: Rng) -> Setup:
    """A pair of studs turned to the camera, floating on white or stuck in a wall."""
    posed = turned(_pair(parts, rng, 25.0, 12.0, (1.2, 1.7)), _FRONT)
    surface = "none" if rng.uniform() < 0.6 else "wall"
    return _setup(_spun(posed, rng.uniform(-20, 20)), surface, rng.uniform(-5, 25))


@_shows("studs lying", "stud", 2.0)
def studs_lying(parts: Parts, rng: Rng) -> Setup:
    """A pair of studs leaning on their posts."""
    both: Parts = []
    extent = float(np.ptp(all_vertices(parts)[:, 0]))
    for sign in (-1.0, 1.0):
        one = _spun(_tilted(parts, rng.uniform(50, 75)), rng.uniform(-35, 35))
        both += turned(_on_table(one), at=(sign * extent * rng.uniform(0.65, 1.0),
                                           rng.uniform(-3, 3), 0.0))  # fmt: skip
    return _setup(both, "table", rng.uniform(15, 50))


@_shows("pair lying", "drop hoop", 2.2)
def pair_lying(parts: Parts, rng: Rng) -> Setup:
    """A pair laid on the table, seen from above."""
    posed = _on_table(_pair(parts, rng, 8.0, 22.0, (1.15, 1.6)))
    return _setup(_spun(posed, rng.uniform(-30, 30)), "table", rng.uniform(45, 86))


@_shows("pair on card", "drop hoop stud", 1.6)
def pair_on_card(parts: Parts, rng: Rng) -> Setup:
    """A pair on an earring card, lying or standing."""
    pair = _pair(parts, rng, 0.0, 4.0, (1.35, 1.8))
    points = all_vertices(pair)
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.maximum((high - low)[:2] * rng.uniform(1.25, 1.6), 22.0)
    # Posts and the backs of hooks disappear behind the card; no stone may touch it, since a
    # clear one would show the card's color as its own.
    stones = [part for part in pair if part.role != "metal"]
    behind = min(-0.5, float(all_vertices(stones)[:, 2].min()) - 0.3) if stones else -0.5
    board = forms.card(float(size[0]), float(size[1])).moved(
        y=float(low[1] + high[1]) / 2 - 0.1 * float(size[1]), z=behind
    )
    color = _pick(rng, forms.DISPLAY)
    if rng.uniform() < 0.5:
        lift = 0.9 - behind
        pair, board = turned(pair, at=(0, 0, lift)), board.moved(z=lift)
        turn = meshes.rotation("z", rng.uniform(-25, 25))
        return _setup(turned(pair, turn), "table", rng.uniform(50, 86), board.rotated(turn), color)
    turn = meshes.rotation("z", rng.uniform(-25, 25)) @ _FRONT
    return _setup(turned(pair, turn), "wall", rng.uniform(-4, 15), board.rotated(turn), color)


@_shows("single earring", "drop hoop", 1.2)
def single_earring(parts: Parts, rng: Rng) -> Setup:
    """One earring of the pair, close."""
    posed = turned(parts, meshes.rotation("y", rng.uniform(-45, 45)))
    surface = "none" if rng.uniform() < 0.5 else "wall"
    return _setup(turned(posed, _FRONT), surface, rng.uniform(-4, 20))


# ---- necklaces -------------------------------------------------------------------------------


def _near(parts: Parts, center: Array, radius: float) -> Array:
    """Returns the vertices within ``radius`` mm of a point: what a close-up shows."""
    points = all_vertices(parts)
    return points[np.linalg.norm(points - center, axis=1) < radius]


def _drop_of(parts: Parts) -> Array:
    """Returns the lowest point in the picture of a piece in the face frame."""
    points = all_vertices(parts)
    return points[np.argmin(points[:, 1])]


@_shows("necklace laid out", "pendant bar beads", 1.0, "necklace_flat")
def necklace_laid_out(parts: Parts, rng: Rng) -> Setup:
    """A whole necklace on the table."""
    posed = _spun(_on_table(parts), rng.uniform(-30, 30))
    return _setup(posed, "table", rng.uniform(50, 86))


@_shows("pendant close", "pendant bar", 2.2, "necklace_flat")
def pendant_close(parts: Parts, rng: Rng) -> Setup:
    """A pendant and the lower chain on the table, the rest beyond the picture."""
    posed = _on_table(parts)
    center = _drop_of(posed)
    turn = meshes.rotation("z", rng.uniform(-35, 35))
    framed = _near(posed, center, rng.uniform(34, 60)) @ turn.T
    return _setup(turned(posed, turn), "table", rng.uniform(45, 86), framed=framed)


@_shows("necklace hanging", "pendant bar", 3.0, "necklace_hanging")
def necklace_hanging(parts: Parts, rng: Rng) -> Setup:
    """A hanging chain with its pendant, before a wall or on plain white."""
    framed = _near(parts, _drop_of(parts), rng.uniform(38, 78)) @ _FRONT.T
    surface = "none" if rng.uniform() < 0.6 else "wall"
    return _setup(turned(parts, _FRONT), surface, rng.uniform(-4, 14), framed=framed)


@_shows("chain hanging", "beads", 1.5, "necklace_hanging")
def chain_hanging(parts: Parts, rng: Rng) -> Setup:
    """The lower bow of a chain or string, hanging."""
    framed = _near(parts, _drop_of(parts), rng.uniform(60, 88)) @ _FRONT.T
    surface = "none" if rng.uniform() < 0.6 else "wall"
    return _setup(turned(parts, _FRONT), surface, rng.uniform(-4, 14), framed=framed)


@_shows("necklace cut out", "beads pendant", 0.5, "necklace_flat")
def necklace_cut_out(parts: Parts, rng: Rng) -> Setup:
    """A whole necklace on plain white."""
    posed = turned(_spun(parts, rng.uniform(-8, 8)), _FRONT)
    return _setup(posed, "none", rng.uniform(-5, 35))


@_shows("on bust", "pendant bar beads", 2.0, "necklace_bust")
def on_bust(parts: Parts, rng: Rng) -> Setup:
    """A necklace around a display bust."""
    points = all_vertices(parts)
    front = points[np.argmin(points[:, 1] + 0.5 * points[:, 2])]
    visible = points[points[:, 1] < 0.0]
    reach = rng.uniform(42, 90)
    framed = visible[np.linalg.norm(visible - front, axis=1) < reach]
    turn = meshes.rotation("z", rng.uniform(-25, 25))
    body = forms.bust().rotated(turn)
    return _setup(
        turned(parts, turn), "table", rng.uniform(0, 22), body, _pick(rng, forms.DISPLAY),
        framed @ turn.T,
    )  # fmt: skip


# ---- bracelets -------------------------------------------------------------------------------


@_shows("bracelet standing", "chain charm strung bangle cuff", 3.0, "bracelet_loop")
def bracelet_standing(parts: Parts, rng: Rng) -> Setup:
    """A bracelet as a ring on the table."""
    tilt = rng.uniform(-4, 8)
    posed = _on_table(_tilted(_spun(parts, rng.uniform(-60, 60)), tilt))
    return _setup(posed, "table", rng.uniform(14, 50))


@_shows("bracelet cut out", "chain charm strung bangle cuff", 2.0, "bracelet_loop")
def bracelet_cut_out(parts: Parts, rng: Rng) -> Setup:
    """A bracelet on plain white, seen at an angle."""
    return _setup(_spun(parts, rng.uniform(-60, 60)), "none", rng.uniform(14, 40))


@_shows("bracelet opened", "chain charm strung", 1.6, "bracelet_line")
def bracelet_opened(parts: Parts, rng: Rng) -> Setup:
    """An opened bracelet laid in a line, often from corner to corner."""
    posed = _spun(_on_table(parts), rng.choice([-1.0, 1.0]) * rng.uniform(10, 50))
    return _setup(posed, "table", rng.uniform(50, 84))


@_shows("bracelet on wrist", "chain strung bangle cuff", 2.0, "bracelet_round")
def bracelet_on_wrist(parts: Parts, rng: Rng) -> Setup:
    """A bracelet worn on an arm."""
    turn = meshes.rotation("z", rng.uniform(-30, 30))
    arm = forms.wrist(26.5).rotated(turn)
    spin = meshes.rotation("y", 90.0) @ meshes.rotation("z", rng.uniform(-12, 25))
    worn = turned(parts, turn @ spin)
    return _setup(worn, "wall", rng.uniform(5, 45), arm, _pick(rng, forms.SKIN))


@_shows("bracelet on roll", "chain strung bangle cuff", 1.0, "bracelet_round")
def bracelet_on_roll(parts: Parts, rng: Rng) -> Setup:
    """A bracelet on a display roll."""
    turn = meshes.rotation("z", rng.uniform(-25, 25))
    roll = forms.pillow(26.8).rotated(turn).moved(z=34.0)
    worn = turned(turned(parts, meshes.rotation("y", 90.0)), turn, (0.0, 0.0, 34.0))
    return _setup(worn, "table", rng.uniform(12, 45), roll, _pick(rng, forms.DISPLAY))


def choose(product: Product, rng: Rng) -> str:
    """Returns the name of a presentation that suits the product."""
    fits = [(n, p.weight) for n, p in PRESENTATIONS.items() if product.made.form in p.shows]
    weights = np.array([weight for _, weight in fits])
    return fits[int(rng.choice(len(fits), p=weights / weights.sum()))][0]


def stage(product: Product, presentation: str, rng: Rng) -> Setup:
    """Builds the product and sets it up for its picture."""
    chosen = PRESENTATIONS[presentation]
    strand: Strand | None = None
    if chosen.layouts:
        strand = LAYOUTS[chosen.layouts[int(rng.integers(len(chosen.layouts)))]](rng)
    return chosen.stage(product.made.build(product.families, strand), rng)
