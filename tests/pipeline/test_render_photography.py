"""Backdrops, lights and development of the rendered catalog."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipeline.catalog.render import lights, postprocess
from pipeline.catalog.render.backdrops import BACKDROPS
from pipeline.catalog.render.lights import LIGHTS, panorama
from pipeline.catalog.render.postprocess import Development, develop

SIZE = 64


@pytest.mark.parametrize("name", LIGHTS)
def test_every_light_is_finite_and_exposed_for_white(name: str) -> None:
    light = panorama(name, np.random.default_rng(1))
    assert np.isfinite(light).all() and light.min() >= 0.0
    assert 0.2 < light.mean() < 3.0


@pytest.mark.parametrize("name", LIGHTS)
def test_every_light_has_dark_and_bright_parts_for_metal(name: str) -> None:
    front = panorama(name, np.random.default_rng(2))[: lights.HEIGHT // 2].mean(axis=-1)
    assert front.max() > 3 * np.quantile(front, 0.05)


@pytest.mark.parametrize("name", BACKDROPS)
def test_every_backdrop_reflects_no_more_than_it_receives(name: str) -> None:
    paint = BACKDROPS[name].paint(np.random.default_rng(1))
    assert paint.shape[2] == 3
    assert paint.min() >= 0.0 and paint.max() <= 1.0


def test_the_sky_is_above_the_ground() -> None:
    painted = [BACKDROPS["outdoors"].paint(np.random.default_rng(seed)) for seed in range(8)]
    blue = [picture[..., 2] - picture[..., 0] for picture in painted]
    assert np.mean([b[40:60].mean() > b[-60:-40].mean() for b in blue]) > 0.8


def _light(value: float = 0.3) -> Any:
    """Returns an even sheet (SIZE, SIZE, 4) with a bright square in its middle."""
    light = np.full((SIZE, SIZE, 4), value, dtype=np.float32)
    light[28:36, 28:36, :3] = (0.8, 0.5, 0.2)
    light[..., 3] = 1.0
    return light


def _pixels(light: Any, **changes: Any) -> Any:
    image = develop(light, replace(Development(), **changes), np.random.default_rng(0))
    assert image.size == (SIZE, SIZE) and image.mode == "RGB"
    return np.asarray(image, dtype=float)


def test_without_changes_only_the_curve_of_srgb_is_left() -> None:
    gray = _pixels(_light(0.2140))[2, 2]
    assert np.allclose(gray, 127.5, atol=1.5)


def test_a_sheet_in_full_light_is_white_and_paper_too() -> None:
    assert _pixels(_light(1.0))[2, 2].min() >= 246
    assert _pixels(np.zeros((SIZE, SIZE, 4), dtype=np.float32)).min() == 255


@pytest.mark.parametrize(
    "changes",
    [
        {"exposure": -0.5},
        {"white_balance": (1.1, 0.9)},
        {"haze": 0.2},
        {"contrast": 1.2},
        {"saturation": 0.5},
        {"clarity": 0.5},
        {"fade": 0.1},
        {"vignette": 0.3},
        {"blur": 4.0},
        {"motion": 20.0},
        {"fringe": 0.05},
        {"noise": 0.02},
        {"color_noise": 0.02},
        {"shrink": 0.4},
        {"sharpen": 1.0},
        {"first_quality": 30},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_every_parameter_changes_the_picture_the_same_way_twice(changes: dict[str, Any]) -> None:
    first, again = _pixels(_light(), **changes), _pixels(_light(), **changes)
    assert np.array_equal(first, again)
    assert np.abs(first - _pixels(_light())).max() > 4


def test_shake_smears_along_its_direction_only() -> None:
    across = _pixels(_light(), motion=24.0, motion_angle=0.0)
    plain = _pixels(_light())
    assert np.abs(across - plain)[32, 26].max() > 8  # beside the square
    assert np.abs(across - plain)[26, 32].max() < 2  # above it


def test_a_dark_picture_is_brightened_and_a_light_one_raised_to_white() -> None:
    assert _pixels(_light(0.04), metering=1.0)[2, 2].min() > _pixels(_light(0.04))[2, 2].max() + 8
    assert _pixels(_light(0.6), whiten=1.0)[2, 2].min() > 240
    assert np.array_equal(_pixels(_light(0.2), whiten=1.0), _pixels(_light(0.2)))


def test_ragged_edges_of_a_cut_out_become_even() -> None:
    light = np.zeros((SIZE, SIZE, 4), dtype=np.float32)
    light[:, 32:] = (0.05, 0.05, 0.05, 1.0)
    light[::2, 32] = 0.0
    column = _pixels(light)[4:-4, 32, 0]
    assert np.ptp(column) < 20


def test_nearly_half_are_clean_and_strong_flaws_are_rare() -> None:
    drawn = [postprocess.draw(np.random.default_rng([4, number])) for number in range(600)]
    flawless = Development()
    flaws = ("blur", "motion", "noise", "color_noise", "haze", "first_quality", "shrink", "fade")
    clean = [all(getattr(d, f) == getattr(flawless, f) for f in flaws) for d in drawn]
    assert 0.42 < np.mean(clean) < 0.6
    strong = [
        d.blur > 1.2 or d.motion > 4 or d.noise > 0.015 or d.haze > 0.15 or d.shrink < 0.5
        for d in drawn
    ]
    assert 0.01 < np.mean(strong) < 0.12


def test_metadata_names_only_what_changes_the_picture() -> None:
    assert Development().params() == {}
    assert Development(blur=0.5).params() == {"blur": 0.5}


def test_an_earlier_save_leaves_its_blocks() -> None:
    light = _light()
    light[..., :3] += np.random.default_rng(0).uniform(0, 0.2, light[..., :3].shape)
    saved = Image.fromarray(_pixels(light, first_quality=20).astype(np.uint8)).convert("L")
    steps = np.abs(np.diff(np.asarray(saved, dtype=float), axis=1)).mean(axis=0)
    assert steps[7::8].mean() > 1.2 * np.delete(steps, np.s_[7::8]).mean()
