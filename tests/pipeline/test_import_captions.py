"""Importing shops whose rows are mainly free text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from pipeline.catalog.import_report import ImportReport, import_text
from pipeline.catalog.importers import ImportOptions, import_catalog
from pipeline.errors import JewelcapError
from tests.command_line import assert_done, assert_fails, jewelcap
from tests.pipeline.pictures import files_below, read_table, write_photos, write_shop


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "catalog"


def _import(
    out: Path,
    rows: Mapping[str, Sequence[str]],
    columns: Sequence[str] = ("caption",),
    options: ImportOptions | None = None,
) -> ImportReport:
    shop = write_shop(out.parent / "shop", rows, columns)
    return import_catalog([shop], out, options or ImportOptions())


def _notes(out: Path) -> list[tuple[str, str]]:
    return [(row["name"], row["code"]) for row in read_table(out / "import-report.csv")]


def _attributes(out: Path) -> list[tuple[str, ...]]:
    columns = ("type", "materials", "stones", "color", "model")
    return [tuple(row[name] for name in columns) for row in read_table(out / "metadata.csv")]


def test_a_shop_with_nothing_but_texts_becomes_a_catalog(out: Path) -> None:
    _import(
        out,
        {
            "a.jpg": ("Aquamarine Ring - White Gold 18K, Aquamarine, Rubies, Diamonds",),
            "b.jpg": ("Pulsera de plata con perlas",),
            "c.jpg": ("Anello «Alba» in oro bianco con zaffiro e smalto blu",),
        },
    )
    assert _attributes(out) == [
        ("ring", "white gold", "aquamarine|rubies|diamonds", "", ""),
        ("bracelet", "silver", "pearls", "", ""),
        ("ring", "white gold|enamel", "sapphire", "blue", "Alba"),
    ]


def test_columns_win_over_the_caption_and_what_differs_is_named(out: Path) -> None:
    columns = ("type", "materials", "stones", "caption")
    report = _import(
        out,
        {
            "a.jpg": ("ring", "silver", "", "Gold earring with rubies"),
            "b.jpg": ("ring", "gold", "ruby", "Gold ring with rubies"),
            "c.jpg": ("", "", "ruby", "Gold ring"),
        },
        columns,
    )
    assert _attributes(out)[0] == ("ring", "silver", "rubies", "", "")
    assert _attributes(out)[2] == ("ring", "gold", "ruby", "", "")
    assert _notes(out) == [("a.jpg", "differs-type"), ("a.jpg", "differs-materials")]
    found = {
        one.column: (one.agree, one.differ, one.column_only, one.caption_only)
        for one in report.agreement
    }
    assert found == {"type": (1, 1, 0, 1), "materials": (1, 1, 0, 1), "stones": (1, 0, 1, 1)}


def test_a_golden_color_and_yellow_gold_are_no_contradiction(out: Path) -> None:
    rows = {"a.jpg": ("ring", "gold", "Yellow gold ring")}
    report = _import(out, rows, ("type", "color", "caption"))
    assert not any(one.differ for one in report.agreement)
    assert _attributes(out) == [("ring", "yellow gold", "", "golden", "")]


def test_every_caption_that_cannot_be_read_is_listed_with_the_reason(out: Path) -> None:
    rows = {
        "good.jpg": ("Gold ring",),
        "none.jpg": ("",),
        "digits.jpg": ("12345",),
        "unknown.jpg": ("DSC_0012",),
        "french.jpg": ("Bague en or blanc avec diamants",),
        "watch.jpg": ("Reloj de acero",),
        "two.jpg": ("Silver earring or ring",),
        "gift.jpg": ("A gift of silver",),
    }
    report = _import(out, rows)
    assert _notes(out) == [
        ("none.jpg", "no-type"),
        ("digits.jpg", "caption-no-words"),
        ("unknown.jpg", "caption-no-known-word"),
        ("french.jpg", "caption-language-unknown"),
        ("watch.jpg", "caption-other-piece"),
        ("two.jpg", "caption-two-types"),
        ("gift.jpg", "caption-no-type"),
    ]
    assert report.photos == 1
    assert sum(one.count for one in report.unread) == 6
    assert "could not read 6 captions" in import_text(report)


def test_a_photo_whose_columns_suffice_stays_though_its_caption_is_unread(out: Path) -> None:
    report = _import(out, {"a.jpg": ("ring", "Maroon")}, ("type", "caption"))
    assert report.photos == 1
    assert _notes(out) == [("a.jpg", "caption-no-type")]


def test_a_category_that_says_nothing_gives_way_to_the_caption_but_a_watch_stays_out(
    out: Path,
) -> None:
    rows = {"a.jpg": ("Joyas", "Anillo de oro"), "b.jpg": ("watch", "Ring of gold")}
    report = _import(out, rows, ("type", "caption"))
    assert _attributes(out) == [("ring", "gold", "", "", "")]
    assert report.skipped[0].reason == "unknown type 'watch'"


def test_captions_are_counted_by_language(out: Path) -> None:
    report = _import(
        out,
        {
            "a.jpg": ("Gold ring", ""),
            "b.jpg": ("Blue ring", "en"),
            "c.jpg": ("Anillo de oro", "es-MX"),
            "d.jpg": ("Bague en or", "fr"),
        },
        ("caption", "caption_lang"),
    )
    counts = [(one.language, one.captions, one.read, one.materials) for one in report.captions]
    assert counts == [("en", 2, 2, 1), ("es", 1, 1, 1), ("fr", 1, 0, 0)]


def test_the_user_may_name_the_language(out: Path) -> None:
    rows = {"a.jpg": ("Perla collar",)}  # A pearl's collar in English, a necklace in Spanish.
    _import(out, rows, options=ImportOptions(language="en"))
    english = _attributes(out)
    _import(out, rows, options=ImportOptions(language="es", force=True))
    assert (english[0][2], _attributes(out)[0][2]) == ("", "pearl")


def test_values_of_columns_get_the_catalogs_word(out: Path) -> None:
    rows = {"a.jpg": ("ring", "Oro blanco, Paper", "Perlas", "azul")}
    report = _import(out, rows, ("type", "materials", "stones", "color"))
    assert _attributes(out) == [("ring", "white gold|Paper", "pearls", "blue", "")]
    assert {(one.value, one.term) for one in report.renamed} == {
        ("Oro blanco", "white gold"),
        ("Perlas", "pearls"),
        ("azul", "blue"),
    }


def test_texts_are_found_in_a_column_of_any_name(tmp_path: Path, out: Path) -> None:
    shop = write_photos(tmp_path / "shop", ["a.jpg"])
    (shop / "p.json").write_text(json.dumps([{"image": "a.jpg", "title": "Anello in argento"}]))
    columns = {"file_name": "image", "caption": "title"}
    import_catalog([shop / "p.json"], out, ImportOptions(columns=columns))
    assert _attributes(out) == [("ring", "silver", "", "", "")]


def test_photos_of_a_named_design_with_one_text_are_views_of_one_product(out: Path) -> None:
    named, unnamed = ("Anillo Aura - oro",), ("Anillo de oro",)
    rows = {"a.jpg": named, "b.jpg": named, "c.jpg": unnamed, "d.jpg": unnamed}
    _import(out, rows)
    products = [row["product_id"] for row in read_table(out / "metadata.csv")]
    assert products == ["Anillo Aura - oro", "Anillo Aura - oro", "c", "d"]


def test_a_source_needs_types_or_texts(tmp_path: Path, out: Path) -> None:
    shop = write_shop(tmp_path / "shop", {"a.jpg": ("7",)}, ("price",))
    with pytest.raises(JewelcapError, match=r"no column type or caption .* --column caption=title"):
        import_catalog([shop], out, ImportOptions())


def test_a_dry_run_shows_every_note_and_writes_nothing(tmp_path: Path, out: Path) -> None:
    rows = {f"{number:02}.jpg": ("Maroon",) for number in range(12)} | {"a.jpg": ("Gold ring",)}
    report = _import(out, rows, options=ImportOptions(dry_run=True))
    assert [note.name for note in report.notes] == list(rows)[:12]
    assert "  11.jpg: caption names no type of piece (Maroon)" in import_text(report)
    assert files_below(tmp_path)[0] == "shop"


def test_the_command_takes_a_language_and_prints_notes_as_json(tmp_path: Path, out: Path) -> None:
    rows = {"a.jpg": ("Reloj",), "b.jpg": ("Oro anillo",)}
    shop = write_shop(tmp_path / "shop", rows, ("caption",))
    arguments = ("catalog", "import", shop, "--out", out, "--language", "es", "--dry-run")
    result = jewelcap(*arguments, "--json")
    assert_done(result)
    (note,) = json.loads(result.stdout)["notes"]
    assert (note["name"], note["code"]) == ("a.jpg", "caption-other-piece")
    assert_fails(jewelcap("catalog", "import", shop, "--out", out, "--language", "fr"), code=2)
