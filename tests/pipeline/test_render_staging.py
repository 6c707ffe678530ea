"""How a piece is set up for its picture, and the parameters drawn for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.catalog.render import framing, staging
from pipeline.catalog.render.backdrops.registry import CLEAN
from pipeline.catalog.render.camera import aimed
from pipeline.catalog.render.designs import DESIGNS
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.negatives.plan import drawn
from pipeline.catalog.render.negatives.registry import THINGS
from pipeline.catalog.render.products import PRODUCTS
from pipeline.catalog.render.sets import SETS, Item
from pipeline.catalog.render.shot import compose, draw_shot


def _shown(name: str) -> Item:
    suits = staging.PRESENTATIONS[name].shows
    things = [drawn(kind, 0, 0) for kind in THINGS]
    return next(item for item in (*PRODUCTS, *SETS, *things) if item.form in suits)


@pytest.mark.parametrize("form", sorted({design.form for design in DESIGNS.values()} | {"set"}))
def test_every_form_of_design_has_four_presentations_or_more(form: str) -> None:
    assert sum(form in p.shows for p in staging.PRESENTATIONS.values()) >= 4


@pytest.mark.parametrize("name", staging.PRESENTATIONS)
def test_every_presentation_keeps_the_piece_in_the_picture(name: str) -> None:
    scene, pieces = compose(draw_shot(_shown(name), 0, 0, name))
    seen = scene.camera.project(np.concatenate(pieces))
    inside = np.all((seen > 0) & (seen < 1), axis=1)
    assert inside.sum() > 100
    box = np.ptp(np.clip(seen[inside], 0, 1), axis=0)
    assert box.max() > 0.15, "the piece is too small to recognize"


def _hidden(eye: Array, points: Array, mesh: Mesh) -> NDArray[np.bool_]:
    """Returns which points (N, 3) a mesh hides from the eye, shape (N,)."""
    a, b, c = (mesh.vertices[mesh.faces[:, corner]] for corner in range(3))
    first, second, start = b - a, c - a, eye - a
    hidden = np.zeros(len(points), dtype=bool)
    for number, ray in enumerate(points - eye):  # Moeller and Trumbore's test
        across = np.cross(ray, second)
        slope = np.einsum("td,td->t", first, across)
        with np.errstate(divide="ignore", invalid="ignore"):
            u = np.einsum("td,td->t", start, across) / slope
            turned = np.cross(start, first)
            v = turned @ ray / slope
            far = np.einsum("td,td->t", second, turned) / slope
            hits = (u >= 0) & (v >= 0) & (u + v <= 1) & (far > 0) & (far < 0.995)
        hidden[number] = hits.any()
    return hidden


@pytest.mark.parametrize("name", [n for n, p in staging.PRESENTATIONS.items() if p.kind != "worn"])
def test_nothing_hides_the_piece(name: str) -> None:
    scene, pieces = compose(draw_shot(_shown(name), 1, 0, name))
    points = np.concatenate(pieces)
    seen = scene.camera.project(points)
    points = points[np.all((seen > 0) & (seen < 1), axis=1)]
    points = points[:: max(1, len(points) // 24)]
    hidden = np.zeros(len(points), dtype=bool)
    for prop in scene.props:
        hidden |= _hidden(scene.camera.origin, points, prop.mesh)
    assert hidden.mean() < 0.7


@pytest.mark.parametrize("crop", framing.CROPS)
def test_a_crop_leaves_of_the_piece_what_its_name_says(crop: str) -> None:
    rng = np.random.default_rng(0)
    points = rng.uniform(-10, 10, (500, 3))
    for _ in range(20):
        fill = rng.uniform(*framing.CROPS[crop].fill)
        offset = tuple(rng.uniform(-1, 1, 2) * framing.CROPS[crop].offset)
        camera = aimed(points, 30.0, 0.0, 30.0, fill, offset)
        seen = camera.project(points)
        extent = np.ptp(seen, axis=0).max()
        shown = np.all((seen > 0) & (seen < 1), axis=1).mean()
        assert extent == pytest.approx(fill, rel=0.15)
        if crop == "cut":
            assert 0.4 < shown < 1
        else:
            assert shown > 0.97


def test_pictures_are_mixed_as_shops_mix_them() -> None:
    shots = [draw_shot(PRODUCTS[i % len(PRODUCTS)], i, 0) for i in range(800)]
    kinds = Counter(staging.PRESENTATIONS[shot.presentation].kind for shot in shots)
    assert 0.40 < kinds["catalog"] / len(shots) < 0.56
    assert 0.30 < kinds["styled"] / len(shots) < 0.50
    assert all(
        shot.backdrop in CLEAN
        for shot in shots
        if staging.PRESENTATIONS[shot.presentation].kind == "catalog"
    )


def test_the_same_seed_draws_the_same_parameters_and_another_seed_others() -> None:
    first, again = draw_shot(PRODUCTS[0], 3, 7), draw_shot(PRODUCTS[0], 3, 7)
    assert first == again
    assert first != draw_shot(PRODUCTS[0], 4, 7)
    assert first != draw_shot(PRODUCTS[0], 3, 8)
    assert first != draw_shot(PRODUCTS[1], 3, 7)


def test_a_close_up_with_an_open_lens_focuses_on_the_piece() -> None:
    shot = draw_shot(PRODUCTS[0], 0, 0, "ring standing")
    close = replace(shot.framing, crop="close", reach=0.4, fill=0.95, aperture=0.1)
    scene, pieces = compose(replace(shot, framing=close))
    depth = (np.concatenate(pieces) - scene.camera.origin) @ scene.camera.ahead
    assert depth.min() <= scene.camera.focus <= depth.max()
    assert scene.camera.aperture == pytest.approx(0.1 * scene.camera.focus)


def test_a_bracelet_from_near_has_a_wider_angle_of_view_than_other_pictures_of_it() -> None:
    bracelet = next(product for product in PRODUCTS if product.type == "bracelet")
    near = draw_shot(bracelet, 0, 0, "bracelet from near")
    far = draw_shot(bracelet, 0, 0, "bracelet on board")
    assert near.framing.field == pytest.approx(far.framing.field + 30.0)


def test_two_or_three_equal_bangles_stand_in_one_picture() -> None:
    bangle = next(product for product in PRODUCTS if product.form == "bangle")
    alone = sum(len(part.mesh.vertices) for part in bangle.made.build(bangle.families, None))
    counts = set()
    for seed in range(8):
        shown = staging.stage(bangle, "bangles standing on white", np.random.default_rng(seed))
        counts.add(sum(len(mesh.vertices) for mesh in shown.piece.values()) / alone)
    assert counts == {2.0, 3.0}
