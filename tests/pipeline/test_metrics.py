from __future__ import annotations

import pytest

from mobile_app.camera_app.runtime.levels import Attributes, Term
from pipeline.metrics import (
    attribute_scores,
    level_accuracies,
    level_accuracy,
    multi_label_scores,
    type_report,
    wilson_interval,
)

RING, GOLD, SILVER = Term("type", "ring"), Term("material", "gold"), Term("material", "silver")


@pytest.mark.parametrize(
    ("correct", "n", "low", "high"),
    [
        # The paper's best classification and captioning results.
        (124, 136, 0.852, 0.949),
        (67, 70, 0.881, 0.985),
        # Wilson (1927) at the edges, where the normal approximation fails.
        (0, 10, 0.0, 0.278),
        (10, 10, 0.722, 1.0),
        (1, 2, 0.095, 0.905),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_interval_has_the_published_values(
    correct: int, n: int, low: float, high: float
) -> None:
    assert wilson_interval(correct, n) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize("n", [1, 5, 40])
def test_wilson_interval_is_symmetric_within_bounds_and_holds_the_share(n: int) -> None:
    for correct in range(n + 1):
        low, high = wilson_interval(correct, n)
        mirrored = wilson_interval(n - correct, n)
        assert (1 - high, 1 - low) == pytest.approx(mirrored)
        assert 0.0 <= low <= correct / n <= high <= 1.0
        wider = wilson_interval(correct, n)
        narrower = wilson_interval(10 * correct, 10 * n)
        assert narrower[1] - narrower[0] < wider[1] - wider[0]


def test_an_accuracy_carries_its_counts() -> None:
    accuracy = level_accuracy("basic", 3, 4)
    assert (accuracy.level, accuracy.correct, accuracy.n, accuracy.ccr) == ("basic", 3, 4, 0.75)
    assert (accuracy.low, accuracy.high) == wilson_interval(3, 4)
    assert level_accuracy("basic", 0, 0).ccr == 0.0


def test_only_exactly_right_captions_count_and_only_where_the_level_is_known() -> None:
    attributes = [
        Attributes(("ring",), materials=("gold", "silver")),
        Attributes(("ring",), materials=("gold",)),
        Attributes(("ring",)),
    ]
    predicted: dict[str, list[tuple[Term, ...]]] = {
        "basic": [(RING,), (RING, RING), ()],
        "normal": [(RING, SILVER, GOLD), (RING, GOLD, SILVER), (RING, GOLD)],
        "complete": [(RING,), (RING,), (RING,)],
    }
    found = {one.level: (one.correct, one.n) for one in level_accuracies(predicted, attributes)}
    # The order of terms is not the model's to choose; no photo has a complete caption.
    assert found == {"basic": (2, 3), "normal": (1, 2)}


def test_lists_of_different_lengths_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        level_accuracies({"basic": [(RING,)]}, [Attributes(("ring",))] * 2)


def test_scores_and_confusions_of_types() -> None:
    truths = ["ring", "ring", "ring", "earring", "earring", "necklace"]
    called = ["ring", "ring", "earring", "earring", "none", "ring"]
    report = type_report(truths, called)
    assert report.types == ("earring", "necklace", "none", "ring")
    assert report.confusion == ((1, 0, 1, 0), (0, 0, 0, 1), (0, 0, 0, 0), (1, 0, 0, 2))
    scores = {score.type: score for score in report.scores}
    ring = scores["ring"]
    assert (ring.n, ring.precision, ring.recall) == (3, pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert ring.f1 == pytest.approx(2 / 3)
    earring = scores["earring"]
    assert (earring.n, earring.precision, earring.recall) == (2, 0.5, 0.5)
    assert (scores["necklace"].recall, scores["necklace"].f1) == (0.0, 0.0)
    assert (scores["none"].n, scores["none"].precision) == (0, 0.0)


def test_nothing_to_compare_is_an_empty_report() -> None:
    report = type_report([], [])
    assert (report.types, report.confusion, report.scores) == ((), (), ())


def test_the_worst_type_is_the_one_with_the_lowest_f1_that_has_photos() -> None:
    truths = ["ring", "ring", "ring", "earring", "earring"]
    report = type_report(truths, ["ring", "ring", "necklace", "earring", "ring"])
    assert report.worst is not None
    assert (report.worst.type, report.worst.f1) == ("earring", pytest.approx(2 / 3))
    assert type_report([], []).worst is None


def test_multi_label_scores_have_the_published_values() -> None:
    # scikit-learn's documentation of f1_score: [[0, 0, 0], [1, 1, 1], [0, 1, 1]] against
    # [[0, 0, 0], [1, 1, 1], [1, 1, 0]] gives 2/3, 1 and 2/3 by label.
    truths = [set(), {"a", "b", "c"}, {"b", "c"}]
    said = [set(), {"a", "b", "c"}, {"a", "b"}]
    scores = multi_label_scores(truths, said)
    assert scores.macro_f1 == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    assert scores.micro_f1 == pytest.approx(2 * 4 / (5 + 5))
    assert (scores.exact.correct, scores.exact.n) == (2, 3)
    assert (scores.exact_several.correct, scores.exact_several.n) == (1, 2)
    # The same page of hamming_loss: [[0, 1], [1, 1]] against zeros is 0.75.
    assert multi_label_scores([{"b"}, {"a", "b"}], [set(), set()]).hamming_loss == 0.75


def test_nothing_to_compare_has_no_multi_label_score() -> None:
    scores = multi_label_scores([], [])
    assert (scores.exact.n, scores.micro_f1, scores.macro_f1, scores.hamming_loss) == (0, 0, 0, 0)


def test_attributes_are_scored_by_sets_of_terms_at_each_level() -> None:
    attributes = [
        Attributes(("ring",), materials=("gold", "silver")),
        Attributes(("ring",), materials=("gold",), stones=("opal",)),
        Attributes(("ring",)),
    ]
    opal = Term("stone", "opal")
    predicted: dict[str, list[tuple[Term, ...]]] = {
        "basic": [(RING,), (RING,), ()],
        "normal": [(RING, GOLD, opal), (RING, GOLD, opal), (RING, GOLD)],
    }
    found = {(one.level, one.kind): one for one in attribute_scores(predicted, attributes)}
    # No photo has a color, and none was said.
    assert list(found) == [
        ("basic", "type"), ("normal", "type"), ("normal", "material"), ("normal", "stone"),
    ]  # fmt: skip
    basic = found["basic", "type"]
    assert (basic.exact.correct, basic.exact.n, basic.named) == (2, 3, 3)
    assert (basic.precision.value, basic.recall.value) == (1.0, pytest.approx(2 / 3))
    material = found["normal", "material"]
    assert (material.exact.correct, material.exact.n, material.named) == (1, 2, 2)
    assert (material.precision.n, material.recall.n) == (2, 3)
    assert material.f1 == pytest.approx(2 * 2 / (2 + 3))
    stone = found["normal", "stone"]
    # A stone said where there is none is wrong.
    assert (stone.exact.correct, stone.named, stone.precision.value) == (1, 1, 0.5)
    assert (stone.exact.low, stone.exact.high) == wilson_interval(1, 2)
