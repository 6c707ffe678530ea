"""Boards and papers of one color, gradients."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render.backdrops.registry import backdrop
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.textures import (
    SIZE,
    Rng,
    angle,
    color,
    fractal,
    mixed,
    plain,
    relief,
    shaded,
)


@backdrop("white", 14.0)
def white(rng: Rng) -> Array:
    """White paper that fades into pure white."""
    return plain(color(rng, saturation=(0.0, 0.02), value=(0.955, 0.985)))


@backdrop("white gloss", 4.0, 0.15, 0.5)
def white_gloss(rng: Rng) -> Array:
    """White acrylic, which mirrors the piece faintly."""
    return plain(color(rng, saturation=(0.0, 0.02), value=(0.94, 0.98)))


@backdrop("off-white", 9.0)
def off_white(rng: Rng) -> Array:
    """Off-white board, neutral or a little warm or cool."""
    return plain(color(rng, saturation=(0.0, 0.06), value=(0.84, 0.95)))


@backdrop("cream", 4.0)
def cream(rng: Rng) -> Array:
    """Cream, beige or sand-colored board."""
    return plain(color(rng, (0.05, 0.13), (0.08, 0.28), (0.84, 0.96)))


@backdrop("pastel", 5.0)
def pastel(rng: Rng) -> Array:
    """Board of any pale color."""
    return plain(color(rng, saturation=(0.08, 0.3), value=(0.85, 0.97)))


@backdrop("gray", 4.0)
def gray(rng: Rng) -> Array:
    """Gray board from light to nearly black."""
    return plain(color(rng, (0.5, 0.7), (0.0, 0.05), (0.2, 0.82)))


@backdrop("colored", 3.5)
def colored(rng: Rng) -> Array:
    """Board of any color, the loud ones too."""
    return plain(color(rng, saturation=(0.25, 0.95), value=(0.25, 0.95)))


@backdrop("gradient", 3.5)
def gradient(rng: Rng) -> Array:
    """Two colors that run into each other."""
    x, y = np.meshgrid(*[np.arange(SIZE) / SIZE] * 2)
    share = 0.5 + 0.5 * np.sin(2 * np.pi * (x * rng.integers(-1, 2) + y) + angle(rng))
    first, second = (color(rng, saturation=(0.0, 0.6), value=(0.35, 0.97)) for _ in range(2))
    return mixed(share, first, second)


@backdrop("black gloss", 1.5, 0.1, 0.5)
def black_gloss(rng: Rng) -> Array:
    """Black acrylic that mirrors the piece."""
    return plain(color(rng, saturation=(0.0, 0.2), value=(0.06, 0.2)))


@backdrop("paper", 2.0)
def paper(rng: Rng) -> Array:
    """Rough paper with a visible tooth, kraft brown or any other color."""
    kraft = rng.uniform() < 0.4
    hue, saturation = ((0.06, 0.1), (0.25, 0.5)) if kraft else ((0.0, 1.0), (0.0, 0.5))
    tooth = relief(fractal(rng, 1.3), rng.uniform(0.02, 0.07), angle(rng))
    fibers = 1 - 0.12 * (fractal(rng, 1.0, 5.0) > 2.2)
    return shaded(color(rng, hue, saturation, (0.5, 0.93)), tooth * fibers)


@backdrop("window shade", 4.0)
def window_shade(rng: Rng) -> Array:
    """Warm gray or beige paper with the soft shadow of a window's frame."""
    x, y = np.meshgrid(*[np.arange(SIZE) / SIZE] * 2)
    ground = color(rng, (0.05, 0.13), (0.03, 0.2), (0.6, 0.9))
    slant, count = int(rng.integers(1, 3)), int(rng.integers(1, 3))
    wave = np.sin(2 * np.pi * (slant * x + count * y) + angle(rng))
    shade = 0.5 + 0.5 * np.tanh(rng.uniform(1.0, 4.0) * (wave + rng.uniform(-0.3, 0.6)))
    return shaded(ground, 1 - rng.uniform(0.1, 0.4) * shade + 0.015 * fractal(rng, 1.5))
