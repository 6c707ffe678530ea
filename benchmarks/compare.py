"""Whether one set of records is worse than another, beyond what noise explains.

The medians of two measurements of the same thing differ. How much, is told by the measured
processes: each has a median of its own, and their spread on a log scale is the noise of one
process, whatever caused it. A latency counts as worse where the ratio of the medians is above the
tolerance, and the lower end of its 99 % interval (Welch's t) is above 1. The tolerance stands for
what no single call can see: another temperature, another neighbor on the same machine.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.pareto import place_of
from benchmarks.record import BenchmarkRecord, Latency, delegate_text, threads_text
from pipeline.errors import JewelcapError

TOLERANCE: Final = 0.10
"""Latencies may grow by this share before they are looked at."""

_SIZE_TOLERANCE: Final = 0.01
_MEMORY_TOLERANCE: Final = 0.05
_UNKNOWN_NOISE: Final = 0.03
"""Standard deviation of a process's log median, where a record does not tell its processes'."""

_T_99: Final = (63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250, 3.169)
"""Two-sided 99 % quantiles of Student's t with 1 to 10 degrees of freedom."""

LATENCIES: Final = ("photo", "encode", "token", "decode")


@dataclass(frozen=True)
class Change:
    """A figure in both records.

    Attributes:
        name: What was measured, in words.
        figure: Which figure, with its unit.
        before: In the first record.
        after: In the second.
        ratio: after / before.
        low: Lower end of the 99 % interval of the ratio.
        high: Upper end.
        verdict: `worse` or `better` beyond noise, else `same`.
    """

    name: str
    figure: str
    before: float
    after: float
    ratio: float
    low: float
    high: float
    verdict: str


