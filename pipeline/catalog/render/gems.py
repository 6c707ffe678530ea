"""Stones: faceted cuts, cabochons and pearls, table up (+z), girdle in the plane z = 0."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.catalog.render.meshes import Array, Mesh, flat, grid_faces, merge, smooth, sphere

# Proportions of Tolkowsky's brilliant as fractions of the half width.
_TABLE, _CROWN, _PAVILION = 0.55, 0.32, 0.86
_GIRDLE = 0.03

Outline = Callable[[Array], Array]


def _round(angle: Array) -> Array:
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _oval(angle: Array) -> Array:
    return _round(angle) * np.array([1.0, 1.35])


def _cushion(angle: Array) -> Array:
    cos, sin = np.cos(angle), np.sin(angle)
    radius = (np.abs(cos) ** 3.2 + np.abs(sin) ** 3.2) ** (-1 / 3.2)
    return radius[:, None] * _round(angle)


def _princess(angle: Array) -> Array:
    cos, sin = np.cos(angle), np.sin(angle)
    return _round(angle) / np.maximum(np.abs(cos), np.abs(sin))[:, None]


def _marquise(angle: Array) -> Array:
    # Two arcs that meet in points: half width 1, half length 2.
    sin = np.sin(angle)
    return np.stack([np.sign(np.cos(angle)) * (1.0 - np.abs(sin) ** 1.9), 2.0 * sin], axis=1)


def _pear(angle: Array) -> Array:
    sin = np.sin(angle)
    up = np.maximum(sin, 0.0)
    return np.stack([np.cos(angle) * (1.0 - 0.42 * up**1.5), sin + 0.75 * up**1.3], axis=1)


OUTLINES: dict[str, Outline] = {
    "round": _round,
    "oval": _oval,
    "cushion": _cushion,
    "princess": _princess,
    "marquise": _marquise,
    "pear": _pear,
}


def outline(cut: str, width: float, segments: int = 48) -> Array:
    """Returns the girdle outline of a cut, counterclockwise, shape (segments, 2), mm."""
    if cut == "emerald":
        return _octagon() * (width / 2)
    angle = np.arange(segments) * (2 * np.pi / segments)
    return OUTLINES[cut](angle) * (width / 2)


def brilliant(cut: str, width: float) -> Mesh:
    """Returns a brilliant: table, stars, bezels, upper girdle, and their likes below.

    Kite facets are exactly flat for the round cut; other outlines stretch the same pattern.

    Args:
        cut: A key of ``OUTLINES``.
        width: Narrow diameter in millimeters.
    """
    eighth = np.arange(8) * np.pi / 4
    halfway = eighth + np.pi / 8
    shape = OUTLINES[cut]
    cos = np.cos(np.pi / 8)
    star, lower = 0.77, 0.5
    star_height = _CROWN * (1.0 - star * cos) / (1.0 - _TABLE) + _GIRDLE
    lower_depth = -_PAVILION * (1.0 - lower * cos) - _GIRDLE

    def ring(angle: Array, radius: float, height: float) -> Array:
        return np.column_stack([shape(angle) * radius, np.full(len(angle), height)])

    sixteenth = np.arange(16) * np.pi / 8
    parts = [
        ring(eighth, _TABLE, _CROWN + _GIRDLE),  # 0..7
        ring(halfway, star, star_height),  # 8..15
        ring(sixteenth, 1.0, _GIRDLE),  # 16..31
        ring(sixteenth, 1.0, -_GIRDLE),  # 32..47
        ring(halfway, lower, lower_depth),  # 48..55
        np.array([[0.0, 0.0, _CROWN + _GIRDLE], [0.0, 0.0, -_PAVILION - _GIRDLE]]),
    ]
    table_center, culet = 56, 57
    faces: list[tuple[int, int, int]] = []
    for i in range(8):
        after = (i + 1) % 8
        top, bottom = 16 + 2 * i, 32 + 2 * i
        top_mid, top_after = top + 1, 16 + 2 * after
        bottom_mid, bottom_after = bottom + 1, 32 + 2 * after
        s, s_before = 8 + i, 8 + (i - 1) % 8
        p, p_before = 48 + i, 48 + (i - 1) % 8
        faces += [(table_center, i, after), (i, s, after), (i, s_before, top), (i, top, s)]
        faces += [(s, top, top_mid), (s, top_mid, top_after)]
        faces += [(top, bottom, bottom_mid), (top, bottom_mid, top_mid)]
        faces += [(top_mid, bottom_mid, bottom_after), (top_mid, bottom_after, top_after)]
        faces += [(p, bottom_mid, bottom), (p, bottom_after, bottom_mid)]
        faces += [(culet, p, bottom), (culet, bottom, p_before)]
    return flat(np.concatenate(parts) * (width / 2), np.array(faces, dtype=np.int64))


def _octagon() -> Array:
    w, h, c = 1.0, 1.38, 0.38
    return np.array(
        [[w, -h + c], [w, h - c], [w - c, h], [c - w, h], [-w, h - c], [-w, c - h], [c - w, -h],
         [w - c, -h]]
    )  # fmt: skip


def step_cut(width: float) -> Mesh:
    """Returns an emerald cut: an octagon in parallel steps, above and below the girdle."""
    steps = [
        (0.66, 0.34), (0.84, 0.22), (1.0, 0.04), (1.0, -0.04), (0.76, -0.42), (0.42, -0.72)
    ]  # fmt: skip
    # The keel keeps its length as the sides close in, so inset by distance and not by factor.
    base = _octagon()
    rings = [
        np.column_stack([base - np.sign(base) * (1.0 - s) * [1.0, 1.0], np.full(8, z)])
        for s, z in steps
    ]
    keel = np.array([[0.0, 0.0, 0.34], [0.0, 0.0, -0.95]])
    vertices = np.concatenate([*rings, keel])
    sides = grid_faces(len(steps), 8, False, True)[:, ::-1]
    index = np.arange(8)
    after = np.roll(index, -1)
    last = 8 * (len(steps) - 1)
    table = np.stack([np.full(8, len(vertices) - 2), index, after], 1)
    bottom = np.stack([np.full(8, len(vertices) - 1), last + after, last + index], 1)
    return flat(vertices * (width / 2), np.concatenate([sides, table, bottom]))


def cabochon(cut: str, width: float, rise: float = 0.55) -> Mesh:
    """Returns a domed stone with a flat back; ``rise`` is its height over its half width."""
    rim = outline("cushion" if cut == "emerald" else cut, width, 32)
    if cut == "emerald":
        rim = rim * np.array([1.0, 1.35])
    levels = np.linspace(0.0, np.pi / 2, 9)
    height = rise * width / 2
    rings = [np.column_stack([rim * np.cos(t), np.full(32, height * np.sin(t))]) for t in levels]
    dome = smooth(np.concatenate(rings), grid_faces(9, 32, False, True))
    index = np.arange(1, 33)
    fan = np.stack([np.zeros(32, dtype=np.int64), np.roll(index, -1), index], 1)
    back = np.concatenate([[[0.0, 0.0, 0.0]], np.column_stack([rim, np.zeros(32)])])
    return merge([dome, flat(back, fan)])


def stone(family: str, cut: str, width: float) -> Mesh:
    """Returns a stone as its family is cut.

    Args:
        family: ``transparent`` (faceted), ``opaque`` (domed) or ``pearl`` (a ball).
        cut: ``round``, ``oval``, ``cushion``, ``princess``, ``marquise``, ``pear``
            or ``emerald``.
        width: Narrow diameter in millimeters.
    """
    if family == "pearl":
        return sphere(width * 0.55, 28).moved(z=width * 0.25)
    if family == "opaque":
        return cabochon(cut, width)
    return step_cut(width) if cut == "emerald" else brilliant(cut, width)
