"""What the app's benchmark screen measured on a phone, as the JSON file that it exports.

The app writes it by `schema.dump_json`; `jewelcap benchmark --target app` reads it, so that a
phone's figures enter the same tables as a computer's. It names no person and no serial number.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .schema import load_json

MAX_REPORT_BYTES: Final = 4_000_000
"""A longer file is no report."""


@dataclass(frozen=True)
class Latency:
    """A distribution of latencies in milliseconds.

    Attributes:
        n: Samples.
        mean: Arithmetic mean.
        p50: Median.
        p90: 90th percentile; None where the tool that measured does not tell, as the next one.
        p99: 99th percentile; of fewer than 100 samples it is close to the slowest one.
        p95: 95th percentile, of tools that tell this one instead.
        process_p50: Median of each process that was measured in, in their order; empty where
            all samples are of one.
    """

    n: int
    mean: float
    p50: float
    p90: float | None
    p99: float | None
    p95: float | None = None
    process_p50: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        told = [ms for ms in (self.p90, self.p99, self.p95) if ms is not None]
        values = (self.mean, self.p50, *told, *self.process_p50)
        if self.n < 1 or not all(math.isfinite(ms) and ms > 0.0 for ms in values):
            raise ValueError(f"{self} is no distribution of latencies")


def summarize_samples(samples: Sequence[float], processes: Iterable[float] = ()) -> Latency | None:
    """Summarizes samples by linearly interpolated percentiles.

    Args:
        samples: Milliseconds.
        processes: Median of each process that they come from.

    Returns:
        Their distribution; None of no samples.
    """
    if not samples:
        return None
    ordered = sorted(samples)

    def percentile(share: float) -> float:
        place = share * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        return round(ordered[below] + (place - below) * (ordered[above] - ordered[below]), 6)

    return Latency(
        n=len(ordered),
        mean=round(statistics.fmean(ordered), 6),
        p50=percentile(0.50),
        p90=percentile(0.90),
        p99=percentile(0.99),
        process_p50=tuple(round(ms, 6) for ms in processes),
    )


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
class Window:
    """A stretch of a sustained run.

    Attributes:
        start_s: Seconds from the start of the sustained run.
        n: Captions made in it.
        p50_ms: Their median latency.
        thermal: What the system calls its temperature at the end, such as `none`, `light`,
            `moderate`, `severe`; None where it does not tell.
    """

    start_s: float
    n: int
    p50_ms: float
    thermal: str | None = None

    def __post_init__(self) -> None:
        if self.n < 1 or not (math.isfinite(self.p50_ms) and self.p50_ms > 0.0):
            raise ValueError(f"{self} is no stretch of a run")


@dataclass(frozen=True)
class Sustained:
    """Captions without a pause: whether the device slows down as it warms up.

    Attributes:
        seconds: How long it ran.
        windows: Stretches of equal length, in their order; at least one.
    """

    seconds: float
    windows: tuple[Window, ...]

    def __post_init__(self) -> None:
        if not self.windows or not self.seconds > 0.0:
            raise ValueError("a sustained run has at least one window")

    @property
    def slowdown(self) -> float:
        """Median latency of the last window over that of the first; 1 if nothing changed."""
        return self.windows[-1].p50_ms / self.windows[0].p50_ms


def sustained_windows(
    samples: Sequence[tuple[float, float]],
    seconds: float,
    count: int = 10,
    thermals: Sequence[str | None] = (),
) -> Sustained | None:
    """Cuts a sustained run into windows of equal length.

    Args:
        samples: Second at which each caption was done, from the start of the run, and its
            latency in milliseconds.
        seconds: How long the run was.
        count: Windows; those without a caption are left out.
        thermals: Thermal status at the end of each window, where it is known.

    Returns:
        The windows; None of no samples.
    """
    length = seconds / count
    parts: list[list[float]] = [[] for _ in range(count)]
    for second, ms in samples:
        parts[min(max(int(second / length), 0), count - 1)].append(ms)
    told = [*thermals, *[None] * count]
    windows = tuple(
        Window(round(index * length, 3), len(part), round(statistics.median(part), 6), told[index])
        for index, part in enumerate(parts)
        if part
    )
    return Sustained(round(seconds, 3), windows) if windows else None


@dataclass(frozen=True)
class Phone:
    """The device, as the system names it.

    Attributes:
        manufacturer: Such as `Google`; empty where unknown, as all texts here.
        model: Such as `Pixel 8`.
        soc: System on a chip, such as `Tensor G3`.
        os: System with its version, such as `Android 15 (API 35)`.
        abi: Instruction set, such as `arm64-v8a`.
        cores: Logical cores.
        memory_bytes: All memory; None where the system does not tell.
        cpu_features: Instruction sets as Linux names them, such as `asimddp`.
    """

    manufacturer: str
    model: str
    soc: str
    os: str
    abi: str
    cores: int
    memory_bytes: int | None
    cpu_features: tuple[str, ...] = ()


@dataclass(frozen=True)
class Runtime:
    """What ran the model.

    Attributes:
        name: Runtime with its version, such as `LiteRT 1.4.1`.
        threads: CPU threads.
        delegate_asked: `xnnpack`, `gpu` or `none`.
        delegate_used: The one that really ran the encoder.
        delegate_note: Why it is another one than asked for; empty where it is not.
    """

    name: str
    threads: int
    delegate_asked: str
    delegate_used: str
    delegate_note: str = ""


@dataclass(frozen=True)
class Power:
    """Battery and temperature around the measurement; None where the system does not tell.

    Attributes:
        battery_start: Charge in [0, 1] before.
        battery_end: Charge in [0, 1] after.
        charging: Whether it was on a charger.
        thermal_start: Thermal status before, as in `Window`.
        thermal_end: After.
        power_saving: Whether the system saved power.
    """

    battery_start: float | None = None
    battery_end: float | None = None
    charging: bool | None = None
    thermal_start: str | None = None
    thermal_end: str | None = None
    power_saving: bool | None = None


@dataclass(frozen=True)
class DeviceReport:
    """One captioner, measured in the app on one device with one runtime setting.

    Attributes:
        model: What; `sha256` and `size_bytes` are of the captioner file.
        phone: Where.
        runtime: By what.
        power: Battery and temperature.
        frames: `camera` (the live path) or `photos` (pictures that the app brings).
        frame_width: Pixels of the frames that were described.
        frame_height: Pixels.
        cold_start_ms: From the start of the app's process to the first caption; None where the
            app was running already.
        load_ms: Opening the captioner.
        first_frame_ms: The first frame after that, which pays for what is set up lazily.
        preprocess: From a frame to the encoder's input.
        encode: The encoder alone.
        token: One decoding step.
        decode: A whole caption from the encoder's state.
        frame: From a frame to the caption's text.
        tokens_per_caption: Mean number of decoding steps.
        sustained: Captions without a pause; None where nobody asked for it.
        peak_memory_bytes: Most memory of the app's process; None where the system does not tell.
        app_version: jewelcap's version in the app.
        started: UTC, ISO 8601.
        schema_version: Version of this form.
    """

    model: Model
    phone: Phone
    runtime: Runtime
    power: Power
    frames: str
    frame_width: int
    frame_height: int
    cold_start_ms: float | None
    load_ms: float | None
    first_frame_ms: float | None
    preprocess: Latency | None
    encode: Latency | None
    token: Latency | None
    decode: Latency | None
    frame: Latency | None
    tokens_per_caption: float | None
    sustained: Sustained | None
    peak_memory_bytes: int | None
    app_version: str
    started: str
    schema_version: int = 1


def parse_report(text: bytes, where: str) -> DeviceReport:
    """Reads an exported report.

    Args:
        text: The file's bytes.
        where: What the file is, for the message.

    Raises:
        SchemaError: It is no report of this version.
    """
    return load_json(DeviceReport, text, where)
