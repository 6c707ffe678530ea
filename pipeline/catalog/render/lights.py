"""Lighting setups, each a small panorama of light that surrounds the piece.

World axes: z up, the camera in front at -y. A new setup is one function marked ``@_light``.
Metal and stones show nothing but what they mirror, so every setup has dark and bright parts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render.meshes import Array

HEIGHT, WIDTH = 128, 256
_WARM, _COOL = np.array([1.0, 0.74, 0.46]), np.array([0.80, 0.91, 1.0])


@dataclass(frozen=True)
class Light:
    """A lighting setup.

    Attributes:
        paint: Makes the panorama of radiance, shape (HEIGHT, WIDTH, 3), in any unit.
        weight: How often it is chosen.
    """

    paint: Callable[[np.random.Generator], Array]
    weight: float


LIGHTS: dict[str, Light] = {}


def _light(
    name: str, weight: float
) -> Callable[[Callable[[np.random.Generator], Array]], Callable[[np.random.Generator], Array]]:
    def register(
        paint: Callable[[np.random.Generator], Array],
    ) -> Callable[[np.random.Generator], Array]:
        LIGHTS[name] = Light(paint, weight)
        return paint

    return register


def directions() -> Array:
    """Returns the world direction of each pixel's center, shape (HEIGHT, WIDTH, 3)."""
    theta = (np.arange(HEIGHT) + 0.5) / HEIGHT * np.pi
    phi = (np.arange(WIDTH) + 0.5) / WIDTH * 2 * np.pi
    sin = np.sin(theta)[:, None]
    return np.stack(
        [np.sin(phi) * sin, np.cos(phi) * sin, np.broadcast_to(np.cos(theta)[:, None],
         (HEIGHT, WIDTH))], axis=-1
    )  # fmt: skip


_RAYS = directions()
_UP = _RAYS[..., 2:]


def tone(warmth: float) -> Array:
    """Returns the color (3,) of light: -1 is a blue sky, 0 neutral, +1 a warm lamp."""
    other = _WARM if warmth > 0 else _COOL
    return (1 - abs(warmth)) * np.ones(3) + abs(warmth) * other


def toward(azimuth: float, elevation: float) -> Array:
    """Returns the unit vector (3,) to a place.

    Args:
        azimuth: Degrees around from the camera; positive is to its right.
        elevation: Degrees above the table.
    """
    a, e = np.radians(azimuth), np.radians(elevation)
    return np.array([np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)])


def panel(
    azimuth: float, elevation: float, width: float, height: float, edge: float = 0.06
) -> Array:
    """Returns the coverage (HEIGHT, WIDTH, 1), 0..1, of a flat panel of light.

    Args:
        azimuth: See ``toward``; likewise ``elevation``.
        elevation: See ``azimuth``.
        width: Width over distance; likewise ``height``.
        height: See ``width``.
        edge: Width of its soft border over distance.
    """
    center = toward(azimuth, elevation)
    a = np.radians(azimuth)
    right = np.array([np.cos(a), np.sin(a), 0.0])
    up = np.cross(right, center)
    ahead = _RAYS @ center
    depth = np.maximum(ahead, 1e-3)
    x, y = np.abs(_RAYS @ right) / depth, np.abs(_RAYS @ up) / depth
    inside = np.clip((width / 2 - x) / edge + 0.5, 0, 1) * np.clip(
        (height / 2 - y) / edge + 0.5, 0, 1
    )
    return (inside * (ahead > 0.05))[..., None]


def disc(azimuth: float, elevation: float, radius: float, edge: float = 1.5) -> Array:
    """Returns the coverage (HEIGHT, WIDTH, 1), 0..1, of a round light.

    Args:
        azimuth: See ``toward``; likewise ``elevation``.
        elevation: See ``azimuth``.
        radius: Degrees; likewise ``edge``, the width of its soft border.
        edge: See ``radius``.
    """
    away = np.degrees(np.arccos(np.clip(_RAYS @ toward(azimuth, elevation), -1, 1)))
    return np.clip((radius - away) / edge + 0.5, 0, 1)[..., None]


