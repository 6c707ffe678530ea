"""Accuracies with their intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from mobile_app.camera_app.runtime.levels import Attributes, Term, get_level

_Z95: Final = 1.959963984540054


def wilson_interval(correct: int, n: int) -> tuple[float, float]:
    """95 % Wilson score interval of a proportion.

    Args:
        correct: Successes, 0 to n.
        n: Trials, at least 0; 0 gives (0, 1).

    Returns:
        Lower and upper end in [0, 1]. (Wilson 1927; for 124 of 136 it is 0.852 to 0.949.)
    """
    if n == 0:
        return 0.0, 1.0
    share = correct / n
    scale = 1.0 + _Z95**2 / n
    center = (share + _Z95**2 / (2 * n)) / scale
    half = _Z95 * math.sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n)) / scale
    return max(0.0, center - half), min(1.0, center + half)


def level_accuracy(level: str, correct: int, n: int) -> LevelAccuracy:
    """CCR at a level, with its interval."""
    low, high = wilson_interval(correct, n)
    return LevelAccuracy(level, n, correct, correct / n if n else 0.0, low, high)


def level_accuracies(
    predicted: Mapping[str, Sequence[tuple[Term, ...]]], attributes: Sequence[Attributes]
) -> tuple[LevelAccuracy, ...]:
    """CCR (share of captions that are exactly right) at each level.

    Args:
        predicted: For each level, the terms of each photo.
        attributes: The truth of each photo, in the same order. Photos that lack a level do not
            count there; a level that no photo has is left out.
    """
    accuracies = []
    for level, captions in predicted.items():
        truths = [get_level(level).terms(one) for one in attributes]
        pairs = [(c, t) for c, t in zip(captions, truths, strict=True) if t is not None]
        if pairs:
            correct = sum(set(caption) == set(truth) for caption, truth in pairs)
            accuracies.append(level_accuracy(level, correct, len(pairs)))
    return tuple(accuracies)


@dataclass(frozen=True)
class TypeScore:
    """How well one type is told from the others (paper, Table II).

    Attributes:
        type: The type.
        n: Photos of it.
        precision: Share of photos called it that are it; 0 where none was.
        recall: Share of its photos that are called it.
        f1: Harmonic mean of both.
    """

    type: str
    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class TypeReport:
    """Scores and confusions of types.

    Attributes:
        types: Row and column names.
        confusion: Photos by true type (row) and predicted type (column).
        scores: One for each type.
    """

    types: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    scores: tuple[TypeScore, ...]


def type_report(truths: Sequence[str], predictions: Sequence[str]) -> TypeReport:
    """Compares true and predicted types of photos that show one type each."""
    types = tuple(sorted({*truths, *predictions}))
    index = {name: position for position, name in enumerate(types)}
    table = [[0] * len(types) for _ in types]
    for truth, prediction in zip(truths, predictions, strict=True):
        table[index[truth]][index[prediction]] += 1
    scores = []
    for name, position in index.items():
        hit = table[position][position]
        n = sum(table[position])
        called = sum(row[position] for row in table)
        precision = hit / called if called else 0.0
        recall = hit / n if n else 0.0
        f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
        scores.append(TypeScore(name, n, precision, recall, f1))
    return TypeReport(types, tuple(map(tuple, table)), tuple(scores))
