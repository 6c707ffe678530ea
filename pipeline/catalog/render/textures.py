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
Pixels = NDArray[np.int64]
_CLOUDY = 2.2


def angle(rng: Rng) -> float:
    """Returns any angle, radians."""
    return float(rng.uniform(0, 2 * np.pi))


def fractal(rng: Rng, fall: float, stretch: float = 1.0) -> Array:
    """Returns tileable noise (SIZE, SIZE) of mean 0 and deviation 1.

    Args:
        rng: Source of randomness.
        fall: How fast fine detail fades; 1 is grainy, 2.5 cloudy.
        stretch: How many times longer its shapes are along x than along y.
    """
    # Cloudy noise has no fine detail worth the time.
    top = SIZE // 2 if fall < _CLOUDY else SIZE // 8
    fx, fy = np.arange(top)[None, :], np.fft.fftfreq(SIZE, 1 / SIZE)[:, None]
    rows = np.abs(fy[:, 0]) < top
    frequency = np.sqrt((fx * stretch) ** 2 + fy[rows] ** 2)
    frequency[0, 0] = np.inf
    draws = rng.standard_normal((2, *frequency.shape), dtype=np.float32)
    spectrum = np.zeros((SIZE, SIZE // 2 + 1), dtype=np.complex64)
    spectrum[rows, :top] = (draws[0] + 1j * draws[1]) / frequency**fall
    noise: Array = np.fft.irfft2(spectrum, s=(SIZE, SIZE)).astype(np.float64)
    return (noise - noise.mean()) / noise.std()


def warped(values: Array, dx: Array, dy: Array) -> Array:
    """Returns values (SIZE, SIZE) fetched from (dx, dy) pixels away, around the edges."""
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    found: Array = values[(y + dy).astype(np.int64) % SIZE, (x + dx).astype(np.int64) % SIZE]
    return found


def around(at: tuple[float, float], reach: float) -> tuple[Pixels, Pixels, Array]:
    """Returns where a small shape goes in a texture that tiles.

    Args:
        at: The shape's middle, x and y in pixels.
        reach: How far the shape goes from its middle, pixels.

    Returns:
        Index arrays of rows (h, 1) and columns (1, w) into the texture, and the distances
        (2, h, w) from the middle along x and y, pixels.
    """
    near = np.arange(-int(reach) - 1, int(reach) + 2)
    columns, rows = int(at[0]) + near, int(at[1]) + near
    away = np.stack(np.meshgrid(columns - at[0], rows - at[1]))
    return (rows % SIZE)[:, None], (columns % SIZE)[None, :], away


def smoothed(values: Array, sigma: float) -> Array:
    """Returns values (SIZE, SIZE) or (SIZE, SIZE, C) blurred by ``sigma`` pixels."""
    fx, fy = np.fft.rfftfreq(SIZE)[None, :], np.fft.fftfreq(SIZE)[:, None]
    keep = np.exp(-2 * (np.pi * sigma) ** 2 * (fx**2 + fy**2)).astype(np.float32)
    planes = np.atleast_3d(values).astype(np.float32).transpose(2, 0, 1)
    blurred: Array = np.fft.irfft2(np.fft.rfft2(planes) * keep, s=(SIZE, SIZE))
    return blurred.transpose(1, 2, 0).reshape(values.shape).astype(np.float64)


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
        count: About how many cells.

    Returns:
        The number of each pixel's cell, and how far it is from a border in pixels (roughly),
        both (SIZE, SIZE).
    """
    side = max(3, round(count**0.5))
    jitter = rng.uniform(0, 1, (2, side, side))
    y, x = np.mgrid[0:SIZE, 0:SIZE] * (side / SIZE)
    row, column = y.astype(np.int64), x.astype(np.int64)
    nearest = np.full((SIZE, SIZE), np.inf)
    second, owner = nearest.copy(), np.zeros((SIZE, SIZE), np.int64)
    for down in (-1, 0, 1):  # a cell's middle lies in its own square of a grid
        for right in (-1, 0, 1):
            r, c = (row + down) % side, (column + right) % side
            away = (row + down + jitter[0][r, c] - y) ** 2
            away += (column + right + jitter[1][r, c] - x) ** 2
            closer = away < nearest
            second = np.where(closer, nearest, np.minimum(second, away))
            owner = np.where(closer, r * side + c, owner)
            nearest = np.minimum(nearest, away)
    return owner, (np.sqrt(second) - np.sqrt(nearest)) / 2 * (SIZE / side)


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
    turn = rng.uniform(*hue) % 1.0
    if hue == (0.0, 1.0) and rng.uniform() < 0.6 and (0.7 < turn < 0.9 or 0.22 < turn < 0.4):
        turn = rng.uniform()  # purple and poison green are rarer than the wheel has them
    hsv = turn, rng.uniform(*saturation), rng.uniform(*value)
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


def blade(
    picture: Array, at: tuple[float, float], turn: float, length: float, width: float, value: Array
) -> None:
    """Paints a leaf or petal, pointed at both ends and shaded along its rib, into a texture.

    Args:
        picture: Texture (SIZE, SIZE, 3) to change.
        at: Its middle, x and y in pixels.
        turn: Where it points, radians.
        length: Pixels from end to end; likewise ``width``.
        width: See ``length``.
        value: Its linear color (3,).
    """
    rows, columns, away = around(at, length / 2)
    along = (np.cos(turn) * away[0] + np.sin(turn) * away[1]) / (length / 2)
    side = (np.cos(turn) * away[1] - np.sin(turn) * away[0]) / (width / 2)
    inside = np.clip((1 - along**2 - np.abs(side)) * width / 3 + 0.5, 0, 1) * (np.abs(along) < 1)
    shade = 0.85 + 0.15 * along + 0.12 * np.tanh(6 * side) - 0.2 * np.exp(-((9 * side) ** 2))
    picture[rows, columns] = mixed(
        inside, picture[rows, columns], np.clip(value * shade[..., None], 0.004, 0.97)
    )


def blossom(rng: Rng, picture: Array, at: tuple[float, float], radius: float, value: Array) -> None:
    """Paints a flower of five to nine petals with a yellow eye into a texture.

    Args:
        rng: Source of randomness.
        picture: Texture (SIZE, SIZE, 3) to change.
        at: Its middle, x and y in pixels.
        radius: Pixels.
        value: Linear color (3,) of its petals.
    """
    rows, columns, away = around(at, radius)
    distance = np.hypot(away[0], away[1]) / radius
    petals = np.cos(np.arctan2(away[1], away[0]) * int(rng.integers(5, 10)) + angle(rng))
    edge = 0.72 + 0.26 * np.sqrt(0.5 + 0.5 * petals)
    inside = np.clip((edge - distance) * radius / 2 + 0.5, 0, 1)
    shade = 0.55 + 0.45 * distance + 0.12 * petals
    painted = mixed(inside, picture[rows, columns], np.clip(value * shade[..., None], 0.004, 0.97))
    eye = np.clip((0.2 - distance) * radius / 2 + 0.5, 0, 1)
    picture[rows, columns] = mixed(eye, painted, linear(np.array([0.85, 0.65, 0.15])))