def _room(rng: np.random.Generator, low: float, high: float, warmth: float) -> Array:
    """Returns dim surroundings, brighter above, with a few vague shapes for metal to mirror."""
    base = low + (high - low) * (0.5 + 0.5 * _UP) ** 1.5
    for _ in range(6):
        patch = panel(rng.uniform(-180, 180), rng.uniform(-10, 50), rng.uniform(0.2, 1.0),
                      rng.uniform(0.3, 1.2))  # fmt: skip
        base = base * (1 + patch * rng.uniform(-0.9, 0.9))
    return base * tone(warmth)


def _side(rng: np.random.Generator) -> float:
    return float(rng.choice([-1.0, 1.0]))


@_light("softbox", 2.0)
def softbox(rng: np.random.Generator) -> Array:
    """A key softbox at one side, a weaker fill at the other, a strip above."""
    side, width = _side(rng), rng.uniform(0.6, 1.2)
    light = _room(rng, 0.05, 0.4, 0.0)
    key = panel(side * rng.uniform(30, 75), rng.uniform(30, 60), width, width)
    light = light + key * 7 * tone(rng.uniform(-0.25, 0.25))
    light = light + panel(-side * rng.uniform(50, 110), rng.uniform(15, 50), 0.7, 1.2) * 2.2
    return light + panel(rng.uniform(-30, 30), 82, 0.9, 0.4) * 3.5


@_light("two strips", 1.2)
def two_strips(rng: np.random.Generator) -> Array:
    """Two tall narrow boxes at the sides: long highlights with dark between, as in catalogs."""
    light = _room(rng, 0.04, 0.25, 0.0)
    for side in (-1.0, 1.0):
        light = light + panel(side * rng.uniform(40, 85), rng.uniform(20, 45),
                              rng.uniform(0.2, 0.5), 1.8) * rng.uniform(4, 9)  # fmt: skip
    return light + panel(0, rng.uniform(65, 88), 1.0, rng.uniform(0.5, 1.0)) * rng.uniform(2, 5)


@_light("tent", 2.0)
def tent(rng: np.random.Generator) -> Array:
    """A white light tent with black cards that give polished metal its edges."""
    light = np.ones((HEIGHT, WIDTH, 3)) * (0.75 + 0.5 * _UP)
    for _ in range(int(rng.integers(4, 8))):
        card = panel(rng.uniform(-180, 180), rng.uniform(-15, 45), rng.uniform(0.12, 0.5),
                     rng.uniform(0.6, 1.6))  # fmt: skip
        light = light * (1 - 0.95 * card)
    light = light + panel(rng.uniform(-70, 70), rng.uniform(40, 80), 0.8, 0.8) * 4
    return light * tone(rng.uniform(-0.15, 0.15))


@_light("ring light", 0.9)
def ring_light(rng: np.random.Generator) -> Array:
    """A ring of light around the lens, as makers of short films use it."""
    azimuth, elevation = rng.uniform(-12, 12), rng.uniform(15, 60)
    outer = rng.uniform(14, 24)
    ring = disc(azimuth, elevation, outer) - disc(azimuth, elevation, outer * 0.72)
    light = _room(rng, 0.06, 0.45, rng.uniform(-0.1, 0.3))
    return light + ring * rng.uniform(12, 25) * tone(rng.uniform(-0.3, 0.2))


@_light("window", 2.0)
def window(rng: np.random.Generator) -> Array:
    """Daylight from a window with its frame at one side, the rest of the room warm and dim."""
    side = _side(rng)
    azimuth, elevation = side * rng.uniform(35, 120), rng.uniform(15, 45)
    width, height = rng.uniform(0.6, 1.4), rng.uniform(0.8, 1.6)
    glass = panel(azimuth, elevation, width, height)
    for shift in range(int(rng.integers(1, 4))):  # a bar between every two panes
        share = (shift + 1) / 4 - 0.5
        glass = glass * (1 - panel(azimuth, elevation + np.degrees(share * height), 2.0, 0.05))
    glass = glass * (1 - panel(azimuth, elevation, 0.08, 2.0))
    light = _room(rng, 0.08, 0.4, rng.uniform(0.0, 0.45))
    light = light + glass * 10 * tone(-rng.uniform(0.2, 0.8))
    return light + panel(-side * 80, 20, 1.2, 0.9) * rng.uniform(0, 1.2) * tone(0.3)


