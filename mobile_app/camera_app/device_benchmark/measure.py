"""Measures a captioner on this device, and writes down what the device was like meanwhile."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from ..platform import Platform
from ..runtime.captioner import Captioner
from ..runtime.decode import Encoded, Floats
from ..runtime.device_report import (
    DeviceReport,
    Model,
    Power,
    Runtime,
    Sustained,
    summarize_samples,
    sustained_windows,
)
from ..runtime.errors import JewelcapError
from ..runtime.interpreter import Interpreter
from ..runtime.preprocess import Pixels
from .frames import Frames, Shot

WARM_UP: Final = 5
"""Frames after the first one that are not counted."""

WINDOWS: Final = 10

_CHUNK_BYTES: Final = 1 << 20

Phase = Literal["open", "frames", "sustained"]
Progress = Callable[[Phase, float], None]
"""Told the phase and how much of it is done, in [0, 1]; called in the measuring thread."""


class StoppedError(JewelcapError):
    """The person has ended the measurement."""


@dataclass(frozen=True)
class Setting:
    """What is to be measured.

    Attributes:
        level: Description level.
        frames: Frames to be counted, at least 1.
        sustained_s: Seconds of describing without a pause after that; 0 for none.
        app_version: Of the app.
        cold_start_ms: From the start of the process to its first caption, where it is known.
    """

    level: str
    frames: int = 100
    sustained_s: float = 0.0
    app_version: str = ""
    cold_start_ms: float | None = None


class _TimedInterpreter:
    """Measures each call of an interpreter."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self.encode_ms: list[float] = []
        self.step_ms: list[float] = []

    @property
    def runtime(self) -> Runtime:
        """See `Interpreter.runtime`."""
        return self._interpreter.runtime

    def encode(self, image: Pixels) -> Encoded:
        """See `Interpreter.encode`."""
        begin = time.perf_counter()
        encoded = self._interpreter.encode(image)
        self.encode_ms.append(_since(begin))
        return encoded

    def decode_step(self, token: int, encoded: Encoded) -> tuple[Floats, Encoded]:
        """See `Interpreter.decode_step`."""
        begin = time.perf_counter()
        answer = self._interpreter.decode_step(token, encoded)
        self.step_ms.append(_since(begin))
        return answer

    def close(self) -> None:
        """See `Interpreter.close`."""
        self._interpreter.close()


@dataclass
class _Samples:
    """Milliseconds by part of the way."""

    preprocess: list[float] = field(default_factory=list)
    decode: list[float] = field(default_factory=list)
    frame: list[float] = field(default_factory=list)


def measure_device(
    open_captioner: Callable[[], Captioner],
    frames: Frames,
    platform: Platform,
    setting: Setting,
    on_progress: Progress,
    stop: threading.Event,
) -> DeviceReport:
    """Measures a captioner; to be called in a thread of its own, which alone uses it.

    Captions are given at the level asked for, as those of `jewelcap benchmark` are: nothing is
    said less of, or kept back.

    Args:
        open_captioner: Opens the captioner, which is closed in the end.
        frames: Pictures to describe.
        platform: Tells of battery, heat and memory.
        setting: What to measure.
        on_progress: Told what goes on.
        stop: Ends the measurement when it is set.

    Raises:
        StoppedError: It has been ended.
        JewelcapError: The captioner does not open, or no pictures come.
    """
    started = datetime.now(UTC).isoformat(timespec="seconds")
    before = _read_power(platform, Power())
    on_progress("open", 0.0)
    begin = time.perf_counter()
    captioner = open_captioner()
    load_ms = _since(begin)
    timed = _TimedInterpreter(captioner.interpreter)
    captioner = Captioner(captioner.bundle, timed)
    try:
        shot = frames.fresh()
        samples = _Samples()
        first_ms = _describe(captioner, timed, shot, setting.level, samples)
        for _ in range(WARM_UP):
            _describe(captioner, timed, frames.fresh(), setting.level, samples)
        samples = _Samples()
        timed.encode_ms.clear()
        timed.step_ms.clear()
        for count in range(setting.frames):
            _check(stop)
            on_progress("frames", count / setting.frames)
            shot = frames.fresh()
            _describe(captioner, timed, shot, setting.level, samples)
        encode_ms, step_ms = list(timed.encode_ms), list(timed.step_ms)
        sustained = _sustain(captioner, timed, frames, platform, setting, on_progress, stop)
    finally:
        captioner.interpreter.close()
    memory = platform.memory()
    return DeviceReport(
        model=_model_of(captioner, setting.level),
        phone=platform.device(),
        runtime=timed.runtime,
        power=_read_power(platform, before, after=True),
        frames=frames.kind,
        frame_width=shot.width,
        frame_height=shot.height,
        cold_start_ms=setting.cold_start_ms,
        load_ms=load_ms,
        first_frame_ms=first_ms,
        preprocess=summarize_samples(samples.preprocess),
        encode=summarize_samples(encode_ms),
        token=summarize_samples(step_ms),
        decode=summarize_samples(samples.decode),
        frame=summarize_samples(samples.frame),
        tokens_per_caption=len(step_ms) / len(encode_ms),
        sustained=sustained,
        peak_memory_bytes=memory.peak_bytes if memory else None,
        app_version=setting.app_version,
        started=started,
    )


