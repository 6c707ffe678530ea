"""A benchmark record: one measurement with everything needed to judge and repeat it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from mobile_app.camera_app.runtime.bundle import LevelAccuracy

MIN_SAMPLES: Final = 30
"""Fewer samples than this of any latency are flagged."""

MAX_SPREAD: Final = 1.5
"""p90 / p50 of the encoder, whose work is always the same, above which a machine is noisy."""

MAX_FOREIGN_SHARE: Final = 0.25
"""Share of all cores that other programs may use before a machine counts as busy."""


@dataclass(frozen=True)
class Latency:
    """A distribution of latencies in milliseconds.

    Attributes:
        n: Samples.
        mean: Arithmetic mean.
        p50: Median.
        p90: 90th percentile.
        p99: 99th percentile; of fewer than 100 samples it is close to the slowest one.
    """

    n: int
    mean: float
    p50: float
    p90: float
    p99: float

    def __post_init__(self) -> None:
        if self.n < 1 or not all(
            math.isfinite(ms) and ms > 0.0 for ms in (self.mean, self.p50, self.p90, self.p99)
        ):
            raise ValueError(f"{self} is no distribution of latencies")


def summarize_samples(samples: Sequence[float]) -> Latency | None:
    """Summarizes samples in milliseconds, by linearly interpolated percentiles; None of none."""
    if not samples:
        return None
    p50, p90, p99 = (round(float(p), 6) for p in np.percentile(samples, (50, 90, 99)))
    return Latency(len(samples), round(float(np.mean(samples)), 6), p50, p90, p99)


@dataclass(frozen=True)
class Latencies:
    """All latencies of a captioner; None where a target cannot tell.

    Attributes:
        encode: The encoder alone, on a preprocessed photo.
        token: One decoding step.
        decode: A whole caption from the encoder's state.
        photo: From a photo file on disk to the caption's text.
        tokens_per_caption: Mean number of decoding steps of a caption.
        cold_load_ms: Opening the captioner in a new process whose libraries are imported; the
            median over processes, as the next one.
        first_call_ms: The first photo after that, which pays for what is set up lazily.
    """

    encode: Latency | None
    token: Latency | None
    decode: Latency | None
    photo: Latency | None
    tokens_per_caption: float | None
    cold_load_ms: float | None
    first_call_ms: float | None

    @property
    def decode_share(self) -> float | None:
        """Median latency of decoding a caption as a share of the encoder's."""
        if self.decode is None or self.encode is None:
            return None
        return self.decode.p50 / self.encode.p50


@dataclass(frozen=True)
class Model:
    """What was measured.

    Attributes:
        name: Name of the captioner or of the run.
        encoder: Encoder, such as `mobilenet-1.0-224`.
        decoder: Decoder, such as `gru-256`.
        variant: Export variant, or the name of a baseline.
        level: Description level of the captions.
        sha256: Of the file; of a run, of all files of its model.
        size_bytes: Size of the same.
    """

    name: str
    encoder: str
    decoder: str
    variant: str
    level: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Device:
    """Where it was measured; no host name, no user, no paths.

    Attributes:
        cpu: The processor's name.
        cpu_features: Instruction sets that decide the speed of a model; an 8-bit one is little
            faster than a float one where there are no 8-bit dot products (VNNI, I8MM).
        cores: Logical cores that the process may use.
        os: System, version and architecture.
        python: Version, empty where there is none.
    """

    cpu: str
    cpu_features: tuple[str, ...]
    cores: int
    os: str
    python: str


@dataclass(frozen=True)
class PhotoSet:
    """The photos that latencies were measured on.

    Attributes:
        source: `generated` (seeded JPEGs) or `folder` (the caller's own).
        n: How many.
        megapixels: Mean size.
        mean_bytes: Mean length of the files.
    """

    source: Literal["generated", "folder"]
    n: int
    megapixels: float
    mean_bytes: int