@_light("flash", 1.0)
def flash(rng: np.random.Generator) -> Array:
    """A phone's flash beside the lens in a dim room: hard, small highlights."""
    light = _room(rng, 0.05, 0.3, rng.uniform(0.1, 0.5))
    spot = disc(rng.uniform(-8, 8), rng.uniform(25, 65), rng.uniform(3, 6))
    light = light + spot * 220
    for _ in range(2):
        lamp = panel(rng.uniform(-150, 150), rng.uniform(40, 75), 0.25, 0.25)
        light = light + lamp * rng.uniform(2, 8) * tone(0.6)
    return light


@_light("overcast", 1.2)
def overcast(rng: np.random.Generator) -> Array:
    """Shade under a bright sky: soft, cool, dark below."""
    sky = 0.15 + 1.6 * np.clip(_UP + 0.1, 0, 1)
    light = sky * tone(-rng.uniform(0.1, 0.5)) * _room(rng, 0.6, 1.3, 0.0)
    light = _horizon(rng, light)
    return light + panel(rng.uniform(-90, 90), rng.uniform(35, 65), 1.6, 0.9) * 2.5


@_light("sun", 1.4)
def sun(rng: np.random.Generator) -> Array:
    """Sun and blue sky outdoors: hard shadows, warm light, cool shade."""
    ground = np.array([0.30, 0.26, 0.20]) * rng.uniform(0.3, 1.4)
    sky = np.array([0.38, 0.48, 0.68]) * (0.5 + 0.7 * np.clip(1 - _UP, 0, 1))
    light = _horizon(rng, np.where(_UP > 0, sky, ground))
    azimuth = _side(rng) * rng.uniform(20, 140)
    disk = disc(azimuth, rng.uniform(25, 70), rng.uniform(2.0, 3.5), 1.0)
    return light + disk * rng.uniform(250, 600) * tone(rng.uniform(0.0, 0.5))


@_light("warm lamp", 0.8)
def warm_lamp(rng: np.random.Generator) -> Array:
    """One warm lamp with its shade at home."""
    light = _room(rng, 0.05, 0.3, rng.uniform(0.3, 0.7))
    azimuth, elevation = rng.uniform(-120, 120), rng.uniform(30, 70)
    glow = disc(azimuth, elevation, rng.uniform(10, 18), 12.0) * 5
    bulb = disc(azimuth, elevation, rng.uniform(4, 7)) * rng.uniform(15, 40)
    return light + (glow + bulb) * tone(rng.uniform(0.4, 0.9))


@_light("spotlights", 1.6)
def spotlights(rng: np.random.Generator) -> Array:
    """A shop's ceiling full of small lamps, which make facets sparkle."""
    light = _room(rng, 0.05, 0.3, rng.uniform(-0.2, 0.3))
    warmth = rng.uniform(-0.3, 0.5)
    for _ in range(int(rng.integers(6, 16))):
        lamp = disc(rng.uniform(-180, 180), rng.uniform(30, 85), rng.uniform(2.5, 6))
        light = light + lamp * rng.uniform(15, 60) * tone(warmth + rng.uniform(-0.15, 0.15))
    return light + panel(rng.uniform(-130, 130), 25, 0.8, 0.8) * rng.uniform(0, 2)


