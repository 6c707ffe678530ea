"""Reading a catalog's metadata: every form, and every way in which a row can be wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime.levels import Attributes
from pipeline.catalog.rows import EXTRA_CELLS, read_rows
from pipeline.catalog.schema import (
    Photo,
    Skipped,
    catalog_digest,
    load_catalog,
    parse_row,
    safe_relative_path,
    split_cell,
)
from pipeline.errors import JewelcapError
from tests.pipeline.pictures import write_photos, write_shop

ROW = {"file_name": "a.jpg", "type": "ring"}


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _message(path: Path) -> str:
    with pytest.raises(JewelcapError) as caught:
        list(read_rows(path))
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_a_row_becomes_a_photo() -> None:
    row = ROW | {
        "product_id": "12",
        "type": "Ring | ring|NECKLACE",
        "model": " Alba  Nera ",
        "materials": "White  Gold|silver|",
        "stones": "",
        "store": "Rossi",
        "caption": "Anello",
    }
    assert parse_row(row, "row 2") == Photo(
        file_name="a.jpg",
        product_id="Rossi/12",
        attributes=Attributes(
            types=("ring", "necklace"), model="Alba Nera", materials=("white gold", "silver")
        ),
        caption="Anello",
        store="Rossi",
    )


def test_a_photo_without_a_product_is_a_product_of_its_own() -> None:
    photo = parse_row(ROW | {"file_name": "./rings/a.1.jpg"}, "row 2")
    assert isinstance(photo, Photo)
    assert (photo.file_name, photo.product_id) == ("rings/a.1.jpg", "rings/a.1")


@pytest.mark.parametrize(
    ("change", "name", "code", "words"),
    [
        ({"file_name": " "}, "row 9", "no-name", "empty"),
        ({"file_name": "../a.jpg"}, "../a.jpg", "leaves-folder", "leaves"),
        ({"file_name": "/etc/a.jpg"}, "/etc/a.jpg", "leaves-folder", "leaves"),
        ({"file_name": "c:\\a.jpg"}, "c:\\a.jpg", "leaves-folder", "leaves"),
        ({"type": ""}, "a.jpg", "no-type", "type is empty"),
        ({"type": "ring|watch"}, "a.jpg", "unknown-type", "'watch'"),
        ({"caption": "x" * 20_001}, "a.jpg", "long-cell", "20000"),
        ({EXTRA_CELLS: "gold"}, "a.jpg", "extra-cells", "more cells"),
        ({"caption": "\ud800"}, "'a.jpg'", "no-text", "Unicode"),
    ],
)
def test_a_wrong_row_is_skipped_and_named(
    change: dict[str, str], name: str, code: str, words: str
) -> None:
    skipped = parse_row(ROW | change, "row 9")
    assert isinstance(skipped, Skipped)
    assert (skipped.name, skipped.code) == (name, code)
    assert words in skipped.reason


@pytest.mark.parametrize("text", ["", ".", "..", "a/../b", "/a", "a\\b", "a:b", "a\0b"])
def test_paths_that_leave_the_folder_are_refused(text: str) -> None:
    assert safe_relative_path(text) is None


def test_a_summary_leaves_the_detail_out() -> None:
    assert Skipped("a", "is damaged (unexpected end)").summary == "is damaged"
    assert Skipped("a", "is empty; copy it again").summary == "is empty"


def test_a_cell_is_split_trimmed_and_lowered() -> None:
    assert split_cell(" Gold | rose  GOLD|gold||") == ("gold", "rose gold")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'file_name,type,caption\r\na.jpg,ring,"oro, ""18k"""\r\n\r\n'),
        ("bom.csv", '\ufefffile_name,type,caption\na.jpg,ring,"oro, ""18k"""\n'),
        ("semicolons.csv", 'file_name;type;caption\na.jpg;ring;"oro, ""18k"""\n'),
        ("tabs.tsv", 'file_name\ttype\tcaption\na.jpg\tring\t"oro, ""18k"""\n'),
        ("spaces.csv", ' file_name , type , caption \na.jpg,ring,"oro, ""18k"""\n'),
        ("a.json", json.dumps([ROW | {"caption": 'oro, "18k"'}])),
        ("wrapped.json", json.dumps({"n": 1, "items": [ROW | {"caption": 'oro, "18k"'}]})),
        ("a.jsonl", "\n" + json.dumps(ROW | {"caption": 'oro, "18k"'}) + "\n\n"),
        ("bom.ndjson", "\ufeff" + json.dumps(ROW | {"caption": 'oro, "18k"'})),
    ],
)
def test_every_form_gives_the_same_row(tmp_path: Path, name: str, content: str) -> None:
    assert list(read_rows(_file(tmp_path, name, content))) == [ROW | {"caption": 'oro, "18k"'}]


