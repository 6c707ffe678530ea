"""A record with plausible figures, of which tests change what they are about."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.compare import Change, Comparison
from benchmarks.record import (
    Accuracy,
    BenchmarkRecord,
    Conditions,
    Device,
    Flag,
    Latencies,
    Latency,
    Memory,
    Model,
    PhotoSet,
)
from pipeline.metrics import level_accuracy

DEVICE = Device("Example CPU 9000", ("avx2",), 4, "Linux 6.1 x86_64", "3.11.7")


def latency(p50: float, n: int = 100, spread: float = 1.1) -> Latency:
    return Latency(n, p50 * 1.02, p50, p50 * spread, p50 * spread * 1.1)


def make_record(
    variant: str = "int8",
    photo: float = 10.0,
    correct: int | None = 66,
    *,
    n: int = 70,
    name: str = "",
    encoder: str = "mobilenet-1.0-224",
    decoder: str = "gru-256",
    target: str = "host",
    threads: int = 1,
    device: Device = DEVICE,
    split: str = "test",
    protocol: str = "views",
    catalog: str = "c" * 64,
    started: str = "2026-11-23T08:00:00+00:00",
    size_bytes: int = 4_100_000,
    flags: tuple[Flag, ...] = (),
) -> BenchmarkRecord:
    levels = () if correct is None else (
        level_accuracy("basic", n - 1, n),
        level_accuracy("complete", correct, n),
    )  # fmt: skip
    return BenchmarkRecord(
        model=Model(
            name=name or f"shop {variant}",
            encoder=encoder,
            decoder=decoder,
            variant=variant,
            level="complete",
            sha256="a" * 64,
            size_bytes=size_bytes,
        ),
        device=device,
        conditions=Conditions(
            target=target,
            runtime="LiteRT 2.3.0",
            threads=threads,
            mode="normal",
            processes=5,
            photos=PhotoSet("generated", 8, 1.229, 300_000),
            load_average=0.2,
            foreign_cores=0.05,
        ),
        latency=Latencies(
            encode=latency(photo * 0.4),
            token=latency(0.04),
            decode=latency(0.2),
            photo=latency(photo),
            tokens_per_caption=5.0,
            cold_load_ms=11.0,
            first_call_ms=40.0,
        ),
        memory=Memory(70_000_000, 11_000_000),
        accuracy=None if correct is None else Accuracy(split, protocol, catalog, levels),
        flags=flags,
        command="jewelcap benchmark captioner.tflite --catalog shop",
        git_commit="0123456789abcdef0123456789abcdef01234567",
        code_version="0.1.0",
        started=started,
    )


def photo_change(comparison: Comparison) -> Change:
    """The one median of whole photos among what was compared."""
    (change,) = [one for one in comparison.changes if one.figure == "photo p50, ms"]
    return change


def with_latency(record: BenchmarkRecord, **changes: object) -> BenchmarkRecord:
    """The record with some latencies replaced."""
    return replace(record, latency=replace(record.latency, **changes))  # type: ignore[arg-type]


def with_conditions(record: BenchmarkRecord, **changes: object) -> BenchmarkRecord:
    """The record with some conditions replaced."""
    return replace(record, conditions=replace(record.conditions, **changes))  # type: ignore[arg-type]