@dataclass(frozen=True)
class Comparison:
    """Two sets of records, paired.

    Attributes:
        changes: Every figure that both have, pair by pair.
        only_before: Names of records that have no partner in the second set.
        only_after: Names of records that have none in the first.
        doubts: Flags of the paired records.
    """

    changes: tuple[Change, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def regressions(self) -> tuple[Change, ...]:
        """What is worse beyond noise."""
        return tuple(change for change in self.changes if change.verdict == "worse")


def record_title(record: BenchmarkRecord) -> str:
    """Model, variant and setting of a record in words."""
    model, conditions = record.model, record.conditions
    delegate = delegate_text(conditions.delegate)
    parts = (model.encoder, model.decoder, model.variant, threads_text(conditions.threads))
    return ", ".join((*parts, *([delegate] if delegate else [])))


def compare_records(
    before: Sequence[BenchmarkRecord],
    after: Sequence[BenchmarkRecord],
    tolerance: float = TOLERANCE,
) -> Comparison:
    """Pairs records of the same kind of model and setting, and compares their figures.

    Args:
        before: Records to measure up to.
        after: Records to judge.
        tolerance: Share by which latencies may grow.

    Raises:
        JewelcapError: No record has a partner, or partners were measured at different places.
    """
    firsts, seconds = _by_title(before), _by_title(after)
    if len(firsts) == len(seconds) == 1:
        # Two single records are meant to be compared, whatever they are called.
        (first, one), (second, other) = *firsts.items(), *seconds.items()
        title = first if first == second else f"{first} -> {second}"
        firsts, seconds = {title: one}, {title: other}
    common = [title for title in firsts if title in seconds]
    if not common:
        raise JewelcapError(
            f"nothing to compare: {', '.join(firsts)} here and {', '.join(seconds)} there; both "
            "must have a model, variant, threads and delegate in common"
        )
    changes: list[Change] = []
    doubts: list[str] = []
    for title in common:
        one, other = firsts[title], seconds[title]
        if place_of(one) != place_of(other):
            raise JewelcapError(
                f"{title}: measured on {one.device.cpu} ({one.conditions.target}) and on "
                f"{other.device.cpu} ({other.conditions.target}); only measurements of one "
                "device can be compared"
            )
        changes += _changes(title, one, other, tolerance)
        doubts += [
            f"{title}, {side}: {flag.detail}"
            for side, record in (("before", one), ("after", other))
            for flag in record.flags
        ]
    return Comparison(
        tuple(changes),
        tuple(title for title in firsts if title not in seconds),
        tuple(title for title in seconds if title not in firsts),
        tuple(doubts),
    )


def _by_title(records: Iterable[BenchmarkRecord]) -> dict[str, BenchmarkRecord]:
    found: dict[str, BenchmarkRecord] = {}
    for record in sorted(records, key=lambda record: record.started):
        # The last measurement of the same thing counts.
        found[record_title(record)] = record
    return found


def _changes(
    title: str, one: BenchmarkRecord, other: BenchmarkRecord, tolerance: float
) -> list[Change]:
    changes = []
    for name in LATENCIES:
        first, second = getattr(one.latency, name), getattr(other.latency, name)
        if first is not None and second is not None:
            changes.append(_latency_change(title, name, first, second, tolerance))
    if one.memory and other.memory:
        sizes = one.memory.peak_bytes, other.memory.peak_bytes
        changes.append(_exact(title, "peak memory, MB", *sizes, _MEMORY_TOLERANCE))
    sizes = one.model.size_bytes, other.model.size_bytes
    changes.append(_exact(title, "file, MB", *sizes, _SIZE_TOLERANCE))
    return changes + _accuracy_changes(title, one, other)


def _latency_change(
    title: str, name: str, first: Latency, second: Latency, tolerance: float
) -> Change:
    ratio = second.p50 / first.p50
    half = _half_width(first, second)
    low, high = ratio * math.exp(-half), ratio * math.exp(half)
    verdict = "same"
    if ratio > 1.0 + tolerance and low > 1.0:
        verdict = "worse"
    elif ratio < 1.0 / (1.0 + tolerance) and high < 1.0:
        verdict = "better"
    return Change(title, f"{name} p50, ms", first.p50, second.p50, ratio, low, high, verdict)


def _half_width(first: Latency, second: Latency) -> float:
    """Half of the 99 % interval of the log ratio of two medians."""
    errors = [_squared_error(latency) for latency in (first, second)]
    total = sum(squared for squared, _ in errors)
    if total == 0.0:
        return 0.0
    # Welch and Satterthwaite's degrees of freedom.
    freedom = total**2 / sum(squared**2 / count for squared, count in errors if squared > 0.0)
    # Equal spreads make a whole number, which rounding must not put just below it.
    quantile = _T_99[min(max(math.floor(freedom + 1e-6), 1), len(_T_99)) - 1]
    return quantile * math.sqrt(total)


def _squared_error(latency: Latency) -> tuple[float, int]:
    """Squared standard error of a log median, and its degrees of freedom."""
    medians = latency.process_p50
    if len(medians) < 2:
        return _UNKNOWN_NOISE**2, len(_T_99)
    return statistics.variance(map(math.log, medians)) / len(medians), len(medians) - 1


def _exact(title: str, figure: str, first: int, second: int, tolerance: float) -> Change:
    ratio = second / first
    verdict = "worse" if ratio > 1 + tolerance else "better" if ratio < 1 - tolerance else "same"
    return Change(title, figure, first / 1e6, second / 1e6, ratio, ratio, ratio, verdict)


def _accuracy_changes(title: str, one: BenchmarkRecord, other: BenchmarkRecord) -> list[Change]:
    """CCR by level, where both were measured on the same photos."""
    first, second = one.accuracy, other.accuracy
    if first is None or second is None:
        return []
    grounds = [(each.catalog_digest, each.protocol, each.split) for each in (first, second)]
    if grounds[0] != grounds[1]:
        return []
    changes = []
    for a in first.levels:
        b = second.at(a.level)
        if b is None or not a.ccr:
            continue
        share = (a.correct + b.correct) / (a.n + b.n)
        error = math.sqrt(share * (1 - share) * (1 / a.n + 1 / b.n))
        # Two proportions, 99 %. The photos are the same, so that this rather overlooks a loss.
        half = 2.576 * error / a.ccr
        ratio = b.ccr / a.ccr
        verdict = "worse" if ratio + half < 1.0 else "better" if ratio - half > 1.0 else "same"
        figures = a.ccr, b.ccr, ratio, ratio - half, ratio + half
        changes.append(Change(title, f"CCR {a.level}", *figures, verdict))
    return changes
