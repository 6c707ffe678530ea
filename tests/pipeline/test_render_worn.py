"""Pieces worn on hands, necks and ears: visible, in the frame, and on the skin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.catalog.render import engine, staging
from pipeline.catalog.render.designs import DESIGNS
from pipeline.catalog.render.forms import hands, heads, implicit
from pipeline.catalog.render.meshes import Array, open_edge_share
from pipeline.catalog.render.negatives.plan import drawn
from pipeline.catalog.render.negatives.registry import THINGS
from pipeline.catalog.render.products import PRODUCTS
from pipeline.catalog.render.shot import Shot, compose, draw_shot
from pipeline.catalog.render.staging.complexion import wearer

WORN = [name for name, p in staging.PRESENTATIONS.items() if p.kind == "worn"]
CELLS = 40  # of a coarse depth map, each way


def worn(name: str, view: int) -> Shot:
    shows = staging.PRESENTATIONS[name].shows
    things = [drawn(kind, 0, 0) for kind in THINGS]
    fits = [item for item in (*PRODUCTS, *things) if item.made.form in shows]
    shot = draw_shot(fits[7 * view % len(fits)], view, 3, name)
    whole = replace(shot.framing, crop="whole", reach=0.0, fill=0.85, offset=(0.0, 0.0))
    return replace(shot, framing=whole)


def cells_of(scene: engine.Scene, points: Array) -> tuple[Array, Array]:
    """Returns the cell (N,) of points in the picture, -1 outside, and their depths (N,)."""
    seen = np.floor(scene.camera.project(points) * CELLS).astype(int)
    depth = (points - scene.camera.origin) @ scene.camera.ahead
    inside = np.all((seen >= 0) & (seen < CELLS), axis=1) & (depth > 0)
    return np.where(inside, seen[:, 1] * CELLS + seen[:, 0], -1), depth


def visible_share(scene: engine.Scene, points: Array) -> float:
    """Returns the share of the piece's points in the picture that no prop hides."""
    nearest = np.full(CELLS * CELLS, np.inf)
    for prop in scene.props:
        centers = prop.mesh.vertices[prop.mesh.faces].mean(axis=1)
        cell, depth = cells_of(scene, centers)
        np.minimum.at(nearest, cell[cell >= 0], depth[cell >= 0])
    cell, depth = cells_of(scene, points)
    shown = cell >= 0
    return float(np.mean(depth[shown] < nearest[cell[shown]] + 2.5))


def test_every_form_of_design_can_be_worn() -> None:
    shown = set().union(*(staging.PRESENTATIONS[name].shows for name in WORN))
    assert shown == {design.form for design in DESIGNS.values()} | {"small-thing"}


@pytest.mark.parametrize("view", [0, 1])
@pytest.mark.parametrize("name", WORN)
def test_a_worn_piece_is_large_in_the_frame_and_not_hidden(name: str, view: int) -> None:
    scene, pieces = compose(worn(name, view))
    points = np.concatenate(pieces)
    seen = scene.camera.project(points)
    assert np.ptp(np.clip(seen, 0, 1), axis=0).max() > 0.12
    assert scene.props, "nothing wears it"
    assert visible_share(scene, points) > 0.2


def test_the_visibility_check_notices_a_hidden_piece() -> None:
    scene, pieces = compose(worn("stud worn", 0))
    points = np.concatenate(pieces) + 12.0 * scene.camera.ahead
    assert visible_share(scene, points) < 0.1


@pytest.mark.parametrize("curl", [5.0, 35.0, 70.0])
def test_rings_fit_the_three_long_fingers(curl: float) -> None:
    hand = hands.hand(np.random.default_rng(1), curl, 1.0)
    for seat in hand.seats[:3]:
        local = (hand.skin.vertices - seat.point) @ seat.turn
        girth = np.linalg.norm(local[:, ::2], axis=1)[np.abs(local[:, 1]) < 1.2]
        assert 8.0 < np.median(girth[girth < 10.5]) < 8.9


def test_hands_are_closed_bodies_and_come_as_left_and_right() -> None:
    hand = hands.hand(np.random.default_rng(0), 10.0, 1.0)
    assert open_edge_share(hand.skin) == 0.0
    other = hand.mirrored()
    np.testing.assert_allclose(other.seats[0].point, hand.seats[0].point * [-1, 1, 1])
    assert np.linalg.det(other.seats[0].turn) == pytest.approx(1.0)


def test_a_necklace_follows_the_skin() -> None:
    body = heads.torso()
    strand = heads.around_neck(body, np.random.default_rng(2), 40.0)
    distance = implicit.at(body, strand.points)
    assert np.quantile(distance, 0.02) > 0.0
    assert np.quantile(distance, 0.98) < 2.5
    assert strand.drop[2] == pytest.approx(-40.0, abs=1.0)


def test_a_bracelet_follows_the_wrist() -> None:
    strand = hands.around_arm(np.random.default_rng(2), 26.0, 14.0)
    assert 150.0 < strand.length < 190.0
    top = hands.top_of_arm(26.0, 14.0)
    assert -strand.drop[1] == pytest.approx(top + 1.4, abs=0.8)


def test_people_differ_from_light_to_dark() -> None:
    rng = np.random.default_rng(0)
    bright = np.array([wearer(rng).skin[0] for _ in range(60)])
    assert bright.min() < 0.25 and bright.max() > 0.65
    assert np.ptp(np.histogram(bright, 4, (0.0, 1.0))[0][:3]) < 40
