"""Which part of a moving picture is shown, and which part of that is described."""

from __future__ import annotations

from typing import Final

import numpy as np

from ..runtime.preprocess import Pixels

GUIDE: Final = 0.84
"""Side of the guide as a share of the described square: a piece inside it has some room around."""


def visible(pixels: Pixels, aspect: float) -> Pixels:
    """Returns the middle of a frame that fills a view.

    Args:
        pixels: uint8[h, w, 3].
        aspect: Width over height of the view.
    """
    height, width = pixels.shape[:2]
    return _middle(pixels, min(width, height * aspect), min(height, width / aspect))


def aimed(pixels: Pixels) -> Pixels:
    """Returns the middle square of what is visible: that is what the captioner is given."""
    side = min(pixels.shape[:2])
    return _middle(pixels, side, side)


def box_of(pixels: Pixels, box: tuple[float, float, float, float]) -> Pixels:
    """Returns a part of a picture.

    Args:
        pixels: uint8[h, w, 3].
        box: Left, upper, right and lower edge as shares of width and height, in [0, 1].
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = box
    x, y = int(left * width), int(top * height)
    part = pixels[y : max(y + 1, round(bottom * height)), x : max(x + 1, round(right * width))]
    return np.ascontiguousarray(part)


def _middle(pixels: Pixels, width: float, height: float) -> Pixels:
    rows, columns = pixels.shape[:2]
    wide, high = max(1, min(columns, round(width))), max(1, min(rows, round(height)))
    top, left = (rows - high) // 2, (columns - wide) // 2
    return np.ascontiguousarray(pixels[top : top + high, left : left + wide])
