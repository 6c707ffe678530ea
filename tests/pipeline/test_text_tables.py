from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime.levels import LEVELS
from pipeline.evaluate import Evaluation, StoreAccuracy
from pipeline.metrics import level_accuracy, type_report
from pipeline.text_tables import accuracy_table, evaluation_table, text_table

EVALUATION = Evaluation(
    subject="rings",
    encoder="mobilenet-1.0-224",
    decoder="gru-256",
    variant="int8",
    protocol="views",
    seed=0,
    catalog_digest="c",
    split="test",
    n=70,
    accuracy=tuple(level_accuracy(level, 67 - i, 70) for i, level in enumerate(LEVELS)),
    types=type_report(["ring", "ring", "earring"], ["ring", "earring", "earring"]),
    stores=(),
    unsayable={"basic": 0, "normal": 4, "complete": 0},
    wrong=(),
    command="",
    git_commit="",
)


def test_columns_are_aligned_the_first_to_the_left() -> None:
    table = text_table(("name", "n"), [("a", "1"), ("longer", "1000")])
    assert table.splitlines() == [
        "name       n",
        "------  ----",
        "a          1",
        "longer  1000",
    ]


def test_a_table_without_rows_is_its_header() -> None:
    assert text_table(("a", "b"), []).splitlines() == ["a  b", "-  -"]


def test_a_row_of_another_length_is_a_mistake() -> None:
    with pytest.raises((ValueError, IndexError)):
        text_table(("a", "b"), [("1",)])


def test_accuracies_stand_with_their_count_and_interval() -> None:
    lines = accuracy_table(EVALUATION.accuracy, "test").splitlines()
    assert lines[0].split() == ["test", "n", "CCR", "95", "%", "interval"]
    assert lines[2].split() == ["basic", "70", "0.9571", "0.881", "to", "0.985"]
    assert len(lines) == 2 + len(LEVELS)


def test_an_evaluation_tells_what_was_measured() -> None:
    text = evaluation_table(EVALUATION)
    assert text.startswith("rings: mobilenet-1.0-224 + gru-256, int8; protocol views, 70 photos")
    assert "4 normal captions have a word that training never saw" in text
    assert "basic captions have" not in text
    ring = next(line for line in text.splitlines() if line.startswith("ring "))
    assert ring.split() == ["ring", "2", "1.000", "0.500", "0.667"]
    assert "store" not in text


def test_figures_of_a_protocol_that_leaks_say_so() -> None:
    text = evaluation_table(replace(EVALUATION, protocol="paper"))
    assert (
        "protocol paper (leaks: augmented copies of one photo stand on both sides), 70 photos"
        in text.splitlines()[0]
    )
    assert "leaks" not in evaluation_table(EVALUATION)


@pytest.mark.parametrize("level", LEVELS)
def test_one_level_alone(level: str) -> None:
    text = evaluation_table(EVALUATION, level)
    for other in LEVELS:
        assert any(line.startswith(other) for line in text.splitlines()) == (other == level)
    assert ("precision" in text) == (level == "basic")


def test_stores_are_shown_where_there_are_several() -> None:
    stores = tuple(StoreAccuracy(name, EVALUATION.accuracy) for name in ("north", "south"))
    several = Evaluation(**{**vars(EVALUATION), "stores": stores})
    text = evaluation_table(several, "normal")
    rows = [line.split()[:3] for line in text.splitlines() if line.startswith(("north", "south"))]
    assert rows == [["north", "normal", "70"], ["south", "normal", "70"]]


def test_lines_have_no_spaces_at_their_ends(tiny_run: Path) -> None:
    from pipeline.evaluate import evaluate_run
    from pipeline.rundir import Run

    text = evaluation_table(evaluate_run(Run(tiny_run), None, "validation", ()))
    assert all(line == line.rstrip() for line in text.splitlines())
