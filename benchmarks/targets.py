"""Places to measure at."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.engines import BASELINES, Contender, make_contender
from benchmarks.record import BenchmarkRecord
from benchmarks.settings import Settings, Warn

Measure = Callable[[Sequence[Contender], Settings, Warn], tuple[BenchmarkRecord, ...]]
"""Returns records without accuracy, which is the same everywhere."""


@dataclass(frozen=True)
class Target:
    """An entry of `TARGETS`.

    Attributes:
        name: Name on the command line and in records.
        latency_name: What its latencies are called in reports, so that nobody takes those of
            one place for another's.
        module: Module with `measure`, of type `Measure`, and, where `can_set_up`,
            `set_up(warn)`; imported when it is used.
        engines: Keys of `ENGINES` that it can measure.
        delegates: What can run a captioner's operations there.
        reads_reports: Whether its arguments are the app's exported reports; captioner files
            beside them are for accuracy alone.
        can_set_up: Whether it needs something that it can fetch by itself.
    """

    name: str
    latency_name: str
    module: str
    engines: tuple[str, ...] = ("captioner",)
    delegates: tuple[str, ...] = ()
    reads_reports: bool = False
    can_set_up: bool = False

    def measure(
        self, contenders: Sequence[Contender], settings: Settings, warn: Warn
    ) -> tuple[BenchmarkRecord, ...]:
        """Measures contenders there; see `Measure`."""
        found: Measure = importlib.import_module(self.module).measure
        return found(contenders, settings, warn)

    def set_up(self, warn: Warn) -> None:
        """Fetches what it needs; only where `can_set_up`."""
        importlib.import_module(self.module).set_up(warn)


TARGETS: Final[dict[str, Target]] = {
    target.name: target
    for target in (
        Target(
            "host",
            "host latency",
            "benchmarks.host",
            engines=("captioner", *BASELINES),
            delegates=("xnnpack", "none"),
        ),
        Target(
            "adb",
            "phone latency by benchmark_model",
            "benchmarks.adb",
            delegates=("xnnpack", "none", "gpu"),
        ),
        Target("app", "phone latency in the app", "benchmarks.app_report", reads_reports=True),
        Target("arm64", "emulated ARM64", "benchmarks.arm64", can_set_up=True),
    )
}
"""Targets by name. A new place to measure at is a new entry here."""

DELEGATES: Final = tuple(
    dict.fromkeys(name for target in TARGETS.values() for name in target.delegates)
)
"""All that can run a captioner's operations somewhere."""


def latency_name(target: str) -> str:
    """What latencies of a target are called, also of one that this version does not know."""
    return TARGETS[target].latency_name if target in TARGETS else f"{target} latency"


def make_contenders(
    captioners: Sequence[Path],
    baselines: Sequence[Path] = (),
    engines: Sequence[str] = BASELINES[:1],
) -> list[Contender]:
    """Inspects captioner files and the runs of baselines, each path once.

    Args:
        captioners: Captioner files.
        baselines: Run directories.
        engines: Keys of `BASELINES`; each run is measured by each of them.

    Raises:
        JewelcapError: A file is no captioner, a folder no trained run, or an engine's packages
            are not installed.
    """
    return [
        *(make_contender("captioner", path) for path in dict.fromkeys(captioners)),
        *(make_contender(name, path) for path in dict.fromkeys(baselines) for name in engines),
    ]
