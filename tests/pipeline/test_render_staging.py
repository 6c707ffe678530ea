"""How a piece is set up for its picture, and the parameters drawn for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.catalog.render import staging
from pipeline.catalog.render.designs import DESIGNS
from pipeline.catalog.render.products import PRODUCTS
from pipeline.catalog.render.shot import compose, draw_shot


def test_every_form_of_design_can_be_presented() -> None:
    shown = set().union(*(p.shows for p in staging.PRESENTATIONS.values()))
    assert {design.form for design in DESIGNS.values()} <= shown


@pytest.mark.parametrize("name", staging.PRESENTATIONS)
def test_every_presentation_keeps_the_piece_in_the_picture(name: str) -> None:
    shows = staging.PRESENTATIONS[name].shows
    product = next(p for p in PRODUCTS if p.made.form in shows)
    shot = replace(draw_shot(product, 0, 0), presentation=name)
    scene, points = compose(shot)
    seen = scene.camera.project(points)
    inside = np.all((seen > -0.01) & (seen < 1.01), axis=1)
    assert inside.mean() > 0.15
    box = np.ptp(np.clip(seen, 0, 1), axis=0)
    assert box.max() > 0.4, "the piece is too small to recognize"


def test_the_same_seed_draws_the_same_parameters_and_another_seed_others() -> None:
    first, again = draw_shot(PRODUCTS[0], 3, 7), draw_shot(PRODUCTS[0], 3, 7)
    assert first == again
    assert first != draw_shot(PRODUCTS[0], 4, 7)
    assert first != draw_shot(PRODUCTS[0], 3, 8)
    assert first != draw_shot(PRODUCTS[1], 3, 7)
