"""Surfaces behind and under a piece, as procedural textures. One entry is one backdrop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render.meshes import Array

SIZE = 384


@dataclass(frozen=True)
class Backdrop:
    """A surface.

    Attributes:
        paint: Makes its linear reflectance, shape (SIZE, SIZE, 3), 0..1, tileable.
        roughness: 0 (mirror) to 1 (chalk).
        specular: Strength of its gloss, 0..1.
        weight: How often it is chosen.
    """

    paint: Callable[[np.random.Generator], Array]
    roughness: float
    specular: float
    weight: float


def fractal(rng: np.random.Generator, fall: float, stretch: float = 1.0) -> Array:
    """Returns tileable noise (SIZE, SIZE) of mean 0 and deviation 1.

    Args:
        rng: Source of randomness.
        fall: How fast fine detail fades; 1 is grainy, 2.5 cloudy.
        stretch: How many times longer its shapes are along x than along y.
    """
    fx, fy = np.meshgrid(np.fft.fftfreq(SIZE), np.fft.fftfreq(SIZE))
    frequency = np.sqrt((fx * stretch) ** 2 + fy**2)
    frequency[0, 0] = np.inf
    spectrum = np.fft.fft2(rng.standard_normal((SIZE, SIZE))) / frequency**fall
    noise = np.real(np.fft.ifft2(spectrum))
    return (noise - noise.mean()) / noise.std()


def _tinted(value: Array, dark: list[float], light: list[float]) -> Array:
    share = np.clip(value, 0, 1)[..., None]
    return (1 - share) * np.array(dark) + share * np.array(light)


def _plain(low: list[float], high: list[float]) -> Callable[[np.random.Generator], Array]:
    def paint(rng: np.random.Generator) -> Array:
        color = np.array(low) + rng.uniform() * (np.array(high) - np.array(low))
        return np.broadcast_to(color, (SIZE, SIZE, 3)).copy()

    return paint


def _velvet(dark: list[float]) -> Callable[[np.random.Generator], Array]:
    def paint(rng: np.random.Generator) -> Array:
        nap = 1 + 0.25 * fractal(rng, 1.6) + 0.12 * fractal(rng, 0.4)
        return np.clip(nap, 0.2, 2.0)[..., None] * np.array(dark)

    return paint


def _wood(dark: list[float], light: list[float]) -> Callable[[np.random.Generator], Array]:
    def paint(rng: np.random.Generator) -> Array:
        bend = fractal(rng, 2.2, 6.0)
        y = np.arange(SIZE)[:, None] / SIZE
        rings = 0.5 + 0.5 * np.sin(2 * np.pi * (y * 9 + 0.45 * bend))
        grain = fractal(rng, 1.0, 20.0)
        color = _tinted(0.65 * rings**1.5 + 0.12 * grain + 0.2, dark, light)
        boards = np.arange(SIZE) % (SIZE // 3)
        color[boards < 2] *= 0.35
        return np.clip(color, 0.005, 1.0)

    return paint


def _marble(base: list[float], vein: list[float]) -> Callable[[np.random.Generator], Array]:
    def paint(rng: np.random.Generator) -> Array:
        veins = np.exp(-np.abs(fractal(rng, 2.1)) * rng.uniform(9, 16))
        fine = np.exp(-np.abs(fractal(rng, 1.9)) * 22) * 0.5
        cloud = 0.10 * fractal(rng, 2.3)
        return _tinted(1 - 0.75 * veins - 0.5 * fine + cloud, vein, base)

    return paint


def _cloth(dark: list[float], light: list[float]) -> Callable[[np.random.Generator], Array]:
    def paint(rng: np.random.Generator) -> Array:
        i = np.arange(SIZE)
        threads = 0.5 + 0.25 * np.cos(2 * np.pi * i * 60 / SIZE)[:, None]
        threads = threads + 0.25 * np.cos(2 * np.pi * i * 60 / SIZE)[None, :]
        folds = fractal(rng, 2.6, rng.uniform(0.25, 4.0))
        return _tinted(0.62 + 0.22 * (threads - 0.5) + 0.16 * folds, dark, light)

    return paint


def _stone(dark: list[float], light: list[float]) -> Callable[[np.random.Generator], Array]:
    def paint(rng: np.random.Generator) -> Array:
        return _tinted(0.5 + 0.22 * fractal(rng, 1.3) + 0.08 * fractal(rng, 0.5), dark, light)

    return paint


BACKDROPS: dict[str, Backdrop] = {
    "white": Backdrop(_plain([0.80, 0.80, 0.80], [0.90, 0.90, 0.90]), 0.6, 0.2, 5.0),
    "gray": Backdrop(_plain([0.18, 0.18, 0.19], [0.55, 0.55, 0.55]), 0.6, 0.2, 2.0),
    "cream": Backdrop(_plain([0.78, 0.70, 0.58], [0.85, 0.80, 0.72]), 0.6, 0.2, 1.5),
    "blush": Backdrop(_plain([0.75, 0.48, 0.42], [0.82, 0.62, 0.56]), 0.6, 0.2, 1.0),
    "sage": Backdrop(_plain([0.30, 0.38, 0.30], [0.50, 0.57, 0.48]), 0.6, 0.2, 0.7),
    "black gloss": Backdrop(_plain([0.012, 0.012, 0.013], [0.03, 0.03, 0.032]), 0.12, 0.5, 1.0),
    "black velvet": Backdrop(_velvet([0.012, 0.012, 0.014]), 0.95, 0.0, 1.5),
    "blue velvet": Backdrop(_velvet([0.015, 0.03, 0.12]), 0.95, 0.0, 0.8),
    "red velvet": Backdrop(_velvet([0.16, 0.012, 0.02]), 0.95, 0.0, 0.7),
    "light wood": Backdrop(_wood([0.38, 0.22, 0.11], [0.66, 0.46, 0.28]), 0.5, 0.3, 1.2),
    "dark wood": Backdrop(_wood([0.035, 0.016, 0.008], [0.15, 0.075, 0.035]), 0.4, 0.4, 1.2),
    "marble": Backdrop(_marble([0.86, 0.86, 0.85], [0.28, 0.28, 0.30]), 0.2, 0.5, 1.5),
    "black marble": Backdrop(_marble([0.02, 0.02, 0.022], [0.5, 0.48, 0.44]), 0.2, 0.5, 0.7),
    "linen": Backdrop(_cloth([0.45, 0.39, 0.31], [0.86, 0.80, 0.70]), 0.9, 0.1, 1.3),
    "denim": Backdrop(_cloth([0.02, 0.035, 0.08], [0.14, 0.20, 0.34]), 0.9, 0.1, 0.6),
    "slate": Backdrop(_stone([0.04, 0.045, 0.05], [0.22, 0.23, 0.24]), 0.7, 0.2, 1.0),
    "sandstone": Backdrop(_stone([0.40, 0.31, 0.21], [0.76, 0.64, 0.48]), 0.8, 0.1, 0.9),
}


def choose(rng: np.random.Generator) -> str:
    """Returns the name of a backdrop, heavier ones more often."""
    weights = np.array([backdrop.weight for backdrop in BACKDROPS.values()])
    return list(BACKDROPS)[int(rng.choice(len(weights), p=weights / weights.sum()))]
