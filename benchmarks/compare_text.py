"""A comparison for the terminal, and as the failure that it is."""

from __future__ import annotations

from benchmarks.compare import Comparison
from pipeline.text_tables import text_table


def comparison_text(comparison: Comparison) -> str:
    """The table of all figures, what has no partner, and reasons for doubt."""
    rows = [
        (
            f"{change.name}: {change.figure}",
            f"{change.before:.4g}",
            f"{change.after:.4g}",
            f"{100 * (change.ratio - 1):+.1f} %",
            f"{100 * (change.low - 1):+.1f} to {100 * (change.high - 1):+.1f} %",
            change.verdict,
        )
        for change in comparison.changes
    ]
    lines = [text_table(("figure", "before", "after", "change", "99 %", "verdict"), rows)]
    lines += [f"only before: {name}" for name in comparison.only_before]
    lines += [f"only after: {name}" for name in comparison.only_after]
    lines += [f"doubtful: {doubt}" for doubt in comparison.doubts]
    return "\n".join(lines)


def regression_text(comparison: Comparison) -> str:
    """One sentence that names what is worse beyond noise; empty where nothing is."""
    worse = comparison.regressions
    if not worse:
        return ""
    named = "; ".join(
        f"{change.name}: {change.figure} {100 * (change.ratio - 1):+.1f} %" for change in worse
    )
    return f"worse beyond noise in {len(worse)} of {len(comparison.changes)} figures: {named}"
