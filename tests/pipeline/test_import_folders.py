"""Importing folders whose names tell the type."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.catalog.importers import ImportOptions, import_catalog
from pipeline.catalog.lexicon import read_type
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.sources import MAX_VIEWS
from pipeline.errors import JewelcapError
from tests.pipeline.pictures import read_table, write_photos


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "catalogs" / "shop"


def _types(out: Path) -> dict[str, str]:
    return {row["file_name"]: row["type"] for row in read_table(out / "metadata.csv")}


def test_class_folders_are_read_in_three_languages(tmp_path: Path, out: Path) -> None:
    names = {
        "rings/a.jpg": "ring",
        "RING/b.jpg": "ring",
        "Gold Rings/c.jpg": "ring",
        "Aretes/d.jpg": "earring",
        "pendientes de plata/e.jpg": "earring",
        "orecchini/f.jpg": "earring",
        "collares/g.jpg": "necklace",
        "collane donna/h.jpg": "necklace",
        "pulseras/i.jpg": "bracelet",
        "Bracciali/j.jpg": "bracelet",
        "bangles/k.jpg": "bracelet",
        "train/01_necklaces/l.jpg": "necklace",
        "anillos/de-oro/m.jpg": "ring",
    }
    shop = write_photos(tmp_path / "shop", list(names))
    import_catalog([shop], out, ImportOptions())
    assert _types(out) == {f"images/{name}": kind for name, kind in names.items()}


def test_folders_that_are_no_type_are_counted_and_named(tmp_path: Path, out: Path) -> None:
    names = ["rings/a.jpg", "banners/b.jpg", "banners/c.jpg", "d.jpg", "Rings & Earrings/e.jpg"]
    report = import_catalog([write_photos(tmp_path / "shop", names)], out, ImportOptions())
    assert report.photos == 1
    assert [(one.count, one.code, one.first) for one in report.skipped] == [
        (2, "unknown-type", ("banners/b.jpg", "banners/c.jpg")),
        (1, "unknown-type", ("Rings & Earrings/e.jpg",)),
        (1, "no-type", ("d.jpg",)),
    ]
    assert "'banners'" in report.skipped[0].reason


def test_a_small_folder_within_a_type_holds_the_views_of_a_product(
    tmp_path: Path, out: Path
) -> None:
    many = [f"rings/gold/{number}.jpg" for number in range(MAX_VIEWS + 1)]
    few = ["rings/alba/1.jpg", "rings/alba/2.jpg", "rings/x.jpg"]
    import_catalog([write_photos(tmp_path / "shop", many + few)], out, ImportOptions())
    products = {photo.file_name: photo.product_id for photo in load_catalog(out).photos}
    assert products["images/rings/alba/1.jpg"] == products["images/rings/alba/2.jpg"]
    assert len(set(products.values())) == len(many) + 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ring", "ring"),
        ("Ear Rings", "earring"),
        ("Rings, gold", "ring"),
        ("Bracelets and Bangles", "bracelet"),
        ("Collana in oro", "necklace"),
        ("key ring", None),
        ("ring box", None),
        ("pendants", "necklace"),
        ("earring/necklace", None),
        ("string", None),
        ("", None),
        ("42", None),
    ],
)
def test_a_name_is_a_type_only_where_that_is_clear(text: str, kind: str | None) -> None:
    assert read_type(text) == kind


def test_columns_of_class_folders_cannot_be_mapped(tmp_path: Path, out: Path) -> None:
    shop = write_photos(tmp_path / "shop", ["rings/a.jpg"])
    with pytest.raises(JewelcapError, match="--column maps nothing"):
        import_catalog([shop], out, ImportOptions(columns={"type": "category"}))


def test_a_folder_without_pictures_is_refused(tmp_path: Path, out: Path) -> None:
    (tmp_path / "shop").mkdir()
    with pytest.raises(JewelcapError, match="no pictures"):
        import_catalog([tmp_path / "shop"], out, ImportOptions())
