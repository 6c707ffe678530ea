from __future__ import annotations

import pytest

from pipeline.metrics import paired_difference
from pipeline.metrics.compare import mcnemar_p, newcombe_interval


# Fagerland, Lydersen and Laake (2013), The McNemar test for binary matched-pairs data, and their
# R package contingencytables: Bentur et al. (2009) and Cavo et al. (2012).
@pytest.mark.parametrize(
    ("cells", "p_value", "interval"),
    [
        ((1, 1, 7, 12), 0.0703, (-0.507, -0.026)),
        ((59, 6, 16, 80), 0.052479, (-0.1186, -0.0046)),
    ],
)
def test_test_and_interval_have_the_published_values(
    cells: tuple[int, int, int, int], p_value: float, interval: tuple[float, float]
) -> None:
    assert mcnemar_p(*cells[1:3]) == pytest.approx(p_value, abs=5e-5)
    assert newcombe_interval(*cells) == pytest.approx(interval, abs=5e-4)


def test_models_that_never_differ_are_not_told_apart_but_not_proved_equal() -> None:
    found = paired_difference([True] * 100, [True] * 100)
    assert (found.p_value, found.verdict, found.difference) == (1.0, "not told apart", 0.0)
    assert found.low < -0.03 < 0.03 < found.high


def test_the_difference_is_that_of_the_first_over_the_second() -> None:
    first = [True] * 90 + [False] * 10
    second = [True] * 80 + [False] * 20
    found = paired_difference(first, second)
    assert (found.both, found.only_a, found.only_b, found.neither) == (80, 10, 0, 10)
    assert found.n == 100
    assert found.difference == pytest.approx(0.1)
    assert 0 < found.low < 0.1 < found.high
    assert found.p_value == pytest.approx(2 / 2**10)
    assert found.verdict == "better"
    reverse = paired_difference(second, first)
    assert (reverse.low, reverse.high) == pytest.approx((-found.high, -found.low))
    assert reverse.verdict == "worse"


def test_only_photos_that_one_of_them_gets_right_count_for_the_test() -> None:
    few = paired_difference([True, False] * 3, [False, True] * 3)
    assert few.p_value == 1.0
    many = paired_difference([True] * 5 + [True] * 1000, [False] * 5 + [True] * 1000)
    assert many.p_value == pytest.approx(2 / 2**5)
    assert many.verdict == "not told apart"


def test_no_photo_says_nothing() -> None:
    found = paired_difference([], [])
    assert (found.low, found.high, found.p_value) == (-1.0, 1.0, 1.0)


def test_other_photos_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired_difference([True], [True, False])
