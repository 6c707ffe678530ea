"""Whether one model is better than another on the same photos.

Two intervals that overlap do not say that two models are alike: tried on the same photos, they
mostly fail on the same ones. Only photos on which exactly one of them is right tell them apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.metrics.accuracy import wilson_interval

_ALPHA: Final = 0.05


@dataclass(frozen=True)
class PairedDifference:
    """Two models, A and B, on the same photos; each photo counts as independent of the others.

    Attributes:
        both: Photos on which both are right.
        only_a: Photos on which A alone is right.
        only_b: Photos on which B alone is right.
        neither: Photos on which both are wrong.
        difference: A's share of right ones minus B's.
        low: Lower end of the difference's 95 % interval.
        high: Upper end.
        p_value: Of McNemar's exact test, two-sided.
    """

    both: int
    only_a: int
    only_b: int
    neither: int
    difference: float
    low: float
    high: float
    p_value: float

    @property
    def n(self) -> int:
        """Photos."""
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def verdict(self) -> str:
        """`better` or `worse`, of A, where the test tells them apart (p < 0.05), or else so."""
        if self.p_value >= _ALPHA:
            return "not told apart"
        return "better" if self.difference > 0 else "worse"


def mcnemar_p(only_a: int, only_b: int) -> float:
    """Two-sided p value of McNemar's exact (conditional binomial) test.

    Args:
        only_a: Photos on which A alone is right.
        only_b: Photos on which B alone is right.
    """
    n = only_a + only_b
    tail = sum(math.comb(n, k) for k in range(min(only_a, only_b) + 1))
    return min(1.0, 2 * tail / 2**n)


def newcombe_interval(both: int, only_a: int, only_b: int, neither: int) -> tuple[float, float]:
    """95 % interval of the difference of two paired shares.

    Newcombe (1998), Improved confidence intervals for the difference between binomial
    proportions based on paired data, method 10: the Wilson intervals of both shares, joined by
    their correlation. Unlike a bootstrap it keeps a width where the models never differ.
    """
    n = both + only_a + only_b + neither
    if n == 0:
        return -1.0, 1.0
    a, b = (both + only_a) / n, (both + only_b) / n
    low_a, high_a = wilson_interval(both + only_a, n)
    low_b, high_b = wilson_interval(both + only_b, n)
    product = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    excess = float(both * neither - only_a * only_b)
    if excess > 0:
        excess = max(0.0, excess - n / 2)
    phi = excess / math.sqrt(product) if product else 0.0

    def joined(one: float, other: float) -> float:
        return math.sqrt(max(0.0, one**2 - 2 * phi * one * other + other**2))

    difference = a - b
    low = difference - joined(a - low_a, high_b - b)
    high = difference + joined(b - low_b, high_a - a)
    return max(-1.0, low), min(1.0, high)


def paired_difference(right_a: Sequence[bool], right_b: Sequence[bool]) -> PairedDifference:
    """Compares two models.

    Args:
        right_a: Whether A is right, for each photo.
        right_b: Whether B is right, for the same photos in the same order.
    """
    pairs = [(bool(a), bool(b)) for a, b in zip(right_a, right_b, strict=True)]
    both, only_a, only_b, neither = (
        pairs.count(cell) for cell in ((True, True), (True, False), (False, True), (False, False))
    )
    low, high = newcombe_interval(both, only_a, only_b, neither)
    return PairedDifference(
        both=both,
        only_a=only_a,
        only_b=only_b,
        neither=neither,
        difference=(only_a - only_b) / len(pairs) if pairs else 0.0,
        low=low,
        high=high,
        p_value=mcnemar_p(only_a, only_b),
    )
