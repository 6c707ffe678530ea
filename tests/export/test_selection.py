from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from export.disagreement import Disagreement
from export.selection import (
    BUDGETS,
    Outcome,
    Selection,
    parse_budgets,
    select,
    selection_text,
    write_selection,
    zipped_bytes,
)
from export.variants_page import variants_page, write_variants
from mobile_app.camera_app.runtime.bundle import LevelAccuracy, Parity
from mobile_app.camera_app.runtime.levels import Term
from mobile_app.camera_app.runtime.schema import load_json
from pipeline.errors import JewelcapError


def outcome(name: str, right: int, size_mb: float, latency_ms: float) -> Outcome:
    accuracy = tuple(
        LevelAccuracy(level, 100, right, right / 100, 0.0, 1.0) for level in ("basic", "complete")
    )
    size = int(size_mb * 1e6)
    return Outcome(name, "exported", "", name, size, size // 2, latency_ms, accuracy)


OUTCOMES = (
    outcome("float32", 90, 15.0, 12.0),
    outcome("int8", 88, 4.0, 5.0),
    outcome("dynamic", 90, 4.1, 13.0),
    Outcome("qat-int8", "refused", "qat-int8 is refused: state error 1.0 above 0.35"),
    Outcome("int16x8", "failed", "conversion failed"),
)


@pytest.mark.parametrize(
    ("budgets", "best"),
    [
        ({}, "dynamic"),  # As good as float32, and smaller.
        ({"size_mb": 5.0}, "dynamic"),
        ({"size_mb": 5.0, "latency_ms": 10.0}, "int8"),
        ({"latency_ms": 12.0}, "float32"),
        ({"zipped_mb": 2.0}, "int8"),
        ({"size_mb": 4.0}, "int8"),
        ({"size_mb": 3.9}, ""),
    ],
)
def test_the_most_accurate_within_the_budgets_is_the_best(
    budgets: dict[str, float], best: str
) -> None:
    selection = select(OUTCOMES, budgets)
    assert selection.best == best
    assert selection.outcomes == OUTCOMES


def test_the_table_names_each_variant_and_why_it_is_not_there() -> None:
    text = selection_text(select(OUTCOMES, {"latency_ms": 10.0}))
    lines = {line.split("  ")[0]: line for line in text.splitlines()}
    assert lines["int8"].endswith("best") and "0.880 [0.000, 1.000]" in lines["int8"]
    assert lines["float32"].endswith("over latency_ms")
    assert lines["qat-int8"].endswith("refused") and lines["int16x8"].endswith("failed")
    assert "qat-int8: qat-int8 is refused: state error 1.0 above 0.35" in text
    assert text.endswith("best with latency_ms <= 10: int8")
    assert selection_text(select(OUTCOMES, {"size_mb": 1.0})).endswith("keeps size_mb <= 1")
    assert selection_text(select(OUTCOMES[3:], {})).endswith("no variant was exported")


def test_budgets_are_parsed() -> None:
    assert parse_budgets(["size_mb=5", "latency_ms=0.5"]) == {"size_mb": 5.0, "latency_ms": 0.5}
    assert parse_budgets([]) == {}
    assert set(BUDGETS) == {"size_mb", "zipped_mb", "latency_ms"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("size=5", "unknown budget 'size': did you mean 'size_mb'"),
        ("size_mb", "above 0, as in size_mb=5"),
        ("size_mb=small", "above 0"),
        ("size_mb=0", "above 0"),
        ("size_mb=-1", "above 0"),
        ("size_mb=inf", "above 0"),
        ("size_mb=nan", "above 0"),
    ],
)
def test_a_budget_of_another_form_is_one_message(text: str, words: str) -> None:
    with pytest.raises(JewelcapError, match=words):
        parse_budgets([text])


def test_a_selection_is_written_with_its_version(tmp_path: Path) -> None:
    path = write_selection(tmp_path, select(OUTCOMES, {"size_mb": 5.0}))
    data = json.loads(path.read_text())
    assert (data["schema_version"], data["best"], data["level"]) == (2, "dynamic", "complete")
    assert [one["status"] for one in data["outcomes"]].count("exported") == 3


def test_zeros_are_small_when_zipped(tmp_path: Path) -> None:
    path = tmp_path / "zeros"
    path.write_bytes(bytes(100_000))
    assert zipped_bytes(path) < 1000


def test_the_page_of_all_variants_names_captions_that_changed_for_no_reason(
    tmp_path: Path,
) -> None:
    gold, silver = (Term("material", name) for name in ("gold", "silver"))
    doubtful = Disagreement(
        0, "complete", (gold,), (silver,), 0, "a", "b", 0.3, 0.5, 0.1, "a.jpg", "encoder"
    )
    tied = replace(doubtful, confidence=0.9, keras_margin=0.1)
    changed = replace(tied, keras_margin=0.7, file_name="rings/b.jpg", part="decoder")
    int8 = replace(
        OUTCOMES[1],
        parity=Parity(200, 0.05, 0.99, 0.96, 500, 0.998),
        disagreements=(doubtful, tied, tied, changed),
        kept_float=("encode/conv1",),
    )
    selection = replace(select((OUTCOMES[0], int8, OUTCOMES[4]), {}), run="shop")
    write_variants(tmp_path, selection)
    stored = load_json(Selection, (tmp_path / "variants.json").read_bytes(), "variants")
    assert stored == selection
    page = (tmp_path / "variants.md").read_text()
    assert page == variants_page(selection)
    row = "| int8 | 4.00 | 2.00 | 0.880 [0.000, 1.000] | 0.0500 | 0.9900 | 0.9600 |"
    assert f"{row} 0.9980 of 500 | 1 | 2 | 1 | 3 | 1 | 0 | 0 |" in page
    assert "on 200 validation photos" in page
    assert page.count("rings/b.jpg") == 1 and "a.jpg" not in page
    assert "- int8: in float stayed encode/conv1" in page
    assert "- int16x8: conversion failed" in page
