"""Whether one set of records is worse than another, beyond what noise explains.

The medians of two measurements of the same thing differ. How much, is told by the measured
processes: each has a median of its own, and their spread on a log scale is the noise of one
process, whatever caused it. A latency counts as worse where the ratio of the medians is above the
tolerance, and the lower end of its 99 % interval (Welch's t) is above 1; where that end is below,
it is unclear. The tolerance stands for what no single call can see: another temperature, another
neighbor on the same machine. Figures of which a record has no spread have wide tolerances instead.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.pairing import (
    Pair,
    check_place,
    doubtful_differences,
    pair_records,
    photo_difference,
)
from benchmarks.record import BenchmarkRecord, Latency
from benchmarks.validity import process_flags

TOLERANCE: Final = 0.10
"""Latencies may grow by this share before they are looked at."""

P90_TOLERANCE: Final = 0.25
"""The same of p90, which depends on what disturbed the machine."""

SINGLE_TOLERANCE: Final = 0.40
"""The same of cold start, load and first photo: records have one value of each, that depends on
what the disk had in memory; two quiet measurements of equal models here differed by 31 %."""

SUSTAINED_TOLERANCE: Final = 0.25
"""The same of how much slower a sustained run gets, measured once."""

_SIZE_TOLERANCE: Final = 0.01
_MEMORY_TOLERANCE: Final = 0.05
_UNKNOWN_NOISE: Final = 0.03
"""Standard deviation of a process's log median, where a record does not tell its processes'."""

_P90_NOISE: Final = math.sqrt(2.0)
"""Noise of p90 over that of the median: most of the slow tenth is of the slowest processes."""

_T_99: Final = (63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250, 3.169)
"""Two-sided 99 % quantiles of Student's t with 1 to 10 degrees of freedom."""

LATENCIES: Final = ("photo", "encode", "token", "decode")

_SINGLES: Final = {
    "cold_start_ms": "cold start",
    "cold_load_ms": "load",
    "first_call_ms": "first photo",
}

