"""Steps that move photos: matrices float32[n, 3, 3] from output to input pixels about the center.

A factor below 1 in the matrix enlarges what the photo shows.
"""

from __future__ import annotations

import math
from typing import Any

from pipeline.augmentation.batch import Draws
from pipeline.keras_api import tf


def _matrix(rows: list[list[Any]]) -> Any:
    """Stacks entries, float32[n, 1] or numbers, to matrices."""
    like = next(entry for row in rows for entry in row if not isinstance(entry, float))
    entries = [
        tf.fill(tf.shape(like), entry) if isinstance(entry, float) else entry
        for row in rows
        for entry in row
    ]
    return tf.reshape(tf.concat(entries, axis=1), [-1, 3, 3])


def _affine(a: Any, b: Any, c: Any, d: Any, e: Any, f: Any) -> Any:
    return _matrix([[a, b, c], [d, e, f], [0.0, 0.0, 1.0]])


def quarter_turn(draws: Draws, height: Any, width: Any) -> Any:
    """By 0, 90, 180 or 270 degrees."""
    turns = tf.cast(draws.uniform(0.0, 4.0), tf.int32)
    # A table, since the cosine of a rounded 90 degrees is not 0 and would blur the photo.
    cos = tf.gather([1.0, 0.0, -1.0, 0.0], turns)
    sin = tf.gather([0.0, 1.0, 0.0, -1.0], turns)
    return _affine(cos, -sin, 0.0, sin, cos, 0.0)


def rotation(draws: Draws, height: Any, width: Any) -> Any:
    """By up to 15 degrees to either side."""
    angle = draws.uniform(-math.pi / 12, math.pi / 12)
    return _affine(tf.cos(angle), -tf.sin(angle), 0.0, tf.sin(angle), tf.cos(angle), 0.0)


def width_shift(draws: Draws, height: Any, width: Any) -> Any:
    """By up to 30 % of the width."""
    return _affine(1.0, 0.0, draws.uniform(-0.3, 0.3) * width, 0.0, 1.0, 0.0)


def height_shift(draws: Draws, height: Any, width: Any) -> Any:
    """By up to 30 % of the height."""
    return _affine(1.0, 0.0, 0.0, 0.0, 1.0, draws.uniform(-0.3, 0.3) * height)


def shift(draws: Draws, height: Any, width: Any) -> Any:
    """By up to 8 % of both sides."""
    dx, dy = draws.uniform(-0.08, 0.08), draws.uniform(-0.08, 0.08)
    return _affine(1.0, 0.0, dx * width, 0.0, 1.0, dy * height)


def shear(draws: Draws, height: Any, width: Any) -> Any:
    """Rows slide by up to 15 % of their distance from the center."""
    return _affine(1.0, draws.uniform(-0.15, 0.15), 0.0, 0.0, 1.0, 0.0)


def zoom(draws: Draws, height: Any, width: Any) -> Any:
    """By up to 5 %, in or out."""
    factor = draws.uniform(0.95, 1.05)
    return _affine(factor, 0.0, 0.0, 0.0, factor, 0.0)


def scale(draws: Draws, height: Any, width: Any) -> Any:
    """From 1.25 times as large to a tenth smaller."""
    factor = draws.uniform(0.8, 1.1)
    return _affine(factor, 0.0, 0.0, 0.0, factor, 0.0)


def mirror(draws: Draws, height: Any, width: Any) -> Any:
    """Left and right exchanged."""
    return _affine(-tf.ones_like(draws.uniform(0.0, 1.0)), 0.0, 0.0, 0.0, 1.0, 0.0)


def flips(draws: Draws, height: Any, width: Any) -> Any:
    """Left and right exchanged or not, top and bottom exchanged or not."""
    signs = tf.where(draws.uniform(0.0, 1.0, 2) < 0.5, -1.0, 1.0)
    return _affine(signs[:, :1], 0.0, 0.0, 0.0, signs[:, 1:], 0.0)


def resized_crop(draws: Draws, height: Any, width: Any) -> Any:
    """A window of 0.6 to 1.3 times the photo's side and an aspect of 4:5 to 5:4.

    A smaller window lies inside the photo, a larger one around it: customers stand closer than
    shops do, or farther away.
    """
    side = tf.exp(draws.uniform(math.log(0.6), math.log(1.3)))
    stretch = tf.exp(draws.uniform(-0.5, 0.5) * math.log(1.25))
    x, y = side * stretch, side / stretch
    dx = draws.uniform(-0.5, 0.5) * tf.abs(1.0 - x) * width
    dy = draws.uniform(-0.5, 0.5) * tf.abs(1.0 - y) * height
    return _affine(x, 0.0, dx, 0.0, y, dy)


def perspective(draws: Draws, height: Any, width: Any) -> Any:
    """As if the camera were tilted: a side up to a quarter longer than the opposite one."""
    tilt = draws.uniform(-0.12, 0.12, 2)
    x, y = tilt[:, :1] / (width / 2.0), tilt[:, 1:] / (height / 2.0)
    return _matrix([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [x, y, tf.ones_like(x)]])
