"""A benchmark record: one measurement with everything needed to judge and repeat it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from mobile_app.camera_app.runtime.device_report import (
    Latency,
    Model,
    Sustained,
    summarize_samples,
)

__all__ = [
    "Accuracy",
    "Agreement",
    "BenchmarkRecord",
    "Conditions",
    "Device",
    "Flag",
    "Latencies",
    "Latency",
    "Memory",
    "Model",
    "PhotoSet",
    "Sustained",
    "delegate_text",
    "summarize_samples",
    "threads_text",
]


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
        cold_start_ms: From the start of the process to the first caption: Python, libraries,
            loading and the first photo.
    """

    encode: Latency | None
    token: Latency | None
    decode: Latency | None
    photo: Latency | None
    tokens_per_caption: float | None
    cold_load_ms: float | None
    first_call_ms: float | None
    cold_start_ms: float | None = None

    @property
    def decode_share(self) -> float | None:
        """Median latency of decoding a caption as a share of the encoder's."""
        if self.decode is None or self.encode is None:
            return None
        return self.decode.p50 / self.encode.p50


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
        source: `generated` (seeded JPEGs), `folder` (the caller's own) or `frames` (of a phone's
            camera).
        n: How many.
        megapixels: Mean size.
        mean_bytes: Mean length of the files; 0 of frames.
    """

    source: Literal["generated", "folder", "frames"]
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
        delegate: What ran the model's operations: `xnnpack`, `gpu`, or `none` for the runtime's
            own kernels; empty where the runtime has no such thing.
    """

    target: str
    runtime: str
    threads: int
    mode: str
    processes: int
    photos: PhotoSet | None
    load_average: float | None
    foreign_cores: float | None
    delegate: str = ""


@dataclass(frozen=True)
class Memory:
    """Memory of the measured process.

    Attributes:
        peak_bytes: Most resident memory, the interpreter and all libraries included.
        bare_bytes: What the bare Python interpreter alone had; None where there is none.
    """

    peak_bytes: int
    bare_bytes: int | None


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
class Agreement:
    """Whether another processor says the same as this one; nothing about speed.

    Attributes:
        n: Photos described by both.
        equal: Photos whose captions are equal at every level.
        probability_difference: Largest difference of any token's probability.
        reference: What it was compared with, such as `x86_64`.
        different: Names of the photos with other captions.
    """

    n: int
    equal: int
    probability_difference: float
    reference: str
    different: tuple[str, ...] = ()


FlagKind = Literal["few_samples", "noisy", "busy", "throttled", "delegate"]


@dataclass(frozen=True)
class Flag:
    """A reason to doubt a measurement.

    Attributes:
        kind: `few_samples`, `noisy` (the same work took very different times), `busy` (other
            programs were running), `throttled` (it slowed down as it went on) or `delegate`
            (another one than asked for ran the model).
        detail: The figure and the rule.
    """

    kind: FlagKind
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
        sustained: Photos without a pause; None where nobody asked for them.
        agreement: With another processor; None where none was asked.
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
    sustained: Sustained | None = None
    agreement: Agreement | None = None
    schema_version: int = 2


def threads_text(threads: int) -> str:
    """`1 thread`, `2 threads`."""
    return f"{threads} thread{'' if threads == 1 else 's'}"


def delegate_text(delegate: str) -> str:
    """What a record's delegate is called beside its threads; empty for the usual one."""
    return {"": "", "xnnpack": "", "none": "no delegate"}.get(delegate, delegate)