_OF_PHOTOS: Final = ("photo", "cold_start_ms", "first_call_ms")
"""Latencies that the photos decide."""


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
        verdict: `worse` or `better` beyond noise; `unclear` where it is above the tolerance, but
            noise may be the reason; else `same`.
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
        doubts: Flags of the paired records, in what they were measured otherwise, and what is
            unclear, with the least change that could have been told.
        uncompared: Figures that were left out, and why.
        dropped: Records that a later one in the same set replaces.
    """

    changes: tuple[Change, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    doubts: tuple[str, ...]
    uncompared: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def regressions(self) -> tuple[Change, ...]:
        """What is worse beyond noise."""
        return tuple(change for change in self.changes if change.verdict == "worse")

    @property
    def unclear(self) -> tuple[Change, ...]:
        """What is above its tolerance, and within noise."""
        return tuple(change for change in self.changes if change.verdict == "unclear")


def compare_records(
    before: Sequence[BenchmarkRecord],
    after: Sequence[BenchmarkRecord],
    tolerance: float = TOLERANCE,
) -> Comparison:
    """Pairs records of the same captioner and setting, and compares their figures.

    Args:
        before: Records to measure up to.
        after: Records to judge.
        tolerance: Share by which median latencies may grow. The wider tolerances of other
            latencies grow to it.

    Raises:
        JewelcapError: No record has a partner, or partners were measured at different places.
    """
    pairing = pair_records(before, after)
    changes: list[Change] = []
    doubts: list[str] = []
    uncompared: list[str] = []
    for pair in pairing.pairs:
        check_place(pair)
        doubts += doubtful_differences(pair)
        for side, record in (("before", pair.before), ("after", pair.after)):
            # Older records do not have the flag of spread processes.
            flags = dict.fromkeys((*record.flags, *process_flags(record.latency)))
            doubts += [f"{pair.title}, {side}: {flag.detail}" for flag in flags]
        changes += _latency_changes(pair, tolerance, uncompared)
        changes += _cost_changes(pair, uncompared)
        changes += _accuracy_changes(pair, uncompared)
    doubts += [
        _unclear_text(change, tolerance) for change in changes if change.verdict == "unclear"
    ]
    return Comparison(
        tuple(changes),
        pairing.only_before,
        pairing.only_after,
        tuple(doubts),
        tuple(uncompared),
        pairing.dropped,
    )


def _unclear_text(change: Change, tolerance: float) -> str:
    usual = P90_TOLERANCE if "p90" in change.figure else tolerance
    least = max(change.ratio / change.low - 1.0, usual, tolerance)
    return (
        f"{change.name}: {change.figure} {100 * (change.ratio - 1):+.1f} % may be noise; the least "
        f"change that could have been told is {100 * least:+.1f} %"
    )


def _in_both(pair: Pair, figure: str, one: object, other: object, uncompared: list[str]) -> bool:
    """Whether both have a figure; tells where one of them lacks it."""
    if (one is None) != (other is None):
        side = "after" if one is None else "before"
        uncompared.append(f"{pair.title}: {figure}: only {side}")
    return one is not None and other is not None


def _latency_changes(pair: Pair, tolerance: float, uncompared: list[str]) -> list[Change]:
    changes = []
    other_photos = photo_difference(pair)
    before, after = pair.before.latency, pair.after.latency
    for name in (*LATENCIES, *_SINGLES):
        first, second = getattr(before, name), getattr(after, name)
        figure = _SINGLES.get(name, name)
        if not _in_both(pair, figure, first, second, uncompared):
            continue
        if other_photos and name in _OF_PHOTOS:
            uncompared.append(f"{pair.title}: {figure}: {other_photos}")
        elif name in _SINGLES:
            single = max(SINGLE_TOLERANCE, tolerance)
            changes += _plain(pair, f"{figure}, ms", first, second, single)
        else:
            changes += _distribution_changes(pair.title, name, first, second, tolerance)
    one, other = pair.before.sustained, pair.after.sustained
    if one is not None and other is not None:
        slower = max(SUSTAINED_TOLERANCE, tolerance)
        changes += _plain(pair, "slower when sustained", one.slowdown, other.slowdown, slower)
    return changes


def _distribution_changes(
    title: str, name: str, first: Latency, second: Latency, tolerance: float
) -> list[Change]:
    half = _half_width(first, second)
    medians = first.p50, second.p50
    changes = [_noisy(title, f"{name} p50, ms", *medians, half, tolerance)]
    if first.p90 is not None and second.p90 is not None:
        wider = half * _P90_NOISE, max(P90_TOLERANCE, tolerance)
        changes.append(_noisy(title, f"{name} p90, ms", first.p90, second.p90, *wider))
    return changes


def _noisy(
    title: str, figure: str, first: float, second: float, half: float, tolerance: float
) -> Change:
    ratio = second / first
    low, high = ratio * math.exp(-half), ratio * math.exp(half)
    verdict = "same"
    if ratio > 1.0 + tolerance:
        verdict = "worse" if low > 1.0 else "unclear"
    elif ratio < 1.0 / (1.0 + tolerance) and high < 1.0:
        verdict = "better"
    return Change(title, figure, first, second, ratio, low, high, verdict)


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


def _plain(pair: Pair, figure: str, first: float, second: float, tolerance: float) -> list[Change]:
    """A figure without a spread; nothing where the first is 0."""
    if first <= 0.0:
        return []
    return [_noisy(pair.title, figure, first, second, 0.0, tolerance)]


def _cost_changes(pair: Pair, uncompared: list[str]) -> list[Change]:
    one, other = pair.before, pair.after
    changes = []
    if _in_both(pair, "peak memory", one.memory, other.memory, uncompared):
        assert one.memory is not None and other.memory is not None
        peaks = one.memory.peak_bytes / 1e6, other.memory.peak_bytes / 1e6
        changes += _plain(pair, "peak memory, MB", *peaks, _MEMORY_TOLERANCE)
    sizes = one.model.size_bytes / 1e6, other.model.size_bytes / 1e6
    return changes + _plain(pair, "file, MB", *sizes, _SIZE_TOLERANCE)


def _accuracy_changes(pair: Pair, uncompared: list[str]) -> list[Change]:
    """CCR by level, where both were measured on the same photos."""
    first, second = pair.before.accuracy, pair.after.accuracy
    if not _in_both(pair, "CCR", first, second, uncompared):
        return []
    assert first is not None and second is not None
    grounds = [(each.catalog_digest, each.protocol, each.split) for each in (first, second)]
    if grounds[0] != grounds[1]:
        uncompared.append(f"{pair.title}: CCR: another catalog, protocol or split")
        return []
    changes = []
    for a in first.levels:
        b = second.at(a.level)
        # Of nothing right, nothing can be lost.
        if not _in_both(pair, f"CCR {a.level}", a, b, uncompared) or b is None or not a.ccr:
            continue
        share = (a.correct + b.correct) / (a.n + b.n)
        error = math.sqrt(share * (1 - share) * (1 / a.n + 1 / b.n))
        # Two proportions, 99 %. The photos are the same, so that this rather overlooks a loss.
        half = 2.576 * error / a.ccr
        ratio = b.ccr / a.ccr
        verdict = "worse" if ratio + half < 1.0 else "better" if ratio - half > 1.0 else "same"
        figures = a.ccr, b.ccr, ratio, ratio - half, ratio + half
        changes.append(Change(pair.title, f"CCR {a.level}", *figures, verdict))
    return changes
