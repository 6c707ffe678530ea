"""How much more or less each record takes than a baseline record."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.compare import LATENCIES
from benchmarks.pairing import record_title
from benchmarks.pareto import place_of
from benchmarks.record import BenchmarkRecord
from benchmarks.report_table import NOTHING

HEAD = (
    "captioner",
    "file",
    *(f"{name} p50" for name in LATENCIES),
    "peak memory",
    "CCR by level, points",
)


def against_rows(
    records: Sequence[BenchmarkRecord], baseline: BenchmarkRecord
) -> list[tuple[str, ...]]:
    """Differences in percent of the baseline; of CCR in percentage points.

    What was measured at another place, or on other photos, is not compared.
    """
    return [_row(record, baseline) for record in records if record != baseline]


def _row(record: BenchmarkRecord, baseline: BenchmarkRecord) -> tuple[str, ...]:
    here = place_of(record) == place_of(baseline)
    latencies = []
    for name in LATENCIES:
        own, other = getattr(record.latency, name), getattr(baseline.latency, name)
        latencies.append(_percent(own.p50, other.p50) if here and own and other else NOTHING)
    memory = NOTHING
    if here and record.memory and baseline.memory:
        memory = _percent(record.memory.peak_bytes, baseline.memory.peak_bytes)
    size = _percent(record.model.size_bytes, baseline.model.size_bytes)
    return record_title(record), size, *latencies, memory, _accuracy(record, baseline)


def _percent(value: float, base: float) -> str:
    return f"{100 * (value / base - 1):+.1f} %"


def _accuracy(record: BenchmarkRecord, baseline: BenchmarkRecord) -> str:
    own, base = record.accuracy, baseline.accuracy
    if own is None or base is None:
        return NOTHING
    grounds = {(one.catalog_digest, one.protocol, one.split) for one in (own, base)}
    pairs = [(one, base.at(one.level)) for one in own.levels] if len(grounds) == 1 else []
    told = [f"{one.level} {100 * (one.ccr - other.ccr):+.1f}" for one, other in pairs if other]
    return ", ".join(told) or NOTHING
