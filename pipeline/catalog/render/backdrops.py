"""Surfaces behind and under a piece, as procedural textures. One entry is one backdrop.

Colors vary widely on purpose: what never changes, a model takes for a sign of the piece.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render.meshes import Array
from pipeline.catalog.render.textures import (
    SIZE,
    Rng,
    cells,
    color,
    folds,
    fractal,
    mixed,
    plain,
    relief,
    shaded,
    smoothed,
)

Paint = Callable[[Rng], Array]


@dataclass(frozen=True)
class Backdrop:
    """A surface.

    Attributes:
        paint: Makes its linear reflectance, shape (SIZE, SIZE, 3), 0..1, tileable.
        roughness: 0 (mirror) to 1 (chalk).
        specular: Strength of its gloss, 0..1.
        weight: How often it is chosen; only its share of the sum counts.
    """

    paint: Paint
    roughness: float
    specular: float
    weight: float


BACKDROPS: dict[str, Backdrop] = {}


def _backdrop(
    name: str, weight: float, roughness: float = 0.9, specular: float = 0.1
) -> Callable[[Paint], Paint]:
    def register(paint: Paint) -> Paint:
        BACKDROPS[name] = Backdrop(paint, roughness, specular, weight)
        return paint

    return register


def _angle(rng: Rng) -> float:
    return float(rng.uniform(0, 2 * np.pi))


# ---- clean and light, as shops like it --------------------------------------------------------


@_backdrop("white", 14.0)
def white(rng: Rng) -> Array:
    """White paper that fades into pure white."""
    return plain(color(rng, saturation=(0.0, 0.02), value=(0.955, 0.985)))


@_backdrop("white gloss", 4.0, 0.15, 0.5)
def white_gloss(rng: Rng) -> Array:
    """White acrylic, which mirrors the piece faintly."""
    return plain(color(rng, saturation=(0.0, 0.02), value=(0.94, 0.98)))


@_backdrop("off-white", 9.0)
def off_white(rng: Rng) -> Array:
    """Off-white board, neutral or a little warm or cool."""
    return plain(color(rng, saturation=(0.0, 0.06), value=(0.84, 0.95)))


@_backdrop("cream", 4.0)
def cream(rng: Rng) -> Array:
    """Cream, beige or sand-colored board."""
    return plain(color(rng, (0.05, 0.13), (0.08, 0.28), (0.84, 0.96)))


@_backdrop("pastel", 5.0)
def pastel(rng: Rng) -> Array:
    """Board of any pale color."""
    return plain(color(rng, saturation=(0.08, 0.3), value=(0.85, 0.97)))


@_backdrop("white marble", 4.5, 0.2, 0.5)
def white_marble(rng: Rng) -> Array:
    """Polished white marble with gray or golden veins."""
    vein = color(rng, (0.05, 0.15), (0.0, 0.35), (0.35, 0.7))
    return _veined(rng, color(rng, (0.05, 0.6), (0.0, 0.04), (0.9, 0.97)), vein)


@_backdrop("white linen", 4.0)
def white_linen(rng: Rng) -> Array:
    """White or ivory linen in light folds."""
    ground = color(rng, (0.05, 0.13), (0.0, 0.1), (0.88, 0.97))
    return shaded(ground, _weave(rng, rng.uniform(0.02, 0.08)) * folds(rng, 0.07))


# ---- plain colors and gradients ---------------------------------------------------------------


@_backdrop("gray", 4.0)
def gray(rng: Rng) -> Array:
    """Gray board from light to nearly black."""
    return plain(color(rng, (0.5, 0.7), (0.0, 0.05), (0.2, 0.82)))


@_backdrop("colored", 3.5)
def colored(rng: Rng) -> Array:
    """Board of any color, the loud ones too."""
    return plain(color(rng, saturation=(0.25, 0.95), value=(0.25, 0.95)))


@_backdrop("gradient", 3.5)
def gradient(rng: Rng) -> Array:
    """Two colors that run into each other."""
    x, y = np.meshgrid(*[np.arange(SIZE) / SIZE] * 2)
    share = 0.5 + 0.5 * np.sin(2 * np.pi * (x * rng.integers(-1, 2) + y) + _angle(rng))
    first, second = (color(rng, saturation=(0.0, 0.6), value=(0.35, 0.97)) for _ in range(2))
    return mixed(share, first, second)


@_backdrop("black gloss", 1.5, 0.1, 0.5)
def black_gloss(rng: Rng) -> Array:
    """Black acrylic that mirrors the piece."""
    return plain(color(rng, saturation=(0.0, 0.2), value=(0.06, 0.2)))


@_backdrop("paper", 2.0)
def paper(rng: Rng) -> Array:
    """Rough paper with a visible tooth, kraft brown or any other color."""
    kraft = rng.uniform() < 0.4
    hue, saturation = ((0.06, 0.1), (0.25, 0.5)) if kraft else ((0.0, 1.0), (0.0, 0.5))
    tooth = relief(fractal(rng, 1.3), rng.uniform(0.02, 0.07), _angle(rng))
    fibers = 1 - 0.12 * (fractal(rng, 1.0, 5.0) > 2.2)
    return shaded(color(rng, hue, saturation, (0.5, 0.93)), tooth * fibers)


# ---- cloth ------------------------------------------------------------------------------------


def _weave(rng: Rng, strength: float) -> Array:
    """Returns the shading (SIZE, SIZE) of crossed threads of uneven thickness."""
    count = int(rng.integers(56, 96))
    wave = np.cos(2 * np.pi * np.arange(SIZE) * count / SIZE)
    uneven = fractal(rng, 0.8, 6.0) + fractal(rng, 0.8, 6.0).T
    return 1 + strength * (wave[:, None] + wave[None, :] + 0.5 * uneven)


@_backdrop("velvet", 4.0, 1.0, 0.0)
def velvet(rng: Rng) -> Array:
    """Velvet: black, or a deep color, its nap brushed here and there."""
    hue, saturation = (0.0, 1.0), (0.5, 0.95)
    value = (0.18, 0.5)
    if rng.uniform() < 0.4:
        saturation, value = (0.0, 0.2), (0.06, 0.2)
    nap = 1 + 0.25 * fractal(rng, 1.6) + 0.1 * fractal(rng, 0.4)
    return shaded(color(rng, hue, saturation, value), np.clip(nap, 0.2, 2.0) * folds(rng, 0.12))


@_backdrop("linen", 2.5)
def linen(rng: Rng) -> Array:
    """Linen or cotton of a natural or faded color, creased."""
    ground = color(rng, saturation=(0.05, 0.45), value=(0.35, 0.9))
    return shaded(ground, _weave(rng, rng.uniform(0.04, 0.14)) * folds(rng, rng.uniform(0.08, 0.3)))


@_backdrop("satin", 3.5, 0.35, 0.3)
def satin(rng: Rng) -> Array:
    """Silk or satin in shining folds, often pink, peach or champagne."""
    loud = rng.uniform() < 0.4
    hue = (0.0, 1.0) if loud else (0.9, 1.12)
    ground = color(rng, hue, (0.15, 0.7) if loud else (0.1, 0.45), (0.45, 0.95))
    shade = folds(rng, rng.uniform(0.25, 0.5))
    return shaded(ground, 0.55 * shade + 0.35 * shade**3)


@_backdrop("knit", 1.2, 1.0, 0.0)
def knit(rng: Rng) -> Array:
    """Knitted wool."""
    x, y = np.meshgrid(*[np.arange(SIZE) / SIZE] * 2)
    count = int(rng.integers(14, 26))
    slant = np.abs((x * count) % 1.0 - 0.5)
    rows = np.cos(2 * np.pi * (y * count + slant + 0.05 * fractal(rng, 2.0)))
    shade = 0.8 + 0.22 * rows + 0.3 * (slant - 0.25) + 0.06 * fractal(rng, 0.6)
    return shaded(color(rng, saturation=(0.0, 0.6), value=(0.3, 0.95)), shade)


@_backdrop("fur", 1.2, 1.0, 0.0)
def fur(rng: Rng) -> Array:
    """Fur or plush: short strands in tufts."""
    strands = 0.5 * fractal(rng, 0.9, 5.0) + 0.5 * fractal(rng, 0.9, 0.2)
    shade = 0.8 + 0.16 * strands + 0.16 * fractal(rng, 1.8)
    return shaded(color(rng, (0.02, 0.14), (0.02, 0.35), (0.4, 0.95)), shade)


@_backdrop("tablecloth", 1.8)
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


@_backdrop("print", 1.5)
def printed(rng: Rng) -> Array:
    """Patterned cloth or wallpaper: blots of a few colors over a ground."""
    picture = plain(color(rng, saturation=(0.0, 0.5), value=(0.4, 0.97)))
    for _ in range(int(rng.integers(2, 5))):
        share = np.clip(6 * (fractal(rng, rng.uniform(1.6, 2.4)) - 0.8), 0, 1)
        picture = mixed(share, picture, color(rng, saturation=(0.1, 0.9), value=(0.2, 0.95)))
    return shaded(picture, folds(rng, 0.06))


@_backdrop("leather", 1.5, 0.45, 0.4)
def leather(rng: Rng) -> Array:
    """Grained leather."""
    _, border = cells(rng, 900)
    grain = 0.75 + 0.25 * np.clip(border / 2.5, 0, 1) + 0.08 * fractal(rng, 1.8)
    return shaded(color(rng, (0.95, 1.12), (0.0, 0.75), (0.12, 0.75)), grain)


# ---- wood and stone ---------------------------------------------------------------------------


@_backdrop("wood", 4.0, 0.5, 0.3)
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


def _veined(rng: Rng, ground: Array, vein: Array) -> Array:
    veins = np.exp(-np.abs(fractal(rng, 2.1)) * rng.uniform(9, 20))
    fine = np.exp(-np.abs(fractal(rng, 1.9)) * 22) * 0.5
    cloud = rng.uniform(0.03, 0.14) * fractal(rng, 2.3)
    return mixed(rng.uniform(0.4, 0.9) * (veins + 0.6 * fine) + cloud, ground, vein)


@_backdrop("dark marble", 1.5, 0.2, 0.5)
def dark_marble(rng: Rng) -> Array:
    """Polished black, green or brown marble with light veins."""
    vein = color(rng, (0.05, 0.15), (0.0, 0.3), (0.5, 0.85))
    return _veined(rng, color(rng, saturation=(0.0, 0.5), value=(0.1, 0.35)), vein)


@_backdrop("rough stone", 3.0)
def rough_stone(rng: Rng) -> Array:
    """Slate, sandstone or concrete: mottled, with pits."""
    ground = color(rng, (0.03, 0.65), (0.0, 0.3), (0.25, 0.85))
    height = fractal(rng, rng.uniform(1.3, 2.0))
    mottled = 1 + 0.12 * fractal(rng, 1.4) + 0.06 * fractal(rng, 0.5)
    pits = 1 - 0.4 * np.clip(3 * (fractal(rng, 1.5) - 2.0), 0, 1)
    return shaded(ground, relief(height, rng.uniform(0.05, 0.25), _angle(rng)) * mottled * pits)


@_backdrop("terrazzo", 1.3, 0.3, 0.4)
def terrazzo(rng: Rng) -> Array:
    """Chips of a few colors in a pale ground."""
    owner, border = cells(rng, 160)
    chips = np.stack([color(rng, saturation=(0.0, 0.6), value=(0.2, 0.9)) for _ in range(5)])
    kept = rng.uniform(size=160) < rng.uniform(0.3, 0.7)
    share = np.clip(border - rng.uniform(2, 5), 0, 1) * kept[owner]
    ground = color(rng, saturation=(0.0, 0.15), value=(0.8, 0.96))
    return mixed(share, plain(ground), chips[rng.integers(0, 5, 160)][owner])


@_backdrop("tiles", 0.8, 0.25, 0.4)
def tiles(rng: Rng) -> Array:
    """Glazed square tiles or bricks."""
    rows = int(rng.integers(2, 6))
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE * rows
    x = x + 0.5 * (np.floor(y) % 2) * (rng.uniform() < 0.5)
    joint = np.minimum(np.minimum(x % 1, 1 - x % 1), np.minimum(y % 1, 1 - y % 1)) * SIZE / rows
    tone = rng.uniform(0.85, 1.1, (rows, rows))[y.astype(int), x.astype(int) % rows]
    glaze = color(rng, saturation=(0.0, 0.8), value=(0.3, 0.95)) * tone[..., None]
    return np.clip(mixed(np.clip(joint - 2, 0, 1), color(rng, value=(0.4, 0.9)), glaze), 0, 0.97)


@_backdrop("sand", 1.5, 1.0, 0.0)
def sand(rng: Rng) -> Array:
    """Sand, from white beach to wet brown, with ripples."""
    ground = color(rng, (0.06, 0.12), (0.12, 0.45), (0.5, 0.95))
    ripples = folds(rng, rng.uniform(0.05, 0.25))
    grains = 1 + rng.uniform(0.05, 0.16) * fractal(rng, 0.15)
    return shaded(ground, ripples * grains)


# ---- outdoors and out of focus ----------------------------------------------------------------


@_backdrop("leaves", 2.0)
def leaves(rng: Rng) -> Array:
    """Leaves, grass or moss close behind the piece."""
    owner, border = cells(rng, int(rng.integers(40, 220)))
    count = int(owner.max()) + 1
    greens = np.stack([color(rng, (0.17, 0.38), (0.3, 0.9), (0.12, 0.75)) for _ in range(count)])
    shade = 0.5 + 0.5 * np.clip(border / 6, 0, 1) + 0.15 * fractal(rng, 1.4, 3.0)
    return _soft(rng, shaded(greens[owner], shade))


@_backdrop("flowers", 2.0)
def flowers(rng: Rng) -> Array:
    """Blossoms before green, mostly out of focus."""
    picture = _blotches(rng, color(rng, (0.2, 0.4), (0.2, 0.8), (0.15, 0.6)), 14)
    hue = rng.uniform()
    for _ in range(int(rng.integers(2, 5))):
        petal = color(rng, (hue - 0.06, hue + 0.06), (0.1, 0.9), (0.7, 1.0))
        share = np.clip(4 * (fractal(rng, rng.uniform(1.7, 2.2)) - 0.6), 0, 1)
        picture = mixed(share, picture, petal)
    return _soft(rng, shaded(picture, relief(fractal(rng, 2.0), 0.15, _angle(rng))))


@_backdrop("skin", 2.5, 0.6, 0.2)
def skin(rng: Rng) -> Array:
    """Skin out of focus, from pale to dark."""
    ground = color(rng, (0.02, 0.075), (0.22, 0.62), (0.25, 0.95))
    blush = color(rng, (0.97, 1.04), (0.3, 0.6), (0.4, 0.9))
    shade = 1 + rng.uniform(0.05, 0.25) * fractal(rng, 2.8) + 0.02 * fractal(rng, 0.8)
    return shaded(mixed(0.12 + 0.1 * fractal(rng, 2.4), ground, blush), shade)


@_backdrop("blur", 4.0)
def blur(rng: Rng) -> Array:
    """A room or street far out of focus: soft blotches of any color."""
    return _blotches(rng, color(rng, saturation=(0.0, 0.5), value=(0.2, 0.9)), 9)


@_backdrop("bokeh", 2.0)
def bokeh(rng: Rng) -> Array:
    """Lights far behind, each a round disk, on a dark or a sunny ground."""
    picture = _blotches(rng, color(rng, saturation=(0.1, 0.7), value=(0.1, 0.55)), 6)
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    radius, hue = rng.uniform(9, 24), rng.uniform()
    for _ in range(int(rng.integers(14, 40))):
        dx, dy = np.abs(x - rng.uniform(0, SIZE)), np.abs(y - rng.uniform(0, SIZE))
        away = np.hypot(np.minimum(dx, SIZE - dx), np.minimum(dy, SIZE - dy))
        disk = np.clip((radius * rng.uniform(0.6, 1.2) - away) / 2 + 0.5, 0, 1)
        lamp = color(rng, (hue - 0.15, hue + 0.15), (0.0, 0.8), (0.7, 1.0))
        picture = mixed(disk * rng.uniform(0.2, 0.9), picture, lamp)
    return np.clip(picture, 0.004, 0.97)


@_backdrop("outdoors", 3.0)
def outdoors(rng: Rng) -> Array:
    """A beach, a park or a garden out of focus: sky, a far band, the ground."""
    y = np.arange(SIZE)[:, None] / SIZE + 0.03 * fractal(rng, 2.3)
    sky = color(rng, (0.5, 0.64), (0.1, 0.75), (0.7, 1.0))
    band = color(rng, (0.2, 0.58), (0.2, 0.8), (0.25, 0.8))
    ground = color(rng, (0.06, 0.4), (0.1, 0.6), (0.35, 0.92))
    low, high = sorted(rng.uniform(0.3, 0.75, 2))
    picture = mixed(np.clip((y - low) * 40, 0, 1), ground, band)
    picture = mixed(np.clip((y - high) * 40, 0, 1), picture, sky)
    picture = shaded(picture, np.clip(1 + 0.18 * fractal(rng, 1.8), 0.3, 1.6))
    return np.clip(smoothed(picture, rng.uniform(2, 9)), 0.004, 0.97)


def _soft(rng: Rng, picture: Array) -> Array:
    return np.clip(smoothed(picture, rng.uniform(0.3, 7.0)), 0.004, 0.97)


def _blotches(rng: Rng, ground: Array, count: int) -> Array:
    """Returns vague shapes of colors around ``ground``, (SIZE, SIZE, 3)."""
    picture = plain(ground)
    for _ in range(count):
        share = np.clip(2 * (fractal(rng, 2.6) - rng.uniform(0.2, 1.0)), 0, 1)
        other: Array = ground * rng.uniform(0.3, 1.8) * rng.uniform(0.75, 1.25, 3)
        if rng.uniform() < 0.35:
            other = color(rng, saturation=(0.1, 0.8), value=(0.2, 0.95))
        picture = mixed(share * rng.uniform(0.3, 0.9), picture, np.clip(other, 0, 0.95))
    return picture


def choose(rng: Rng) -> str:
    """Returns the name of a backdrop, heavier ones more often."""
    weights = np.array([backdrop.weight for backdrop in BACKDROPS.values()])
    return list(BACKDROPS)[int(rng.choice(len(weights), p=weights / weights.sum()))]
