"""A comparison for the terminal, and as the failure that it is."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.compare import Change, Comparison
from pipeline.text_tables import text_table


def comparison_text(comparison: Comparison) -> str:
    """The table of all figures, what has no partner or was left out, and reasons for doubt."""
    rows = [
        (
            f"{change.name}: {change.figure}",
            f"{change.before:.4g}",
            f"{change.after:.4g}",
            f"{100 * (change.ratio - 1):+.1f} %",
            _interval(change),
            change.verdict,
        )
        for change in comparison.changes
    ]
    lines = [text_table(("figure", "before", "after", "change", "99 %", "verdict"), rows)]
    lines += [f"only before: {name}" for name in comparison.only_before]
    lines += [f"only after: {name}" for name in comparison.only_after]
    lines += [f"left out: {record}" for record in comparison.dropped]
    lines += [f"not compared: {figure}" for figure in comparison.uncompared]
    lines += [f"doubtful: {doubt}" for doubt in comparison.doubts]
    return "\n".join(lines)


def failure_text(comparison: Comparison, strict: bool = False, allow_missing: bool = False) -> str:
    """One sentence that says why the second set does not measure up; empty where it does.

    Args:
        comparison: Of both sets.
        strict: Whether what is unclear or not compared counts.
        allow_missing: Whether records of the first set may be missing in the second.
    """
    total = len(comparison.changes)
    reasons = []
    if worse := comparison.regressions:
        reasons.append(f"worse beyond noise in {len(worse)} of {total} figures: {_named(worse)}")
    if comparison.only_before and not allow_missing:
        reasons.append(f"only before, without --allow-missing: {'; '.join(comparison.only_before)}")
    if strict and (unclear := comparison.unclear):
        reasons.append(f"unclear in {len(unclear)} of {total} figures: {_named(unclear)}")
    if strict and comparison.uncompared:
        reasons.append(f"not compared: {'; '.join(comparison.uncompared)}")
    return "; ".join(reasons)


def _interval(change: Change) -> str:
    """Empty of a figure without a spread."""
    if change.low == change.high:
        return ""
    return f"{100 * (change.low - 1):+.1f} to {100 * (change.high - 1):+.1f} %"


def _named(changes: Sequence[Change]) -> str:
    return "; ".join(
        f"{change.name}: {change.figure} {100 * (change.ratio - 1):+.1f} %" for change in changes
    )
