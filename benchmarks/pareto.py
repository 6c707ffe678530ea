"""Which measurements no other one beats, and which may be compared at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.record import BenchmarkRecord, Device, Latency
from mobile_app.camera_app.runtime.levels import LEVELS


def pareto_front(points: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """Points that no other point beats in one respect without losing in the other.

    Args:
        points: (cost, gain): a lower cost and a higher gain are better.

    Returns:
        Their indices by rising cost. Equal points are all on the front, or all off it.
    """

    def beaten(cost: float, gain: float) -> bool:
        return any(
            other_cost <= cost and other_gain >= gain and (other_cost, other_gain) != (cost, gain)
            for other_cost, other_gain in points
        )

    front = [index for index, point in enumerate(points) if not beaten(*point)]
    return tuple(sorted(front, key=lambda index: points[index]))


@dataclass(frozen=True)
class Cost:
    """An entry of `COSTS`: what an accuracy is paid with.

    Attributes:
        name: Its name, and that of its plot.
        title: Head of its plot in the report.
        axis: What is on the axis; `{latency}` and `{cpu}` stand for those of the place.
        unit: Behind a value.
        value: Of a record; None where it was not measured.
        spread: Least and greatest of what the measured processes say; None where they do not.
        placed: Whether it depends on the place where it was measured.
    """

    name: str
    title: str
    axis: str
    unit: str
    value: Callable[[BenchmarkRecord], float | None]
    spread: Callable[[BenchmarkRecord], tuple[float, float] | None] = lambda record: None
    placed: bool = True


def _p50(latency: Latency | None) -> float | None:
    return latency.p50 if latency else None


def _spread(latency: Latency | None) -> tuple[float, float] | None:
    medians = latency.process_p50 if latency else ()
    return (min(medians), max(medians)) if medians else None


def _encode_alone(record: BenchmarkRecord) -> Latency | None:
    """Of the encoder, where no whole photo was measured."""
    return record.latency.encode if record.latency.photo is None else None


def _peak_megabytes(record: BenchmarkRecord) -> float | None:
    return record.memory.peak_bytes / 1e6 if record.memory else None


COSTS: Final[dict[str, Cost]] = {
    cost.name: cost
    for cost in (
        Cost(
            "latency",
            "Latency against accuracy",
            "{latency} of a whole photo, file to caption: median, ms  ({cpu})",
            "ms",
            lambda record: _p50(record.latency.photo),
            lambda record: _spread(record.latency.photo),
        ),
        Cost(
            "encode",
            "Latency of the encoder against accuracy",
            "{latency} of the encoder alone: median, ms  ({cpu})",
            "ms",
            lambda record: _p50(_encode_alone(record)),
            lambda record: _spread(_encode_alone(record)),
        ),
        Cost(
            "size",
            "Size against accuracy",
            "size of the file, MB",
            "MB",
            lambda record: record.model.size_bytes / 1e6,
            placed=False,
        ),
        Cost(
            "memory",
            "Memory against accuracy",
            "peak memory of the process, MB  ({cpu})",
            "MB",
            _peak_megabytes,
        ),
    )
}
"""Costs by name. A new one is a new entry here, and gets a plot of its own."""


@dataclass(frozen=True)
class Place:
    """Where latencies were measured: those of different places are never compared."""

    target: str
    device: Device


@dataclass(frozen=True)
class Ground:
    """What accuracies were measured on: those of different photos are never compared."""

    catalog_digest: str
    protocol: str
    split: str


@dataclass(frozen=True)
class Panel:
    """Measurements that may be compared in cost and in accuracy.

    Attributes:
        cost: What is paid.
        place: Where; of the first record, where the cost is the same everywhere.
        ground: On what.
        level: Description level of the accuracies.
        records: Those with an accuracy at this level and this cost.
        front: Indices of `records` on the Pareto front, by rising cost.
    """

    cost: Cost
    place: Place
    ground: Ground
    level: str
    records: tuple[BenchmarkRecord, ...]
    front: tuple[int, ...]

    def costs(self) -> tuple[float, ...]:
        """Of all records."""
        return tuple(cost_of(record, self.cost) for record in self.records)


def cost_of(record: BenchmarkRecord, cost: Cost) -> float:
    """A record's cost; infinite where it was not measured."""
    value = cost.value(record)
    return float("inf") if value is None else value


def place_of(record: BenchmarkRecord) -> Place:
    """Where a record was measured."""
    return Place(record.conditions.target, record.device)


def most_detailed_level(records: Sequence[BenchmarkRecord]) -> str | None:
    """The most detailed level that an accuracy was measured at; None if there is none."""
    measured = {one.level for r in records if r.accuracy for one in r.accuracy.levels}
    return next((level for level in reversed(LEVELS) if level in measured), None)


def photo_ms(record: BenchmarkRecord) -> float:
    """Median latency of a whole photo; infinite where it was not measured."""
    return record.latency.photo.p50 if record.latency.photo else float("inf")


def ccr(record: BenchmarkRecord, level: str) -> float:
    """Accuracy at a level; -1 where it was not measured."""
    found = record.accuracy.at(level) if record.accuracy else None
    return found.ccr if found else -1.0


def make_panels(
    records: Sequence[BenchmarkRecord], cost: Cost = COSTS["latency"]
) -> tuple[Panel, ...]:
    """Groups records by what may be compared; those without accuracy or cost are left out."""
    groups: dict[tuple[Place | None, Ground], list[BenchmarkRecord]] = {}
    for record in records:
        if record.accuracy is not None and cost.value(record) is not None:
            accuracy = record.accuracy
            ground = Ground(accuracy.catalog_digest, accuracy.protocol, accuracy.split)
            place = place_of(record) if cost.placed else None
            groups.setdefault((place, ground), []).append(record)
    panels = []
    for (_, ground), group in groups.items():
        level = most_detailed_level(group)
        if level is None:
            continue
        # Where the place does not matter, one record of each file is enough.
        distinct = group if cost.placed else {r.model.sha256: r for r in reversed(group)}.values()
        chosen = tuple(record for record in distinct if ccr(record, level) >= 0.0)
        front = pareto_front([(cost_of(record, cost), ccr(record, level)) for record in chosen])
        panels.append(Panel(cost, place_of(group[0]), ground, level, chosen, front))
    return tuple(panels)


def speed_ups(records: Sequence[BenchmarkRecord]) -> dict[BenchmarkRecord, float]:
    """How many times faster each record is than the slowest it was interleaved with.

    Only records of one call and one number of threads are compared; a record that was measured
    alone has none.
    """
    return _times_better(records, lambda one: one.latency.photo.p50 if one.latency.photo else None)


def memory_savings(records: Sequence[BenchmarkRecord]) -> dict[BenchmarkRecord, float]:
    """How many times less memory each record needs than the one that needs most; as `speed_ups`."""
    return _times_better(records, lambda one: one.memory.peak_bytes if one.memory else None)


def _times_better(
    records: Sequence[BenchmarkRecord], cost: Callable[[BenchmarkRecord], float | None]
) -> dict[BenchmarkRecord, float]:
    groups: dict[tuple[Place, str, int], dict[BenchmarkRecord, float]] = {}
    for record in records:
        if value := cost(record):
            key = place_of(record), record.started, record.conditions.threads
            groups.setdefault(key, {})[record] = value
    return {
        record: max(group.values()) / value
        for group in groups.values()
        if len(group) > 1
        for record, value in group.items()
    }
