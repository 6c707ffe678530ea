"""Describes photos by captioner files, on whatever processor: `arm64_worker JOB RESULT`.

It also runs in a foreign Python that has nothing of this project but the phone's side of it.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.languages import compose
from mobile_app.camera_app.runtime.schema import dump_json, load_json


@dataclass(frozen=True)
class DescribeJob:
    """Captioner files and photos, by their paths."""

    captioners: tuple[str, ...]
    photos: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """What a captioner says of a photo at a level: the text, and each token's probability."""

    text: str
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Described:
    """What all captioners said.

    Attributes:
        machine: Processor, as Python names it.
        python: Version.
        runtime: Of the model.
        said: By captioner, photo and level.
    """

    machine: str
    python: str
    runtime: str
    said: tuple[tuple[tuple[Said, ...], ...], ...]


def describe_all(job: DescribeJob) -> Described:
    """Describes all photos by all captioners at all of their levels, one thread each."""
    from importlib.metadata import version

    return Described(
        platform.machine(),
        platform.python_version(),
        f"LiteRT {version('ai-edge-litert')}",
        tuple(_describe(Path(path), job.photos) for path in job.captioners),
    )


def _describe(path: Path, photos: tuple[str, ...]) -> tuple[tuple[Said, ...], ...]:
    captioner = Captioner.open(path)
    said = []
    for photo in photos:
        encoded = captioner.encode(Path(photo))
        levels = []
        for level in captioner.bundle.manifest.levels:
            decoded = captioner.decode(encoded, level)
            terms = captioner.bundle.vocabulary.decode(decoded.ids)
            levels.append(Said(compose(terms, "en"), decoded.probabilities))
        said.append(tuple(levels))
    return tuple(said)


def main(job_path: str, result_path: str) -> None:
    """Does a `DescribeJob` and writes its `Described`, both JSON files."""
    job = load_json(DescribeJob, Path(job_path).read_bytes(), job_path)
    Path(result_path).write_text(dump_json(describe_all(job)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
