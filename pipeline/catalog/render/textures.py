"""What procedural surfaces are made of: noise, cells, folds and random colors.

Everything tiles, and is SIZE pixels wide and high.
"""

from __future__ import annotations

import colorsys

import numpy as np
from numpy.typing import NDArray

from pipeline.catalog.render.meshes import Array

SIZE = 384
Rng = np.random.Generator


def fractal(rng: Rng, fall: float, stretch: float = 1.0) -> Array:
    """Returns tileable noise (SIZE, SIZE) of mean 0 and deviation 1.

    Args:
        rng: Source of randomness.
        fall: How fast fine detail fades; 1 is grainy, 2.5 cloudy.
        stretch: How many times longer its shapes are along x than along y.
    """
    fx, fy = np.fft.rfftfreq(SIZE)[None, :], np.fft.fftfreq(SIZE)[:, None]
    frequency = np.sqrt((fx * stretch) ** 2 + fy**2)
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.standard_normal((SIZE, SIZE))) / frequency**fall
    noise = np.fft.irfft2(spectrum, s=(SIZE, SIZE))
    return (noise - noise.mean()) / noise.std()


def smoothed(values: Array, sigma: float) -> Array:
    """Returns values (SIZE, SIZE) or (SIZE, SIZE, C) blurred by ``sigma`` pixels."""
    fx, fy = np.fft.rfftfreq(SIZE)[None, :], np.fft.fftfreq(SIZE)[:, None]
    keep = np.exp(-2 * (np.pi * sigma) ** 2 * (fx**2 + fy**2))
    if values.ndim == 3:
        keep = keep[..., None]
    blurred: Array = np.fft.irfft2(
        np.fft.rfft2(values, axes=(0, 1)) * keep, s=(SIZE, SIZE), axes=(0, 1)
    )
    return blurred


def relief(height: Array, strength: float, angle: float) -> Array:
    """Returns the shading (SIZE, SIZE) of a height map lit from a side, 1 where it is level.

    Args:
        height: Height map of deviation 1, (SIZE, SIZE).
        strength: Deviation of the shading.
        angle: Where the light comes from in the plane, radians.
    """
    slope = np.cos(angle) * (np.roll(height, -1, 1) - np.roll(height, 1, 1))
    slope = slope + np.sin(angle) * (np.roll(height, -1, 0) - np.roll(height, 1, 0))
    return np.clip(1 + strength * slope / (slope.std() + 1e-9), 0.05, 2.5)


def folds(rng: Rng, strength: float) -> Array:
    """Returns the shading (SIZE, SIZE) of cloth in soft folds, 1 where it lies flat.

    Args:
        rng: Source of randomness.
        strength: Deviation of the shading, 0.1 (ironed) to 0.5 (draped).
    """
    bend = fractal(rng, 2.8)
    waves = int(rng.integers(1, 4)), int(rng.integers(-3, 4))
    x, y = np.meshgrid(*[np.arange(SIZE) / SIZE] * 2)
    draped = np.sin(2 * np.pi * (waves[0] * x + waves[1] * y) + 1.6 * bend)
    height = rng.uniform(0.2, 1.0) * draped + 0.8 * fractal(rng, 2.9, rng.uniform(0.4, 2.5))
    return relief(height, strength, rng.uniform(0, 2 * np.pi))


def cells(rng: Rng, count: int) -> tuple[NDArray[np.int64], Array]:
    """Returns a mosaic of random cells.

    Args:
        rng: Source of randomness.
        count: How many cells.

    Returns:
        The number of each pixel's cell, and how far it is from a border in pixels (roughly),
        both (SIZE, SIZE).
    """
    centers = rng.uniform(0, SIZE, (count, 2))
    half = np.arange(0, SIZE, 2) + 0.5
    nearest = np.full((SIZE // 2, SIZE // 2), np.inf)
    second, owner = nearest.copy(), np.zeros(nearest.shape, np.int64)
    for number, (x, y) in enumerate(centers):
        dx, dy = np.abs(half - x), np.abs(half - y)
        dx, dy = np.minimum(dx, SIZE - dx), np.minimum(dy, SIZE - dy)
        away = dx[None, :] ** 2 + dy[:, None] ** 2
        closer = away < nearest
        second = np.where(closer, nearest, np.minimum(second, away))
        owner[closer] = number
        np.minimum(nearest, away, out=nearest)
    border = (np.sqrt(second) - np.sqrt(nearest)) / 2
    return np.repeat(np.repeat(owner, 2, 0), 2, 1), np.kron(border, np.ones((2, 2)))


def linear(srgb: Array) -> Array:
    """Returns linear values of sRGB ones, 0..1."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def color(
    rng: Rng,
    hue: tuple[float, float] = (0.0, 1.0),
    saturation: tuple[float, float] = (0.0, 1.0),
    value: tuple[float, float] = (0.0, 1.0),
) -> Array:
    """Returns a random linear color (3,) from ranges of hue (1 is a full turn), saturation
    and value as painting programs count them.
    """  # noqa: D205
    hsv = rng.uniform(*hue) % 1.0, rng.uniform(*saturation), rng.uniform(*value)
    return linear(np.array(colorsys.hsv_to_rgb(*hsv)))


def mixed(share: Array, dark: Array, light: Array) -> Array:
    """Returns colors (SIZE, SIZE, 3): ``dark`` where ``share`` is 0, ``light`` where it is 1."""
    share = np.clip(share, 0, 1)[..., None]
    return (1 - share) * dark + share * light


def plain(value: Array) -> Array:
    """Returns one color (3,) everywhere, (SIZE, SIZE, 3)."""
    return np.broadcast_to(value, (SIZE, SIZE, 3)).copy()


def shaded(value: Array, shade: Array) -> Array:
    """Returns a color (3,) or colors (SIZE, SIZE, 3) times a shading (SIZE, SIZE)."""
    return np.clip(value * shade[..., None], 0.004, 0.97)
