"""Whether two pictures show one photo, after laying one over the other.

A crop of 2 % moves edges by more than their width, and a brighter copy clips what was light. So
one picture is moved, stretched, sheared and brightened until it fits the other as well as it can
(Gauss-Newton, coarse to fine), and what then remains in the worst place tells copies from
different pieces in one pose.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mobile_app.camera_app.runtime.preprocess import load_image
from pipeline.catalog.framing import piece_offsets
from pipeline.catalog.scan import read_image_file

Floats = NDArray[np.float32]

SIDE: Final = 96
"""Pixels a side of the pictures compared."""

MAX_ERROR: Final = 24.0
"""What may remain of the brightness in the worst place, of 255."""

MAX_RELATIVE_ERROR: Final = 0.12
"""The same, relative to the picture's contrast: thin chains on white differ by little else."""

MAX_COLOR_ERROR: Final = 20.0
"""What may remain of the color in the worst place, of 255."""

MAX_DARK_COLOR_ERROR: Final = 6.0
"""The same before a dark copy's colors, which JPEG made coarse, are multiplied by the gain."""

MAX_MOVE: Final = 0.2
"""By how much of half a side copies may be moved or stretched."""

MIN_GAIN: Final = 0.15
"""By what factor, at least, the brighter picture's contrast may differ."""

_COARSE: Final = ((8, 4), (4, 4))
_MIDDLE: Final = ((2, 4),)
_FINE: Final = ((1, 3),)
_HOPELESS: Final = 0.3
_CLIPPED: Final = 250
_BRIGHT: Final = 200
_STEP: Final = 0.1
_BOUND: Final = 0.25


def read_detail(path: Path) -> NDArray[np.uint8]:
    """Reads a photo, stretched to a square: Y, Cb and Cr as uint8[3, SIDE, SIDE].

    Raises:
        ImageError: It is no picture.
    """
    image = load_image(read_image_file(path), min_side=SIDE).convert("YCbCr")
    # Bilinear, as thumbnails are: two sizes of one photo give nearly the same cells.
    cells = np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BILINEAR))
    return np.ascontiguousarray(cells.transpose(2, 0, 1))


def same_picture(a: NDArray[np.uint8], b: NDArray[np.uint8], centered: bool = False) -> bool:
    """Whether one picture is the other but for brightness, a small crop, shift or rotation.

    Args:
        a: uint8[3, SIDE, SIDE] of Y, Cb and Cr.
        b: As `a`.
        centered: Whether the pieces, instead of the frames, are laid over each other to begin
            with, so that larger shifts are found.
    """
    dark, bright = (
        picture.astype(np.float32)
        for picture in sorted((a, b), key=lambda picture: picture[0].sum())
    )
    start = np.zeros(6, np.float32)
    if centered:
        offsets = piece_offsets(np.stack([dark[0], bright[0]]))
        start[[0, 3]] = 2 * (offsets[0] - offsets[1])
    contrast = float(np.subtract(*np.percentile(bright[0], (99.5, 0.5)))) or 1.0
    motion = start
    for levels in (_COARSE, _MIDDLE):
        motion = _aligned(dark[0], bright[0], motion, start, levels)
        factor = levels[-1][0]
        worst = _worst(_shrunk(dark, factor), _shrunk(bright, factor), motion)
        if worst[1] > _HOPELESS * contrast:
            return False
    motion = _aligned(dark[0], bright[0], motion, start, _FINE)
    gain, error, color_error = _worst(dark, bright, motion)
    return (
        gain >= MIN_GAIN
        and error <= min(MAX_ERROR, MAX_RELATIVE_ERROR * contrast)
        and color_error <= max(MAX_COLOR_ERROR, gain * MAX_DARK_COLOR_ERROR)
        and float(np.abs(motion - start).max()) <= MAX_MOVE
    )


def _aligned(
    moving: Floats,
    fixed: Floats,
    motion: Floats,
    start: Floats,
    levels: tuple[tuple[int, int], ...],
) -> Floats:
    """Refines a motion float32[6] that lays `moving` over `fixed`, both float32[SIDE, SIDE].

    Args:
        moving: Brightness of the picture that is moved.
        fixed: Brightness of the other.
        motion: Where to go on: shift, stretch and shear of x, then of y, in half sides.
        start: Where it began, from which it may not go far.
        levels: By how much the pictures are shrunk, and how many rounds follow.
    """
    for factor, rounds in levels:
        small = _shrunk(moving[np.newaxis], factor)[0]
        target = _shrunk(fixed[np.newaxis], factor)[0].ravel()
        side = len(small)
        u, v = _grid(side)
        down, across = np.gradient(small)
        layers = np.stack([small, across * (side / 2), down * (side / 2)])
        usable = _unclipped(target)
        ridge = np.array([1e-9] * 2 + [1e-5] * 6)
        for _ in range(rounds):
            (gray, dx, dy), inside = _moved(layers, motion)
            terms = np.stack([np.ones_like(gray), gray, dx, dx * u, dx * v, dy, dy * u, dy * v])
            weight = usable * inside
            solution = _solved(terms, weight, target, ridge)
            # A second time without what does not fit, such as highlights.
            weight /= 1 + ((target - solution @ terms) / 10) ** 2
            solution = _solved(terms, weight, target, ridge)
            step = solution[2:] / max(float(solution[1]), 0.2)
            motion = motion + np.clip(step, -_STEP, _STEP)
            motion = start + np.clip(motion - start, -_BOUND, _BOUND)
    return motion


