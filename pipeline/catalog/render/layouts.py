"""How flexible pieces lie or hang: the ways to lay a strand. One entry is one layout."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.catalog.render import meshes
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.strands import Strand

# A necklace bust: (radius, height) in mm, bottom to top; it is flattened front to back.
BUST_PROFILE = (
    (88.0, 0.0), (90.0, 6.0), (88.0, 40.0), (80.0, 70.0), (66.0, 96.0), (52.0, 118.0),
    (46.0, 140.0), (45.0, 170.0), (42.0, 176.0), (0.01, 177.0),
)  # fmt: skip
BUST_DEPTH = 0.72

_FACE = np.array([0.0, 0.0, 1.0])


def _smooth_noise(rng: np.random.Generator, angle: Array, size: float) -> Array:
    phase = rng.uniform(0, 2 * np.pi, 3)
    waves = [np.sin(k * angle + p) / k for k, p in zip((2, 3, 5), phase, strict=True)]
    return size * np.sum(waves, axis=0)


def necklace_flat(rng: np.random.Generator) -> Strand:
    """Returns a loop laid on a table, its pendant at the bottom of the picture."""
    angle = -np.pi / 2 + np.linspace(0, 2 * np.pi, 240, endpoint=False)
    width, height = rng.uniform(44, 60), rng.uniform(56, 74)
    # The bottom is drawn to a point, as the weight of a pendant is laid out.
    pinch = rng.uniform(0.0, 0.3) * np.maximum(-np.sin(angle), 0.0) ** 3
    wobble = 1 + _smooth_noise(rng, angle + np.pi / 2, rng.uniform(0.0, 0.05))
    x = width * np.cos(angle) * wobble * (1 - pinch)
    y = height * np.sin(angle) * wobble
    points = np.column_stack([x, y, np.zeros(240)])
    return Strand(points, np.tile(_FACE, (240, 1)), True, points[0], np.eye(3))


def necklace_hanging(rng: np.random.Generator) -> Strand:
    """Returns the lower part of a hanging chain, its ends beyond the picture."""
    x = np.linspace(-1, 1, 201)
    width, height = rng.uniform(42, 62), rng.uniform(80, 120)
    power = rng.uniform(1.25, 1.9)
    # Rounded at the bottom, else the links of a V would fold.
    y = height * ((x**2 + 0.004) ** (power / 2) - 0.004 ** (power / 2))
    points = np.column_stack([width * x, y, np.zeros(201)])
    return Strand(points, np.tile(_FACE, (201, 1)), False, points[100], np.eye(3))


def necklace_bust(rng: np.random.Generator) -> Strand:
    """Returns a loop around the neck of the bust, in world axes (z up, front at -y)."""
    around = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    front, back = rng.uniform(62, 84), rng.uniform(128, 140)
    z = front + (back - front) * (0.5 - 0.5 * np.cos(around)) ** 0.8
    profile = np.array(BUST_PROFILE)
    radius = np.interp(z, profile[:-1, 1], profile[:-1, 0]) + 1.6
    points = np.column_stack([radius * np.sin(around), -BUST_DEPTH * radius * np.cos(around), z])
    slope = np.interp(z + 3, profile[:-1, 1], profile[:-1, 0]) - np.interp(
        z - 3, profile[:-1, 1], profile[:-1, 0]
    )
    facing = np.column_stack([np.sin(around), -np.cos(around) / BUST_DEPTH, -slope / 6])
    lean = np.degrees(np.arctan2(-slope[0] * BUST_DEPTH, 6.0))
    return Strand(points, facing, True, points[0], meshes.rotation("x", 90.0 - float(lean)))


def bracelet_loop(rng: np.random.Generator) -> Strand:
    """Returns a loop standing on its edge on a table, stones looking outward."""
    angle = -np.pi / 2 + np.linspace(0, 2 * np.pi, 200, endpoint=False)
    wobble = 1 + _smooth_noise(rng, angle, rng.uniform(0.0, 0.05))
    stretch = rng.uniform(1.0, 1.25)
    outward = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(200)])
    points = outward * wobble[:, None] * np.array([29.0 * stretch, 29.0, 0.0])
    # Tipped up a little, as a chain that rests on a table shows its face.
    facing = outward + np.array([0.0, 0.0, rng.uniform(0.3, 1.2)])
    return Strand(points, facing, True, points[0], np.eye(3))


def bracelet_ajar(rng: np.random.Generator) -> Strand:
    """Returns a loop on a table whose ends almost meet, a tail at its left end."""
    gap = rng.uniform(0.08, 0.55)
    angle = np.pi / 2 + np.linspace(gap, 2 * np.pi - gap, 201)
    wobble = 1 + _smooth_noise(rng, angle, rng.uniform(0.0, 0.05))
    outward = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(201)])
    # One end a little farther out, as a loop laid by hand closes.
    drift = 1 + rng.uniform(-0.12, 0.22) * np.linspace(1, -1, 201) ** 3
    points = outward * (wobble * drift)[:, None] * [29.0 * rng.uniform(1.0, 1.3), 29.0, 0.0]
    facing = rng.uniform(0.15, 1.2) * outward + [0.0, 0.0, 1.0]
    tail = _tail(points, rng.uniform(22, 40), rng.uniform(-150, -20))
    return Strand(points, facing, False, points[100], np.eye(3), tail)


def _tail(points: Array, length: float, bend: float) -> Array:
    """Returns a line (24, 3) that goes on before the first point, bent by so many degrees."""
    ahead = points[0] - points[1]
    angle = np.arctan2(ahead[1], ahead[0]) - np.radians(bend) * np.linspace(0, 1, 24) ** 0.7
    step = np.column_stack([np.cos(angle), np.sin(angle), 0 * angle]) * length / 24
    return points[0] + np.cumsum(step, axis=0)


def bracelet_round(_rng: np.random.Generator) -> Strand:
    """Returns a loop drawn tight around a wrist, stones looking outward."""
    angle = -np.pi / 2 + np.linspace(0, 2 * np.pi, 200, endpoint=False)
    outward = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(200)])
    return Strand(outward * 29.0, outward, True, np.array([0.0, -29.0, 0.0]), np.eye(3))


def bracelet_hung(rng: np.random.Generator) -> Strand:
    """Returns a closed bracelet hung by its top: a narrow drop."""
    t = np.linspace(0, 2 * np.pi, 200, endpoint=False) - np.pi / 2
    width, height = rng.uniform(11, 22), rng.uniform(37, 41)
    x = width * np.cos(t) * (1 - rng.uniform(0.2, 0.6) * np.sin(t))
    return _lain(np.column_stack([x, height * np.sin(t), 0 * t]), True, 0)


def bracelet_line(rng: np.random.Generator) -> Strand:
    """Returns an opened bracelet laid out in a slight curve."""
    x = np.linspace(-88, 88, 200)
    bend, wave = rng.uniform(-18, 18), rng.uniform(-6, 6)
    y = bend * (x / 88) ** 2 + wave * np.sin(x / 30)
    points = np.column_stack([x, y, np.zeros(200)])
    tail = _tail(points, rng.uniform(22, 40), rng.uniform(-60, 60))
    return Strand(points, np.tile(_FACE, (200, 1)), False, points[100], np.eye(3), tail)


def _lain(points: Array, closed: bool, at: int | None = None) -> Strand:
    """Returns a strand that faces the viewer, its drop at a point or at the lowest one."""
    drop = points[int(np.argmin(points[:, 1])) if at is None else at]
    return Strand(points, np.tile(_FACE, (len(points), 1)), closed, drop, np.eye(3))


def necklace_oval(rng: np.random.Generator) -> Strand:
    """Returns an even oval or circle, as catalogs lay a whole necklace."""
    angle = -np.pi / 2 + np.linspace(0, 2 * np.pi, 240, endpoint=False)
    width, height = rng.uniform(46, 66), rng.uniform(60, 70)
    slope = rng.uniform(0, 0.35) if rng.uniform() < 0.6 else 0.0
    narrow = 1 + slope * np.sin(angle)  # an egg, narrow below
    x, y = width * np.cos(angle) * narrow, height * np.sin(angle)
    return _lain(np.column_stack([x, y, np.zeros(240)]), True, 0)


def necklace_u(rng: np.random.Generator) -> Strand:
    """Returns a whole necklace hung by its ends: a U or a V, its ends at the top."""
    x = np.linspace(-1, 1, 241)
    width, height = rng.uniform(26, 58), rng.uniform(110, 150)
    power = rng.uniform(1.15, 3.0)
    y = height * ((x**2 + 0.003) ** (power / 2) - 0.003 ** (power / 2))
    return _lain(np.column_stack([width * x, y, np.zeros(241)]), False, 120)


def necklace_heaped(rng: np.random.Generator) -> Strand:
    """Returns a chain let fall: a few loops over each other, its ends free."""
    s = np.linspace(-1, 1, 360)
    turns = rng.uniform(1.3, 2.4)
    angle = -np.pi / 2 + np.pi * turns * s
    radius = rng.uniform(26, 36) * (1 + _smooth_noise(rng, 2.2 * s, 0.22))
    radius = radius * (1 - 0.3 * rng.uniform(-1, 1) * s)
    x = radius * np.cos(angle) * rng.uniform(1.0, 1.7) + rng.uniform(-18, 18) * s
    y = radius * np.sin(angle) + rng.uniform(0, 14) * s**2
    # Away from the drop it lies ever higher, so that strands cross without touching.
    return _lain(np.column_stack([x, y, 7.0 * np.abs(s)]), False, 180)


def necklace_wave(rng: np.random.Generator) -> Strand:
    """Returns a chain laid in an S or a serpentine."""
    s = np.linspace(-1, 1, 300)
    waves = rng.uniform(0.7, 1.6)
    x = rng.uniform(70, 95) * s
    y = rng.uniform(22, 40) * np.cos(2 * np.pi * waves * s + np.pi + rng.uniform(-0.5, 0.5))
    turn = meshes.rotation("z", rng.uniform(-35, 35))
    return _lain(np.column_stack([x, y, np.zeros(300)]) @ turn.T, False)


def necklace_coiled(rng: np.random.Generator) -> Strand:
    """Returns a chain coiled like a snail, its drop at the outer bottom."""
    s = np.linspace(0, 1, 420)
    turns = int(rng.integers(2, 4)) + 0.35
    angle = -np.pi / 2 - 0.35 * 2 * np.pi + 2 * np.pi * turns * s
    radius = rng.uniform(14, 20) + rng.uniform(32, 40) * s
    noise = 1 + _smooth_noise(rng, angle, 0.02)
    points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle), 2.0 * s])
    return _lain(points * noise[:, None], False)


def necklace_peg(rng: np.random.Generator) -> Strand:
    """Returns a chain hung over a peg or bar at the top: two long sides close together."""
    t = np.linspace(0, 2 * np.pi, 280, endpoint=False) - np.pi / 2
    width, height = rng.uniform(7, 20), rng.uniform(75, 105)
    x = width * np.cos(t) * (1 - rng.uniform(-0.3, 0.3) * np.sin(t))
    return _lain(np.column_stack([x, height * np.sin(t), np.zeros(280)]), True, 0)


def necklace_grip(rng: np.random.Generator) -> Strand:
    """Returns a closed chain held at one point: a long narrow drop, rounded below."""
    t = np.linspace(0, 2 * np.pi, 280, endpoint=False) - np.pi / 2
    width, height = rng.uniform(14, 40), rng.uniform(75, 110)
    x = width * np.cos(t) * (0.55 - 0.45 * np.sin(t))
    return _lain(np.column_stack([x, height * np.sin(t), np.zeros(280)]), True, 0)


def necklace_zigzag(rng: np.random.Generator) -> Strand:
    """Returns a chain laid to and fro in a zigzag with rounded turns."""
    s = np.linspace(0, 1, 400)
    legs = int(rng.integers(3, 6))
    swing = np.sin(np.pi * (legs * s - 0.5))
    x = rng.uniform(26, 46) * np.arcsin(0.9 * swing) / np.arcsin(0.9)
    y = rng.uniform(75, 110) * (0.5 - s) + rng.uniform(-6, 6) * np.sin(3 * np.pi * s)
    points = np.column_stack([x, y, np.zeros(400)])
    return _lain(points @ meshes.rotation("z", rng.uniform(-90, 90)).T, False)


def necklace_length(rng: np.random.Generator) -> Strand:
    """Returns the middle of a chain, laid nearly straight in a slight wave along x."""
    x = np.linspace(-95, 95, 240)
    bend = rng.uniform(4, 14) * np.sin(x / rng.uniform(22, 45) + rng.uniform(0, 6))
    return _lain(np.column_stack([x, bend, np.zeros(240)]), False, 120)


def bracelet_hook(rng: np.random.Generator) -> Strand:
    """Returns an open bracelet, one half curled and the other stretched, as a question mark."""
    s = np.linspace(0, 1, 220)
    bend = rng.uniform(200, 300) * (1 - s) ** rng.uniform(0.6, 1.6) / 40
    angle = np.cumsum(bend) * (s[1] - s[0]) * rng.choice([-1.0, 1.0])
    step = 176.0 / 219
    points = np.cumsum(np.column_stack([np.cos(angle), np.sin(angle), 0 * s]) * step, axis=0)
    points = points - (points.min(axis=0) + points.max(axis=0)) / 2
    tail = _tail(points, rng.uniform(22, 40), rng.uniform(-60, 60))
    return replace(_lain(points, False, 110), tail=tail)


LAYOUTS = {
    "necklace_flat": necklace_flat,
    "necklace_hanging": necklace_hanging,
    "necklace_bust": necklace_bust,
    "necklace_oval": necklace_oval,
    "necklace_u": necklace_u,
    "necklace_heaped": necklace_heaped,
    "necklace_wave": necklace_wave,
    "necklace_coiled": necklace_coiled,
    "necklace_peg": necklace_peg,
    "necklace_grip": necklace_grip,
    "necklace_zigzag": necklace_zigzag,
    "necklace_length": necklace_length,
    "bracelet_hook": bracelet_hook,
    "bracelet_loop": bracelet_loop,
    "bracelet_ajar": bracelet_ajar,
    "bracelet_hung": bracelet_hung,
    "bracelet_round": bracelet_round,
    "bracelet_line": bracelet_line,
}
