"""Backdrops, lights and development of the rendered catalog."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.catalog.render.backdrops import BACKDROPS
from pipeline.catalog.render.lights import LIGHTS, panorama


@pytest.mark.parametrize("name", LIGHTS)
def test_every_light_is_finite_and_exposed_for_white(name: str) -> None:
    light = panorama(name, np.random.default_rng(1))
    assert np.isfinite(light).all() and light.min() >= 0.0
    assert 0.2 < light.mean() < 3.0


@pytest.mark.parametrize("name", BACKDROPS)
def test_every_backdrop_reflects_no_more_than_it_receives(name: str) -> None:
    paint = BACKDROPS[name].paint(np.random.default_rng(1))
    assert paint.shape[2] == 3
    assert paint.min() >= 0.0 and paint.max() <= 1.0
