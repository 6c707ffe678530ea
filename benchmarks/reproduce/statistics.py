"""Intervals of the figures, and whether two of them are told apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.errors import JewelcapError
from pipeline.evaluation import Evaluation
from pipeline.evaluation_compare import compare_evaluations
from pipeline.metrics import PairedDifference, Share, TypeReport, share_of
from pipeline.metrics.compare import mcnemar_p

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


def least_p(one: LevelAccuracy, other: LevelAccuracy) -> float:
    """Lowest p that McNemar's exact test can have, of two models on the same photos.

    Only counts of right photos need be known: p is lowest where the better model is right on all
    photos on which the other one is.
    """
    return mcnemar_p(abs(one.correct - other.correct), 0)


def compare(first: Evaluation, second: Evaluation, level: str) -> PairedDifference | None:
    """Compares two models at a level; None unless both were tested on the same photos."""
    try:
        levels = compare_evaluations(first, second).levels
    except JewelcapError:
        return None
    return next((one.ccr for one in levels if one.level == level), None)
