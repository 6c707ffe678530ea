"""Which measurements no other one beats, and which may be compared at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.record import BenchmarkRecord, Device
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
    """Measurements that may be compared in latency and in accuracy.

    Attributes:
        place: Where.
        ground: On what.
        level: Description level of the accuracies.
        records: Those with an accuracy at this level and a whole-photo latency.
        front: Indices of `records` on the Pareto front, by rising latency.
    """

    place: Place
    ground: Ground
    level: str
    records: tuple[BenchmarkRecord, ...]
    front: tuple[int, ...]


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


def make_panels(records: Sequence[BenchmarkRecord]) -> tuple[Panel, ...]:
    """Groups records by what may be compared; those without accuracy or latency are left out."""
    groups: dict[tuple[Place, Ground], list[BenchmarkRecord]] = {}
    for record in records:
        if record.accuracy is not None and record.latency.photo is not None:
            accuracy = record.accuracy
            ground = Ground(accuracy.catalog_digest, accuracy.protocol, accuracy.split)
            groups.setdefault((place_of(record), ground), []).append(record)
    panels = []
    for (place, ground), group in groups.items():
        level = most_detailed_level(group)
        if level is None:
            continue
        chosen = tuple(record for record in group if ccr(record, level) >= 0.0)
        front = pareto_front([(photo_ms(record), ccr(record, level)) for record in chosen])
        panels.append(Panel(place, ground, level, chosen, front))
    return tuple(panels)


def speed_ups(records: Sequence[BenchmarkRecord]) -> dict[BenchmarkRecord, float]:
    """How many times faster each record is than the slowest it was interleaved with.

    Only records of one call and one number of threads are compared; a record that was measured
    alone has none.
    """
    groups: dict[tuple[Place, str, int], list[BenchmarkRecord]] = {}
    for record in records:
        if record.latency.photo is not None:
            key = place_of(record), record.started, record.conditions.threads
            groups.setdefault(key, []).append(record)
    return {
        record: max(map(photo_ms, group)) / photo_ms(record)
        for group in groups.values()
        if len(group) > 1
        for record in group
    }
