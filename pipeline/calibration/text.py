"""Calibrations and their reports as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobile_app.camera_app.runtime.confidence import Calibration
from pipeline.metrics import wilson_interval

if TYPE_CHECKING:
    from pipeline.calibration.report import ConfidenceReport, Share


def calibration_text(calibration: Calibration) -> str:
    """What a captioner's manifest says about its confidences, a line a level."""
    lines = []
    for level in calibration.levels:
        scaling = (
            f"  {level.level}: temperature {level.temperature:.2f}, ECE {level.ece_before:.3f} -> "
            f"{level.ece_after:.3f}"
        )
        if level.threshold > 1.0:
            lines.append(
                f"{scaling}; never given: too few of {level.n} validation photos are right"
            )
            continue
        shown = "shown" if level.reached else "counted, but not shown by so few photos"
        lines.append(
            f"{scaling}; given from confidence {level.threshold:.2f} on: {level.given} of "
            f"{level.n} validation photos, {level.right} right (at least "
            f"{calibration.target:g}: {shown})"
        )
    if (detector := calibration.detector) is not None:
        missed = _rate(detector.missed, detector.jewelry)
        mistaken = _rate(detector.mistaken, detector.others)
        lines.append(
            f"  no jewelry: missed {missed} photos of jewelry, took {mistaken} pictures of "
            f"{detector.kinds} kinds of other things for it, kinds that it did not know"
        )
    return "\n".join(lines)


def _rate(count: int, n: int) -> str:
    low, high = wilson_interval(count, n)
    return f"{count} of {n} [{low:.3f}, {high:.3f}]"


def confidence_table(report: ConfidenceReport) -> str:
    """A report as lines of text."""
    lines = [f"{report.subject}, {report.split} split, {report.n} photos, target {report.target}"]
    if report.leak:
        lines.append(f"these figures do not count: the protocol {report.leak}")
    for level in report.levels:
        lines += [
            f"{level.level}: right {_shown(level.right)} if all are given; ECE "
            f"{level.ece_before:.3f} -> {level.ece_after:.3f}, AURC {level.aurc:.4f}",
            f"  given {_shown(level.described)}, of which right {_shown(level.described_right)}",
            f"  fallen back {_shown(level.fallen_back)}, of which right "
            f"{_shown(level.fallen_back_right)}",
            f"  no jewelry found {_shown(level.no_jewelry)}",
        ]
    if report.negatives is not None:
        refused = report.negatives.no_jewelry
        lines.append(
            f"pictures of {report.negatives.kinds} kinds of other things: no jewelry found "
            f"{_shown(refused)}"
        )
    return "\n".join(lines)


def _shown(share: Share) -> str:
    if not share.n:
        return "0 of 0"
    return (
        f"{share.count} of {share.n} = {share.count / share.n:.3f} "
        f"[{share.low:.3f}, {share.high:.3f}]"
    )
