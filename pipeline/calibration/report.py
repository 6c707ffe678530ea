"""How well a captioner knows what it knows, on photos that did not calibrate it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.confidence import Calibration, LevelCalibration
from pipeline.calibration.calibrate import fallback
from pipeline.calibration.detector import jewelry_found
from pipeline.calibration.outcomes import (
    Flags,
    LevelOutcomes,
    Outcomes,
    photos_of,
    read_others,
    read_outcomes,
)
from pipeline.calibration.temperature import (
    aurc,
    bins_of,
    calibration_error,
    rescaled,
    risk_coverage,
)
from pipeline.catalog.protocols import leak_of
from pipeline.errors import JewelcapError
from pipeline.evaluate import choose_photos, split_of_captioner
from pipeline.metrics import wilson_interval
from pipeline.provenance import command_line, git_commit

_CURVE_POINTS: Final = 100


@dataclass(frozen=True)
class Share:
    """A share of photos, with its 95 % Wilson interval.

    Attributes:
        count: Photos that have what is counted.
        n: All photos.
        low: Lower end in [0, 1].
        high: Upper end in [0, 1].
    """

    count: int
    n: int
    low: float
    high: float


def share_of(count: int, n: int) -> Share:
    """A share and its interval."""
    return Share(int(count), int(n), *wilson_interval(int(count), int(n)))


@dataclass(frozen=True)
class Bin:
    """Photos of like confidence.

    Attributes:
        n: How many.
        confidence: Their mean confidence.
        right: Those whose caption is right.
    """

    n: int
    confidence: float
    right: int


@dataclass(frozen=True)
class LevelConfidence:
    """Confidences at one level.

    Attributes:
        level: A description level.
        right: Right captions, if all were given.
        ece_before: Expected calibration error of the decoder's probabilities.
        ece_after: The same of the calibrated confidences.
        aurc: Area under the risk-coverage curve, in [0, 1].
        before: Reliability of the probabilities, by bins.
        after: Reliability of the calibrated confidences.
        coverage: Shares of photos, rising.
        risk: Share of wrong captions among so many of the most confident ones.
        threshold: Least confidence with which a caption is given.
        described: Photos with a caption at this level where it is asked for.
        described_right: Those of them that are right.
        fallen_back: Photos with a caption at a lower level.
        fallen_back_right: Those of them that are right.
        no_jewelry: Photos of jewelry of which it is said that there is none.
    """

    level: str
    right: Share
    ece_before: float
    ece_after: float
    aurc: float
    before: tuple[Bin, ...]
    after: tuple[Bin, ...]
    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    threshold: float
    described: Share
    described_right: Share
    fallen_back: Share
    fallen_back_right: Share
    no_jewelry: Share


@dataclass(frozen=True)
class NegativesReport:
    """What is said of pictures without jewelry.

    Attributes:
        kinds: Kinds of things on them.
        no_jewelry: Pictures of which it is said that there is none.
        by_kind: For each kind, pictures that pass for jewelry, and all of them.
    """

    kinds: int
    no_jewelry: Share
    by_kind: dict[str, tuple[int, int]]


@dataclass(frozen=True)
class ConfidenceReport:
    """How well a captioner knows what it knows.

    Attributes:
        subject: The captioner's name.
        variant: Its variant.
        protocol: Split protocol.
        split: The side.
        n: Photos.
        target: Share of right captions that its thresholds were chosen for.
        levels: By level, the least detailed first.
        negatives: None where no such pictures were given.
        catalog_digest: The catalog.
        command: The command that made this record.
        git_commit: Code that made it; empty outside a checkout.
        leak: Why these figures do not count as those of unseen photos; empty where they do.
        schema_version: Version of this form.
    """

    subject: str
    variant: str
    protocol: str
    split: str
    n: int
    target: float
    levels: tuple[LevelConfidence, ...]
    negatives: NegativesReport | None
    catalog_digest: str
    command: str
    git_commit: str
    leak: str = ""
    schema_version: int = 1


def report_confidence(
    path: Path, catalog: Path, split: str, negatives: Path | None
) -> ConfidenceReport:
    """Measures the confidences of a calibrated captioner file.

    Args:
        path: The file.
        catalog: Its catalog, or with `all` another one.
        split: The side.
        negatives: Folder of pictures without jewelry; kinds that its detector was not fitted to
            are a fair test of it.

    Raises:
        JewelcapError: The file is no calibrated captioner, or the catalog is another one.
    """
    captioner = Captioner.open(path, threads=os.cpu_count() or 1)
    manifest = captioner.bundle.manifest
    calibration = manifest.calibration
    if calibration is None or not calibration.levels:
        raise JewelcapError(
            f"{path}: is not calibrated; export it again, with at least ten validation photos"
        )
    dataset = split_of_captioner(catalog, manifest.provenance, split)
    items = choose_photos(dataset, split)
    photos = photos_of(captioner, catalog, items, "describe")
    outcomes = read_outcomes(captioner, photos, [level.level for level in calibration.levels])
    found = jewelry_found(calibration.detector, outcomes.states)
    return ConfidenceReport(
        subject=manifest.name,
        variant=manifest.variant,
        protocol=dataset.protocol,
        split=split,
        n=len(items),
        target=calibration.target,
        levels=level_reports(outcomes, calibration, found),
        negatives=None if negatives is None else _negatives(captioner, calibration, negatives),
        catalog_digest=dataset.catalog_digest,
        command=command_line(),
        git_commit=git_commit(),
        leak=leak_of(dataset.protocol),
    )


def level_reports(
    outcomes: Outcomes, calibration: Calibration, found: Flags
) -> tuple[LevelConfidence, ...]:
    """Confidences at each level of a calibration of which a photo is known.

    Args:
        outcomes: The photos.
        calibration: Of the captioner.
        found: Where the detector sees jewelry, bool[n].
    """
    return tuple(
        _level_report(outcomes.levels, calibration.levels[: index + 1], found)
        for index, level in enumerate(calibration.levels)
        if outcomes.levels[level.level].known.any()
    )


def _level_report(
    outcomes: Mapping[str, LevelOutcomes], levels: tuple[LevelCalibration, ...], found: Flags
) -> LevelConfidence:
    *lower, asked = levels
    own = outcomes[asked.level]
    known = own.known
    probability, right = own.probability[known], own.right[known]
    confidence = rescaled(probability, asked.temperature)
    coverage, risk = risk_coverage(confidence, right)
    points = np.unique(np.linspace(0, len(risk) - 1, min(len(risk), _CURVE_POINTS)).astype(int))
    given = (confidence >= asked.threshold) & found[known]
    less_given, less_right = (flags[known] for flags in fallback(outcomes, lower))
    fallen = less_given & ~given & found[known]
    n = int(known.sum())
    return LevelConfidence(
        level=asked.level,
        right=share_of(right.sum(), n),
        ece_before=calibration_error(probability, right),
        ece_after=calibration_error(confidence, right),
        aurc=aurc(confidence, right),
        before=_bins(probability, right),
        after=_bins(confidence, right),
        coverage=tuple(round(float(value), 4) for value in coverage[points]),
        risk=tuple(round(float(value), 4) for value in risk[points]),
        threshold=asked.threshold,
        described=share_of(given.sum(), n),
        described_right=share_of((given & right).sum(), given.sum()),
        fallen_back=share_of(fallen.sum(), n),
        fallen_back_right=share_of((fallen & less_right).sum(), fallen.sum()),
        no_jewelry=share_of((~found[known]).sum(), n),
    )


def _bins(confidence: np.ndarray, right: np.ndarray) -> tuple[Bin, ...]:
    return tuple(
        Bin(int(chosen.sum()), float(confidence[chosen].mean()), int(right[chosen].sum()))
        for _, chosen in bins_of(confidence)
        if chosen.any()
    )


def _negatives(captioner: Captioner, calibration: Calibration, folder: Path) -> NegativesReport:
    others = read_others(captioner, folder)
    passed = jewelry_found(calibration.detector, others.states)
    by_kind = {
        kind: (
            sum(bool(flag) for flag, own in zip(passed, others.kinds, strict=True) if own == kind),
            others.kinds.count(kind),
        )
        for kind in sorted(set(others.kinds))
    }
    return NegativesReport(len(by_kind), share_of((~passed).sum(), len(passed)), by_kind)
