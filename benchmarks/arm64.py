"""Whether captioners say on ARM64, the phone's processor, what they say here.

The phone's side of the code runs with ARM64 builds of Python, numpy, Pillow and LiteRT under
qemu: everything from the photo's file to the caption. What emulation takes says nothing of a
phone, so no latency is recorded.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from benchmarks.arm64_worker import Described, DescribeJob, Said, describe_all
from benchmarks.engines import Contender
from benchmarks.photos import choose_photos, generate_photos, photo_set
from benchmarks.record import (
    Agreement,
    BenchmarkRecord,
    Conditions,
    Device,
    Latencies,
    PhotoSet,
)
from benchmarks.record_files import public_command
from benchmarks.settings import Settings, Warn
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline import __version__
from pipeline.errors import JewelcapError
from pipeline.provenance import command_line, git_commit

MACHINE: Final = "arm64"
EMULATED_CPU: Final = "Cortex-A76, emulated by qemu"
_PACKAGES: Final = Path(__file__).resolve().parent.parent
_NO_LATENCIES: Final = Latencies(None, None, None, None, None, None, None)
_MAX_NAMED: Final = 20


class Foreign(Protocol):
    """A Python for another processor; see `mobile_app.verify.foreign.ForeignPython`."""

    def run(self, *arguments: str | Path, cwd: Path | None = None) -> str:
        """Runs Python and returns what it prints."""


def set_up(warn: Warn) -> None:
    """Fetches ARM64 builds of Python and the app's libraries, about 150 MB, once.

    Raises:
        JewelcapError: qemu is missing, or the packages cannot be had.
    """
    from mobile_app.verify import foreign

    foreign.set_up(MACHINE, _folder(), warn)


def _folder() -> Path:
    from pipeline.features import cache_folder

    return cache_folder() / "foreign" / MACHINE


def find_python() -> Foreign:
    """Finds what `set_up` has fetched.

    Raises:
        JewelcapError: It was not called yet, or qemu is missing.
    """
    from mobile_app.verify import foreign

    folder = _folder()
    if missing := foreign.missing_programs(MACHINE):
        raise JewelcapError(f"emulated ARM64 needs {', '.join(missing)}")
    if not (folder / "done").is_file():
        raise JewelcapError(
            "no ARM64 Python yet; `jewelcap benchmark --target arm64 --setup` fetches it, 150 MB"
        )
    return foreign.set_up(MACHINE, folder)


def measure(
    contenders: Sequence[Contender],
    settings: Settings,
    warn: Warn,
    python: Foreign | None = None,
) -> tuple[BenchmarkRecord, ...]:
    """Compares captions on ARM64 with those here. See `benchmarks.targets.Measure`.

    Args:
        contenders: Captioner files.
        settings: Its photos, or generated ones, are described.
        warn: Told what was left out.
        python: For tests.

    Raises:
        JewelcapError: It is not set up, or the emulated process failed.
    """
    python = python or find_python()
    started = datetime.now(UTC).isoformat(timespec="seconds")
    with tempfile.TemporaryDirectory(prefix="jewelcap-") as name:
        folder = Path(name)
        if settings.photos is None:
            photos, bad = generate_photos(folder, settings.seed), 0
        else:
            photos, bad = choose_photos(settings.photos, settings.seed)
        if bad:
            warn(f"left out {bad} pictures of {settings.photos} that cannot be read")
        used = photo_set(photos, generated=settings.photos is None)
        paths = (str(one.path.resolve()) for one in contenders)
        job = DescribeJob(tuple(paths), tuple(str(photo.resolve()) for photo in photos))
        here = describe_all(job)
        question, answer = folder / "job.json", folder / "described.json"
        question.write_text(dump_json(job), encoding="utf-8")
        python.run("-m", "benchmarks.arm64_worker", question, answer, cwd=_PACKAGES)
        there = load_json(Described, answer.read_bytes(), "answer of the emulated process")
    names = [photo.name for photo in photos]
    return tuple(
        _record(one, compare(here, there, index, names), there, used, settings, started)
        for index, one in enumerate(contenders)
    )


def compare(here: Described, there: Described, index: int, names: Sequence[str]) -> Agreement:
    """Compares what a captioner said of each photo on two processors.

    Args:
        here: On this one.
        there: On the other one.
        index: Of the captioner.
        names: Of the photos.
    """
    pairs = list(zip(here.said[index], there.said[index], strict=True))
    different = [name for name, (a, b) in zip(names, pairs, strict=True) if _texts(a) != _texts(b)]
    differences = [
        abs(p - q)
        for a, b in pairs
        for one, other in zip(a, b, strict=True)
        if one.text == other.text
        for p, q in zip(one.probabilities, other.probabilities, strict=True)
    ]
    return Agreement(
        n=len(pairs),
        equal=len(pairs) - len(different),
        probability_difference=round(max(differences, default=0.0), 9),
        reference=here.machine,
        different=tuple(different[:_MAX_NAMED]),
    )


def _texts(said: Sequence[Said]) -> list[str]:
    return [one.text for one in said]


def _record(
    contender: Contender,
    agreement: Agreement,
    there: Described,
    photos: PhotoSet,
    settings: Settings,
    started: str,
) -> BenchmarkRecord:
    return BenchmarkRecord(
        model=contender.model,
        device=Device(EMULATED_CPU, ("asimd", "asimddp"), 1, there.machine, there.python),
        conditions=Conditions(
            target="arm64",
            runtime=there.runtime,
            threads=1,
            mode=settings.mode.name,
            processes=1,
            photos=photos,
            load_average=None,
            foreign_cores=None,
            delegate="xnnpack",
        ),
        latency=_NO_LATENCIES,
        memory=None,
        accuracy=None,
        flags=(),
        command=public_command(command_line()),
        git_commit=git_commit(),
        code_version=__version__,
        started=started,
        agreement=agreement,
    )
