"""Measures on this computer: each contender in new processes of its own, all in turn.

A new process a round makes cold load, first call and peak memory true and independent. Taking
the contenders in turn (A B A B …) spreads a disturbance over all of them, so that their ratios
hold on a machine that is not quiet.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.engines import Contender
from benchmarks.latency import Job, Mode, Samples, joined
from benchmarks.machine import CpuWatch, load_average, this_device
from benchmarks.photos import choose_photos, generate_photos, photo_set
from benchmarks.record import (
    BenchmarkRecord,
    Conditions,
    Latencies,
    Memory,
    PhotoSet,
    summarize_samples,
    validity_flags,
)
from benchmarks.record_files import public_command
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline import __version__
from pipeline.errors import JewelcapError
from pipeline.progress import track
from pipeline.provenance import command_line, git_commit

_TIMEOUT_SECONDS: Final = 3600.0
_PACKAGES: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """How to measure.

    Attributes:
        mode: How long.
        threads: Numbers of threads, each measured apart.
        photos: Folder of photos; None for generated ones.
        seed: Of generated photos, and of the choice in a folder.
    """

    mode: Mode
    threads: tuple[int, ...] = (1,)
    photos: Path | None = None
    seed: int = 0


Warn = Callable[[str], None]
RunJob = Callable[[Job], Samples]


@dataclass(frozen=True)
class Turn:
    """One process of the plan."""

    round: int
    threads: int
    contender: int


def plan(contenders: int, threads: Sequence[int], rounds: int) -> Iterator[Turn]:
    """All processes in their order: every contender once with every number of threads, again."""
    for number in range(rounds):
        for count in threads:
            for contender in range(contenders):
                yield Turn(number, count, contender)


def measure_host(
    contenders: Sequence[Contender],
    settings: Settings,
    warn: Warn,
    run_job: RunJob | None = None,
) -> tuple[BenchmarkRecord, ...]:
    """Measures contenders on this computer.

    Args:
        contenders: What.
        settings: How.
        warn: Told what was left out.
        run_job: For tests; measures in a new process by default.

    Returns:
        A record for each contender and number of threads, without accuracy.

    Raises:
        JewelcapError: No photo can be read, or a process failed.
    """
    run_job = run_job or run_in_new_process
    started = datetime.now(UTC).isoformat(timespec="seconds")
    load = load_average()
    mode = settings.mode
    parts: dict[tuple[int, int], list[Samples]] = {}
    watches: dict[tuple[int, int], CpuWatch] = {}
    with tempfile.TemporaryDirectory(prefix="jewelcap-") as folder:
        if settings.photos is None:
            photos = generate_photos(Path(folder), settings.seed)
        else:
            photos, bad = choose_photos(settings.photos, settings.seed)
            if bad:
                warn(f"left out {bad} pictures of {settings.photos} that cannot be read")
        used = photo_set(photos, generated=settings.photos is None)
        turns = list(plan(len(contenders), settings.threads, mode.rounds))
        for turn in track(turns, "benchmark", len(turns)):
            contender = contenders[turn.contender]
            job = Job(
                engine=contender.engine,
                path=str(contender.path),
                level=contender.model.level,
                threads=turn.threads,
                photos=tuple(map(str, photos)),
                warmups=mode.warmups,
                least=mode.least,
                seconds=mode.seconds,
            )
            key = turn.threads, turn.contender
            with watches.setdefault(key, CpuWatch()):
                parts.setdefault(key, []).append(run_job(job))
    return tuple(
        _record(
            contenders[contender],
            parts[threads, contender],
            threads,
            settings,
            used,
            started,
            load,
            watches[threads, contender].foreign_cores,
        )
        for threads in settings.threads
        for contender in range(len(contenders))
    )


def _record(
    contender: Contender,
    parts: Sequence[Samples],
    threads: int,
    settings: Settings,
    photos: PhotoSet,
    started: str,
    load: float | None,
    foreign_cores: float | None,
) -> BenchmarkRecord:
    device = this_device()
    latency = Latencies(
        encode=summarize_samples(joined(parts, "encode")),
        token=summarize_samples(joined(parts, "token")),
        decode=summarize_samples(joined(parts, "decode")),
        photo=summarize_samples(joined(parts, "photo")),
        tokens_per_caption=round(statistics.fmean(joined(parts, "steps")), 3),
        cold_load_ms=round(statistics.median(part.cold_load for part in parts), 3),
        first_call_ms=round(statistics.median(part.first_call for part in parts), 3),
    )
    peaks = [part.peak_bytes for part in parts if part.peak_bytes is not None]
    bare = [part.bare_bytes for part in parts if part.bare_bytes is not None]
    return BenchmarkRecord(
        model=contender.model,
        device=device,
        conditions=Conditions(
            target="host",
            runtime=parts[0].runtime,
            threads=threads,
            mode=settings.mode.name,
            processes=len(parts),
            photos=photos,
            load_average=load,
            foreign_cores=foreign_cores,
        ),
        latency=latency,
        memory=Memory(max(peaks), max(bare)) if peaks and bare else None,
        accuracy=None,
        flags=validity_flags(latency, device.cores, load, foreign_cores),
        command=public_command(command_line()),
        git_commit=git_commit(),
        code_version=__version__,
        started=started,
    )


def run_in_new_process(job: Job) -> Samples:
    """Measures in a process that imports nothing but what the engine needs.

    Raises:
        JewelcapError: The process failed; its last line says why.
    """
    with tempfile.TemporaryDirectory(prefix="jewelcap-") as folder:
        question, answer = Path(folder) / "job.json", Path(folder) / "samples.json"
        question.write_text(dump_json(job), encoding="utf-8")
        # A checkout that is not installed must be found by the new process, too.
        paths = [str(_PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
        try:
            result = subprocess.run(
                [sys.executable, "-m", "benchmarks.worker", str(question), str(answer)],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise JewelcapError(
                f"{job.path}: not measured within {_TIMEOUT_SECONDS:.0f} seconds"
            ) from None
        if result.returncode or not answer.is_file():
            raise JewelcapError(f"{job.path}: {_reason(result.returncode, result.stderr)}")
        return load_json(Samples, answer.read_bytes(), "samples of the measured process")


def _reason(code: int, stderr: str) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        return f"the measured process was ended by {name}; is there enough memory?"
    lines = [line for line in stderr.splitlines() if line.strip()]
    return f"the measured process failed ({lines[-1] if lines else f'exit code {code}'})"
