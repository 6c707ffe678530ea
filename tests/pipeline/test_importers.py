"""Importing: every form of a shop's photos, and every kind of damage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.catalog.import_report import import_text
from pipeline.catalog.importers import ImportOptions, import_catalog
from pipeline.catalog.schema import COLUMNS, load_catalog
from pipeline.errors import JewelcapError
from tests.command_line import assert_done, assert_fails, jewelcap
from tests.pictures import UNUSABLE, UNUSUAL, encoded, halves
from tests.pipeline.pictures import files_below, read_table, write_photos, write_rows, write_shop


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_shop(
        tmp_path / "shop",
        {"images/a.jpg": ("ring", "gold"), "sub/b.jpg": ("Earrings", ""), "c.jpg": ("watch", "")},
    )


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "catalogs" / "shop"


def _types(out: Path) -> dict[str, str]:
    return {row["file_name"]: row["type"] for row in read_table(out / "metadata.csv")}


def _reasons(out: Path) -> dict[str, str]:
    return {row["name"]: row["code"] for row in read_table(out / "import-report.csv")}


def test_a_folder_with_metadata_becomes_a_catalog(shop: Path, out: Path) -> None:
    report = import_catalog([shop], out, ImportOptions())
    assert (report.rows, report.photos) == (3, 2)
    assert report.types == {"ring": 1, "earring": 1}
    assert report.levels == {"basic": 2, "normal": 1, "complete": 0}
    assert files_below(out) == [
        "images",
        "images/a.jpg",
        "images/sub",
        "images/sub/b.jpg",
        "import-report.csv",
        "metadata.csv",
    ]
    rows = read_table(out / "metadata.csv")
    assert list(rows[0]) == list(COLUMNS)
    assert len(load_catalog(out).photos) == 2
    assert not load_catalog(out).skipped
    assert out.parent.stat().st_mode == out.stat().st_mode


def test_a_catalog_imported_again_is_the_same(shop: Path, out: Path, tmp_path: Path) -> None:
    import_catalog([shop], out, ImportOptions(store="Rossi"))
    import_catalog([out], tmp_path / "again", ImportOptions())
    again = (tmp_path / "again" / "metadata.csv").read_bytes()
    assert again == (out / "metadata.csv").read_bytes()


def test_json_lines_are_imported_and_other_columns_carried_along(tmp_path: Path, out: Path) -> None:
    shop = write_photos(tmp_path / "shop", ["a.jpg"])
    row = {"file_name": "a.jpg", "type": "ring", "stones": ["ruby", "pearl"], "price": 12}
    (shop / "metadata.jsonl").write_text(json.dumps(row))
    import_catalog([shop], out, ImportOptions())
    (imported,) = read_table(out / "metadata.csv")
    assert (imported["stones"], imported["price"]) == ("ruby|pearl", "12")


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_a_plain_file_is_mapped_by_columns(tmp_path: Path, out: Path, form: str) -> None:
    shop = write_photos(tmp_path / "shop", ["pictures/a.jpg"])
    row = {"image": "pictures\\a.jpg", "category": "Anelli", "title": "Anello Alba", "sku": "7"}
    path = shop / f"products.{form}"
    if form == "csv":
        write_rows(path, list(row), [list(row.values())])
    else:
        path.write_text(json.dumps([row]) if form == "json" else json.dumps(row))
    columns = {"file_name": "image", "type": "category", "model": "title", "product_id": "sku"}
    report = import_catalog([path], out, ImportOptions(columns=columns, store="Rossi"))
    (photo,) = load_catalog(out).photos
    assert (photo.attributes.types, photo.attributes.model) == (("ring",), "Anello Alba")
    assert (photo.product_id, photo.store) == ("Rossi/7", "Rossi")
    assert report.stores == {"Rossi": 1}


def test_several_pictures_of_one_entry_are_views_of_one_product(tmp_path: Path, out: Path) -> None:
    shop = write_photos(tmp_path / "shop", ["a.jpg", "b.jpg"])
    (shop / "p.json").write_text(json.dumps([{"file_name": ["a.jpg", "b.jpg"], "type": "ring"}]))
    assert import_catalog([shop / "p.json"], out, ImportOptions()).rows == 2
    assert {photo.product_id for photo in load_catalog(out).photos} == {"a"}


def test_the_user_may_say_what_a_word_means(tmp_path: Path, out: Path) -> None:
    shop = write_shop(tmp_path / "shop", {"a.jpg": ("Body  Jewel", ""), "b.jpg": ("jewel", "")})
    report = import_catalog([shop], out, ImportOptions(types={"body jewel": "necklace"}))
    assert _types(out) == {"images/a.jpg": "necklace"}
    assert report.skipped[0].first == ("b.jpg",)


def test_separators_become_one_and_ambiguous_values_are_left_out(tmp_path: Path, out: Path) -> None:
    shop = write_shop(
        tmp_path / "shop",
        {
            "a.jpg": ("ring", "gold, silver; leather|gold", "n/a", "gold/silver variants"),
            "b.jpg": ("ring", "silver", "pearl,rhinestone/crystal", "assorted, rose  gold"),
        },
        ("type", "materials", "stones", "color"),
    )
    report = import_catalog([shop], out, ImportOptions())
    rows = [(r["materials"], r["stones"], r["color"]) for r in read_table(out / "metadata.csv")]
    assert rows == [("gold|silver|leather", "", ""), ("silver", "pearl", "rose gold")]
    assert {(one.column, one.value, one.count) for one in report.dropped} == {
        ("color", "gold/silver variants", 1),
        ("color", "assorted", 1),
        ("stones", "rhinestone/crystal", 1),
    }
    assert _reasons(out) == {"a.jpg": "dropped-value", "b.jpg": "dropped-value"}
    assert "1 color 'gold/silver variants'" in import_text(report)


def test_rows_that_cannot_be_used_are_counted_by_reason_and_named(
    tmp_path: Path, out: Path
) -> None:
    rows = {
        "good.jpg": ("ring", ""),
        "../outside.jpg": ("ring", ""),
        "/etc/passwd": ("ring", ""),
        "https://shop.example/a.jpg": ("ring", ""),
        "watch.jpg": ("watch", ""),
        "": ("ring", ""),
    }
    shop = tmp_path / "shop"
    write_photos(shop, ["good.jpg", "watch.jpg"])
    write_photos(tmp_path, ["outside.jpg"])
    (shop / "link.jpg").symlink_to(tmp_path / "outside.jpg")
    (shop / "linked").symlink_to(tmp_path)
    (shop / "tiny.png").write_bytes(encoded(halves(size=(20, 20)), "PNG"))
    more = ["missing.jpg", "link.jpg", "linked/outside.jpg", "tiny.png", "good.jpg"]
    lines = [(name, *cells) for name, cells in rows.items()]
    lines += [(name, "ring", "") for name in more]
    write_rows(shop / "metadata.csv", ("file_name", "type", "materials"), lines)
    report = import_catalog([shop], out, ImportOptions())
    assert (report.rows, report.photos) == (len(lines), 1)
    assert _reasons(out) == {
        "../outside.jpg": "leaves-folder",
        "/etc/passwd": "leaves-folder",
        "https://shop.example/a.jpg": "web-address",
        "watch.jpg": "unknown-type",
        "row 6": "no-name",
        "missing.jpg": "missing",
        "link.jpg": "leaves-folder",
        "linked/outside.jpg": "leaves-folder",
        "tiny.png": "tiny",
        "good.jpg": "repeated",
    }
    assert sum(one.count for one in report.skipped) == len(lines) - 1


def test_damaged_pictures_are_left_out_and_unusual_ones_kept(tmp_path: Path, out: Path) -> None:
    folder = tmp_path / "shop" / "ring"
    folder.mkdir(parents=True)
    for number, (make, _) in enumerate(UNUSABLE.values()):
        (folder / f"bad{number}.jpg").write_bytes(make())
    for number, (make, _, _) in enumerate(UNUSUAL.values()):
        (folder / f"good{number}.jpg").write_bytes(make())
    report = import_catalog([tmp_path / "shop"], out, ImportOptions())
    assert report.photos == len(UNUSUAL)
    assert set(_reasons(out).values()) == {"unreadable"}
    assert len(_reasons(out)) == len(UNUSABLE)


def test_only_the_first_names_are_printed_and_all_stand_in_the_report(
    tmp_path: Path, out: Path
) -> None:
    rows = {f"{number:02}.jpg": ("watch", "") for number in range(12)}
    shop = write_shop(tmp_path / "shop", {"good.jpg": ("ring", ""), **rows})
    report = import_catalog([shop], out, ImportOptions())
    text = import_text(report)
    assert "12 unknown type 'watch': 00.jpg" in text
    assert "09.jpg, ..." in text
    assert "10.jpg" not in text
    assert set(_reasons(out)) == set(rows)


def test_names_that_a_file_system_may_take_for_one_are_kept_apart(
    tmp_path: Path, out: Path
) -> None:
    shop = tmp_path / "shop"
    rows = dict.fromkeys(("a.jpg", "images/a.jpg", "A.JPG"), ("ring", ""))
    write_shop(shop, rows)
    import_catalog([shop], out, ImportOptions())
    names = list(_types(out))
    assert len({name.casefold() for name in names}) == 3
    for name, source in zip(names, rows, strict=True):
        assert (out / name).read_bytes() == (shop / source).read_bytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (ImportOptions(columns={"price": "cost"}), "a catalog has no such column"),
        (ImportOptions(columns={"model": "title"}), "--column model=title: the source has no"),
        (ImportOptions(columns={"type": "category"}), "no column category"),
        (ImportOptions(types={"pendant": "collar"}), "'collar' is no type of a catalog"),
    ],
)
def test_wrong_mappings_are_refused(
    shop: Path, out: Path, options: ImportOptions, words: str
) -> None:
    with pytest.raises(JewelcapError, match=words):
        import_catalog([shop], out, options)
    assert not out.parent.exists()


def test_the_command_reports_for_people_and_for_programs(shop: Path, out: Path) -> None:
    result = jewelcap("catalog", "import", shop, "--out", out, "--column", "type=type")
    assert_done(result)
    assert "imported 2 of 3 photos" in result.stdout
    assert "1 unknown type 'watch': c.jpg" in result.stdout
    result = jewelcap("catalog", "import", shop, "--out", out, "--force", "--json")
    assert_done(result)
    record = json.loads(result.stdout)
    assert (record["schema_version"], record["photos"]) == (1, 2)


def test_the_command_tells_failure_from_wrong_usage(shop: Path, out: Path) -> None:
    assert_fails(jewelcap("catalog", "import", shop, "--out", out, "--column", "type"), code=2)
    assert_fails(jewelcap("catalog", "import", shop / "none", "--out", out), code=2)
    assert_fails(jewelcap("catalog", "import", shop, "--out", shop), "overlap", code=1)


def test_latin_1_and_broken_quotes_give_one_message(tmp_path: Path, out: Path) -> None:
    shop = write_photos(tmp_path / "shop", ["a.jpg"])
    (shop / "metadata.csv").write_bytes("file_name,type\nañillo.jpg,ring\n".encode("latin-1"))
    assert_fails(jewelcap("catalog", "import", shop, "--out", out), "UTF-8")
    (shop / "metadata.csv").write_text('file_name,type\n"a.jpg,ring\n')
    assert_fails(jewelcap("catalog", "import", shop, "--out", out), "quotes")
    assert not out.parent.exists()
