"""How the app behaves on this computer, held against what it promises.

    python -m benchmarks.app_figures captioner.tflite --out benchmarks/results/app/figures.json

Each part runs the app in a window of its own, offscreen, in front of a video of 640x480 pixels
at 30 pictures a second. The record is written after every part, and another call goes on with
the parts that are missing.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

import click

from benchmarks.app_parts import FPS, PARTS, SIZE, measure_part, write_clip
from benchmarks.app_record import AppRecord, goals_of, read_app_record
from benchmarks.app_window import Part, WindowJob
from benchmarks.engines import make_contender
from benchmarks.machine import this_device
from benchmarks.record import Flag, Latencies
from benchmarks.record_files import public_command
from benchmarks.validity import validity_flags
from mobile_app.camera_app.runtime.preprocess import find_images
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline import __version__
from pipeline.errors import JewelcapError
from pipeline.files import write_text
from pipeline.provenance import command_line, git_commit

_CLIP_PIECES: Final = 5
_WARM_UP_S: Final = 30.0
_WARM_UP_PHOTOS: Final = 100
_CATALOG: Final = Path(__file__).parents[1] / "pipeline" / "catalog" / "embedded" / "images"


def _begin(model: Path, out: Path) -> AppRecord:
    """The record that is gone on with, or a new one: of this captioner and code."""
    found, commit = read_app_record(out), git_commit()
    contender, device = make_contender("captioner", model).model, this_device()
    if found is not None and (found.model, found.device, found.git_commit) == (
        contender,
        device,
        commit,
    ):
        return found
    width, height = SIZE
    return AppRecord(
        model=contender,
        device=device,
        renderer="",
        source=f"video, {width}x{height} at {FPS:g} pictures a second",
        start=None,
        own=None,
        stall=None,
        live=None,
        photos=None,
        goals=(),
        flags=(),
        command="",
        git_commit=commit,
        code_version=__version__,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _flags(record: AppRecord) -> tuple[Flag, ...]:
    flags: list[Flag] = []
    nothing = Latencies(None, None, None, None, None, None, None)
    for name in PARTS:
        part = getattr(record, name)
        if part is None:
            continue
        for flag in validity_flags(nothing, record.device.cores, None, part.foreign_cores):
            flags.append(replace(flag, detail=f"{name}: {flag.detail}"))
    return tuple(flags)


@click.command()
@click.argument("model", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--part", "parts", type=click.Choice(PARTS), multiple=True, help="[default: all]")
@click.option("--seconds", type=click.IntRange(1), default=600, show_default=True, help="Of live.")
@click.option("--stall-seconds", type=click.IntRange(1), default=120, show_default=True)
@click.option("--photos", "count", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path, exists=True), default=_CATALOG)
@click.option("--again", is_flag=True, help="Measure parts that the record has already.")
def main(
    model: Path,
    out: Path,
    parts: tuple[str, ...],
    seconds: int,
    stall_seconds: int,
    count: int,
    folder: Path,
    again: bool,
) -> None:
    """Measure the app's window with a captioner and hold it against what it promises."""
    try:
        pictures = find_images(folder)
        every = max(1, len(pictures) // (count + _WARM_UP_PHOTOS))
        wanted = pictures[::every] * (1 + (count + _WARM_UP_PHOTOS) // len(pictures[::every]))
        record = _begin(model, out)
        with tempfile.TemporaryDirectory(prefix="jewelcap-clip-") as work:
            clip = Path(work) / "clip.avi"
            write_clip(clip, pictures[:: max(1, len(pictures) // _CLIP_PIECES)][:_CLIP_PIECES])
            for part in parts or PARTS:
                if getattr(record, part) is not None and not again:
                    click.echo(f"{part}: measured already", err=True)
                    continue
                click.echo(f"{part} ...", err=True)
                # The captioner alone is measured on what the window would show it.
                shown = "start" if part == "own" else part
                job = WindowJob(cast(Part, shown), str(model.resolve()), str(clip), "")
                if part == "live":
                    job = replace(job, seconds=float(seconds), warm_up=min(_WARM_UP_S, seconds / 2))
                elif part == "stall":
                    job = replace(job, seconds=float(stall_seconds), warm_up=5.0)
                elif part == "photos":
                    files = tuple(map(str, wanted[: count + _WARM_UP_PHOTOS]))
                    job = replace(job, warm_up=float(_WARM_UP_PHOTOS), photos=files)
                record = measure_part(part, record, job)
                record = replace(record, command=public_command(command_line()))
                record = replace(record, goals=goals_of(record), flags=_flags(record))
                write_text(out, dump_json(record))
    except JewelcapError as error:
        raise click.ClickException(str(error)) from None
    for goal in record.goals:
        verdict = "holds" if goal.holds else "MISSED"
        click.echo(f"{verdict:7} {goal.name}: {goal.measured:g} ({goal.limit})")
    for flag in record.flags:
        click.echo(f"{flag.kind}: {flag.detail}")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.app_figures")
