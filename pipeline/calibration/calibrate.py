"""Measures a captioner file's confidences on validation photos, for its manifest."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.confidence import (
    Calibration,
    JewelryDetector,
    LevelCalibration,
)
from mobile_app.camera_app.runtime.levels import LEVELS
from mobile_app.camera_app.runtime.preprocess import find_images
from pipeline.calibration.detector import fit_detector
from pipeline.calibration.outcomes import (
    LevelOutcomes,
    Outcomes,
    photos_of,
    read_others,
    read_outcomes,
)
from pipeline.calibration.temperature import calibration_error, fit_temperature, rescaled
from pipeline.calibration.thresholds import choose_threshold
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.catalog.split import DatasetManifest
from pipeline.files import sha256_file

_DETECTOR_PHOTOS: Final = 400
"""Training photos of jewelry that a detector is fitted to."""

_LEAST_PHOTOS: Final = 10
"""Fewer validation photos than these say nothing about a level."""


@dataclass(frozen=True)
class CalibrationOptions:
    """What is wanted of a calibration.

    Attributes:
        target: Share of right captions among those given, in (0, 1).
        negatives: Folder of pictures without jewelry, a kind of thing in each folder below it;
            None for no detector.
    """

    target: float = 0.95
    negatives: Path | None = None

    def digest(self) -> str:
        """What the options hold, pictures included, in a word that changes with it."""
        seen = hashlib.sha256(f"{self.target}".encode())
        for path in find_images(self.negatives) if self.negatives is not None else ():
            seen.update(f"{path.parent.name} {sha256_file(path)}\n".encode())
        return seen.hexdigest()


def calibrate(
    captioner: Captioner,
    root: Path,
    split: DatasetManifest,
    options: CalibrationOptions,
    shown: Collection[str] = (),
) -> Calibration:
    """Calibrates a captioner on the validation photos of its own split.

    The file itself describes them, not the model that it was exported from: 8-bit arithmetic has
    probabilities of its own. The photos also chose the epoch that training kept, so that the
    figures are a little better than those of a test.

    Args:
        captioner: The captioner.
        root: Folder of its catalog.
        split: The catalog's split.
        options: What is wanted.
        shown: Kinds of things without jewelry that training showed.

    Raises:
        JewelcapError: A photo is gone or damaged, or the negatives are too few.
    """
    levels = [
        level
        for level in captioner.bundle.manifest.levels
        if level in PROTOCOLS[split.protocol].levels
    ]
    photos = photos_of(captioner, root, split.of("validation"), "confidence")
    validation = read_outcomes(captioner, photos, levels)
    detector = None
    if options.negatives is not None:
        detector = _detector(captioner, root, split, validation, options.negatives, shown)
    return Calibration(
        options.target, calibrate_levels(validation.levels, options.target), detector
    )


def _detector(
    captioner: Captioner,
    root: Path,
    split: DatasetManifest,
    validation: Outcomes,
    negatives: Path,
    shown: Collection[str],
) -> JewelryDetector:
    others = read_others(captioner, negatives)
    items = list(split.of("train"))
    chosen = random.Random(split.seed).sample(items, min(len(items), _DETECTOR_PHOTOS))
    training = read_outcomes(captioner, photos_of(captioner, root, chosen, "jewelry"), ())
    return fit_detector(training.states, validation.states, others, shown)


def calibrate_levels(
    outcomes: Mapping[str, LevelOutcomes], target: float
) -> tuple[LevelCalibration, ...]:
    """Temperatures and thresholds of levels, the least detailed first.

    Args:
        outcomes: Validation photos, by level.
        target: Share of right captions among those given.

    Returns:
        One for each level of which enough photos are known.
    """
    found: list[LevelCalibration] = []
    for level in LEVELS:
        own = outcomes.get(level)
        if own is None or own.known.sum() < _LEAST_PHOTOS:
            continue
        known = own.known
        temperature = fit_temperature(own.probability[known], own.right[known])
        confidence = rescaled(own.probability, temperature)
        given, right = fallback(outcomes, found)
        choice = choose_threshold(
            confidence[known],
            own.right[known],
            given[known],
            right[known],
            target,
        )
        found.append(
            LevelCalibration(
                level=level,
                n=int(known.sum()),
                temperature=temperature,
                threshold=choice.threshold,
                given=choice.given,
                right=choice.right,
                reached=choice.reached,
                ece_before=calibration_error(own.probability[known], own.right[known]),
                ece_after=calibration_error(confidence[known], own.right[known]),
            )
        )
    return tuple(found)


def fallback(
    outcomes: Mapping[str, LevelOutcomes], levels: Sequence[LevelCalibration]
) -> tuple[np.ndarray, np.ndarray]:
    """What is given where the last of some levels is asked for.

    Args:
        outcomes: Photos, by level.
        levels: Levels that may be given, the least detailed first; none give nothing.

    Returns:
        Whether any caption is given, bool[n], and whether that one is right, bool[n].
    """
    count = len(next(iter(outcomes.values())).right)
    given, right = np.zeros(count, bool), np.zeros(count, bool)
    for level in levels:
        own = outcomes[level.level]
        sure = rescaled(own.probability, level.temperature) >= level.threshold
        given |= sure
        right = np.where(sure, own.right, right)
    return given, right
