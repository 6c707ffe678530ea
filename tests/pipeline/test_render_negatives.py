"""Pictures of what is no jewelry: things, and stagings without their piece."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.catalog.render import staging, writer
from pipeline.catalog.render.designs.registry import all_vertices
from pipeline.catalog.render.engine import ROLES
from pipeline.catalog.render.materials import INLAYS, METALS
from pipeline.catalog.render.negatives.plan import EMPTY, drawn, negatives_of
from pipeline.catalog.render.negatives.registry import THINGS
from pipeline.catalog.render.products import PRODUCTS
from pipeline.catalog.render.shot import compose
from pipeline.catalog.render.writer import Order

ORDER = Order(Path("others"), images=200, seed=3)


@pytest.mark.parametrize("kind", THINGS)
@pytest.mark.parametrize("view", range(3))
def test_a_thing_rests_on_its_table_and_is_made_of_known_materials(kind: str, view: int) -> None:
    thing = drawn(kind, view, 0)
    parts = thing.made.build({}, None)
    points = all_vertices(parts)
    assert np.isfinite(points).all()
    assert -1.5 < points[:, 2].min() < 3.0
    assert 4.0 < np.ptp(points, axis=0).max() < 300.0
    for part in parts:
        assert part.role in ROLES
        assert np.allclose(np.linalg.norm(part.mesh.normals, axis=1), 1.0, atol=1e-6)
    assert thing.metal in METALS and thing.second in METALS
    if any(part.role == "inlay" for part in parts):
        assert thing.color in INLAYS[thing.inlay].colors


def test_a_thing_is_the_same_for_the_same_seed_only() -> None:
    assert drawn("key", 1, 0) == drawn("key", 1, 0)
    assert len({drawn("key", view, seed).number for view in range(4) for seed in range(4)}) == 16


def test_kinds_come_in_turn_and_none_is_left_out() -> None:
    jobs = negatives_of(ORDER)
    counts = Counter(job.product.product_id for job in jobs)
    assert len(counts) == len(THINGS) + len(EMPTY)
    assert {job.product.type for job in jobs} == {"none"}
    assert len({job.file_name for job in jobs}) == len(jobs) == 200
    things = [counts["-".join(name.split())] for name in THINGS]
    assert max(things) - min(things) <= 1
    shorter = negatives_of(replace(ORDER, images=50))
    assert [job.file_name for job in shorter] == [job.file_name for job in jobs[:50]]


def test_the_piece_is_left_out_of_empty_stagings_and_their_props_stay() -> None:
    jobs = {job.product.kind: job for job in negatives_of(ORDER)}
    kinds = set()
    for name in EMPTY:
        job = jobs[name]
        shot = job.shot()
        scene, _ = compose(shot)
        assert scene.piece == {}
        presentation = staging.PRESENTATIONS[shot.presentation]
        kinds.add(presentation.kind)
        if presentation.kind == "worn":
            assert scene.props
        with_piece, _ = compose(replace(shot, product=job.product.absent))
        assert with_piece.piece
    assert kinds == set(EMPTY.values())


def test_things_are_shown_in_every_way_that_suits_them() -> None:
    shown = {job.shot().presentation for job in negatives_of(replace(ORDER, images=400))}
    assert {name for name in staging.PRESENTATIONS if name.startswith("thing")} <= shown


def test_pieces_are_never_shown_as_things() -> None:
    for product in PRODUCTS:
        fits = [p for p in staging.PRESENTATIONS.values() if product.form in p.shows]
        assert fits
        assert not any(p.stage.__module__.endswith("staging.things") for p in fits)


def test_a_row_says_that_there_is_no_jewelry() -> None:
    job = negatives_of(ORDER)[0]
    row = writer.row_of(job, "0,0,5,5")
    assert (row["type"], row["model"], row["materials"], row["stones"]) == ("none", "", "", "")
    assert row["file_name"].startswith("images/none/")
