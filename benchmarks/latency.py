"""How latencies are sampled inside a measured process, and what passes in and out of it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from benchmarks.memory import peak_memory_bytes

T = TypeVar("T")
Clock = Callable[[], int]
"""Returns nanoseconds from any beginning."""


@dataclass(frozen=True)
class Mode:
    """An entry of `MODES`: how long each latency is sampled.

    Attributes:
        name: Name on the command line.
        rounds: New processes for each contender, taken in turn.
        warmups: Photos described in each process before anything is sampled.
        least: Least samples of each latency in each process.
        seconds: Least time that each latency is sampled in each process.
    """

    name: str
    rounds: int
    warmups: int
    least: int
    seconds: float


MODES: Final[dict[str, Mode]] = {
    mode.name: mode
    for mode in (
        Mode("quick", rounds=3, warmups=3, least=12, seconds=0.4),
        Mode("normal", rounds=5, warmups=5, least=25, seconds=1.5),
    )
}
"""Modes by name. A new mode is a new entry here."""


@dataclass(frozen=True)
class Job:
    """What a measured process is asked to do.

    Attributes:
        engine: A key of `ENGINES`.
        path: A captioner file or a run directory.
        level: Description level of the captions.
        threads: Threads of the runtime.
        photos: Files to describe, in turn.
        warmups: As `Mode`, like those that follow.
        least: Least samples of each latency.
        seconds: Least time for each latency.
        delegate: As `Conditions.delegate`.
        sustained_seconds: How long photos are described without a pause at the end; 0 for not.
        started_ns: When the process was started, by the system's clock; 0 where nobody knows.
    """

    engine: str
    path: str
    level: str
    threads: int
    photos: tuple[str, ...]
    warmups: int
    least: int
    seconds: float
    delegate: str = ""
    sustained_seconds: float = 0.0
    started_ns: int = 0


@dataclass(frozen=True)
class Samples:
    """What a measured process answers; latencies in milliseconds.

    Attributes:
        runtime: What ran the model, with its version.
        cold_load: Opening the model.
        first_call: The first photo.
        photo: From file to caption.
        encode: The encoder alone.
        token: One decoding step.
        decode: A whole caption from the encoder's state.
        steps: Decoding steps of each photo's caption.
        peak_bytes: Most resident memory; None where the system does not tell.
        bare_bytes: Of the interpreter before it imported anything.
        cold_start: From the start of the process to the first caption; None where that is not
            known.
        sustained: Of each photo of the sustained run, the second at which it was done, and its
            latency.
    """

    runtime: str
    cold_load: float
    first_call: float
    photo: tuple[float, ...]
    encode: tuple[float, ...]
    token: tuple[float, ...]
    decode: tuple[float, ...]
    steps: tuple[int, ...]
    peak_bytes: int | None
    bare_bytes: int | None
    cold_start: float | None = None
    sustained: tuple[tuple[float, float], ...] = ()


class Engine(Protocol):
    """A loaded model, in the parts that are measured."""

    runtime: str

    def describe(self, photo: Path) -> str:
        """Photo file to caption text."""

    def prepare(self, photo: Path) -> Any:
        """Photo file to the encoder's input."""

    def encode(self, prepared: Any) -> Any:
        """The encoder's input to what the decoder starts from."""

    def step(self, encoded: Any) -> object:
        """One decoding step, the first."""

    def decode(self, encoded: Any) -> int:
        """A whole caption; returns the number of decoding steps."""


def sample(
    action: Callable[[T], object],
    inputs: Sequence[T],
    least: int,
    seconds: float,
    clock: Clock = time.perf_counter_ns,
) -> tuple[float, ...]:
    """Times an action on inputs in turn.

    Args:
        action: What is timed.
        inputs: At least one.
        least: Least number of samples.
        seconds: Least time; samples are taken until both are reached.
        clock: For tests.

    Returns:
        Milliseconds of each call.
    """
    samples: list[float] = []
    begin = now = clock()
    for value in itertools.cycle(inputs):
        if len(samples) >= least and now - begin >= seconds * 1e9:
            break
        start = clock()
        action(value)
        now = clock()
        samples.append((now - start) / 1e6)
    return tuple(samples)


def run_sustained(
    action: Callable[[T], object],
    inputs: Sequence[T],
    seconds: float,
    clock: Clock = time.perf_counter_ns,
) -> tuple[tuple[float, float], ...]:
    """Times an action on inputs in turn without a pause.

    Returns:
        Of each call, the second at which it was done, and its milliseconds.
    """
    samples: list[tuple[float, float]] = []
    begin = now = clock()
    for value in itertools.cycle(inputs):
        if now - begin >= seconds * 1e9:
            break
        start = clock()
        action(value)
        now = clock()
        samples.append(((now - begin) / 1e9, (now - start) / 1e6))
    return tuple(samples)


def measure(
    open_engine: Callable[[], Engine],
    job: Job,
    bare_bytes: int | None,
    clock: Clock = time.perf_counter_ns,
) -> Samples:
    """Measures an engine in this process.

    Args:
        open_engine: Loads the model; its libraries are imported already.
        job: What to do.
        bare_bytes: Memory of the interpreter, passed on.
        clock: For tests.
    """
    photos = [Path(photo) for photo in job.photos]
    start = clock()
    engine = open_engine()
    loaded = clock()
    engine.describe(photos[0])
    first = clock()
    cold_start = (time.time_ns() - job.started_ns) / 1e6 if job.started_ns else None
    for photo in itertools.islice(itertools.cycle(photos), job.warmups):
        engine.describe(photo)
    photo_samples = sample(engine.describe, photos, job.least, job.seconds, clock)
    # Read here: what follows holds many photos at once, which describing one does not.
    peak = peak_memory_bytes()
    prepared = [engine.prepare(photo) for photo in photos]
    encoded = [engine.encode(one) for one in prepared]
    return Samples(
        runtime=engine.runtime,
        cold_load=(loaded - start) / 1e6,
        first_call=(first - loaded) / 1e6,
        photo=photo_samples,
        encode=sample(engine.encode, prepared, job.least, job.seconds, clock),
        token=sample(engine.step, encoded, job.least, job.seconds, clock),
        decode=sample(engine.decode, encoded, job.least, job.seconds, clock),
        steps=tuple(engine.decode(one) for one in encoded),
        peak_bytes=peak,
        bare_bytes=bare_bytes,
        cold_start=cold_start,
        sustained=run_sustained(engine.describe, photos, job.sustained_seconds, clock),
    )


def joined(parts: Iterable[Samples], field: str) -> list[float]:
    """All samples of a latency, in the order in which they were taken."""
    return [value for part in parts for value in getattr(part, field)]