def _describe(
    captioner: Captioner, timed: _TimedInterpreter, shot: Shot, level: str, samples: _Samples
) -> float:
    """Describes a picture; returns the milliseconds from its coming to its caption."""
    begin = time.perf_counter()
    # A backend may hand out a view of memory that its next call overwrites.
    encoded = captioner.encode(shot.photo).copy()
    samples.preprocess.append(max(_since(begin) - timed.encode_ms[-1], 1e-6))
    middle = time.perf_counter()
    captioner.caption(encoded, level, abstain=False)
    samples.decode.append(_since(middle))
    samples.frame.append(_since(begin if shot.received_s is None else shot.received_s))
    return samples.frame[-1]


def _sustain(
    captioner: Captioner,
    timed: _TimedInterpreter,
    frames: Frames,
    platform: Platform,
    setting: Setting,
    on_progress: Progress,
    stop: threading.Event,
) -> Sustained | None:
    """Describes without a pause, the newest picture each time, however often it was described."""
    seconds = setting.sustained_s
    done: list[tuple[float, float]] = []
    thermals: list[str | None] = []
    begin = time.perf_counter()
    while (elapsed := time.perf_counter() - begin) < seconds:
        _check(stop)
        on_progress("sustained", elapsed / seconds)
        shot = replace(frames.newest(), received_s=None)
        timed.encode_ms.clear()
        timed.step_ms.clear()
        ms = _describe(captioner, timed, shot, setting.level, _Samples())
        second = time.perf_counter() - begin
        done.append((second, ms))
        while len(thermals) < min(WINDOWS, int(second / seconds * WINDOWS)):
            thermals.append(platform.thermal_status())
    return sustained_windows(done, seconds, WINDOWS, thermals)


def _check(stop: threading.Event) -> None:
    if stop.is_set():
        raise StoppedError("The measurement was ended.")


def _read_power(platform: Platform, power: Power, after: bool = False) -> Power:
    battery, thermal = platform.battery(), platform.thermal_status()
    level = battery.level if battery else None
    if after:
        return replace(power, battery_end=level, thermal_end=thermal)
    return replace(
        power,
        battery_start=level,
        charging=battery.charging if battery else None,
        thermal_start=thermal,
        power_saving=battery.saving if battery else None,
    )


def _model_of(captioner: Captioner, level: str) -> Model:
    manifest, path = captioner.bundle.manifest, captioner.bundle.path
    return Model(
        name=manifest.name,
        encoder=manifest.encoder,
        decoder=manifest.decoder,
        variant=manifest.variant,
        level=level,
        sha256=_sha256(path),
        size_bytes=path.stat().st_size,
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _since(begin: float) -> float:
    return (time.perf_counter() - begin) * 1000.0