def test_json_lists_nulls_and_numbers_become_cells(tmp_path: Path) -> None:
    row = ROW | {"stones": ["ruby", "pearl"], "model": None, "product_id": 7}
    path = _file(tmp_path, "a.json", json.dumps([row]))
    assert list(read_rows(path)) == [ROW | {"stones": "ruby|pearl", "model": "", "product_id": "7"}]


def test_short_rows_are_filled_and_long_ones_marked(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.csv", "file_name,type,stones\na.jpg,ring\nb.jpg,ring,,x,y\n")
    assert list(read_rows(path)) == [
        ROW | {"stones": ""},
        {"file_name": "b.jpg", "type": "ring", "stones": "", EXTRA_CELLS: "x|y"},
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "file_name,category\na.jpg,ring\n", "no column type (found: file_name, categ"),
        ("a.csv", "", "no column file_name, type (found: none)"),
        ("a.csv", "file_name,type,type\na.jpg,ring,x\n", "column type stands in the header twice"),
        ("a.csv", 'file_name,type\na.jpg,ring\nb.jpg,"ri"ng\n', "line 3"),
        ("a.csv", 'file_name,type\na.jpg,"ring\n', "check its quotes"),
        ("a.csv", "file_name,type\nañillo.jpg,ring\n".encode("latin-1"), "UTF-8"),
        ("a.csv", "file_name,type\na.jpg,ring\n".encode("utf-16"), "UTF-8"),
        ("a.jsonl", b'{"file_name": "a\xff", "type": "ring"}\n', "UTF-8"),
        ("a.jsonl", json.dumps(ROW) + "\n{\n", "entry 2"),
        ("a.jsonl", "[1]\n", "entry 1 is not an object"),
        ("a.jsonl", '{"file_name": "a.jpg"}\n', "no column type"),
        ("a.json", "[{]", "not valid JSON"),
        ("a.json", "[" * 100_000, "not valid JSON"),
        ("a.json", '{"name": "x"}', "no list of entries"),
        ("a.json", '"x"', "no list of entries"),
        ("a.xlsx", "", "unknown form '.xlsx'"),
    ],
)
def test_an_unreadable_file_gives_one_clear_message(
    tmp_path: Path, name: str, content: str | bytes, words: str
) -> None:
    message = _message(_file(tmp_path, name, content))
    assert words in message
    assert "\n" not in message


def test_a_missing_file_gives_one_clear_message(tmp_path: Path) -> None:
    assert "cannot be read" in _message(tmp_path / "a.csv")


def test_a_catalog_keeps_good_rows_and_names_the_others(tmp_path: Path) -> None:
    write_photos(tmp_path, ["a.jpg", "b.jpg"])
    lines = ["a.jpg,ring", "a.jpg,earring", "b.jpg,watch", "c.jpg,ring", ",ring"]
    _file(tmp_path, "metadata.csv", "\n".join(["file_name,type", *lines, f"{'x' * 400},ring"]))
    catalog = load_catalog(tmp_path)
    assert [photo.file_name for photo in catalog.photos] == ["a.jpg"]
    assert catalog.path(catalog.photos[0]).is_file()
    assert [(one.name[:5], one.code) for one in catalog.skipped] == [
        ("a.jpg", "repeated"),
        ("b.jpg", "unknown-type"),
        ("c.jpg", "missing"),
        ("row 6", "no-name"),
        ("xxxxx", "missing"),
    ]


def test_a_catalog_may_be_json_lines(tmp_path: Path) -> None:
    write_photos(tmp_path, ["a.jpg"])
    _file(tmp_path, "metadata.jsonl", json.dumps(ROW))
    assert len(load_catalog(tmp_path).photos) == 1


def test_a_folder_without_metadata_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match=r"neither metadata.csv nor metadata.jsonl"):
        load_catalog(tmp_path)


def test_a_catalog_without_a_usable_row_is_refused(tmp_path: Path) -> None:
    write_shop(tmp_path, {"a.jpg": ("watch", "")})
    with pytest.raises(JewelcapError, match=r"no usable row of 1 .*'watch'"):
        load_catalog(tmp_path)


def test_the_digest_sees_rows_and_images_but_not_their_order() -> None:
    one = Photo("a.jpg", "a", Attributes(("ring",)))
    two = Photo("b.jpg", "b", Attributes(("earring",)))
    sums = {"a.jpg": "1", "b.jpg": "2"}
    digest = catalog_digest([one, two], sums)
    assert catalog_digest([two, one], sums) == digest
    assert catalog_digest([one], sums) != digest
    assert catalog_digest([one, replace(two, caption="x")], sums) != digest
    assert catalog_digest([one, two], sums | {"b.jpg": "3"}) != digest
