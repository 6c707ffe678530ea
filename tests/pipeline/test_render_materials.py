"""Materials of the renderer: what light does on metals and in stones."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.catalog.render.bsdfs import mean_chord
from pipeline.catalog.render.materials import (
    INLAYS,
    METALS,
    REACH,
    STONES,
    absorption,
    inlay_color,
)
from pipeline.catalog.render.meshes import grid_faces, merge, smooth, sphere
from pipeline.catalog.render.wear import raised


@pytest.mark.parametrize("name", METALS)
def test_metals_mirror_a_share_of_light(name: str) -> None:
    assert all(0.15 < share < 1.0 for share in METALS[name].reflectance)


def test_oxidized_silver_is_much_darker_than_silver_and_gold_is_yellow() -> None:
    dark, bright = METALS["oxidized silver"], METALS["silver"]
    assert max(dark.tarnish) < 0.5
    assert dark.reflectance == bright.reflectance
    red, green, blue = METALS["yellow gold"].reflectance
    assert red > green > blue


@pytest.mark.parametrize("name", [name for name, s in STONES.items() if s.family == "transparent"])
def test_a_stone_twice_as_thick_lets_the_square_of_its_color_through(name: str) -> None:
    color = STONES[name].color
    through = np.exp(-np.array(absorption(color, 3.0)) * 2 * REACH * 3.0)
    assert np.allclose(through, np.array(color) ** 2, atol=1e-6)


def test_inlays_have_a_usual_color_and_named_ones() -> None:
    assert inlay_color("enamel", "red") == INLAYS["enamel"].colors["red"]
    assert inlay_color("enamel", "") == next(iter(INLAYS["enamel"].colors.values()))


def test_a_bump_is_raised_and_its_surroundings_are_not() -> None:
    x, y = np.meshgrid(np.arange(15.0), np.arange(15.0))
    height = 3.0 * np.exp(-((x - 7) ** 2 + (y - 7) ** 2) / 4)
    sheet = smooth(np.stack([x, y, height], -1).reshape(-1, 3), grid_faces(15, 15, False, False))
    worn = raised(sheet).reshape(15, 15)
    assert worn[7, 7] == 1.0
    assert worn[1:3, 1:3].max() < 0.2


def test_the_mean_chord_of_a_ball_is_two_thirds_of_its_width() -> None:
    two = merge([sphere(3.0, 48), sphere(3.0, 48).moved(x=9.0)])
    assert mean_chord(two) == pytest.approx(4.0, rel=0.02)