@_light("mixed", 1.2)
def mixed(rng: np.random.Generator) -> Array:
    """Mixed color temperature: warm lamps from one side, a cool window from the other."""
    side = _side(rng)
    light = _room(rng, 0.06, 0.35, rng.uniform(-0.2, 0.2))
    light = light + panel(side * rng.uniform(45, 110), rng.uniform(20, 60), 0.6, 0.6) * rng.uniform(
        5, 11
    ) * tone(rng.uniform(0.5, 1.0))
    cool = panel(-side * rng.uniform(45, 120), rng.uniform(15, 45), 0.9, 1.3)
    return light + cool * rng.uniform(3, 7) * tone(-1.0) * np.array([0.85, 0.95, 1.0])


@_light("evening", 0.6)
def evening(rng: np.random.Generator) -> Array:
    """A dim evening: candles low around the piece, colored lights far off."""
    light = _room(rng, 0.04, 0.16, rng.uniform(0.2, 0.7))
    for _ in range(int(rng.integers(4, 9))):
        flame = disc(rng.uniform(-180, 180), rng.uniform(5, 50), rng.uniform(3, 8))
        tint = tone(rng.uniform(0.2, 0.7)) * rng.uniform(0.75, 1.0, 3)
        light = light + flame * rng.uniform(6, 30) * tint
    return light + panel(rng.uniform(-90, 90), rng.uniform(50, 85), 1.2, 0.8) * 1.2 * tone(0.6)


def _horizon(rng: np.random.Generator, light: Array) -> Array:
    """Returns the light with a ragged dark band of trees and houses at the horizon."""
    phi = np.linspace(0, 2 * np.pi, WIDTH, endpoint=False)
    skyline = np.full(WIDTH, rng.uniform(0.05, 0.2))
    for wave in range(1, 9):
        skyline += 0.12 / wave * rng.normal() * np.cos(wave * phi + rng.uniform(0, 2 * np.pi))
    inside = np.clip((skyline[None, :, None] - _UP) * 20, 0, 1) * np.clip(_UP * 20 + 1, 0, 1)
    color = np.array([0.10, 0.12, 0.07]) * rng.uniform(0.3, 1.6, 3)
    return light * (1 - inside) + color * inside


def choose(rng: np.random.Generator) -> str:
    """Returns the name of a lighting setup, heavier ones more often."""
    weights = np.array([light.weight for light in LIGHTS.values()])
    return list(LIGHTS)[int(rng.choice(len(weights), p=weights / weights.sum()))]


def _reflector(rng: np.random.Generator, light: Array) -> Array:
    """Returns the light with a white card or a pale wall around the camera, as bright as a sheet.

    Without one, a stone that faces the lens mirrors a dark room and looks black.
    """
    if rng.uniform() < 0.3:
        return light
    azimuth, elevation = rng.uniform(-50, 50), rng.uniform(10, 60)
    card = panel(azimuth, elevation, rng.uniform(0.8, 2.4), rng.uniform(0.8, 2.0), 0.1)
    return np.maximum(light, card * rng.uniform(0.5, 1.4) * light.mean())


def panorama(name: str, rng: np.random.Generator) -> Array:
    """Returns the light of a setup, (HEIGHT, WIDTH, 3), exposed for a white sheet.

    A white sheet that faces between the camera and the ceiling comes out at radiance 1, and
    most of its tint is gone, as the white balance of any camera takes it away.
    """
    light = _reflector(rng, LIGHTS[name].paint(rng))
    # Whoever takes the picture stands dark before the light: facets and metal mirror that.
    person = panel(rng.uniform(-10, 10), rng.uniform(0, 60), rng.uniform(0.15, 0.5), 0.6, 0.2)
    light = light * (1 - rng.uniform(0.2, 0.9) * person * (light < 10 * light.mean()))
    sheet = np.array([0.0, -0.6, 0.8])
    solid = np.sqrt(1 - _RAYS[..., 2:] ** 2) * (np.pi / HEIGHT) * (2 * np.pi / WIDTH)
    received = np.sum(np.clip(_RAYS @ sheet, 0, None)[..., None] * solid / np.pi * light, (0, 1))
    tint = received / received.mean()
    balanced: Array = light / received.mean() / tint ** rng.uniform(0.4, 0.95)
    return balanced
