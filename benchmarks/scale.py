"""Memory and time of catalogs of many sizes, on small generated photos.

    python -m benchmarks.scale --images 1000 --images 10000 --out benchmarks/results/scale.json

Every step runs in a process of its own: `import` and `check` are the commands of that name,
`read` is what a training does with a catalog, without the model (`scale_read.py`).
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import click
import numpy as np
from PIL import Image

from benchmarks.machine import load_average, this_device
from benchmarks.record import Device
from benchmarks.record_files import public_command
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.catalog.schema import TYPES
from pipeline.errors import JewelcapError
from pipeline.files import write_text
from pipeline.provenance import command_line, git_commit

SIDE: Final = 64
"""Pixels a side of a generated photo."""

VIEWS: Final = 4
"""Photos of a product."""

COPIED: Final = 50
"""One photo in so many is a mirrored copy of the one before it."""

_ROOT: Final = Path(__file__).parents[1]
_COLORS: Final = ("yellow", "white", "rose")
_STONES: Final = ("", "diamond", "ruby", "emerald", "pearl")

# The peak is read from the process itself, see `peak_memory_bytes`.
_MEASURED: Final = """
import sys, time
started = time.monotonic()
sys.argv[0] = "jewelcap"
try:
    {run}
except SystemExit as error:
    code = error.code
from benchmarks.memory import peak_memory_bytes
wall = time.monotonic() - started
print(f"\\n{{wall}} {{time.process_time()}} {{peak_memory_bytes()}}", file=sys.stderr)
sys.exit(code)
"""
_COMMAND: Final = _MEASURED.format(run="from pipeline.cli import main; code = main()")
_READ: Final = _MEASURED.format(
    run="from benchmarks.scale_read import read_catalog; code = read_catalog(*sys.argv[1:])"
)


@dataclass(frozen=True)
class Step:
    """What one step took.

    Attributes:
        name: `import`, `check` or `read`.
        seconds: Wall time, without the start of Python.
        cpu_seconds: Processor time on all cores, which other programs change less.
        peak_megabytes: Most resident memory of its process, in 10^6 bytes.
    """

    name: str
    seconds: float
    cpu_seconds: float
    peak_megabytes: float


@dataclass(frozen=True)
class Scale:
    """All steps on a catalog of one size."""

    images: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class ScaleRecord:
    """What this tool writes.

    Attributes:
        scales: By number of photos.
        device: The computer.
        load_average: Of the last minute, at the start; other programs make steps slower.
        command: The command that made this record.
        git_commit: Code that made it; empty outside a checkout.
        schema_version: Version of this form.
    """

    scales: tuple[Scale, ...]
    device: Device
    load_average: float | None
    command: str
    git_commit: str
    schema_version: int = 1


def generate(folder: Path, images: int) -> Path:
    """Writes photos, 1,000 a folder, and their `metadata.csv`.

    Args:
        folder: Where to; it is made.
        images: How many.
    """
    folder.mkdir(parents=True)
    for start in range(0, images, 1000):
        (folder / f"{start // 1000:03d}").mkdir()
    with ThreadPoolExecutor() as pool, (folder / "metadata.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("file_name", "product_id", "type", "model", "color", "materials", "stones")
        )
        numbers = iter(range(images))
        while block := list(islice(numbers, 1000)):
            list(pool.map(lambda number: _draw(folder / _name(number), number), block))
            writer.writerows(_rows(block))
    return folder


def _name(number: int) -> str:
    return f"{number // 1000:03d}/{number:06d}.jpg"


def _rows(numbers: list[int]) -> Iterator[tuple[str, ...]]:
    for number in numbers:
        product = number // VIEWS
        yield (
            _name(number),
            f"p{product:06d}",
            TYPES[product % len(TYPES)],
            f"Design {product % 500}",
            "",
            f"{_COLORS[product % len(_COLORS)]} gold",
            _STONES[product % len(_STONES)],
        )


def _draw(path: Path, number: int) -> None:
    """Soft colors of its own for each photo, or the mirror image of the photo before."""
    copied = number % COPIED == COPIED - 1
    rng = np.random.default_rng(number - copied)
    cells = Image.fromarray(rng.integers(30, 255, (6, 6, 3), dtype=np.uint8))
    image = cells.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    if copied:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image.save(path, quality=90)


def measure(images: int, work: Path) -> Scale:
    """Generates a catalog, takes it through all steps and deletes it.

    Args:
        images: Photos.
        work: An empty folder for it.

    Raises:
        JewelcapError: A step failed.
    """
    shop, catalog = work / "shop", work / "catalog"
    generate(shop, images)
    steps = []
    for name, program, arguments in (
        ("import", _COMMAND, ["catalog", "import", str(shop), "--out", str(catalog)]),
        ("check", _COMMAND, ["catalog", "check", str(catalog)]),
        ("read", _READ, [str(catalog), str(work / "read")]),
    ):
        click.echo(f"{images} photos: {name} ...", err=True)
        steps.append(_step(name, program, arguments))
        click.echo(f"  {steps[-1].seconds} s, {steps[-1].peak_megabytes} MB", err=True)
    return Scale(images, tuple(steps))


def _step(name: str, program: str, arguments: list[str]) -> Step:
    # Warnings, such as of near-duplicates, are no failure.
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
    )
    if done.returncode:
        raise JewelcapError(f"step {name} failed:\n{done.stdout}\n{done.stderr}")
    seconds, cpu_seconds, peak = map(float, done.stderr.split()[-3:])
    return Step(name, round(seconds, 3), round(cpu_seconds, 3), round(peak / 1e6, 1))


@click.command()
@click.option(
    "--images", type=click.IntRange(100), multiple=True, default=(1000, 10_000), show_default=True
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="JSON to write.")
@click.option("--work", type=click.Path(path_type=Path, file_okay=False), help="Scratch folder.")
def main(images: tuple[int, ...], out: Path | None, work: Path | None) -> None:
    """Measure memory and time of import, check and reading at several sizes."""
    load, command = load_average(), public_command(command_line())
    # Before the record is written, which is a change of the checkout itself.
    commit = git_commit()
    scales: list[Scale] = []
    for count in images:
        folder = Path(tempfile.mkdtemp(prefix="scale-", dir=work))
        try:
            scales.append(measure(count, folder))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        record = ScaleRecord(tuple(scales), this_device(), load, command, commit)
        if out is not None:
            # After every size: the largest takes long.
            write_text(out, dump_json(record))
    click.echo(dump_json(record), nl=False)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.scale")
