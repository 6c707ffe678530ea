"""What the rows of all tables are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.pareto import make_panels, memory_savings, most_detailed_level, speed_ups
from benchmarks.record import BenchmarkRecord
from mobile_app.camera_app.runtime.bundle import LevelAccuracy


@dataclass(frozen=True)
class Row:
    """A record with what is only known among others.

    Attributes:
        record: The measurement.
        accuracy: At the most detailed level of the whole table.
        speed_up: See `speed_ups`.
        memory_saving: See `memory_savings`.
        on_front: Whether it is on a Pareto front.
    """

    record: BenchmarkRecord
    accuracy: LevelAccuracy | None
    speed_up: float | None
    memory_saving: float | None
    on_front: bool


def make_rows(records: Sequence[BenchmarkRecord]) -> tuple[Row, ...]:
    """Rows by place, then by name, variant and threads."""
    level = most_detailed_level(records)
    faster, smaller = speed_ups(records), memory_savings(records)
    front = {panel.records[index] for panel in make_panels(records) for index in panel.front}
    ordered = sorted(
        records,
        key=lambda r: (
            r.conditions.target,
            r.device.cpu,
            r.model.encoder,
            r.model.decoder,
            r.model.variant,
            r.conditions.threads,
            r.conditions.delegate,
            r.model.name,
        ),
    )
    return tuple(
        Row(
            record,
            record.accuracy.at(level) if record.accuracy and level else None,
            faster.get(record),
            smaller.get(record),
            record in front,
        )
        for record in ordered
    )