@dataclass(frozen=True)
class Conditions:
    """How it was measured.

    Attributes:
        target: A key of `TARGETS`.
        runtime: What ran the model, with its version.
        threads: Threads of the runtime.
        mode: Name of the mode.
        processes: New processes that the samples come from.
        photos: What was described; None where a target has photos of its own.
        load_average: Of the last minute, before the start; None where the system has none.
        foreign_cores: Cores that other programs used meanwhile; None where it is not known.
    """

    target: str
    runtime: str
    threads: int
    mode: str
    processes: int
    photos: PhotoSet | None
    load_average: float | None
    foreign_cores: float | None


@dataclass(frozen=True)
class Memory:
    """Memory of the measured process.

    Attributes:
        peak_bytes: Most resident memory, the interpreter and all libraries included.
        bare_bytes: What the bare Python interpreter alone had.
    """

    peak_bytes: int
    bare_bytes: int


@dataclass(frozen=True)
class Accuracy:
    """What the same file gets right.

    Attributes:
        split: Side of the catalog.
        protocol: Split protocol.
        catalog_digest: The catalog.
        levels: CCR by level, with n and interval.
        leak: Why these figures do not count as those of unseen photos; empty where they do.
    """

    split: str
    protocol: str
    catalog_digest: str
    levels: tuple[LevelAccuracy, ...]
    leak: str = ""

    def at(self, level: str) -> LevelAccuracy | None:
        """CCR at a level, None where no photo has it."""
        return next((one for one in self.levels if one.level == level), None)


@dataclass(frozen=True)
class Flag:
    """A reason to doubt a measurement.

    Attributes:
        kind: `few_samples`, `noisy` (the same work took very different times) or `busy` (other
            programs were running).
        detail: The figure and the rule.
    """

    kind: Literal["few_samples", "noisy", "busy"]
    detail: str


@dataclass(frozen=True)
class BenchmarkRecord:
    """One captioner, measured at one place with one number of threads.

    Attributes:
        model: What.
        device: Where.
        conditions: How.
        latency: In milliseconds.
        memory: None where a target cannot tell.
        accuracy: None where none was measured.
        flags: Reasons to doubt it; empty for a sound measurement.
        command: The command that made it, without folders.
        git_commit: Code that made it, empty outside a checkout.
        code_version: jewelcap's version.
        started: UTC, ISO 8601; equal for measurements that were interleaved, so that only their
            ratios hold on a noisy machine.
        schema_version: Version of this form.
    """

    model: Model
    device: Device
    conditions: Conditions
    latency: Latencies
    memory: Memory | None
    accuracy: Accuracy | None
    flags: tuple[Flag, ...]
    command: str
    git_commit: str
    code_version: str
    started: str
    schema_version: int = 1


def threads_text(threads: int) -> str:
    """`1 thread`, `2 threads`."""
    return f"{threads} thread{'' if threads == 1 else 's'}"


def validity_flags(
    latency: Latencies, cores: int, load_average: float | None, foreign_cores: float | None
) -> tuple[Flag, ...]:
    """Says why a measurement may be wrong.

    Args:
        latency: What was measured.
        cores: Logical cores of the machine.
        load_average: Before the start; asked only where `foreign_cores` is not known, since it
            also counts what this program did in the last minute.
        foreign_cores: Cores used by other programs meanwhile.
    """
    flags = []
    for name in ("encode", "token", "decode", "photo"):
        measured: Latency | None = getattr(latency, name)
        if measured is not None and measured.n < MIN_SAMPLES:
            flags.append(
                Flag("few_samples", f"{measured.n} samples of {name}, {MIN_SAMPLES} are needed")
            )
    if latency.encode is not None:
        spread = latency.encode.p90 / latency.encode.p50
        if spread > MAX_SPREAD:
            flags.append(Flag("noisy", f"encode p90 is {spread:.2f} times p50, above {MAX_SPREAD}"))
    limit = MAX_FOREIGN_SHARE * cores
    if foreign_cores is not None:
        if foreign_cores > limit:
            used = f"other programs used {foreign_cores:.2f} of {cores} cores"
            flags.append(Flag("busy", f"{used}, above {limit:.2f}"))
    elif load_average is not None and load_average > limit:
        flags.append(Flag("busy", f"load average {load_average:.2f} at the start, above {limit}"))
    return tuple(flags)
