"""Measures on this computer: each contender in new processes of its own, all in turn.

A new process a round makes cold load, first call and peak memory true and independent. Taking
the contenders in turn (A B A B …) spreads a disturbance over all of them, so that their ratios
hold on a machine that is not quiet.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.engines import ENGINES, Contender
from benchmarks.latency import Job, Samples, joined
from benchmarks.machine import CpuWatch, load_average, this_device
from benchmarks.photos import choose_photos, generate_photos, photo_set
from benchmarks.processes import run_in_new_process
from benchmarks.record import (
    BenchmarkRecord,
    Conditions,
    Latencies,
    Latency,
    Memory,
    PhotoSet,
    summarize_samples,
)
from benchmarks.record_files import public_command
from benchmarks.settings import Settings, Warn
from benchmarks.unfinished import Finished, Unfinished
from benchmarks.validity import validity_flags
from mobile_app.camera_app.runtime.device_report import Sustained, sustained_windows
from pipeline import __version__
from pipeline.progress import track
from pipeline.provenance import command_line, git_commit

RunJob = Callable[[Job], Samples]


@dataclass(frozen=True)
class Case:
    """What becomes one record: a contender with one setting of its runtime."""

    threads: int
    delegate: str
    contender: int


@dataclass(frozen=True)
class Turn:
    """One process of the plan."""

    round: int
    case: Case


def make_cases(contenders: Sequence[Contender], settings: Settings) -> tuple[Case, ...]:
    """Every contender with every number of threads and every delegate that it can run by."""
    return tuple(
        Case(threads, delegate, index)
        for threads in settings.threads
        for index, contender in enumerate(contenders)
        for delegate in _delegates(contender, settings)
    )


def _delegates(contender: Contender, settings: Settings) -> tuple[str, ...]:
    own = ENGINES[contender.engine].delegates
    return tuple(name for name in settings.delegates if name in own) or own[:1] or ("",)


def plan(cases: Sequence[Case], rounds: int) -> Iterator[Turn]:
    """All processes in their order: every case once, again and again."""
    return (Turn(number, case) for number in range(rounds) for case in cases)


def measure(
    contenders: Sequence[Contender],
    settings: Settings,
    warn: Warn,
    run_job: RunJob | None = None,
) -> tuple[BenchmarkRecord, ...]:
    """Measures contenders on this computer; see `Settings.keep` for interruptions.

    Args:
        contenders: What.
        settings: How.
        warn: Told what was left out.
        run_job: For tests; measures in a new process by default.

    Returns:
        A record for each contender, number of threads and delegate, without accuracy.

    Raises:
        JewelcapError: No photo can be read, or a process failed.
    """
    run_job = run_job or run_in_new_process
    mode = settings.mode
    cases = make_cases(contenders, settings)
    with tempfile.TemporaryDirectory(prefix="jewelcap-") as folder:
        if settings.photos is None:
            photos = generate_photos(Path(folder), settings.seed)
        else:
            photos, bad = choose_photos(settings.photos, settings.seed)
            if bad:
                warn(f"left out {bad} pictures of {settings.photos} that cannot be read")
        used = photo_set(photos, generated=settings.photos is None)
        kept = Unfinished(
            settings.keep,
            [
                [(one.engine, one.model) for one in contenders],
                [mode, settings.threads, settings.delegates, settings.sustained_seconds],
                [(path.name, path.stat().st_size) for path in photos],
                [this_device(), __version__],
            ],
            load_average(),
        )
        parts: dict[Case, list[Finished]] = {case: [] for case in cases}
        turns = list(plan(cases, mode.rounds))
        prepared = _Prepared(contenders, Path(folder))
        for number, turn in enumerate(track(turns, "benchmark", len(turns))):
            finished = kept.read(number)
            if finished is None:
                contender = contenders[turn.case.contender]
                job = Job(
                    engine=contender.engine,
                    path=str(prepared.path(turn.case.contender)),
                    level=contender.model.level,
                    threads=turn.case.threads,
                    photos=tuple(map(str, photos)),
                    warmups=mode.warmups,
                    least=mode.least,
                    seconds=mode.seconds,
                    delegate=turn.case.delegate,
                    # Once a case is enough: it is long, and says something of the machine.
                    sustained_seconds=settings.sustained_seconds if turn.round == 0 else 0.0,
                )
                with CpuWatch() as watch:
                    samples = run_job(job)
                finished = Finished(samples, watch.wall_seconds, watch.foreign_cores)
                kept.write(number, finished)
            parts[turn.case].append(finished)
    return tuple(
        _record(contenders[case.contender], case, parts[case], settings, used, kept)
        for case in cases
    )


class _Prepared:
    """Makes what an engine needs that is not there yet, when its first process starts."""

    def __init__(self, contenders: Sequence[Contender], folder: Path) -> None:
        self._contenders = contenders
        self._folder = folder
        self._paths: dict[int, Path] = {}

    def path(self, index: int) -> Path:
        """What the engine of a contender opens."""
        if index not in self._paths:
            contender = self._contenders[index]
            prepare = ENGINES[contender.engine].prepare
            own = self._folder / f"contender-{index}"
            self._paths[index] = contender.path if prepare is None else prepare(contender, own)
        return self._paths[index]


def _record(
    contender: Contender,
    case: Case,
    finished: Sequence[Finished],
    settings: Settings,
    photos: PhotoSet,
    kept: Unfinished,
) -> BenchmarkRecord:
    device = this_device()
    parts = [one.samples for one in finished]
    starts = [part.cold_start for part in parts if part.cold_start is not None]
    latency = Latencies(
        encode=_distribution(parts, "encode"),
        token=_distribution(parts, "token"),
        decode=_distribution(parts, "decode"),
        photo=_distribution(parts, "photo"),
        tokens_per_caption=round(statistics.fmean(joined(parts, "steps")), 3),
        cold_load_ms=round(statistics.median(part.cold_load for part in parts), 3),
        first_call_ms=round(statistics.median(part.first_call for part in parts), 3),
        cold_start_ms=round(statistics.median(starts), 3) if starts else None,
    )
    peaks = [part.peak_bytes for part in parts if part.peak_bytes is not None]
    bare = [part.bare_bytes for part in parts if part.bare_bytes is not None]
    foreign = _foreign_cores(finished)
    sustained = _sustained(parts, settings.sustained_seconds)
    return BenchmarkRecord(
        model=contender.model,
        device=device,
        conditions=Conditions(
            target="host",
            runtime=parts[0].runtime,
            threads=case.threads,
            mode=settings.mode.name,
            processes=len(parts),
            photos=photos,
            load_average=kept.load_average,
            foreign_cores=foreign,
            delegate=case.delegate,
        ),
        latency=latency,
        memory=Memory(max(peaks), max(bare)) if peaks and bare else None,
        accuracy=None,
        flags=validity_flags(latency, device.cores, kept.load_average, foreign, sustained),
        command=public_command(command_line()),
        git_commit=git_commit(),
        code_version=__version__,
        started=kept.started,
        sustained=sustained,
    )


def _distribution(parts: Sequence[Samples], field: str) -> Latency | None:
    medians = (statistics.median(getattr(part, field)) for part in parts)
    return summarize_samples(joined(parts, field), medians)


def _foreign_cores(finished: Sequence[Finished]) -> float | None:
    """Mean over the processes, by how long they took."""
    seconds = sum(one.seconds for one in finished)
    known = [one.foreign_cores for one in finished if one.foreign_cores is not None]
    if len(known) < len(finished) or not seconds:
        return None
    return round(sum(c * f.seconds for c, f in zip(known, finished, strict=True)) / seconds, 3)


def _sustained(parts: Sequence[Samples], seconds: float) -> Sustained | None:
    samples = [pair for part in parts for pair in part.sustained]
    return sustained_windows(samples, seconds) if seconds and samples else None
