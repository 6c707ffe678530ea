"""The whole experiment: all cells, the runs that are given, their files, and what came out."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.machine import this_device
from benchmarks.record import BenchmarkRecord
from benchmarks.record_files import public_command
from benchmarks.reproduce.cells import Cell, Effort
from benchmarks.reproduce.data import Data, load_data
from benchmarks.reproduce.plan import carry_out, make_steps, plan_text
from benchmarks.reproduce.records import (
    CaptionerResult,
    ModelResult,
    Reproduction,
    SplitFacts,
)
from benchmarks.reproduce.weights import weights_of
from benchmarks.reproduce.workshop import RESULT, Workshop, captioner_path
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline import __version__
from pipeline.config import public_config
from pipeline.errors import JewelcapError
from pipeline.evaluation import Evaluation
from pipeline.files import write_text
from pipeline.provenance import command_line, git_commit
from pipeline.rundir import Run

RECORD: Final = "reproduction.json"


@dataclass(frozen=True)
class Request:
    """What is asked for; kept in the experiment's folder and compared ever after.

    Attributes:
        effort: Its name.
        catalog_digest: SHA-256 of the catalog.
        weights: Where the encoders' weights come from.
        seed: Seed of splits, weights and order.
    """

    effort: str
    catalog_digest: str
    weights: str
    seed: int
    schema_version: int = 1


def run_experiment(
    root: Path,
    out: Path,
    effort: Effort,
    cells: Sequence[Cell],
    weights: str,
    best: Sequence[Path],
    seed: int,
    force: bool,
    say: Callable[[str], None],
    report_only: bool = False,
    only: Collection[str] = (),
) -> Reproduction:
    """Does what is not done yet, and writes the record.

    Args:
        root: The catalog.
        out: Folder of the experiment.
        effort: How much is done.
        cells: Which models.
        weights: As `weights_of`.
        best: Run directories that join.
        seed: Seed of splits, weights and order.
        force: Whether an experiment in the folder is replaced.
        say: Told the plan and the progress.
        report_only: Whether nothing is trained, so that what is finished is collected.
        only: Names of cells that are done; none for all. Others are reported if they are finished.

    Raises:
        JewelcapError: The folder holds another experiment, a cell is not known, or a step failed;
            what is done stays.
    """
    if only:
        cells = _chosen(cells, only, out)
    # Before the photos are read, since that takes a while.
    sources = {encoder: weights_of(weights, encoder) for encoder in {c.encoder for c in cells}}
    limits = {cell.protocol: effort.photos.get(cell.protocol) for cell in cells}
    data = load_data(root, limits, seed)
    _start(out, Request(effort.name, data.digest, weights, seed), force)
    shop = Workshop(out, data, effort, sources, seed)
    runs = [Run(path) for path in best]
    for run in runs:
        shop.check_split(run)
    steps = make_steps(shop, cells, runs)
    if not report_only:
        say(plan_text(steps))
        for _ in carry_out(steps, say):
            _forget_models()
    results, missing = _results(shop, cells, runs)
    captioners, paths = _captioners(shop, cells, runs)
    latencies: tuple[BenchmarkRecord, ...] = ()
    if paths and (not report_only or shop.is_measured(paths)):
        say(f"latencies of {len(paths)} captioner files, in turn")
        latencies = shop.measure(paths)
    record = Reproduction(
        effort=effort.name,
        catalog=root.resolve().name,
        catalog_digest=data.digest,
        catalog_photos=data.photos,
        products=data.products,
        designs=data.designs,
        types=data.types,
        skipped=data.skipped,
        seed=seed,
        splits=tuple(_split_facts(data)),
        missing=tuple(missing),
        results=tuple(results),
        captioners=tuple(captioners),
        latencies=latencies,
        device=this_device(),
        command=public_command(command_line()),
        git_commit=git_commit(),
        code_version=__version__,
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    write_text(out / "report" / RECORD, dump_json(published(record)))
    return record


def _chosen(cells: Sequence[Cell], only: Collection[str], out: Path) -> list[Cell]:
    known = [cell.name for cell in cells]
    if unknown := sorted(set(only) - set(known)):
        raise JewelcapError(
            f"--cell {', '.join(unknown)}: no such cell; choose of {', '.join(known)}"
        )
    return [
        cell
        for cell in cells
        if cell.name in only or (out / "cells" / cell.name / "test" / RESULT).is_file()
    ]


def published(record: Reproduction) -> Reproduction:
    """The record without folders of this computer and without what can be concluded from it.

    Photos that are right are those that are not named as wrong.
    """

    def brief(test: Evaluation) -> Evaluation:
        return replace(test, right={})

    return replace(
        record,
        results=tuple(
            replace(one, config=public_config(one.config), test=brief(one.test))
            for one in record.results
        ),
        captioners=tuple(
            replace(one, test=brief(one.test)) if one.test else one for one in record.captioners
        ),
    )


def _start(out: Path, request: Request, force: bool) -> None:
    path = out / "request.json"
    if path.is_file():
        found = load_json(Request, path.read_text(encoding="utf-8"), str(path))
        if found == request:
            return
        if not force:
            raise JewelcapError(
                f"{out} holds another experiment ({found}, asked for is {request}); choose "
                "another --out, or --force to replace it"
            )
        shutil.rmtree(out)
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise JewelcapError(f"{out}: is not empty and holds no experiment; choose another --out")
    write_text(path, dump_json(request))


def _forget_models() -> None:
    """Frees what Keras keeps of the models of a finished step."""
    from pipeline.keras_api import keras

    keras.backend.clear_session()
    gc.collect()


def _results(
    shop: Workshop, cells: Sequence[Cell], best: Sequence[Run]
) -> tuple[list[ModelResult], list[str]]:
    found, missing = [], []
    runs = [*((cell.name, shop.run_of(cell)) for cell in cells), *((r.root.name, r) for r in best)]
    for name, run in runs:
        if result := shop.result(run):
            found.append(result)
        else:
            missing.append(name)
    return found, missing


def _captioners(
    shop: Workshop, cells: Sequence[Cell], best: Sequence[Run]
) -> tuple[list[CaptionerResult], list[Path]]:
    found, paths = [], []
    for run in [*(shop.run_of(cell) for cell in cells if cell.exported), *best]:
        for variant in shop.effort.variants:
            if one := shop.captioner(run, variant):
                found.append(one)
                if not one.refused:
                    paths.append(captioner_path(run, variant))
    return found, paths


def _split_facts(data: Data) -> Iterator[SplitFacts]:
    for protocol, manifest in data.splits.items():
        yield SplitFacts(
            protocol=protocol,
            photos=manifest.counts(),
            digest=manifest.digest,
            originals=len({item.photo.file_name for item in manifest.photos}),
            single_view_products=manifest.single_view_products,
        )
