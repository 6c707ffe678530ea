"""Is there jewelry on the photo? A logistic regression on what the decoder starts from.

The decoder's own confidence does not answer: shown a cup, it may be sure of a bracelet (Nguyen et
al., *Deep Neural Networks are Easily Fooled*, 2015). Pictures of other things teach it (Hendrycks
et al., *Deep Anomaly Detection with Outlier Exposure*, 2019), here without training the captioner
again: only a weight for each value of the state is fitted, on the exported file's own states.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.confidence import JewelryDetector
from pipeline.calibration.outcomes import Flags, Numbers, Others
from pipeline.errors import JewelcapError

_MISSED: Final = 0.01
"""Share of validation photos of jewelry that may be taken for something else."""

_RIDGE: Final = 100.0
_FOLDS: Final = 5
_LEAST_PICTURES, _LEAST_KINDS = 20, 5

States = NDArray[np.float32]


def fit_detector(
    training: States, validation: States, others: Others, shown: Collection[str] = ()
) -> JewelryDetector:
    """Fits a detector and judges it on kinds of things that it was not fitted to.

    Args:
        training: States of training photos of jewelry, float32[n, U].
        validation: States of validation photos, float32[m, U]; they choose the threshold.
        others: Pictures of other things, of several kinds.
        shown: Kinds of things that the captioner was shown in training; pictures of theirs
            judge nothing.

    Raises:
        JewelcapError: The pictures or their kinds are too few.
    """
    kinds = sorted(set(others.kinds) - set(shown))
    count = sum(kind in kinds for kind in others.kinds)
    if count < _LEAST_PICTURES or len(kinds) < _LEAST_KINDS:
        raise JewelcapError(
            f"{count} pictures of {len(kinds)} kinds of things that training did not show are too "
            f"few to learn what is no jewelry; give at least {_LEAST_PICTURES} of {_LEAST_KINDS} "
            "kinds, each kind in a folder of its own (`jewelcap catalog render --negatives` makes "
            "some)"
        )
    fold = np.array([kinds.index(k) % _FOLDS if k in kinds else -1 for k in others.kinds])
    mistaken = 0
    for number in range(_FOLDS):
        apart = fold == number
        weights, bias = _fit(training, others.states[~apart])
        threshold = _threshold(validation @ weights + bias)
        mistaken += int((others.states[apart] @ weights + bias >= threshold).sum())
    weights, bias = _fit(training, others.states)
    scores = validation @ weights + bias
    threshold = _threshold(scores)
    return JewelryDetector(
        weights=tuple(float(f"{weight:.6g}") for weight in weights),
        bias=float(bias),
        threshold=float(1.0 / (1.0 + np.exp(-threshold))),
        jewelry=len(validation),
        missed=int((scores < threshold).sum()),
        others=count,
        kinds=len(kinds),
        mistaken=mistaken,
    )


def _threshold(scores: Numbers) -> float:
    """Highest score that leaves no more than `_MISSED` of the scores below it."""
    return float(np.sort(scores)[int(_MISSED * len(scores))]) - 1e-6


def _fit(jewelry: States, others: States) -> tuple[Numbers, float]:
    """Ridge logistic regression by Newton's method, both classes weighing the same."""
    values = np.concatenate([jewelry, others]).astype(np.float64)
    label = np.repeat([1.0, 0.0], [len(jewelry), len(others)])
    share = np.repeat([0.5 / len(jewelry), 0.5 / len(others)], [len(jewelry), len(others)])
    share = share * len(values)
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    inputs = np.column_stack([(values - mean) / spread, np.ones(len(values))])
    ridge = np.full(inputs.shape[1], _RIDGE)
    ridge[-1] = 1e-6
    beta = np.zeros(inputs.shape[1])
    for _ in range(30):
        found = 1.0 / (1.0 + np.exp(-np.clip(inputs @ beta, -30.0, 30.0)))
        gradient = inputs.T @ (share * (found - label)) + ridge * beta
        curve = share * found * (1.0 - found)
        step = np.linalg.solve((inputs * curve[:, None]).T @ inputs + np.diag(ridge), gradient)
        beta = beta - step
        if np.abs(step).max() < 1e-8:
            break
    weights = beta[:-1] / spread
    return weights, float(beta[-1] - mean @ weights)


def jewelry_found(detector: JewelryDetector | None, states: States) -> Flags:
    """Which photos would be described, bool[n]; all of them without a detector."""
    if detector is None:
        return np.ones(len(states), bool)
    found = [detector.probability(state[None]) >= detector.threshold for state in states]
    return np.array(found, bool)
