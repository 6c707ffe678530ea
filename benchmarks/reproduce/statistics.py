"""Intervals of the figures, and whether two of them are told apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.evaluate import Evaluation
from pipeline.metrics import PairedDifference, Share, TypeReport, paired_difference, share_of

_RESAMPLES: Final = 2000


@dataclass(frozen=True)
class TypeFigures:
    """How well one type is told from the others.

    Attributes:
        type: The type.
        precision: Of photos called it, those that are it.
        recall: Of its photos, those that are called it.
        f1: Harmonic mean of both.
        f1_interval: 95 % interval of F1; None where the single photos are not known.
    """

    type: str
    precision: Share
    recall: Share
    f1: float
    f1_interval: tuple[float, float] | None


def type_figures(report: TypeReport) -> tuple[TypeFigures, ...]:
    """Precision, recall and F1 of each type that has photos, with intervals.

    F1 is no proportion: its interval is a percentile bootstrap over photos (seeded), that is,
    over the cells of the table of confusions.
    """
    table = np.array(report.confusion)
    shares = table.ravel() / table.sum()
    draws = np.random.default_rng(0).multinomial(table.sum(), shares, _RESAMPLES)
    draws = draws.reshape(_RESAMPLES, *table.shape)
    found = []
    for position, score in enumerate(report.scores):
        if not score.n:
            continue
        right = draws[:, position, position]
        both = draws[:, position].sum(axis=1) + draws[:, :, position].sum(axis=1)
        low, high = np.percentile(2 * right / np.maximum(both, 1), (2.5, 97.5)).tolist()
        hits, called = int(table[position, position]), int(table[:, position].sum())
        found.append(
            TypeFigures(
                score.type, share_of(hits, called), share_of(hits, score.n), score.f1, (low, high)
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class Difference:
    """A difference of two accuracies on different photos.

    Attributes:
        value: First minus second.
        low: Lower end of the 95 % interval.
        high: Upper end.
    """

    value: float
    low: float
    high: float

    @property
    def told_apart(self) -> bool:
        """Whether zero is outside the interval."""
        return self.low > 0.0 or self.high < 0.0


def difference(one: LevelAccuracy, other: LevelAccuracy) -> Difference:
    """Difference of accuracies on different photos.

    Newcombe (1998), Interval estimation for the difference between independent proportions,
    method 10: the Wilson intervals of both, joined.
    """
    value = one.ccr - other.ccr
    low = math.hypot(one.ccr - one.low, other.high - other.ccr)
    high = math.hypot(one.high - one.ccr, other.ccr - other.low)
    return Difference(value, value - low, value + high)


def compare(first: Evaluation, second: Evaluation, level: str) -> PairedDifference | None:
    """Compares two models at a level; None unless both were tested on the same photos."""
    tests = [
        (one.catalog_digest, one.protocol, one.seed, one.split, one.n) for one in (first, second)
    ]
    counts = [
        {one.n for one in evaluation.accuracy if one.level == level}
        for evaluation in (first, second)
    ]
    if tests[0] != tests[1] or counts[0] != counts[1] or not counts[0]:
        return None
    wrong = [
        {caption.file_name for caption in one.wrong if caption.level == level}
        for one in (first, second)
    ]
    # Evaluations name the photos that are wrong; all others are right.
    names = sorted(wrong[0] | wrong[1]) + [""] * (counts[0].pop() - len(wrong[0] | wrong[1]))
    return paired_difference(
        [name not in wrong[0] for name in names], [name not in wrong[1] for name in names]
    )
