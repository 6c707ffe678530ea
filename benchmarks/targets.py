"""Places to measure at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.engines import Contender
from benchmarks.host import Settings, Warn, measure_host
from benchmarks.record import BenchmarkRecord

Measure = Callable[[Sequence[Contender], Settings, Warn], tuple[BenchmarkRecord, ...]]
"""Returns records without accuracy, which is the same everywhere."""


@dataclass(frozen=True)
class Target:
    """An entry of `TARGETS`.

    Attributes:
        name: Name on the command line and in records.
        latency_name: What its latencies are called in reports, so that nobody takes those of
            one place for another's.
        measure: Measures contenders there.
    """

    name: str
    latency_name: str
    measure: Measure


TARGETS: Final[dict[str, Target]] = {
    target.name: target for target in (Target("host", "host latency", measure_host),)
}
"""Targets by name. A new place to measure at is a new entry here."""


def latency_name(target: str) -> str:
    """What latencies of a target are called, also of one that this version does not know."""
    return TARGETS[target].latency_name if target in TARGETS else f"{target} latency"
