"""Matching sets: their pieces, their words and their place in a catalog."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.catalog.render.designs import DESIGNS
from pipeline.catalog.render.products import PRODUCTS
from pipeline.catalog.render.sets import SETS, Set
from pipeline.catalog.render.shot import compose, draw_shot
from pipeline.catalog.render.staging.matching import arranged
from pipeline.catalog.render.writer import Order, jobs_of, row_of


@pytest.mark.parametrize("item", SETS, ids=lambda item: item.name)
def test_a_set_is_of_known_designs_none_of_which_is_sold_alone_in_its_look(item: Set) -> None:
    assert set(item.designs) <= set(DESIGNS)
    assert not {piece.product_id for piece in item.members} & {p.product_id for p in PRODUCTS}


def test_a_set_names_its_types_and_all_stones() -> None:
    item = Set("probe", ("halia", "lyra"), "silver", "sapphire", "diamond")
    assert item.product_id == "set-probe"
    assert item.type == "earring|necklace"
    assert item.materials == ["silver"]
    assert item.stones == ["sapphires", "diamonds"]
    assert item.model == ""


def test_sets_have_ids_of_their_own() -> None:
    assert len({item.product_id for item in SETS}) == len(SETS)


def test_five_percent_of_a_catalog_shows_sets() -> None:
    jobs = jobs_of(Order(Path("out"), images=2687))
    assert len(jobs) == 2687
    share = sum(isinstance(job.product, Set) for job in jobs) / len(jobs)
    assert 0.04 < share < 0.06


def test_a_part_of_the_products_comes_without_sets() -> None:
    jobs = jobs_of(Order(Path("out"), images=50, products=10))
    assert len(jobs) == 50
    assert not any(isinstance(job.product, Set) for job in jobs)


def test_metadata_of_a_set_have_a_box_a_piece_and_a_folder_for_its_types() -> None:
    job = next(j for j in jobs_of(Order(Path("out"))) if j.product.product_id == "set-azura")
    row = row_of(job, "1,2,3,4|5,6,7,8|9,9,20,20")
    assert row["type"] == "earring|necklace|ring"
    assert row["file_name"].startswith("images/earring-necklace-ring/set-azura/")
    assert row["model"] == ""


def test_pieces_of_a_set_lie_side_by_side_on_the_table() -> None:
    azura = next(item for item in SETS if item.name == "azura")
    parts, members = arranged(azura, np.random.default_rng(1))
    assert len(members) == 3
    assert min(float(part.mesh.vertices[:, 2].min()) for part in parts) == pytest.approx(0.0)


@pytest.mark.parametrize("item", SETS, ids=lambda item: item.name)
def test_every_piece_of_a_set_is_in_the_picture(item: Set) -> None:
    scene, pieces = compose(draw_shot(item, 0, 3))
    assert len(pieces) == len(item.designs)
    assert sum(map(len, pieces)) == sum(len(mesh.vertices) for mesh in scene.piece.values())
    for points in pieces:
        seen = scene.camera.project(points)
        inside = np.all((seen > 0) & (seen < 1), axis=1)
        assert inside.mean() > 0.3
