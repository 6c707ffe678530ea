"""Checking a catalog: each defect is found, counted, named and given a remedy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from pipeline.catalog.check import Finding, check_catalog, check_text
from pipeline.errors import JewelcapError
from tests.command_line import assert_done, assert_fails, jewelcap
from tests.pictures import encoded, halves
from tests.pipeline.pictures import cut_out, jpeg, write_photos, write_rows

COLUMNS = ("file_name", "product_id", "type", "model", "materials", "caption")
GOOD = [
    ("a.jpg", "1", "ring", "Alba", "gold", "Anello Alba"),
    ("b.jpg", "2", "ring", "Alba", "gold", "A gold ring"),
    ("c.jpg", "3", "earring", "Lyra", "gold", ""),
    ("d.jpg", "4", "earring", "Lyra", "gold", "Ear rings of gold"),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_photos(tmp_path, [row[0] for row in GOOD])


def _findings(root: Path, rows: Sequence[Sequence[str]]) -> dict[str, Finding]:
    write_rows(root / "metadata.csv", COLUMNS, rows)
    result = check_catalog(root)
    assert result.errors == sum(one.severity == "error" for one in result.findings)
    assert result.warnings == sum(one.severity == "warning" for one in result.findings)
    assert all(one.remedy and one.count >= len(one.first) > 0 for one in result.findings)
    return {one.code: one for one in result.findings}


def test_a_good_catalog_has_no_findings(root: Path) -> None:
    assert _findings(root, GOOD) == {}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("missing.jpg", "3", "ring", "", "gold", ""), "missing"),
        (("a.jpg", "3", "ring", "", "gold", ""), "repeated"),
        (("../a.jpg", "3", "ring", "", "gold", ""), "leaves-folder"),
        (("a.jpg", "3", "watch", "", "gold", ""), "unknown-type"),
        (("a.jpg", "3", "", "", "gold", ""), "no-type"),
    ],
)
def test_rows_that_cannot_be_used_are_errors(root: Path, row: tuple[str, ...], code: str) -> None:
    findings = _findings(root, [*GOOD, row])
    assert list(findings) == [code]
    assert (findings[code].severity, findings[code].first) == ("error", (row[0],))


def test_pictures_that_cannot_be_used_are_errors(root: Path) -> None:
    (root / "e.jpg").write_bytes(jpeg(cut_out(9))[:400])
    (root / "f.jpg").write_bytes(b"")
    (root / "g.png").write_bytes(encoded(halves(size=(20, 20)), "PNG"))
    rows = [(name, "3", "ring", "", "gold", "") for name in ("e.jpg", "f.jpg", "g.png")]
    write_rows(root / "metadata.csv", COLUMNS, [*GOOD, *rows])
    result = check_catalog(root)
    assert result.photos == len(GOOD)
    assert [(one.code, one.first) for one in result.findings] == [
        ("unreadable", ("e.jpg",)),
        ("unreadable", ("f.jpg",)),
        ("tiny", ("g.png",)),
    ]


def test_copies_are_found_exact_and_near(root: Path) -> None:
    (root / "same.jpg").write_bytes((root / "a.jpg").read_bytes())
    smaller = Image.open(root / "c.jpg").resize((100, 80), Image.Resampling.LANCZOS)
    (root / "smaller.jpg").write_bytes(jpeg(smaller))
    rows = [
        ("same.jpg", "1", "ring", "Alba", "gold", ""),
        ("smaller.jpg", "3", "earring", "Lyra", "gold", ""),
    ]
    findings = _findings(root, [*GOOD, *rows])
    assert list(findings) == ["duplicate", "near-duplicate"]
    assert findings["duplicate"].first == ("a.jpg = same.jpg",)
    assert findings["near-duplicate"].first == ("c.jpg = smaller.jpg",)


def test_copies_that_are_described_differently_contradict_each_other(root: Path) -> None:
    (root / "same.jpg").write_bytes((root / "a.jpg").read_bytes())
    findings = _findings(root, [*GOOD, ("same.jpg", "1", "earring", "Alba", "gold", "")])
    assert findings["contradiction"].first == ("a.jpg = same.jpg",)


def test_pictures_that_no_row_names_are_found(root: Path) -> None:
    write_photos(root, ["deep/extra.jpg"])
    findings = _findings(root, GOOD)
    assert list(findings) == ["unlisted"]
    assert findings["unlisted"].first == ("deep/extra.jpg",)


def test_captions_that_a_level_lacks_are_counted(root: Path) -> None:
    rows = [
        *GOOD[:2],
        ("c.jpg", "3", "earring", "", "gold", ""),
        ("d.jpg", "4", "ring", "", "", ""),
    ]
    findings = _findings(root, rows)
    assert findings["lacks-complete"].first == ("c.jpg", "d.jpg")
    assert findings["lacks-normal"].first == ("d.jpg",)
    assert "lacks-basic" not in findings


def test_words_of_a_single_product_are_named(root: Path) -> None:
    rows = [*GOOD[:3], ("d.jpg", "4", "earring", "Vela", "gold|onyx", "")]
    findings = _findings(root, rows)
    assert findings["rare-word"].first == ("material 'onyx'",)
    assert findings["rare-model"].first == ("Lyra", "Vela")


def test_captions_of_unknown_words_are_named(root: Path) -> None:
    rows = [*GOOD[:3], ("d.jpg", "4", "earring", "Lyra", "gold", "IMG_2041 copy")]
    findings = _findings(root, rows)
    assert list(findings) == ["caption-words"]
    assert findings["caption-words"].first == ("d.jpg ('IMG_2041 copy')",)


def test_captions_that_name_another_type_are_named(root: Path) -> None:
    rows = [*GOOD[:3], ("d.jpg", "4", "earring", "Lyra", "gold", "Collana in oro")]
    findings = _findings(root, rows)
    assert list(findings) == ["caption-type"]
    assert "necklace" in findings["caption-type"].first[0]


def test_a_catalog_whose_pictures_have_unusual_endings_is_checked(tmp_path: Path) -> None:
    for number, row in enumerate(GOOD):
        (tmp_path / f"{row[0]}.jfif").write_bytes(jpeg(cut_out(number)))
    assert _findings(tmp_path, [(f"{row[0]}.jfif", *row[1:]) for row in GOOD]) == {}


def test_only_the_first_names_are_kept(root: Path) -> None:
    rows = [(f"missing{number:02}.jpg", "3", "ring", "", "gold", "") for number in range(30)]
    findings = _findings(root, [*GOOD, *rows])
    assert findings["missing"].count == 30
    assert len(findings["missing"].first) == 10
    text = check_text(check_catalog(root))
    assert "(30 times)" in text
    assert "missing04" not in text
    assert "remedy: put the file there" in text


def test_a_folder_that_is_no_catalog_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match="neither"):
        check_catalog(tmp_path)


def test_the_command_fails_on_errors_and_not_on_warnings(root: Path) -> None:
    write_rows(root / "metadata.csv", COLUMNS, [*GOOD[:3], ("d.jpg", "4", "ring", "", "", "")])
    result = jewelcap("catalog", "check", root)
    assert_done(result)
    assert "0 errors" in result.stdout
    write_rows(root / "metadata.csv", COLUMNS, [*GOOD, ("x.jpg", "3", "ring", "", "", "")])
    result = jewelcap("catalog", "check", root, "--json")
    assert result.exit_code == 1
    record = json.loads(result.stdout)
    assert record["findings"][0]["code"] == "missing"
    assert_fails(jewelcap("catalog", "check", root / "none"), code=2)
