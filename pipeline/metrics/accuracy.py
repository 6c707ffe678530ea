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
    # Rounding must not leave the share itself outside.
    return max(0.0, min(share, center - half)), min(1.0, max(share, center + half))


@dataclass(frozen=True)
class Share:
    """A proportion with its 95 % Wilson interval.

    Attributes:
        correct: Successes.
        n: Trials.
        value: `correct / n`; 0 where `n` is 0.
        low: Lower end of the interval.
        high: Upper end.
    """

    correct: int
    n: int
    value: float
    low: float
    high: float


def share_of(correct: int, n: int) -> Share:
    """A proportion and its interval."""
    return Share(correct, n, correct / n if n else 0.0, *wilson_interval(correct, n))


def f1_score(hits: int, called: int, true: int) -> float:
    """Harmonic mean of precision and recall; 0 without a hit.

    Args:
        hits: Right ones among those called.
        called: How many were called.
        true: How many there are.
    """
    return 2 * hits / (called + true) if hits else 0.0


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
