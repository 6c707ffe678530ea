"""Wood, stone, tiles and sand."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render.backdrops.registry import backdrop
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.textures import (
    SIZE,
    Rng,
    angle,
    cells,
    color,
    folds,
    fractal,
    mixed,
    plain,
    relief,
    shaded,
)


def _veined(rng: Rng, ground: Array, vein: Array) -> Array:
    veins = np.exp(-np.abs(fractal(rng, 2.1)) * rng.uniform(9, 20))
    fine = np.exp(-np.abs(fractal(rng, 1.9)) * 22) * 0.5
    cloud = rng.uniform(0.03, 0.14) * fractal(rng, 2.3)
    return mixed(rng.uniform(0.4, 0.9) * (veins + 0.6 * fine) + cloud, ground, vein)


@backdrop("white marble", 4.5, 0.2, 0.5)
def white_marble(rng: Rng) -> Array:
    """Polished white marble with gray or golden veins."""
    vein = color(rng, (0.05, 0.15), (0.0, 0.35), (0.35, 0.7))
    return _veined(rng, color(rng, (0.05, 0.6), (0.0, 0.04), (0.9, 0.97)), vein)


@backdrop("wood", 4.0, 0.5, 0.3)
def wood(rng: Rng) -> Array:
    """Boards from pale birch to dark walnut, some of them painted."""
    painted = rng.uniform() < 0.2
    hue, saturation = ((0.0, 1.0), (0.0, 0.5)) if painted else ((0.045, 0.1), (0.3, 0.7))
    light = color(rng, hue, saturation, (0.3, 0.92))
    dark = light ** rng.uniform(1.05, 1.5) * rng.uniform(0.4, 0.85)
    y = np.arange(SIZE)[:, None] / SIZE
    bend = fractal(rng, 2.2, rng.uniform(4.0, 9.0))
    rings = 0.5 + 0.5 * np.sin(2 * np.pi * (y * rng.integers(3, 12) + 0.45 * bend))
    share = 0.55 * rings ** rng.uniform(0.7, 2.0) + 0.13 * fractal(rng, 1.0, 20.0) + 0.25
    picture = mixed(share, dark, light)
    boards = int(rng.integers(1, 6))
    if boards > 1:
        board = np.arange(SIZE) * boards // SIZE
        picture = picture * rng.uniform(0.75, 1.1, boards)[board][:, None, None]
        picture[np.arange(SIZE) % (SIZE // boards) < 2] *= 0.3
    turned = picture.transpose(1, 0, 2) if rng.uniform() < 0.5 else picture
    return np.clip(turned, 0.005, 0.95)


@backdrop("dark marble", 1.5, 0.2, 0.5)
def dark_marble(rng: Rng) -> Array:
    """Polished black, green or brown marble with light veins."""
    vein = color(rng, (0.05, 0.15), (0.0, 0.3), (0.5, 0.85))
    return _veined(rng, color(rng, saturation=(0.0, 0.5), value=(0.1, 0.35)), vein)


@backdrop("rough stone", 3.0)
def rough_stone(rng: Rng) -> Array:
    """Slate, sandstone or concrete: mottled, with pits."""
    ground = color(rng, (0.03, 0.65), (0.0, 0.3), (0.25, 0.85))
    height = fractal(rng, rng.uniform(1.3, 2.0))
    mottled = 1 + 0.12 * fractal(rng, 1.4) + 0.06 * fractal(rng, 0.5)
    pits = 1 - 0.4 * np.clip(3 * (fractal(rng, 1.5) - 2.0), 0, 1)
    return shaded(ground, relief(height, rng.uniform(0.05, 0.25), angle(rng)) * mottled * pits)


@backdrop("terrazzo", 1.3, 0.3, 0.4)
def terrazzo(rng: Rng) -> Array:
    """Chips of a few colors in a pale ground."""
    owner, border = cells(rng, int(rng.integers(100, 500)))
    count = int(owner.max()) + 1
    chips = np.stack([color(rng, saturation=(0.0, 0.6), value=(0.2, 0.9)) for _ in range(5)])
    kept = rng.uniform(size=count) < rng.uniform(0.3, 0.7)
    share = np.clip(border - rng.uniform(2, 5), 0, 1) * kept[owner]
    ground = color(rng, saturation=(0.0, 0.15), value=(0.8, 0.96))
    return mixed(share, plain(ground), chips[rng.integers(0, 5, count)][owner])


@backdrop("tiles", 0.8, 0.25, 0.4)
def tiles(rng: Rng) -> Array:
    """Glazed square tiles or bricks."""
    rows = int(rng.integers(2, 6))
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE * rows
    x = x + 0.5 * (np.floor(y) % 2) * (rng.uniform() < 0.5)
    joint = np.minimum(np.minimum(x % 1, 1 - x % 1), np.minimum(y % 1, 1 - y % 1)) * SIZE / rows
    tone = rng.uniform(0.85, 1.1, (rows, rows))[y.astype(int), x.astype(int) % rows]
    glaze = color(rng, saturation=(0.0, 0.8), value=(0.3, 0.95)) * tone[..., None]
    return np.clip(mixed(np.clip(joint - 2, 0, 1), color(rng, value=(0.4, 0.9)), glaze), 0, 0.97)


@backdrop("sand", 1.5, 1.0, 0.0)
def sand(rng: Rng) -> Array:
    """Sand, from white beach to wet brown, with ripples."""
    ground = color(rng, (0.06, 0.12), (0.12, 0.45), (0.5, 0.95))
    ripples = folds(rng, rng.uniform(0.05, 0.25))
    grains = 1 + rng.uniform(0.05, 0.16) * fractal(rng, 0.15)
    return shaded(ground, ripples * grains)
