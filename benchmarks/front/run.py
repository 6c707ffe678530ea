"""Trains, exports and measures the front; what is done already is not done again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.front.narrow import write_narrowed
from benchmarks.front.plan import Cell, config_of
from benchmarks.latency import Mode
from benchmarks.machine import this_device
from benchmarks.record import BenchmarkRecord, Device
from benchmarks.record_files import public_command, read_records, write_records
from benchmarks.unfinished import discard_unfinished
from mobile_app.camera_app.runtime.bundle import LevelAccuracy, read_bundle
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.encoders import parse_encoder
from pipeline.errors import JewelcapError
from pipeline.features import read_photos
from pipeline.files import write_text
from pipeline.provenance import command_line, git_commit
from pipeline.rundir import DONE, Done, Run

FRONT_RECORD: Final = "front.json"
_STATISTICS_PHOTOS: Final = 64

Warn = Callable[[str], None]


@dataclass(frozen=True)
class FrontRow:
    """How one encoder of the front came to be.

    Attributes:
        encoder: Its full name.
        source: As `Cell.source`, or `taken`.
        start: What it started from: a kind of weights, or an encoder of the front.
        fine_tune_epochs: Epochs through the encoder.
        train_seconds: Wall time of its training, or of the last part of one that was interrupted.
        validation: Accuracy of its float32 file on validation photos.
        exported: Its variants; a repaired one is named so.
        failed: Why others are missing.
    """

    encoder: str
    source: str
    start: str
    fine_tune_epochs: int
    train_seconds: float
    validation: tuple[LevelAccuracy, ...]
    exported: tuple[str, ...]
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class FrontRecord:
    """All of them.

    Attributes:
        rows: In the order of their training.
        protocol: Split protocol.
        seed: Its seed, and that of training.
        catalog_digest: The catalog.
        device: The computer.
        command: The command that made this record.
        git_commit: Code that made it; empty outside a checkout.
        schema_version: Version of this form.
    """

    rows: tuple[FrontRow, ...]
    protocol: str
    seed: int
    catalog_digest: str
    device: Device
    command: str
    git_commit: str
    schema_version: int = 1


@dataclass(frozen=True)
class Front:
    """What is to be made.

    Attributes:
        catalog: Folder of the catalog.
        out: Folder of runs, records and report.
        cells: From `make_cells`.
        taken: Trained runs by encoder, used in place of training.
        settings: Settings of all trainings.
        variants: Keys of `VARIANTS`.
        exports: Options of `export_or_repair`.
    """

    catalog: Path
    out: Path
    cells: tuple[Cell, ...]
    taken: Mapping[str, Run]
    settings: Mapping[str, Any]
    variants: tuple[str, ...]
    exports: Mapping[str, Any]

    def run(self, encoder: str) -> Run:
        """Run of an encoder, which may not be trained yet."""
        return self.taken.get(encoder) or Run(self.out / "runs" / encoder)


def prepare_front(front: Front, warn: Warn) -> list[Path]:
    """Trains and exports; an encoder that fails is named and left out.

    Args:
        front: What.
        warn: Told what is done, and what failed.

    Returns:
        Captioner files.

    Raises:
        JewelcapError: There is not a single one.
    """
    files: list[Path] = []
    rows: list[FrontRow] = []
    for number, cell in enumerate(front.cells, 1):
        warn(f"{number}/{len(front.cells)} {cell.encoder}")
        started = time.monotonic()
        try:
            row, made = _make(front, cell)
        except JewelcapError as error:
            warn(f"{cell.encoder} failed: {error}")
            rows.append(_row(front, cell, 0.0, (), (), (str(error),)))
            continue
        for reason in row.failed:
            warn(reason)
        warn(f"{cell.encoder}: {time.monotonic() - started:.0f} s")
        rows.append(row)
        files += made
        _forget()
    done = [row for row in rows if row.exported]
    if not done:
        raise JewelcapError(f"front: nothing could be exported; first: {rows[0].failed[0]}")
    manifest = front.run(done[0].encoder).manifest()
    record = FrontRecord(
        tuple(rows),
        manifest.protocol,
        manifest.seed,
        manifest.catalog_digest,
        this_device(),
        public_command(command_line()),
        git_commit(),
    )
    write_text(front.out / FRONT_RECORD, dump_json(record))
    return files


def measure_front(
    files: Sequence[Path], front: Front, mode: Mode, split: str, warn: Warn
) -> tuple[BenchmarkRecord, ...]:
    """Measures all files in turn, and writes records and report.

    Args:
        files: Captioner files.
        front: What they are of.
        mode: How long.
        split: Side of the catalog for accuracy.
        warn: Told what was left out.
    """
    from benchmarks.report import write_report
    from benchmarks.run import make_contenders, run_benchmark
    from benchmarks.settings import Settings

    folder = front.out / "records"
    settings = Settings(mode, keep=folder)
    contenders = make_contenders(files)
    records = run_benchmark(contenders, "host", settings, front.catalog, split, warn)
    write_records(folder, records)
    discard_unfinished(folder)
    # Those of other calls, such as of a baseline, stand in the same report.
    every, skipped = read_records([folder])
    write_report(front.out / "report", every, skipped)
    return records


def _make(front: Front, cell: Cell) -> tuple[FrontRow, list[Path]]:
    from export.repaired import export_or_repair
    from export.variants import VARIANTS
    from pipeline.train import train_run

    run = front.run(cell.encoder)
    if cell.encoder not in front.taken:
        config = config_of(cell, _weights(front, cell), dict(front.settings))
        run, _ = train_run(config, front.catalog, run.root, False)
    done = run.train_dir / DONE
    if not done.is_file():
        raise JewelcapError(f"{run.root}: training has not ended; call `jewelcap train` again")
    seconds = load_json(Done, done.read_text(encoding="utf-8"), str(done)).wall_seconds
    files: list[Path] = []
    failed: list[str] = []
    for name in front.variants:
        try:
            options = dict(front.exports)
            files.append(export_or_repair(run, VARIANTS[name], front.catalog, **options)[0])
        except JewelcapError as error:
            failed.append(str(error))
    bundles = [read_bundle(path).manifest for path in files]
    validation = next((one.accuracy for one in bundles if one.variant == "float32"), ())
    exported = tuple(one.variant for one in bundles)
    return _row(front, cell, seconds, validation, exported, tuple(failed)), files


def _weights(front: Front, cell: Cell) -> str:
    """First weights of a cell, as `--weights` takes them; made where they are not there yet."""
    if cell.source == "weights":
        return cell.start
    first = front.run(cell.start)
    source = first.train_dir / "encoder.npz"
    if not source.is_file():
        raise JewelcapError(f"{cell.encoder} starts from {cell.start}, which was not trained")
    if cell.source == "size":
        return str(source)
    spec = parse_encoder(cell.encoder)
    path = front.out / "weights" / f"{spec.weights_name}.npz"
    if not path.is_file():
        items = first.manifest().of("train")
        spread = items[:: max(1, len(items) // _STATISTICS_PHOTOS)][:_STATISTICS_PHOTOS]
        write_narrowed(source, spec, read_photos(front.catalog, spread, spec), path)
    return str(path)


def _row(
    front: Front,
    cell: Cell,
    seconds: float,
    validation: tuple[LevelAccuracy, ...],
    exported: tuple[str, ...],
    failed: tuple[str, ...],
) -> FrontRow:
    taken = cell.encoder in front.taken
    epochs = cell.fine_tune_epochs
    if taken:
        epochs = front.taken[cell.encoder].config().train.fine_tune_epochs
    return FrontRow(
        cell.encoder,
        "taken" if taken else cell.source,
        "" if taken else Path(cell.start).name,
        epochs,
        round(seconds, 1),
        validation,
        exported,
        failed,
    )


def _forget() -> None:
    """Frees the graphs of a training, of which many follow."""
    from pipeline.keras_api import keras

    keras.backend.clear_session()
