"""How sure a captioner is, in probabilities that hold, and when it had better say less.

A captioner file carries what `export` learned about it on validation photos: for each level a
temperature, which turns the decoder's probability of a caption into the share of such captions
that are right (Guo et al., *On Calibration of Modern Neural Networks*, 2017), and a threshold
below which the caption is not given; and, if it was shown pictures of other things, a detector
that tells whether there is jewelry on a photo at all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .decode import Floats

Verdict = Literal["answered", "fallen back", "not sure", "no jewelry"]
"""What became of a question: a caption at the level asked for, one at a lower level, or none."""

_LEAST = 1e-7
_TIE = 1e-6


@dataclass(frozen=True)
class LevelCalibration:
    """What is known of the confidences at one level, from validation photos.

    Attributes:
        level: A description level.
        n: Photos.
        temperature: Divides the log-odds of a caption's probability.
        threshold: Least calibrated confidence with which a caption is given; above 1 where the
            level is never given.
        given: Photos with a caption at this level, by that threshold.
        right: Photos of those whose caption is right.
        reached: Whether the lower confidence bounds, of the share of right captions and of that
            among all that are given where this level is asked for, reach the target. Where they
            do not, the shares as counted do.
        ece_before: Expected calibration error of the probabilities, in [0, 1].
        ece_after: The same after scaling.
    """

    level: str
    n: int
    temperature: float
    threshold: float
    given: int
    right: int
    reached: bool
    ece_before: float
    ece_after: float

    def __post_init__(self) -> None:
        """Checks what a damaged file could get wrong."""
        if self.temperature <= 0.0:
            raise ValueError(f"temperature {self.temperature} is not above 0")

    def calibrated(self, probability: float) -> float:
        """Probability that a caption is right, from the decoder's probability of it."""
        return scaled(probability, self.temperature)


@dataclass(frozen=True)
class JewelryDetector:
    """Logistic regression on the decoder's first state: is there jewelry on the photo?

    Attributes:
        weights: One for each value of the state.
        bias: Added to their sum.
        threshold: Least probability of jewelry with which a photo is described.
        jewelry: Validation photos of jewelry.
        missed: Those that would not be described, each judged by a detector fitted to others.
        others: Pictures of other things.
        kinds: Kinds of things on them.
        mistaken: Pictures of other things that would be described, each judged by a detector
            that knows no picture of its kind.
    """

    weights: tuple[float, ...]
    bias: float
    threshold: float
    jewelry: int
    missed: int
    others: int
    kinds: int
    mistaken: int

    def probability(self, state: Floats) -> float:
        """Probability of jewelry, in [0, 1], from a first state float32[1, U]."""
        score = float(state[0].astype(np.float64) @ np.array(self.weights)) + self.bias
        return sigmoid(score)


@dataclass(frozen=True)
class Calibration:
    """What a captioner file knows about its confidences.

    Attributes:
        target: Share of right captions that the thresholds were chosen for, in (0, 1).
        levels: Levels whose captions can be checked on validation photos.
        detector: None if no pictures of other things were shown.
    """

    target: float
    levels: tuple[LevelCalibration, ...]
    detector: JewelryDetector | None = None

    def of(self, level: str) -> LevelCalibration | None:
        """What is known of a level, if anything."""
        return next((one for one in self.levels if one.level == level), None)


def reaches(confidence: float, threshold: float) -> bool:
    """Whether a confidence is high enough.

    Thresholds are confidences of photos, and many photos share the confidences of an 8-bit
    decoder; the last digits of a logarithm differ between processors, and browsers.
    """
    return confidence >= threshold - _TIE


def sigmoid(score: float) -> float:
    """Logistic function; large scores do not overflow."""
    return 0.5 * (1.0 + math.tanh(0.5 * score))


def scaled(probability: float, temperature: float) -> float:
    """Divides a probability's log-odds by a temperature.

    Args:
        probability: In [0, 1]; both ends count as nearly so.
        temperature: Above 0; above 1 draws towards a half, below 1 away from it.
    """
    inside = min(max(probability, _LEAST), 1.0 - _LEAST)
    return sigmoid(math.log(inside / (1.0 - inside)) / temperature)
