"""Numbers of a catalog and its contact sheet."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.catalog.schema import Catalog, load_catalog
from pipeline.catalog.sheet import MAX_SHEET_ROWS, contact_sheet
from pipeline.catalog.stats import TOP, count_catalog, stats_text
from pipeline.errors import JewelcapError
from tests.command_line import assert_done, jewelcap
from tests.pipeline.pictures import write_photos, write_rows

COLUMNS = ("file_name", "product_id", "type", "model", "materials", "store")
ROWS = [
    ("a.jpg", "1", "ring", "Alba", "gold|silver", "Niño"),
    ("b.jpg", "1", "ring", "Alba", "gold", "Niño"),
    ("c.jpg", "2", "earring", "", "", ""),
    ("d.jpg", "3", "ring|earring", "", "silver", ""),
    ("e.jpg", "4", "watch", "", "", ""),
]


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    write_photos(tmp_path, [row[0] for row in ROWS])
    write_rows(tmp_path / "metadata.csv", COLUMNS, ROWS)
    return load_catalog(tmp_path)


def _many(root: Path, count: int) -> Catalog:
    rows = [
        (f"{n}.jpg", f"p{n:03}", "ring", "", f"metal {n:03}", f"store {n:03}") for n in range(count)
    ]
    write_photos(root, [row[0] for row in rows])
    write_rows(root / "metadata.csv", COLUMNS, rows)
    return load_catalog(root)


def test_photos_products_levels_and_words_are_counted(catalog: Catalog) -> None:
    stats = count_catalog(catalog)
    assert (stats.photos, stats.skipped, stats.products) == (4, 1, 3)
    assert stats.photos_per_product == {"1": 2, "2": 1}
    assert stats.types == {"ring": 2, "earring": 1, "ring + earring": 1}
    assert stats.stores == {"": 2, "Niño": 2}
    assert stats.levels == {"basic": 4, "normal": 3, "complete": 2}
    assert stats.terms == {"material": {"gold": 2, "silver": 2}, "model": {"Alba": 2}}
    text = stats_text(stats)
    assert "4 photos of 3 products; 1 rows left out" in text
    assert "(none)" in text


def test_only_the_most_frequent_words_are_listed(tmp_path: Path) -> None:
    stats = count_catalog(_many(tmp_path, TOP + 3))
    assert len(stats.terms["material"]) == TOP
    assert stats.distinct_terms == {"material": TOP + 3}


@pytest.mark.parametrize(("by", "rows"), [("type", 3), ("store", 2), ("product", 3)])
def test_a_sheet_has_a_row_for_each_group(catalog: Catalog, by: str, rows: int) -> None:
    one, two, sheet = (
        contact_sheet(some, by, per_row=2, seed=0).height
        for some in (_only(catalog, 0), _only(catalog, 0, 2), catalog)
    )
    assert sheet == one + (rows - 1) * (two - one)
    assert two > one


def _only(catalog: Catalog, *indices: int) -> Catalog:
    return Catalog(catalog.root, tuple(catalog.photos[i] for i in indices), ())


def test_a_sheet_shows_the_photos(catalog: Catalog) -> None:
    sheet = np.asarray(contact_sheet(catalog, "type", per_row=2, seed=0))
    # The photos are cut-outs on pure white, which neither the paper nor the ink is.
    white = (sheet == 255).all(axis=2)
    photo_pixels = 4 * 160 * 128
    assert 0.5 * photo_pixels < white.sum() < photo_pixels


def test_a_seed_gives_the_same_sheet_and_another_seed_another(tmp_path: Path) -> None:
    catalog = _many(tmp_path, 12)
    first, again, other = (
        contact_sheet(catalog, "type", per_row=4, seed=seed).tobytes() for seed in (0, 0, 1)
    )
    assert first == again
    assert first != other


def test_many_groups_are_sampled(tmp_path: Path) -> None:
    catalog = _many(tmp_path, MAX_SHEET_ROWS + 5)
    fewer = Catalog(catalog.root, catalog.photos[:MAX_SHEET_ROWS], ())
    sheets = [contact_sheet(one, "product", per_row=1, seed=0) for one in (catalog, fewer)]
    assert sheets[0].size == sheets[1].size


def test_a_damaged_photo_leaves_a_gray_tile(catalog: Catalog) -> None:
    good = contact_sheet(catalog, "type", 2, 0)
    (catalog.root / "c.jpg").write_bytes(b"damaged")
    bad = contact_sheet(catalog, "type", 2, 0)
    assert good.size == bad.size
    gray = (np.asarray(bad) == 200).all(axis=2).sum() - (np.asarray(good) == 200).all(axis=2).sum()
    assert gray > 10_000


def test_an_unknown_grouping_is_refused(catalog: Catalog) -> None:
    with pytest.raises(JewelcapError, match="unknown grouping 'stone'"):
        contact_sheet(catalog, "stone", 2, 0)


def test_the_command_prints_numbers_and_writes_the_sheet(catalog: Catalog, tmp_path: Path) -> None:
    out = tmp_path / "new" / "sheets"
    result = jewelcap("catalog", "stats", catalog.root, "--out", out, "--by", "store", "--json")
    assert_done(result)
    assert json.loads(result.stdout)["photos"] == 4
    with Image.open(out / "contact-sheet.png") as sheet:
        assert sheet.format == "PNG"
    assert [path.name for path in out.iterdir()] == ["contact-sheet.png"]
    assert_done(jewelcap("catalog", "stats", catalog.root))
