"""A whole benchmark: accuracy, latency and memory of several contenders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.engines import Contender, make_contender
from benchmarks.host import Settings, Warn
from benchmarks.quality import measure_accuracy
from benchmarks.record import BenchmarkRecord, threads_text
from benchmarks.report_table import TERMINAL, cells, make_rows
from benchmarks.targets import TARGETS, latency_name
from pipeline.registry import lookup
from pipeline.text_tables import text_table


def make_contenders(captioners: Sequence[Path], baselines: Sequence[Path]) -> list[Contender]:
    """Inspects captioner files and the runs of the Keras baseline, each path once.

    Raises:
        JewelcapError: A file is no captioner, or a folder no trained run.
    """
    return [
        *(make_contender("captioner", path) for path in dict.fromkeys(captioners)),
        *(make_contender("keras_predict", path) for path in dict.fromkeys(baselines)),
    ]


def run_benchmark(
    contenders: Sequence[Contender],
    target: str,
    settings: Settings,
    catalog: Path | None,
    split: str,
    warn: Warn,
) -> tuple[BenchmarkRecord, ...]:
    """Measures accuracy, where mistakes show early, and then latency and memory.

    Args:
        contenders: What.
        target: A key of `TARGETS`.
        settings: How.
        catalog: For accuracy; None for none.
        split: Side of the catalog.
        warn: Told what was left out.

    Raises:
        JewelcapError: The target is unknown, the catalog is not the one of the training, or
            measuring failed.
    """
    measure = lookup(TARGETS, target, "target").measure
    accuracy = {
        contender.model: measure_accuracy(contender, catalog, split)
        for contender in contenders
        if catalog is not None
    }
    records = measure(contenders, settings, warn)
    return tuple(replace(record, accuracy=accuracy.get(record.model)) for record in records)


def benchmark_text(records: Sequence[BenchmarkRecord]) -> str:
    """Records as a table for the terminal, with what it was measured on and all doubts."""
    first = records[0]
    device, conditions = first.device, first.conditions
    runtimes = dict.fromkeys(record.conditions.runtime for record in records)
    lines = [
        f"{latency_name(conditions.target)}: {device.cpu}, {device.cores} cores, {device.os}; "
        f"{', '.join(runtimes)}; mode {conditions.mode}, {conditions.processes} processes each"
    ]
    levels = sorted({one.level for r in records if r.accuracy for one in r.accuracy.levels})
    rows = make_rows(records)
    if shown := next((row.accuracy.level for row in rows if row.accuracy), None):
        lines.append(f"CCR of {shown} captions on the {_split(records)} split")
    columns = [column for column in TERMINAL if levels or column.key != "ccr"]
    lines += ["", text_table([column.title for column in columns], cells(rows, columns))]
    doubts = [
        f"doubtful, {flag.kind}: {row.record.model.name}, "
        f"{threads_text(row.record.conditions.threads)}: {flag.detail}"
        for row in rows
        for flag in row.record.flags
    ]
    return "\n".join([*lines, *([""] if doubts else []), *doubts])


def _split(records: Sequence[BenchmarkRecord]) -> str:
    return " and ".join(sorted({record.accuracy.split for record in records if record.accuracy}))
