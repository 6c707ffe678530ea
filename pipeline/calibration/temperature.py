"""Temperature scaling, and what it is judged by: calibration error, risk and coverage."""

from __future__ import annotations

from typing import Final

import numpy as np

from mobile_app.camera_app.runtime.confidence import scaled
from pipeline.calibration.outcomes import Flags, Numbers

BINS: Final = 15
"""As Guo et al. (2017)."""

_LEAST, _MOST = 0.1, 10.0


def fit_temperature(probability: Numbers, right: Flags) -> float:
    """Fits a temperature by maximum likelihood (Guo et al., 2017).

    A caption is one class and any other caption the other, so that what is scaled is the
    log-odds of the caption's probability, and its promise is about the caption as a whole.
    Targets are smoothed as Platt (1999) does: a model that makes no mistake on a few photos is
    not sure for that reason.

    Args:
        probability: The decoder's probability of each caption, float64[n], n at least 1.
        right: Whether it is right, bool[n].

    Returns:
        A temperature within 0.1 and 10.
    """
    inside = np.clip(probability, 1e-7, 1.0 - 1e-7)
    odds = np.log(inside / (1.0 - inside))
    positives = int(right.sum())
    high = (positives + 1.0) / (positives + 2.0)
    low = 1.0 / (len(right) - positives + 2.0)
    target = np.where(right, high, low)

    def slope(inverse: float) -> float:
        return float((odds * (1.0 / (1.0 + np.exp(-inverse * odds)) - target)).sum())

    # The loss is convex in the inverse temperature, so its slope has at most one zero.
    least, most = 1.0 / _MOST, 1.0 / _LEAST
    for _ in range(60):
        middle = (least + most) / 2.0
        least, most = (middle, most) if slope(middle) < 0.0 else (least, middle)
    return 2.0 / (least + most)


def rescaled(probability: Numbers, temperature: float) -> Numbers:
    """Calibrated confidences float64[n], as the runtime computes them."""
    return np.array([scaled(float(one), temperature) for one in probability])


def bins_of(confidence: Numbers) -> list[tuple[float, Flags]]:
    """Splits [0, 1] into equal bins: the upper edge of each and which photos fall into it."""
    index = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    return [((number + 1) / BINS, index == number) for number in range(BINS)]


def calibration_error(confidence: Numbers, right: Flags) -> float:
    """Expected calibration error: mean gap between confidence and share right, over bins.

    Args:
        confidence: float64[n], n at least 1.
        right: bool[n].

    Returns:
        In [0, 1].
    """
    gaps = [
        chosen.sum() * abs(float(confidence[chosen].mean()) - float(right[chosen].mean()))
        for _, chosen in bins_of(confidence)
        if chosen.any()
    ]
    return float(sum(gaps) / len(right))


def risk_coverage(confidence: Numbers, right: Flags) -> tuple[Numbers, Numbers]:
    """Share of wrong captions among the most confident ones, for every share of photos.

    Args:
        confidence: float64[n].
        right: bool[n].

    Returns:
        Coverage float64[n], 1/n to 1, and risk float64[n]. Photos of equal confidence come in
        together: each of them has the risk of all.
    """
    order = np.argsort(-confidence, kind="stable")
    sure, wrong = confidence[order], ~right[order]
    count = np.arange(1, len(order) + 1)
    risk = np.cumsum(wrong) / count
    last = np.searchsorted(-sure, -sure, side="right") - 1
    return count / len(order), risk[last]


def aurc(confidence: Numbers, right: Flags) -> float:
    """Area under the risk-coverage curve: mean risk over all coverages; lower is better."""
    return float(risk_coverage(confidence, right)[1].mean())
