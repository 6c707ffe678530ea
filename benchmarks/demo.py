"""The command `demo`: everything on the embedded catalog, in one go."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

import pipeline.catalog
from benchmarks.latency import MODES, Mode
from benchmarks.record import BenchmarkRecord
from benchmarks.record_files import read_records, write_records
from pipeline.config import TrainConfig
from pipeline.rundir import Run, run_stage

EMBEDDED_CATALOG: Final = Path(pipeline.catalog.__file__).parent / "embedded"
"""Rendered by this project; the README says by which command."""

DEMO_CONFIG: Final = TrainConfig(
    encoder="mobilenet-1.0-224", decoder="gru-256", weights="embedded", train_photos=1200
)
"""A part of the training photos, so that the demo takes minutes; the test side stays whole."""

DEMO_VARIANTS: Final = ("float32", "int8")

DEMO_PHOTOS: Final = 100, 1000
"""For calibration and for parity. For parity that is all of the validation side: so short a
training is unsure of many captions, and on few photos it is chance whether 8 bits change them for
the worse."""


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("runs/demo"),
    show_default=True,
    help="Run directory to make.",
)
@click.option(
    "--catalog",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Another catalog than the embedded one.",
)
@click.option("--force", is_flag=True, help="Do finished stages again.")
@click.option("--json", "as_json", is_flag=True, help="Print the benchmark records as JSON.")
def demo(out: Path, catalog: Path | None, force: bool, as_json: bool) -> None:
    """Train, evaluate, export and benchmark a captioner on the embedded catalog.

    Takes some minutes on two cores and needs no network. Call it again after an interruption:
    what is done is not done again.

    \b
    Example:
      jewelcap demo
      jewelcap demo --out runs/try --force
    """
    from mobile_app.camera_app.runtime.schema import dump_json

    started = time.monotonic()
    result = run_demo(out, catalog or EMBEDDED_CATALOG, DEMO_CONFIG, MODES["quick"], force)
    if as_json:
        click.echo(dump_json(result.records), nl=False)
    else:
        click.echo(demo_text(result, time.monotonic() - started))


@dataclass(frozen=True)
class DemoResult:
    """What the demo made.

    Attributes:
        run: The run directory.
        captioners: Captioner files, in the order of their variants.
        shown: Copy of the last one, whose path does not tell whether it had to be repaired.
        records: Their measurements.
        report: The page.
        photo: A test photo, to try a captioner on.
        catalog: The catalog.
        photos: Photos used, by side.
    """

    run: Run
    captioners: tuple[Path, ...]
    shown: Path
    records: tuple[BenchmarkRecord, ...]
    report: Path
    photo: Path
    catalog: Path
    photos: dict[str, int]


def run_demo(
    out: Path,
    catalog: Path,
    config: TrainConfig,
    mode: Mode,
    force: bool,
    variants: Sequence[str] = DEMO_VARIANTS,
    photos: tuple[int, int] = DEMO_PHOTOS,
) -> DemoResult:
    """Runs all stages; finished ones are skipped.

    Args:
        out: Run directory.
        catalog: The catalog.
        config: Training settings.
        mode: Of the benchmark.
        force: Whether finished stages are done again.
        variants: Keys of `VARIANTS`; the last one is what the newcomer is shown.
        photos: For calibration and for parity.

    Raises:
        JewelcapError: A stage failed.
    """
    # The libraries load for seconds: say what happens before they do.
    _stage(1, f"train {config.encoder} + {config.decoder} on {catalog.name}")
    from benchmarks.report import write_report
    from export.exporter import CAPTIONER
    from export.repaired import export_or_repair
    from export.variants import VARIANTS
    from pipeline.evaluate import evaluate_run
    from pipeline.evaluation_plot import write_evaluation
    from pipeline.files import sha256_file, write_bytes
    from pipeline.train import read_summary, train_run

    run, _ = train_run(config, catalog, out, force)
    _stage(2, "evaluate on the test photos")
    evaluation = evaluate_run(run, catalog, "test", ())
    write_evaluation(run.root / "evaluate" / "test", evaluation)
    _stage(3, f"export {' and '.join(variants)}")
    captioners = tuple(
        export_or_repair(run, VARIANTS[name], catalog, True, *photos, force=force)[0]
        for name in variants
    )
    shown = run.root / CAPTIONER
    write_bytes(shown, captioners[-1].read_bytes())
    _stage(4, "benchmark on this computer")
    folder = run.root / "benchmarks"
    inputs = {path.parent.name: sha256_file(path) for path in captioners}
    run_stage(
        folder,
        inputs | {"catalog": evaluation.catalog_digest, "mode": repr(mode)},
        lambda partial: _benchmark(partial, captioners, catalog, mode),
        force,
    )
    records, skipped = read_records([folder])
    _stage(5, "report")
    page = write_report(run.root / "report", records, skipped)
    # Sets of several pieces come first by name, and have no design to be told.
    tests = sorted(run.manifest().of("test"), key=lambda item: len(item.photo.attributes.types))
    photo = catalog / tests[0].photo.file_name
    return DemoResult(
        run, captioners, shown, records, page, photo, catalog, read_summary(run).photos
    )


def _stage(number: int, what: str) -> None:
    click.echo(f"[{number}/5] {what}", err=True)


def _benchmark(folder: Path, captioners: Sequence[Path], catalog: Path, mode: Mode) -> None:
    from benchmarks.host import Settings
    from benchmarks.run import make_contenders, run_benchmark

    records = run_benchmark(
        make_contenders(captioners, ()),
        "host",
        Settings(mode),
        catalog,
        "test",
        lambda message: click.echo(message, err=True),
    )
    write_records(folder, records)


def demo_text(result: DemoResult, seconds: float) -> str:
    """What a newcomer needs to know of a demo.

    Args:
        result: What was made.
        seconds: How long it took.
    """
    from benchmarks.report_table import accuracy_text, megabytes, milliseconds
    from pipeline.text_tables import text_table

    sides = ", ".join(f"{count} {side}" for side, count in result.photos.items())
    order = [path.parent.name for path in result.captioners]
    records = sorted(result.records, key=lambda record: order.index(record.model.variant))
    levels = [one.level for one in records[0].accuracy.levels] if records[0].accuracy else []
    rows = [
        (
            record.model.variant,
            megabytes(record.model.size_bytes),
            milliseconds(record.latency.photo.p50 if record.latency.photo else None),
            *(accuracy_text(record.accuracy.at(lv) if record.accuracy else None) for lv in levels),
        )
        for record in records
    ]
    head = (
        "variant",
        "file, MB",
        "photo, ms",
        *(f"CCR {level} [95 % interval]" for level in levels),
    )
    model = _shown(result.shown)
    return "\n".join(
        [
            "",
            f"Made {_shown(result.run.root)} in {seconds:.0f} s from {sides} photos.",
            "",
            text_table(head, rows),
            "",
            "CCR: share of test captions that are exactly right. photo: from file to caption, "
            f"median,\non this computer ({records[0].device.cpu}); a phone's latency is another.",
            "",
            f"Report:    {_shown(result.report)}",
            f"Describe:  jewelcap describe {_shown(result.photo)} --model {model}",
            f"See live:  jewelcap app --model {model} --source {_shown(result.catalog)}",
        ]
    )


def _shown(path: Path) -> str:
    """A path as a shell takes it, relative where that is shorter."""
    text = str(path)
    relative = os.path.relpath(path)
    return shlex.quote(min(text, relative, key=len))
