"""A whole benchmark: accuracy, latency and memory of several contenders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.engines import Contender
from benchmarks.quality import measure_accuracy
from benchmarks.record import Accuracy, BenchmarkRecord, threads_text
from benchmarks.report_rows import make_rows
from benchmarks.report_table import TERMINAL, cells, shown_columns
from benchmarks.settings import Settings, Warn
from benchmarks.targets import TARGETS, latency_name, make_contenders
from pipeline.registry import lookup
from pipeline.text_tables import text_table

__all__ = ["benchmark_text", "disagreement_text", "make_contenders", "run_benchmark"]


def run_benchmark(
    contenders: Sequence[Contender],
    target: str,
    settings: Settings,
    catalog: Path | None,
    split: str,
    warn: Warn,
    for_accuracy: Sequence[Contender] | None = None,
) -> tuple[BenchmarkRecord, ...]:
    """Measures accuracy, where mistakes show early, and then latency and memory.

    Args:
        contenders: What.
        target: A key of `TARGETS`.
        settings: How.
        catalog: For accuracy; None for none.
        split: Side of the catalog.
        warn: Told what was left out.
        for_accuracy: What accuracy is measured on, where that is not `contenders`.

    Raises:
        JewelcapError: The target is unknown, the catalog is not the one of the training, or
            measuring failed.
    """
    place = lookup(TARGETS, target, "target")
    # By checksum: baselines have the weights of one run, and reports those of a file.
    accuracy: dict[str, Accuracy] = {}
    if catalog is not None:
        for contender in contenders if for_accuracy is None else for_accuracy:
            if contender.model.sha256 not in accuracy:
                measured = measure_accuracy(contender, catalog, split)
                accuracy[contender.model.sha256] = measured
    records = place.measure(contenders, settings, warn)
    if catalog is not None:
        for name in {r.model.name for r in records if r.model.sha256 not in accuracy}:
            warn(f"no accuracy of {name}: give its captioner file, too")
    return tuple(replace(record, accuracy=accuracy.get(record.model.sha256)) for record in records)


def benchmark_text(records: Sequence[BenchmarkRecord]) -> str:
    """Records as a table for the terminal, with what it was measured on and all doubts."""
    first = records[0]
    device, conditions = first.device, first.conditions
    runtimes = dict.fromkeys(record.conditions.runtime for record in records)
    lines = [
        f"{latency_name(conditions.target)}: {device.cpu}, {device.cores} cores, {device.os}; "
        f"{', '.join(runtimes)}; mode {conditions.mode}, {conditions.processes} processes each"
    ]
    rows = make_rows(records)
    if shown := next((row.accuracy.level for row in rows if row.accuracy), None):
        lines.append(f"CCR of {shown} captions on the {_split(records)} split")
    columns = shown_columns(rows, TERMINAL)
    lines += ["", text_table([column.title for column in columns], cells(rows, columns))]
    doubts = [
        f"doubtful, {flag.kind}: {row.record.model.name}, "
        f"{threads_text(row.record.conditions.threads)}: {flag.detail}"
        for row in rows
        for flag in row.record.flags
    ]
    return "\n".join([*lines, *([""] if doubts else []), *doubts])


def disagreement_text(records: Sequence[BenchmarkRecord]) -> str:
    """One sentence that names whose captions differ on another processor; empty where none do."""
    told = [
        f"{record.model.name}: {record.agreement.equal} of {record.agreement.n} photos have the "
        f"captions of {record.agreement.reference}"
        for record in records
        if record.agreement is not None and record.agreement.equal < record.agreement.n
    ]
    return "; ".join(told)


def _split(records: Sequence[BenchmarkRecord]) -> str:
    return " and ".join(sorted({record.accuracy.split for record in records if record.accuracy}))
