"""Thresholds with which the captions that are given are right as often as was asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.calibration.outcomes import Flags, Numbers

_DOUBT: Final = 0.05
"""Most probability with which a promise may fail to hold."""

_COVERAGES: Final = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.25, 0.1)
"""Shares of the photos that a level may be given for."""

NEVER: Final = 2.0
"""A threshold that no confidence reaches."""


@dataclass(frozen=True)
class Choice:
    """A threshold and what it gives on the photos that it was chosen by.

    Attributes:
        threshold: Least confidence with which a caption is given; `NEVER` where it had better
            never be.
        given: Captions given at the level itself.
        right: Those of them that are right.
        reached: Whether the bounds reach the target.
    """

    threshold: float
    given: int
    right: int
    reached: bool


def lower_bound(right: int, n: int, doubt: float) -> float:
    """One-sided lower bound of a proportion (Clopper and Pearson, 1934).

    Args:
        right: Successes, 0 to n.
        n: Trials; none give 0.
        doubt: Probability with which the bound may be above the proportion.
    """
    if right == 0:
        return 0.0
    logs = [
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        for k in range(right, n + 1)
    ]
    coefficients, successes = np.array(logs), np.arange(right, n + 1)
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2.0
        terms = coefficients + successes * math.log(middle) + (n - successes) * math.log1p(-middle)
        low, high = (middle, high) if np.exp(terms).sum() < doubt else (low, middle)
    return low


def choose_threshold(
    confidence: Numbers,
    right: Flags,
    less_given: Flags,
    less_right: Flags,
    target: float,
) -> Choice:
    """Chooses the lowest threshold of a level that keeps what is promised.

    Two things are promised wherever the level is asked for: of the captions given at it, and of
    all captions given, at it or below it, a share of at least `target` is right. The thresholds
    below are chosen first, so that with none given at this level the second promise is theirs.

    Thresholds that give the most confident captions of `_COVERAGES` are looked at, and the widest
    that keeps both promises is chosen (Geifman and El-Yaniv, *Selective Classification for Deep
    Neural Networks*, 2017). A promise is kept if a Clopper-Pearson lower bound reaches the target;
    its doubt is shared among all looks, so that choosing the best of them costs no certainty. If
    none can be shown to keep both promises, as always with few photos, the widest is chosen whose
    shares of right captions, as counted, reach the target; if there is none, the level is never
    given.

    Args:
        confidence: Of the captions at this level, float64[n], n at least 1.
        right: Whether they are right, bool[n].
        less_given: Whether a caption of a lower level would be given instead, bool[n].
        less_right: Whether that one is right, bool[n].
        target: Share of right captions, in (0, 1).
    """
    falling = np.sort(confidence)[::-1]
    ranks = [max(1, math.ceil(share * len(falling))) for share in _COVERAGES]
    doubt = _DOUBT / len(_COVERAGES)

    def shares(threshold: float) -> tuple[float, float]:
        """Least of the two shares of right captions: shown by its bound, and as counted."""
        given = confidence >= threshold
        whole = given | less_given
        whole_right = int(np.where(given, right, less_given & less_right).sum())
        counts = ((int((given & right).sum()), int(given.sum())), (whole_right, int(whole.sum())))
        shown = min(lower_bound(correct, n, doubt) for correct, n in counts)
        return shown, min(correct / n for correct, n in counts)

    looks = {cut: shares(cut) for cut in (float(falling[rank - 1]) for rank in ranks)}
    shown = [cut for cut, (bound, _) in looks.items() if bound >= target]
    counted = [cut for cut, (_, share) in looks.items() if share >= target]
    chosen = min(shown or counted or [NEVER])
    given = confidence >= chosen
    return Choice(chosen, int(given.sum()), int((given & right).sum()), bool(shown))