def _solved(terms: Floats, weight: Floats, target: Floats, ridge: NDArray[np.float64]) -> Floats:
    """Weighted least squares: float32[8] for terms float32[8, n]."""
    weighted = terms * weight
    normal = (weighted @ terms.T).astype(np.float64)
    normal += np.diag(ridge * max(float(np.trace(normal)) / 8, 1.0))
    solution: Floats = np.linalg.solve(normal, weighted @ target).astype(np.float32)
    return solution


def _worst(dark: Floats, bright: Floats, motion: Floats) -> tuple[float, float, float]:
    """Gain, and what remains of brightness and color in the worst place, for [3, s, s]."""
    side = bright.shape[-1]
    (gray, *colors), inside = _moved(dark, motion)
    target, *target_colors = bright.reshape(3, -1)
    usable = _unclipped(target) * inside
    weight = usable
    for _ in range(3):
        total = max(float(weight.sum()), 1.0)
        mean, target_mean = float(weight @ gray) / total, float(weight @ target) / total
        deviation = gray - mean
        variance = float((weight * deviation) @ deviation)
        gain = float((weight * deviation) @ (target - target_mean)) / max(variance, 1e-6)
        expected = target_mean + gain * deviation
        weight = usable / (1 + ((target - expected) / 10) ** 2)
    expected = np.clip(expected, 0, 255)
    error = target - expected
    # Where a cell is clipped in part, it gets brighter by less than the gain.
    slack = np.where(expected > _BRIGHT, np.maximum(expected - gray, 0), 0)
    error = np.where(error < 0, np.minimum(error + slack, 0), error)
    pairs = zip(colors, target_colors, strict=True)
    color_errors = [gain * (color - 128) - (wanted - 128) for color, wanted in pairs]
    remains = np.stack([error, *color_errors]) * inside
    # Single pixels along an edge differ in all copies.
    worst = np.abs(_blurred(_blurred(remains.reshape(3, side, side)))).max(axis=(1, 2))
    return gain, float(worst[0]), float(worst[1:].max())


def _unclipped(target: Floats) -> Floats:
    """1 where brightness is told, 0 where it was clipped; 1 everywhere if that were too little."""
    usable = (target < _CLIPPED).astype(np.float32)
    return usable if usable.sum() ** 2 >= len(target) else np.ones_like(usable)


def _moved(layers: Floats, motion: Floats) -> tuple[Floats, Floats]:
    """Layers float32[k, s, s] after a motion, float32[k, s * s], and what stays within them."""
    side = layers.shape[-1]
    u, v = _grid(side)
    x = u + motion[0] + motion[1] * u + motion[2] * v
    y = v + motion[3] + motion[4] * u + motion[5] * v
    inside = ((np.abs(x) <= 1) & (np.abs(y) <= 1)).astype(np.float32)
    half = np.float32(side / 2)
    x = np.clip(x * half + (half - 0.5), 0, side - 1.001)
    y = np.clip(y * half + (half - 0.5), 0, side - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    x, y = x - left, y - top
    flat = layers.reshape(len(layers), -1)
    place = top * side + left
    upper = flat[:, place] * (1 - x) + flat[:, place + 1] * x
    lower = flat[:, place + side] * (1 - x) + flat[:, place + side + 1] * x
    return (upper * (1 - y) + lower * y).astype(np.float32), inside


@cache
def _grid(side: int) -> tuple[Floats, Floats]:
    """Places of all pixels in half sides from the center: columns and rows float32[side**2]."""
    place = (np.arange(side, dtype=np.float32) - (side - 1) / 2) / (side / 2)
    return np.tile(place, side), np.repeat(place, side)


def _shrunk(layers: Floats, factor: int) -> Floats:
    """Means of blocks of layers float32[k, s, s]."""
    count, side, _ = layers.shape
    blocks = layers.reshape(count, side // factor, factor, side // factor, factor)
    means: Floats = blocks.mean(axis=(2, 4))
    return means


def _blurred(layers: Floats) -> Floats:
    """Layers float32[k, h, w] after a binomial blur over 3x3."""
    padded = np.pad(layers, ((0, 0), (1, 1), (1, 1)), mode="edge")
    rows = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    blurred: Floats = (rows[..., :-2] + 2 * rows[..., 1:-1] + rows[..., 2:]) / 16
    return blurred
