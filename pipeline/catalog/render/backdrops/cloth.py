"""Cloth, fur and leather."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render.backdrops.registry import backdrop
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.textures import (
    SIZE,
    Rng,
    angle,
    blade,
    blossom,
    cells,
    color,
    folds,
    fractal,
    mixed,
    plain,
    shaded,
    warped,
)


def _weave(rng: Rng, strength: float) -> Array:
    """Returns the shading (SIZE, SIZE) of crossed threads of uneven thickness."""
    count = int(rng.integers(56, 96))
    wave = np.cos(2 * np.pi * np.arange(SIZE) * count / SIZE)
    uneven = fractal(rng, 0.8, 6.0) + fractal(rng, 0.8, 6.0).T
    return 1 + strength * (wave[:, None] + wave[None, :] + 0.5 * uneven)


@backdrop("white linen", 4.0)
def white_linen(rng: Rng) -> Array:
    """White or ivory linen in light folds."""
    ground = color(rng, (0.05, 0.13), (0.0, 0.1), (0.88, 0.97))
    return shaded(ground, _weave(rng, rng.uniform(0.02, 0.08)) * folds(rng, 0.07))


@backdrop("velvet", 4.0, 1.0, 0.0)
def velvet(rng: Rng) -> Array:
    """Velvet: black, or a deep color, its nap brushed here and there."""
    hue, saturation = (0.0, 1.0), (0.5, 0.95)
    value = (0.18, 0.5)
    if rng.uniform() < 0.4:
        saturation, value = (0.0, 0.2), (0.06, 0.2)
    nap = 1 + 0.25 * fractal(rng, 1.6) + 0.1 * fractal(rng, 0.4)
    return shaded(color(rng, hue, saturation, value), np.clip(nap, 0.2, 2.0) * folds(rng, 0.12))


@backdrop("linen", 2.5)
def linen(rng: Rng) -> Array:
    """Linen or cotton of a natural or faded color, creased."""
    ground = color(rng, saturation=(0.05, 0.45), value=(0.35, 0.9))
    return shaded(ground, _weave(rng, rng.uniform(0.04, 0.14)) * folds(rng, rng.uniform(0.08, 0.3)))


@backdrop("satin", 3.5, 0.35, 0.3)
def satin(rng: Rng) -> Array:
    """Silk or satin in shining folds, often pink, peach or champagne."""
    loud = rng.uniform() < 0.4
    hue = (0.0, 1.0) if loud else (0.9, 1.12)
    ground = color(rng, hue, (0.15, 0.7) if loud else (0.1, 0.45), (0.45, 0.95))
    shade = folds(rng, rng.uniform(0.25, 0.5))
    return shaded(ground, 0.55 * shade + 0.35 * shade**3)


@backdrop("knit", 1.2, 1.0, 0.0)
def knit(rng: Rng) -> Array:
    """Knitted wool."""
    x, y = np.meshgrid(*[np.arange(SIZE) / SIZE] * 2)
    count = int(rng.integers(14, 26))
    slant = np.abs((x * count) % 1.0 - 0.5)
    rows = np.cos(2 * np.pi * (y * count + slant + 0.05 * fractal(rng, 2.0)))
    shade = 0.8 + 0.22 * rows + 0.3 * (slant - 0.25) + 0.06 * fractal(rng, 0.6)
    return shaded(color(rng, saturation=(0.0, 0.6), value=(0.3, 0.95)), shade)


@backdrop("fur", 1.2, 1.0, 0.0)
def fur(rng: Rng) -> Array:
    """Fur or plush: strands that flow around tufts."""
    strands = fractal(rng, 0.7, rng.uniform(5.0, 12.0))
    flow = rng.uniform(10, 28)
    strands = warped(strands, flow * fractal(rng, 2.4), flow * fractal(rng, 2.2))
    shade = 0.78 + 0.13 * strands + 0.12 * fractal(rng, 2.0)
    return shaded(color(rng, (0.02, 0.14), (0.02, 0.35), (0.5, 0.97)), np.clip(shade, 0.25, 1.2))


@backdrop("tablecloth", 1.8)
def tablecloth(rng: Rng) -> Array:
    """Checks, stripes or dots in two colors, slightly crumpled."""
    x, y = np.meshgrid(*[np.arange(SIZE) / SIZE] * 2)
    count = int(rng.integers(3, 14))
    across = np.clip(3 * np.sin(2 * np.pi * x * count) + 0.5, 0, 1)
    along = np.clip(3 * np.sin(2 * np.pi * y * count) + 0.5, 0, 1)
    dots = np.clip(4 * (np.sin(2 * np.pi * x * count) * np.sin(2 * np.pi * y * count) - 0.5), 0, 1)
    pattern = [across, (across + along) / 2, dots][int(rng.integers(3))]
    first = color(rng, saturation=(0.0, 0.3), value=(0.75, 0.97))
    return shaded(
        mixed(pattern, first, color(rng, saturation=(0.2, 0.9), value=(0.2, 0.9))),
        folds(rng, rng.uniform(0.04, 0.2)),
    )


@backdrop("print", 1.5)
def printed(rng: Rng) -> Array:
    """Patterned cloth or wallpaper: little flowers of a few colors over a ground."""
    picture = plain(color(rng, saturation=(0.0, 0.5), value=(0.4, 0.97)))
    leaf = color(rng, (0.2, 0.5), (0.1, 0.8), (0.2, 0.8))
    petals = [color(rng, saturation=(0.1, 0.9), value=(0.2, 0.97)) for _ in range(2)]
    size, side = rng.uniform(9, 26), int(rng.integers(5, 9))
    for number in range(side * side):
        at = (np.array(divmod(number, side)) + rng.uniform(-0.35, 0.35, 2)) * SIZE / side
        scale = size * rng.uniform(0.5, 1.2)
        blade(picture, (at[0], at[1]), angle(rng), 1.5 * scale, 0.35 * scale, leaf)
        blossom(rng, picture, (at[0], at[1]), scale, petals[number % 2])
    return shaded(picture, folds(rng, 0.06))


@backdrop("leather", 1.5, 0.45, 0.4)
def leather(rng: Rng) -> Array:
    """Grained leather."""
    _, border = cells(rng, 900)
    grain = 0.75 + 0.25 * np.clip(border / 2.5, 0, 1) + 0.08 * fractal(rng, 1.8)
    return shaded(color(rng, (0.95, 1.12), (0.0, 0.75), (0.12, 0.75)), grain)
