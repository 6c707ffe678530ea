"""Lighting setups, each a small panorama of light that surrounds the piece.

World axes: z up, the camera in front at -y. A new setup is one function in ``LIGHTS``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.catalog.render.meshes import Array

HEIGHT, WIDTH = 96, 192
_WARM, _COOL = np.array([1.0, 0.74, 0.46]), np.array([0.80, 0.91, 1.0])


def directions() -> Array:
    """Returns the world direction of each pixel's center, shape (HEIGHT, WIDTH, 3)."""
    theta = (np.arange(HEIGHT) + 0.5) / HEIGHT * np.pi
    phi = (np.arange(WIDTH) + 0.5) / WIDTH * 2 * np.pi
    sin = np.sin(theta)[:, None]
    return np.stack(
        [np.sin(phi) * sin, np.cos(phi) * sin, np.broadcast_to(np.cos(theta)[:, None],
         (HEIGHT, WIDTH))], axis=-1
    )  # fmt: skip


def tone(warmth: float) -> Array:
    """Returns the color (3,) of light: -1 is a blue sky, 0 neutral, +1 a warm lamp."""
    other = _WARM if warmth > 0 else _COOL
    return (1 - abs(warmth)) * np.ones(3) + abs(warmth) * other


def panel(azimuth: float, elevation: float, width: float, height: float) -> Array:
    """Returns the coverage (HEIGHT, WIDTH, 1), 0..1, of a flat panel of light.

    Args:
        azimuth: Degrees around from the camera; positive is to its right.
        elevation: Degrees above the table.
        width: Width over distance; likewise ``height``.
        height: See ``width``.
    """
    a, e = np.radians(azimuth), np.radians(elevation)
    center = np.array([np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)])
    right = np.array([np.cos(a), np.sin(a), 0.0])
    up = np.cross(right, center) * -1.0
    rays = directions()
    ahead = rays @ center
    depth = np.maximum(ahead, 1e-3)
    x, y = np.abs(rays @ right) / depth, np.abs(rays @ up) / depth
    edge = 0.06
    inside = np.clip((width / 2 - x) / edge + 0.5, 0, 1) * np.clip(
        (height / 2 - y) / edge + 0.5, 0, 1
    )
    return (inside * (ahead > 0.05))[..., None]


def _room(rng: np.random.Generator, low: float, high: float, warmth: float) -> Array:
    """Returns dim surroundings, brighter above, with a few vague shapes for metal to mirror."""
    up = directions()[..., 2:]
    base = low + (high - low) * (0.5 + 0.5 * up) ** 1.5
    for _ in range(5):
        patch = panel(rng.uniform(-180, 180), rng.uniform(-10, 50), rng.uniform(0.3, 1.0),
                      rng.uniform(0.3, 1.2))  # fmt: skip
        base = base * (1 + patch * rng.uniform(-0.8, 0.8))
    return base * tone(warmth)


def softbox(rng: np.random.Generator) -> Array:
    """A key softbox at one side, a weaker fill at the other, a strip above."""
    side = rng.choice([-1.0, 1.0])
    warmth = rng.uniform(-0.25, 0.25)
    light = _room(rng, 0.08, 0.45, 0.0)
    light = light + panel(side * rng.uniform(30, 75), rng.uniform(30, 60), 1.0, 1.0) * 6 * tone(
        warmth
    )
    light = light + panel(-side * rng.uniform(50, 110), rng.uniform(15, 50), 0.9, 1.2) * 2.2
    return light + panel(rng.uniform(-30, 30), 82, 0.9, 0.5) * 3.5


def tent(rng: np.random.Generator) -> Array:
    """A white light tent with black cards that give polished metal its edges."""
    light = np.ones((HEIGHT, WIDTH, 3)) * (0.75 + 0.5 * directions()[..., 2:])
    for _ in range(4):
        card = panel(rng.uniform(-180, 180), rng.uniform(-15, 45), rng.uniform(0.15, 0.5),
                     rng.uniform(0.6, 1.6))  # fmt: skip
        light = light * (1 - 0.92 * card)
    light = light + panel(rng.uniform(-70, 70), rng.uniform(40, 80), 0.8, 0.8) * 4
    return light * tone(rng.uniform(-0.15, 0.15))


def window(rng: np.random.Generator) -> Array:
    """Daylight from a window at one side, the rest of the room warm and dim."""
    side = rng.choice([-1.0, 1.0])
    azimuth, elevation = side * rng.uniform(45, 110), rng.uniform(18, 40)
    glass = panel(azimuth, elevation, 1.2, 1.4)
    bars = panel(azimuth, elevation, 0.10, 2.0) + panel(azimuth, elevation, 2.0, 0.10)
    light = _room(rng, 0.12, 0.5, rng.uniform(0.0, 0.35))
    light = light + glass * np.clip(1 - bars, 0, 1) * 9 * tone(-0.5)
    return light + panel(-side * 80, 20, 1.2, 0.9) * 0.8 * tone(0.3)


def flash(rng: np.random.Generator) -> Array:
    """A phone's or ring flash beside the camera, in a dim room with warm lamps."""
    light = _room(rng, 0.10, 0.45, rng.uniform(0.1, 0.4))
    elevation = rng.uniform(15, 55)
    light = light + panel(rng.uniform(-14, 14), elevation, 0.42, 0.42) * 22
    for _ in range(2):
        light = light + panel(rng.uniform(-150, 150), rng.uniform(40, 75), 0.25, 0.25) * 9 * tone(
            0.6
        )
    return light


def lamps(rng: np.random.Generator) -> Array:
    """Shop lamps of different warmth above, and a cool window far off."""
    light = _room(rng, 0.12, 0.4, 0.15)
    for _ in range(5):
        light = light + panel(rng.uniform(-120, 120), rng.uniform(35, 80), 0.4, 0.4) * 6 * tone(
            rng.uniform(0.0, 0.55)
        )
    return light + panel(rng.uniform(-130, 130), 20, 0.7, 0.9) * 3.0 * tone(-0.6)


def overcast(rng: np.random.Generator) -> Array:
    """Shade under a bright sky: soft, cool, dark below."""
    up = directions()[..., 2:]
    sky = 0.15 + 1.6 * np.clip(up + 0.1, 0, 1)
    light = sky * tone(-rng.uniform(0.1, 0.4)) * _room(rng, 0.7, 1.3, 0.0)
    return light + panel(rng.uniform(-90, 90), rng.uniform(35, 65), 1.6, 0.9) * 2.5


LIGHTS: dict[str, Callable[[np.random.Generator], Array]] = {
    "softbox": softbox,
    "tent": tent,
    "window": window,
    "flash": flash,
    "lamps": lamps,
    "overcast": overcast,
}


def choose(rng: np.random.Generator) -> str:
    """Returns the name of a lighting setup."""
    return list(LIGHTS)[int(rng.integers(len(LIGHTS)))]


def panorama(name: str, rng: np.random.Generator) -> Array:
    """Returns the light of a setup, (HEIGHT, WIDTH, 3), exposed for a white sheet.

    A white sheet that faces between the camera and the ceiling comes out at radiance 1.
    """
    light = LIGHTS[name](rng)
    rays = directions()
    sheet = np.array([0.0, -0.6, 0.8])
    solid = np.sqrt(1 - rays[..., 2] ** 2) * (np.pi / HEIGHT) * (2 * np.pi / WIDTH)
    gain = np.clip(rays @ sheet, 0, None) * solid / np.pi
    return light / float(np.sum(gain * light.mean(axis=-1)))
