"""Plants, skin, rooms and landscapes, mostly out of focus."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render.backdrops.registry import backdrop
from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.textures import (
    SIZE,
    Rng,
    angle,
    around,
    blade,
    blossom,
    color,
    fractal,
    mixed,
    plain,
    shaded,
    smoothed,
)


def _soft(rng: Rng, picture: Array) -> Array:
    return np.clip(smoothed(picture, rng.uniform(0.3, 7.0)), 0.004, 0.97)


def _blotches(rng: Rng, ground: Array, count: int) -> Array:
    """Returns vague shapes of colors around ``ground``, (SIZE, SIZE, 3)."""
    picture = plain(ground)
    for _ in range(count):
        vague = fractal(rng, 2.6)
        share = rng.uniform(0.3, 0.9) * np.clip(2 * (np.abs(vague) - rng.uniform(0.2, 1.0)), 0, 1)
        for sign in (-1, 1):
            other: Array = ground * rng.uniform(0.3, 1.8) * rng.uniform(0.75, 1.25, 3)
            if rng.uniform() < 0.35:
                other = color(rng, saturation=(0.1, 0.8), value=(0.2, 0.95))
            picture = mixed(share * (sign * vague > 0), picture, np.clip(other, 0, 0.95))
    return picture


@backdrop("leaves", 2.0)
def leaves(rng: Rng) -> Array:
    """Leaves, grass or moss close behind the piece, lighter ones in front."""
    hue, loud = rng.uniform(0.18, 0.36), rng.uniform(0.3, 0.8)
    picture = shaded(color(rng, (hue, hue), (loud, loud), (0.1, 0.25)), 1 + 0.3 * fractal(rng, 1.6))
    length = rng.uniform(22, 80)
    slim = rng.uniform(0.12, 0.5)
    main, spread = angle(rng), rng.uniform(0.3, 3.1)
    count = int(min(110, 1.6 * SIZE**2 / (length**2 * slim)))
    for number in range(count):
        bright = 0.15 + 0.5 * number / count
        green = color(
            rng, (hue - 0.05, hue + 0.05), (loud - 0.2, loud + 0.1), (bright, bright + 0.2)
        )
        at, scale = rng.uniform(0, SIZE, 2), length * rng.uniform(0.5, 1.2)
        blade(
            picture, (at[0], at[1]), main + rng.uniform(-spread, spread), scale, slim * scale, green
        )
    return _soft(rng, picture)


@backdrop("flowers", 2.0)
def flowers(rng: Rng) -> Array:
    """Blossoms before green, mostly out of focus."""
    picture = _blotches(rng, color(rng, (0.2, 0.4), (0.2, 0.8), (0.15, 0.6)), 3)
    hue, scale = rng.uniform(0.8, 1.2), rng.uniform(18, 52)
    if rng.uniform() < 0.3:
        hue = rng.uniform(0.5, 0.8)
    saturation = rng.uniform(0.1, 0.7)
    for _ in range(int(np.clip(0.5 * (SIZE / scale) ** 2, 8, 45))):
        petal = color(rng, (hue - 0.05, hue + 0.05), (saturation, saturation + 0.25), (0.65, 1.0))
        at = rng.uniform(0, SIZE, 2)
        blossom(rng, picture, (at[0], at[1]), scale * rng.uniform(0.6, 1.2), petal)
    return _soft(rng, picture)


@backdrop("skin", 2.5, 0.6, 0.2)
def skin(rng: Rng) -> Array:
    """Skin out of focus, from pale to dark."""
    ground = color(rng, (0.02, 0.075), (0.22, 0.62), (0.25, 0.95))
    blush = color(rng, (0.97, 1.04), (0.3, 0.6), (0.4, 0.9))
    shade = 1 + rng.uniform(0.05, 0.25) * fractal(rng, 2.8) + 0.02 * fractal(rng, 0.8)
    return shaded(mixed(0.12 + 0.1 * fractal(rng, 2.4), ground, blush), shade)


@backdrop("blur", 4.0)
def blur(rng: Rng) -> Array:
    """A room or street far out of focus: soft blotches of any color."""
    return _blotches(rng, color(rng, saturation=(0.0, 0.5), value=(0.2, 0.9)), 4)


@backdrop("bokeh", 2.0)
def bokeh(rng: Rng) -> Array:
    """Lights far behind, each a round disk, on a dark or a sunny ground."""
    picture = _blotches(rng, color(rng, saturation=(0.1, 0.7), value=(0.1, 0.55)), 3)
    radius, hue = rng.uniform(9, 24), rng.uniform()
    for _ in range(int(rng.integers(14, 40))):
        mine = radius * rng.uniform(0.6, 1.2)
        rows, columns, away = around((rng.uniform(0, SIZE), rng.uniform(0, SIZE)), mine)
        disk = np.clip((mine - np.hypot(away[0], away[1])) / 2 + 0.5, 0, 1)
        lamp = color(rng, (hue - 0.15, hue + 0.15), (0.0, 0.8), (0.7, 1.0))
        picture[rows, columns] = mixed(disk * rng.uniform(0.2, 0.9), picture[rows, columns], lamp)
    return np.clip(picture, 0.004, 0.97)


@backdrop("outdoors", 3.0)
def outdoors(rng: Rng) -> Array:
    """A beach, a park or a garden out of focus: sky, a far band, the ground."""
    y = 1 - np.arange(SIZE)[:, None] / SIZE + 0.03 * fractal(rng, 2.3)  # row 0 is the top
    sky = color(rng, (0.5, 0.64), (0.1, 0.75), (0.7, 1.0))
    band = color(rng, (0.2, 0.58), (0.2, 0.8), (0.25, 0.8))
    ground = color(rng, (0.06, 0.4), (0.1, 0.6), (0.35, 0.92))
    low, high = sorted(rng.uniform(0.3, 0.75, 2))
    picture = mixed(np.clip((y - low) * 40, 0, 1), ground, band)
    picture = mixed(np.clip((y - high) * 40, 0, 1), picture, sky)
    picture = shaded(picture, np.clip(1 + 0.18 * fractal(rng, 1.8), 0.3, 1.6))
    return np.clip(smoothed(picture, rng.uniform(2, 9)), 0.004, 0.97)


@backdrop("seaside", 2.5)
def seaside(rng: Rng) -> Array:
    """Blue sky, a bright sea with foam, sand and dark rocks at one side, out of focus."""
    x, y = np.meshgrid(*[np.arange(SIZE) / SIZE] * 2)
    y = 1 - y  # row 0 is the top
    sky = color(rng, (0.54, 0.61), (0.15, 0.6), (0.8, 1.0))
    sea = color(rng, (0.48, 0.6), (0.4, 0.9), (0.45, 0.85))
    sand = color(rng, (0.07, 0.12), (0.1, 0.35), (0.7, 0.95))
    low, high = rng.uniform(0.1, 0.5), rng.uniform(0.5, 0.8)
    shore = np.clip((y - low - 0.04 * fractal(rng, 2.2)) * 60, 0, 1)
    picture = mixed(shore, sand, sea)
    foam = np.clip(0.9 * (fractal(rng, 1.6, 3.0) - 0.8), 0, 0.8) * (y > low)
    picture = mixed(foam, picture, np.full(3, 0.9))
    picture = mixed(np.clip((y - high) * 60, 0, 1), picture, sky)
    side = x if rng.uniform() < 0.5 else 1 - x
    bulge = rng.uniform(-0.1, 0.5) - side - 0.6 * np.clip(y - low, 0, 1) + 0.08 * fractal(rng, 2.0)
    rock = color(rng, (0.05, 0.12), (0.05, 0.35), (0.2, 0.6))
    rough = np.clip(1 + 0.4 * fractal(rng, 1.5), 0.2, 1.8)[..., None] * rock
    picture = mixed(np.clip(bulge * 40, 0, 1), picture, np.clip(rough, 0, 0.95))
    return np.clip(smoothed(picture, rng.uniform(1, 8)), 0.004, 0.97)


@backdrop("chrysanthemum", 2.0)
def chrysanthemum(rng: Rng) -> Array:
    """One large flower of many narrow petals that fills the picture."""
    hue, loud = rng.uniform(), float(rng.choice([0.06, 0.15, 0.5]))
    picture = shaded(color(rng, (0.2, 0.4), (0.2, 0.7), (0.1, 0.4)), 1 + 0.3 * fractal(rng, 1.6))
    reach, slim, middle = rng.uniform(0.48, 0.64) * SIZE, rng.uniform(0.1, 0.22), SIZE / 2
    for share in np.linspace(1.0, 0.25, 6):  # rows of petals from the rim inward
        count = int(rng.integers(18, 30))
        for number in range(count):
            turn = 2 * np.pi * (number + rng.uniform(-0.4, 0.4)) / count
            long = 0.5 * reach * share * rng.uniform(0.85, 1.1)
            at = (middle + long * np.cos(turn), middle + long * np.sin(turn))
            petal = color(rng, (hue - 0.03, hue + 0.03), (0.0, loud), (0.65, 1.0))
            blade(picture, at, turn, long, slim * long, petal)
    return np.clip(smoothed(picture, rng.uniform(0.3, 2.5)), 0.004, 0.97)
