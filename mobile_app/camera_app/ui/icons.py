"""Icons, drawn as strokes on a grid of 24 by 24; no file and no font."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from ..runtime.preprocess import Pixels

GRID: Final = 24
STROKE: Final = 1.8
_FINER: Final = 4
"""Drawn so many times larger and then reduced: smooth edges."""

Shape = tuple[str, tuple[float, ...]]

ICONS: Final[dict[str, tuple[Shape, ...]]] = {
    "live": (
        ("rect", (2.5, 7, 21.5, 20, 3)),
        ("circle", (12, 13.5, 4)),
        ("line", (8, 7, 9.5, 4, 14.5, 4, 16, 7)),
    ),
    "photo": (
        ("rect", (3, 4, 21, 20, 3)),
        ("circle", (8.2, 9.2, 1.7)),
        ("line", (3.5, 17.5, 9, 12.5, 13, 16, 16.5, 11.5, 20.8, 16)),
    ),
    "history": (
        ("arc", (12, 12, 9, -140, 170)),
        ("line", (12, 7, 12, 12.5, 15.8, 14.8)),
        ("line", (2.8, 4.2, 4.4, 8, 8.4, 7)),
    ),
    "more": (
        ("line", (3.5, 7, 12, 7)),
        ("circle", (15, 7, 2.6)),
        ("line", (18, 7, 20.5, 7)),
        ("line", (3.5, 17, 6, 17)),
        ("circle", (9, 17, 2.6)),
        ("line", (12, 17, 20.5, 17)),
    ),
    "torch": (("line", (13, 2.5, 5.5, 13.5, 11.5, 13.5, 10.5, 21.5, 18.5, 10, 12.5, 10, 13, 2.5)),),
    "flip": (
        ("arc", (12, 12, 8, 200, 340)),
        ("arc", (12, 12, 8, 20, 160)),
        ("line", (20.6, 4.6, 19.8, 9.2, 15.2, 8.6)),
        ("line", (3.4, 19.4, 4.2, 14.8, 8.8, 15.4)),
    ),
    "say": (
        ("line", (3.5, 9.5, 7, 9.5, 11.5, 5.5, 11.5, 18.5, 7, 14.5, 3.5, 14.5, 3.5, 9.5)),
        ("arc", (11.5, 12, 4.2, -50, 50)),
        ("arc", (11.5, 12, 8, -50, 50)),
    ),
    "share": (
        ("line", (12, 14.5, 12, 3, 8, 7)),
        ("line", (12, 3, 16, 7)),
        ("line", (7.5, 11, 5, 11, 5, 20.5, 19, 20.5, 19, 11, 16.5, 11)),
    ),
    "wrong": (
        ("line", (4, 20, 5, 15.6, 15.8, 4.8, 19.2, 8.2, 8.4, 19, 4, 20)),
        ("line", (13.2, 7.4, 16.6, 10.8)),
    ),
    "delete": (
        ("line", (4, 6.5, 20, 6.5)),
        ("line", (9, 6, 9.6, 3.5, 14.4, 3.5, 15, 6)),
        ("line", (6, 7, 7, 20.5, 17, 20.5, 18, 7)),
        ("line", (10, 10.5, 10.3, 17)),
        ("line", (14, 10.5, 13.7, 17)),
    ),
    "back": (("line", (14.5, 5, 7.5, 12, 14.5, 19)),),
    "forward": (("line", (9.5, 5, 16.5, 12, 9.5, 19)),),
    "crop": (
        ("line", (6.5, 2.5, 6.5, 17.5, 21.5, 17.5)),
        ("line", (2.5, 6.5, 17.5, 6.5, 17.5, 21.5)),
    ),
    "add": (("line", (12, 5, 12, 19)), ("line", (5, 12, 19, 12))),
    "compare": (
        ("rect", (3, 4.5, 10, 19.5, 2)),
        ("rect", (14, 4.5, 21, 19.5, 2)),
        ("line", (12, 2.5, 12, 21.5)),
    ),
    "model": (
        ("rect", (6, 6, 18, 18, 2.5)),
        ("circle", (12, 12, 2.4)),
        ("line", (9.5, 6, 9.5, 3)),
        ("line", (14.5, 6, 14.5, 3)),
        ("line", (9.5, 21, 9.5, 18)),
        ("line", (14.5, 21, 14.5, 18)),
        ("line", (6, 9.5, 3, 9.5)),
        ("line", (6, 14.5, 3, 14.5)),
        ("line", (21, 9.5, 18, 9.5)),
        ("line", (21, 14.5, 18, 14.5)),
    ),
    "benchmark": (
        ("arc", (12, 14.5, 9, 180, 360)),
        ("line", (12, 14.5, 16.2, 9.4)),
        ("line", (3, 14.5, 3, 18.5, 21, 18.5, 21, 14.5)),
    ),
    "about": (
        ("circle", (12, 12, 9)),
        ("line", (12, 11, 12, 16.5)),
        ("dot", (12, 7.6, 1.2)),
    ),
    "alert": (
        ("line", (12, 3.5, 21.5, 20, 2.5, 20, 12, 3.5)),
        ("line", (12, 9.5, 12, 14)),
        ("dot", (12, 16.8, 1.1)),
    ),
    "folder": (("line", (3, 19, 3, 5, 9, 5, 11, 7.5, 21, 7.5, 21, 19, 3, 19)),),
    "file": (
        ("line", (6, 3, 14, 3, 18.5, 7.5, 18.5, 21, 6, 21, 6, 3)),
        ("line", (13.5, 3.5, 13.5, 8, 18, 8)),
    ),
    "export": (
        ("line", (12, 3, 12, 14.5, 8, 10.5)),
        ("line", (12, 14.5, 16, 10.5)),
        ("line", (4, 15, 4, 20.5, 20, 20.5, 20, 15)),
    ),
    "menu": (("dot", (12, 5, 1.7)), ("dot", (12, 12, 1.7)), ("dot", (12, 19, 1.7))),
}
"""Icons by name: lines by their points, arcs by center, radius and degrees (clockwise from the
right), rectangles by corners and radius, circles and dots by center and radius."""


@lru_cache(maxsize=256)
def draw_icon(name: str, side: int) -> Pixels:
    """Draws an icon in white on nothing.

    Args:
        name: A key of `ICONS`.
        side: In pixels.

    Returns:
        uint8[side, side, 4] in RGBA, the upper row first.
    """
    finer = side * _FINER
    mask = Image.new("L", (finer, finer), 0)
    draw = ImageDraw.Draw(mask)
    scale = finer / GRID
    width = max(_FINER, round(STROKE * scale))
    for kind, numbers in ICONS[name]:
        _draw_shape(draw, kind, [number * scale for number in numbers], numbers, width)
    alpha = np.asarray(mask.resize((side, side), Image.Resampling.BOX), np.uint8)
    return np.dstack([np.full((side, side, 3), 255, np.uint8), alpha])


def _draw_shape(
    draw: ImageDraw.ImageDraw,
    kind: str,
    scaled: list[float],
    numbers: tuple[float, ...],
    width: int,
) -> None:
    if kind == "line":
        _draw_line(draw, list(zip(scaled[::2], scaled[1::2], strict=True)), width)
    elif kind == "arc":
        x, y, radius = scaled[:3]
        start, end = numbers[3:]
        count = max(8, int(abs(end - start) / 4))
        angles = [math.radians(start + (end - start) * i / count) for i in range(count + 1)]
        points = [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]
        _draw_line(draw, points, width)
    elif kind == "rect":
        half = width / 2.0
        left, top, right, bottom, radius = scaled
        box = (left - half, top - half, right + half, bottom + half)
        draw.rounded_rectangle(box, radius + half, outline=255, width=width)
    else:
        x, y, radius = scaled
        reach = radius + (width / 2.0 if kind == "circle" else 0.0)
        box = (x - reach, y - reach, x + reach, y + reach)
        if kind == "circle":
            draw.ellipse(box, outline=255, width=width)
        else:
            draw.ellipse(box, fill=255)


def _draw_line(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], width: int) -> None:
    draw.line(points, fill=255, width=width)
    half = width / 2.0
    # Round ends and joints.
    for x, y in points:
        draw.ellipse((x - half, y - half, x + half, y + half), fill=255)
