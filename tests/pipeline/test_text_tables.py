from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime.levels import LEVELS, Attributes
from pipeline.evaluation import Comparison, Evaluation, GroupAccuracy, LevelDifference
from pipeline.metrics import (
    attribute_scores,
    caption_scores,
    level_accuracy,
    multi_label_scores,
    paired_difference,
    type_report,
)
from pipeline.text_tables import accuracy_table, evaluation_table, text_table

GOLD_RING = Attributes(("ring",), "Alba", (), ("gold",))
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
    language="en",
    accuracy=tuple(level_accuracy(level, 67 - i, 70) for i, level in enumerate(LEVELS)),
    types=type_report(["ring", "ring", "earring"], ["ring", "earring", "earring"]),
    type_sets=multi_label_scores([{"ring"}], [{"ring"}]),
    attributes=attribute_scores({level: [GOLD_RING.terms()[:2]] for level in LEVELS}, [GOLD_RING]),
    captions=tuple(caption_scores(level, ["ring"], ["ring"]) for level in LEVELS),
    stores=(),
    presentations=(),
    unsayable={"basic": 0, "normal": 4, "complete": 0},
    right={},
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
    assert any(line.startswith("type ") for line in text.splitlines()) == (level == "basic")


def test_stores_are_shown_where_there_are_several() -> None:
    stores = tuple(GroupAccuracy(name, EVALUATION.accuracy) for name in ("north", "south"))
    several = Evaluation(**{**vars(EVALUATION), "stores": stores})
    text = evaluation_table(several, "normal")
    rows = [line.split()[:3] for line in text.splitlines() if line.startswith(("north", "south"))]
    assert rows == [["north", "normal", "70"], ["south", "normal", "70"]]


def test_lines_have_no_spaces_at_their_ends(tiny_run: Path) -> None:
    from pipeline.evaluate import evaluate_run
    from pipeline.rundir import Run

    text = evaluation_table(evaluate_run(Run(tiny_run), None, "validation", ()))
    assert all(line == line.rstrip() for line in text.splitlines())


def test_attributes_and_overlap_of_texts_are_shown() -> None:
    lines = evaluation_table(EVALUATION, "complete").splitlines()
    model = next(line for line in lines if line.startswith("complete model"))
    assert " ".join(model.split()) == "complete model 1 0.000 [0.000, 0.793] 0.000 0.000 0.000"
    text = next(line for line in lines if line.startswith("text (en)"))
    assert text.split()[2:] == [
        "n", "BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "METEOR*", "ROUGE-L", "CIDEr-D",
    ]  # fmt: skip
    row = lines[lines.index(text) + 2]
    assert row.split()[:6] == ["complete", "1", "1.000", "-", "-", "-"]


def test_photos_that_show_several_types_have_their_own_line() -> None:
    assert "show several" not in evaluation_table(EVALUATION)
    truths = [{"ring"}, {"ring", "earring"}]
    scores = multi_label_scores(truths, [{"ring"}, {"ring"}])
    text = evaluation_table(replace(EVALUATION, type_sets=scores))
    assert "all types exactly right on 0 of 1 photos that show several" in text
    assert "micro F1 0.800, macro F1 0.500, Hamming loss 0.2500" in text


def test_a_comparison_tells_difference_interval_and_verdict() -> None:
    ccr = paired_difference([True] * 90 + [False] * 10, [True] * 80 + [False] * 20)
    other = Comparison("vgg", "vgg16-224", "gru-256", "keras", (LevelDifference("basic", ccr),))
    compared = replace(EVALUATION, against=other)
    lines = evaluation_table(compared).splitlines()
    assert "against vgg: vgg16-224 + gru-256, keras" in lines
    row = " ".join(lines[-1].split())
    assert row == "basic 100 10 0 +0.1000 +0.039 to +0.170 0.00195 better"
    assert "better" not in evaluation_table(compared, "normal")
