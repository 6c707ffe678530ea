"""Importing several shops into one catalog."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.catalog.import_report import import_text
from pipeline.catalog.importers import ImportOptions, import_catalog
from pipeline.catalog.schema import load_catalog
from pipeline.errors import JewelcapError
from tests.command_line import assert_done, jewelcap
from tests.pipeline.pictures import cut_out, jpeg, read_table, write_photos, write_rows, write_shop


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "catalog"


def _shop(root: Path, first: int, store: str = "") -> Path:
    """A shop with a ring a.jpg and an earring b.jpg, its pictures drawn from seed `first`."""
    columns = ("type", "product_id", "view_group", "store")
    rows = {"a.jpg": ("ring", "1", "v", store), "b.jpg": ("earring", "2", "", store)}
    write_shop(root, rows, columns)
    for number, name in enumerate(rows):
        (root / name).write_bytes(jpeg(cut_out(first + number)))
    return root


def test_shops_keep_their_names_photos_and_products(tmp_path: Path, out: Path) -> None:
    shops = [_shop(tmp_path / "rossi", 10), _shop(tmp_path / "garcia", 20)]
    report = import_catalog(shops, out, ImportOptions())
    photos = load_catalog(out).photos
    assert [(p.file_name, p.product_id, p.view_group) for p in photos] == [
        ("images/rossi/a.jpg", "rossi/1", "rossi/v"),
        ("images/rossi/b.jpg", "rossi/2", ""),
        ("images/garcia/a.jpg", "garcia/1", "garcia/v"),
        ("images/garcia/b.jpg", "garcia/2", ""),
    ]
    assert report.stores == {"rossi": 2, "garcia": 2}
    assert (out / "images/garcia/a.jpg").read_bytes() == (shops[1] / "a.jpg").read_bytes()


def test_a_store_column_or_option_names_the_store(tmp_path: Path, out: Path) -> None:
    shops = [_shop(tmp_path / "x", 10, "Rossi"), _shop(tmp_path / "y", 20)]
    assert import_catalog(shops, out, ImportOptions()).stores == {"Rossi": 2, "y": 2}
    options = ImportOptions(store="Market", force=True)
    assert import_catalog(shops, out, options).stores == {"Rossi": 2, "Market": 2}


def test_forms_may_differ_and_all_columns_are_kept(tmp_path: Path, out: Path) -> None:
    folders = write_photos(tmp_path / "folders", ["anillos/a.jpg"])
    table = write_photos(tmp_path / "table", ["b.jpg"]) / "products.csv"
    write_rows(table, ("file_name", "caption", "price"), [("b.jpg", "Gold ring", "12")])
    import_catalog([folders, table], out, ImportOptions())
    rows = read_table(out / "metadata.csv")
    assert [(r["store"], r["type"], r["price"]) for r in rows] == [
        ("folders", "ring", ""),
        ("table", "ring", "12"),
    ]


def test_a_merged_catalog_imported_again_is_the_same(tmp_path: Path, out: Path) -> None:
    import_catalog([_shop(tmp_path / "x", 10), _shop(tmp_path / "y", 20)], out, ImportOptions())
    import_catalog([out], tmp_path / "again", ImportOptions())
    again = (tmp_path / "again" / "metadata.csv").read_bytes()
    assert again == (out / "metadata.csv").read_bytes()


def test_notes_name_the_shop_too(tmp_path: Path, out: Path) -> None:
    shops = [_shop(tmp_path / "x", 10), _shop(tmp_path / "y", 20)]
    (shops[1] / "a.jpg").write_bytes(b"damaged")
    report = import_catalog(shops, out, ImportOptions())
    assert report.skipped[0].first == ("y/a.jpg",)


def test_shops_that_name_one_store_are_refused(tmp_path: Path, out: Path) -> None:
    shops = [_shop(tmp_path / "x", 10, "Rossi"), _shop(tmp_path / "y", 20, "Rossi")]
    with pytest.raises(JewelcapError, match=r"x and .*y: both name a store 'Rossi'.*rename"):
        import_catalog(shops, out, ImportOptions())
    assert not out.exists()


def test_folders_of_one_name_are_refused(tmp_path: Path, out: Path) -> None:
    shops = [_shop(tmp_path / "x" / "photos", 10), _shop(tmp_path / "y" / "Photos", 20)]
    with pytest.raises(JewelcapError, match=r"both stand in a folder .*rename"):
        import_catalog(shops, out, ImportOptions())


def test_a_source_is_not_imported_twice(tmp_path: Path, out: Path) -> None:
    shop = _shop(tmp_path / "x", 10)
    for other in (shop, shop / "metadata.csv", _shop(shop / "below", 20)):
        with pytest.raises(JewelcapError, match="one source holds the other"):
            import_catalog([shop, other], out, ImportOptions())


@pytest.mark.parametrize("dry_run", [False, True])
def test_near_duplicates_across_shops_are_counted_and_named(
    tmp_path: Path, out: Path, dry_run: bool
) -> None:
    shops = [_shop(tmp_path / "x", 10), _shop(tmp_path / "y", 20)]
    (shops[1] / "b.jpg").write_bytes(jpeg(cut_out(10).resize((150, 120)), 70))
    report = import_catalog(shops, out, ImportOptions(dry_run=dry_run))
    assert report.copies is not None
    assert (report.copies.groups, report.copies.across_shops) == (1, 1)
    assert report.copies.first == ("x/a.jpg = y/b.jpg",)
    assert "1 of them across shops" in import_text(report)
    if dry_run:
        assert [note.code for note in report.notes] == ["copies-across-shops"]
    else:
        assert [r["name"] for r in read_table(out / "import-report.csv")] == ["x/a.jpg"]


def test_the_command_merges(tmp_path: Path, out: Path) -> None:
    shops = [_shop(tmp_path / "x", 10), _shop(tmp_path / "y", 20)]
    result = jewelcap("catalog", "import", *shops, "--out", out)
    assert_done(result)
    assert "imported 4 of 4 photos" in result.stdout
