"""Materials of the renderer: what light does on metals and in stones."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.catalog.render.materials import (
    INLAYS,
    METALS,
    REACH,
    STONES,
    absorption,
    inlay_color,
)


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
