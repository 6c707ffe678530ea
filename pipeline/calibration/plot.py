"""Reliability diagrams, risk-coverage curves and verdicts as one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pipeline.calibration.report import ConfidenceReport, LevelConfidence
from pipeline.catalog.protocols import protocol_label
from pipeline.files import replacing

# Tableau's color-blind safe palette.
_BLUE, _ORANGE, _GRAY, _PALE = "#006ba4", "#ff800e", "#595959", "#cfcfcf"
_LINES: Final = ("-", "--", ":")


def plot_confidence(path: Path, report: ConfidenceReport) -> None:
    """Draws a report as PNG."""
    from matplotlib.figure import Figure

    columns = max(2, len(report.levels))
    figure = Figure(figsize=(4 * columns, 8), layout="constrained")
    upper, lower = figure.subfigures(2, 1, squeeze=False)[:, 0]
    axes = upper.subplots(1, columns, squeeze=False)[0]
    for place, level in zip(axes, report.levels, strict=False):
        _reliability(place, level)
    for place in axes[len(report.levels) :]:
        place.set_visible(False)
    left, right = lower.subplots(1, 2)
    _risk(left, report)
    _verdicts(right, report)
    figure.suptitle(
        f"{report.subject}, protocol {protocol_label(report.protocol)}, {report.split} split, "
        f"{report.n} photos; thresholds for {report.target:.0%} right"
    )
    with replacing(path) as partial:
        figure.savefig(partial, dpi=110, format="png")


def _reliability(axes: Any, level: LevelConfidence) -> None:
    axes.plot([0, 1], [0, 1], color=_PALE, zorder=0)
    for bins, color, marker, label in (
        (level.before, _ORANGE, "s", f"as decoded, ECE {level.ece_before:.3f}"),
        (level.after, _BLUE, "o", f"calibrated, ECE {level.ece_after:.3f}"),
    ):
        sizes = [12 + 160 * one.n / level.right.n for one in bins]
        x, y = [one.confidence for one in bins], [one.right / one.n for one in bins]
        axes.scatter(x, y, sizes, color=color, marker=marker, alpha=0.8, label=label)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xlabel="confidence", ylabel="share right")
    axes.set_title(f"{level.level}, n = {level.right.n}", fontsize="medium")
    legend = axes.legend(fontsize="small", loc="upper left")
    for handle in legend.legend_handles:
        handle.set_sizes([30])


def _risk(axes: Any, report: ConfidenceReport) -> None:
    colors = (_GRAY, _BLUE, _ORANGE)
    for level, line, color in zip(report.levels, _LINES, colors, strict=False):
        label = f"{level.level}, AURC {level.aurc:.4f}"
        axes.plot(level.coverage, level.risk, line, color=color, label=label)
    axes.axhline(1 - report.target, color=_PALE, zorder=0)
    axes.set(xlim=(0, 1), xlabel="coverage: share of photos, the most confident first")
    axes.set_ylim(bottom=0)
    axes.set_ylabel("risk: share wrong among them")
    axes.legend(fontsize="small", loc="upper left")


def _verdicts(axes: Any, report: ConfidenceReport) -> None:
    rows: list[tuple[str, list[float]]] = []
    for level in report.levels:
        n = level.right.n
        counts = [
            level.described_right.count,
            level.described.count - level.described_right.count,
            level.fallen_back_right.count,
            level.fallen_back.count - level.fallen_back_right.count,
        ]
        silent = n - level.described.count - level.fallen_back.count - level.no_jewelry.count
        counts += [silent, level.no_jewelry.count]
        rows.append((f"{level.level}\nn = {n}", [count / n for count in counts]))
    if report.negatives is not None:
        refused = report.negatives.no_jewelry
        shares = [0.0] * 4 + [1 - refused.count / refused.n, refused.count / refused.n]
        rows.append((f"no jewelry\nn = {refused.n}", shares))
    styles = (
        ("given, right", _BLUE, ""),
        ("given, wrong", _ORANGE, ""),
        ("fallen back, right", _BLUE, "///"),
        ("fallen back, wrong", _ORANGE, "///"),
        ("not sure" if report.negatives is None else "not sure, or passes for jewelry", _PALE, ""),
        ("no jewelry found", _GRAY, ""),
    )
    names = [name for name, _ in rows]
    start = [0.0] * len(rows)
    for index, (label, color, hatch) in enumerate(styles):
        widths = [shares[index] for _, shares in rows]
        axes.barh(names, widths, left=start, color=color, hatch=hatch, label=label, height=0.6,
                  edgecolor="white")  # fmt: skip
        start = [a + b for a, b in zip(start, widths, strict=True)]
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="share of photos, by the level asked for")
    axes.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3)
