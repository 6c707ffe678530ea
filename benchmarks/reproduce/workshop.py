"""Trains, tests, exports and measures one thing at a time; what is done is not done again."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Final

import click

from benchmarks.record import BenchmarkRecord
from benchmarks.record_files import public_command
from benchmarks.reproduce.cells import HONEST, Cell, Effort
from benchmarks.reproduce.confusions import LEVEL, find_confusions, shown_clearly
from benchmarks.reproduce.data import Data
from benchmarks.reproduce.records import (
    CaptionerResult,
    Confusion,
    Epoch,
    ModelResult,
    MorePhotos,
)
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.catalog.split import DatasetManifest
from pipeline.errors import JewelcapError
from pipeline.evaluation import Evaluation, Said, Subject, summarize
from pipeline.files import sha256_file, write_text
from pipeline.presentations import presentations_of
from pipeline.provenance import command_line, git_commit
from pipeline.rundir import DONE, Done, Run, RunConfig, run_stage

RESULT: Final = "result.json"


@dataclass(frozen=True)
class Workshop:
    """Where the experiment is done, and on what.

    Attributes:
        out: Folder of all of it.
        data: The photos.
        effort: How much.
        weights: Source of the weights of each encoder, by its name.
        seed: Seed of weights and order.
    """

    out: Path
    data: Data
    effort: Effort
    weights: dict[str, str]
    seed: int

    def run_of(self, cell: Cell) -> Run:
        """Run directory of a cell."""
        return Run(self.out / "cells" / cell.name)

    def results_of(self, run: Run) -> Path:
        """Folder of a run's figures; those of a given run stay out of its own folder."""
        own = run.root.is_relative_to(self.out)
        return run.root if own else self.out / "given" / run.root.resolve().name

    def train_and_test(self, cell: Cell) -> ModelResult:
        """Makes a cell.

        Raises:
            JewelcapError: Training failed, or the folder holds a cell of other settings.
        """
        from pipeline.train import train

        run = self.run_of(cell)
        manifest = self.data.splits[cell.protocol]
        config = self.effort.config(cell, self.weights[cell.encoder], self.seed)
        place = str(self.data.root.resolve())
        run.start(RunConfig(config, manifest.catalog_digest, place), manifest, force=False)
        train(run, config, self.data.root, manifest)
        return self.test(run, given=False)

    def test(self, run: Run, given: bool) -> ModelResult:
        """Tests a trained run on the test side of its split.

        Raises:
            JewelcapError: The run is given, and its split is none of this experiment.
        """
        if given:
            self.check_split(run)
        target = self.results_of(run) / "test"
        done = run.train_dir / DONE
        if not done.is_file():
            raise JewelcapError(f"{run.root}: training has not ended; call `jewelcap train` again")
        run_stage(
            target,
            {"training": sha256_file(done)},
            lambda folder: write_text(folder / RESULT, dump_json(self._test(run, given))),
        )
        return read_result(target / RESULT)

    def check_split(self, run: Run) -> DatasetManifest:
        """The split of a run that is given, which must be one of this experiment.

        Raises:
            JewelcapError: It is not, so that its training may have seen test photos.
        """
        manifest = run.manifest()
        own = self.data.splits.get(manifest.protocol)
        if own is None or own.digest != manifest.digest:
            quick = " (--quick uses a part of the catalog)" if self.effort.name == "quick" else ""
            raise JewelcapError(
                f"--best {run.root}: its split ({manifest.protocol}, seed {manifest.seed}, "
                f"{manifest.digest[:12]}) is none of this experiment{quick}; train it by `jewelcap "
                f"train --catalog {self.data.root} --protocol {HONEST} --seed {self.seed}`"
            )
        return manifest

    def result(self, run: Run) -> ModelResult | None:
        """What is known of a run: its test, and what the folders of its stages tell besides.

        Returns:
            None where the run is not tested yet.
        """
        from pipeline.train import read_summary

        target = self.results_of(run) / "test"
        if not (target / RESULT).is_file():
            return None
        found = read_result(target / RESULT)
        manifest = self.data.splits.get(found.config.protocol)
        confusions = found.confusions
        if manifest and confusions:
            shown = presentations_of(self.data.root)
            confusions = shown_clearly(confusions, manifest.of("train"), shown)
        extra = read_summary(run).extra if (run.train_dir / DONE).is_file() else ()
        return replace(
            found,
            confusions=confusions,
            train_seconds=_stage_seconds(run.train_dir),
            test_seconds=_stage_seconds(target),
            more_photos=tuple(MorePhotos(one.catalog, one.photos) for one in extra),
        )

    def captioner(self, run: Run, variant: str) -> CaptionerResult | None:
        """What is known of a captioner file; None where it is not made yet."""
        target = self.results_of(run) / "captioners" / variant
        if not (target / RESULT).is_file():
            return None
        text = (target / RESULT).read_text(encoding="utf-8")
        found = load_json(CaptionerResult, text, str(target / RESULT))
        return replace(found, seconds=_stage_seconds(target))

    def _test(self, run: Run, given: bool) -> ModelResult:
        from pipeline.evaluate import predict_with_run
        from pipeline.train import read_summary

        manifest = run.manifest()
        items = manifest.of("test")
        subject, predictions = predict_with_run(run, self.data.root, items)
        summary = read_summary(run)
        confusions: tuple[Confusion, ...] = ()
        known = PROTOCOLS[manifest.protocol]
        if LEVEL in predictions and LEVEL in known.levels and not known.leaks:
            confusions = find_confusions(items, predictions[LEVEL], manifest.of("train"))
        return ModelResult(
            name=run.root.resolve().name,
            given=given,
            config=run.config().train,
            photos=summary.photos,
            epochs=summary.epochs,
            best_epoch=summary.best_epoch,
            validation_loss=summary.validation_loss,
            validation=summary.accuracy,
            test=self._compare(subject, manifest, predictions),
            confusions=confusions,
            curve=read_curve(run.train_dir / "metrics.jsonl"),
        )

    def export(self, run: Run, variant: str) -> CaptionerResult:
        """Makes a captioner file of a run and, if it is quantized, tests it.

        A variant that is refused is remembered as such; it does not end the experiment.
        """
        target = self.results_of(run) / "captioners" / variant
        run_stage(
            target,
            {"training": sha256_file(run.train_dir / DONE)},
            lambda folder: write_text(folder / RESULT, dump_json(self._export(run, variant))),
        )
        text = (target / RESULT).read_text(encoding="utf-8")
        return load_json(CaptionerResult, text, str(target / RESULT))

    def _export(self, run: Run, variant: str) -> CaptionerResult:
        from export.exporter import export_variant
        from export.variants import VARIANTS

        name = run.root.resolve().name
        path = captioner_path(run, variant)
        try:
            # How the owner of a given run exported it is left as it is.
            if not _is_exported(run, path):
                export_variant(
                    run,
                    VARIANTS[variant],
                    self.data.root,
                    self.effort.calibration_photos,
                    self.effort.parity_photos,
                )
        except JewelcapError as error:
            reason = str(error).replace(str(run.root), name)
            return CaptionerResult(name, variant, reason, "", 0, None)
        # Parity holds a float32 file to what Keras says, which is tested already.
        test = None if variant == "float32" else self._test_captioner(run, path)
        return CaptionerResult(name, variant, "", sha256_file(path), path.stat().st_size, test)

    def _test_captioner(self, run: Run, path: Path) -> Evaluation:
        from mobile_app.camera_app.runtime.captioner import Captioner
        from pipeline.evaluate import predict_with_captioner

        captioner = Captioner.open(path, threads=os.cpu_count() or 1)
        about = captioner.bundle.manifest
        manifest = run.manifest()
        items = manifest.of("test")
        predictions = predict_with_captioner(
            captioner, self.data.root, items, f"test {about.variant}"
        )
        terms = frozenset(captioner.bundle.vocabulary.terms)
        subject = Subject(about.name, about.encoder, about.decoder, about.variant, terms)
        return self._compare(subject, manifest, predictions)

    def _compare(self, subject: Subject, manifest: DatasetManifest, said: Said) -> Evaluation:
        return summarize(
            subject,
            manifest,
            "test",
            manifest.of("test"),
            said,
            public_command(command_line()),
            git_commit(),
            presentations=presentations_of(self.data.root),
        )

    def measure(self, captioners: Sequence[Path]) -> tuple[BenchmarkRecord, ...]:
        """Measures latencies of captioner files in turn, on this computer, on one thread."""
        from benchmarks.host import Settings
        from benchmarks.latency import MODES
        from benchmarks.record_files import read_records, write_records
        from benchmarks.run import make_contenders, run_benchmark

        target = self._latency_folder(captioners)

        def build(folder: Path) -> None:
            settings = Settings(MODES[self.effort.mode])
            contenders = make_contenders(captioners, ())
            warn = functools.partial(click.echo, err=True)
            records = run_benchmark(contenders, "host", settings, None, "test", warn)
            write_records(folder, records)

        run_stage(target, {}, build)
        return read_records([target])[0]

    def is_measured(self, captioners: Sequence[Path]) -> bool:
        """Whether these captioner files were measured together."""
        return (self._latency_folder(captioners) / DONE).is_file()

    def _latency_folder(self, captioners: Sequence[Path]) -> Path:
        """Ratios hold within one measurement only, so that other files mean another one."""
        digests = sorted(sha256_file(path) for path in captioners)
        key = hashlib.sha256(f"{digests} {self.effort.mode}".encode()).hexdigest()
        return self.out / "latency" / key[:16]


def captioner_path(run: Run, variant: str) -> Path:
    """Where the file of a variant is, or would be."""
    from export.exporter import CAPTIONER

    return run.root / "export" / variant / CAPTIONER


def _is_exported(run: Run, captioner: Path) -> bool:
    """Whether a captioner file was made of the run as it is trained now."""
    done = _done(captioner.parent)
    return done is not None and done.inputs.get("training") == sha256_file(run.train_dir / DONE)


def _done(stage: Path) -> Done | None:
    path = stage / DONE
    if not path.is_file():
        return None
    return load_json(Done, path.read_text(encoding="utf-8"), str(path))


def _stage_seconds(stage: Path) -> float | None:
    done = _done(stage)
    return done.wall_seconds if done else None


def read_result(path: Path) -> ModelResult:
    """Reads a test's result."""
    return load_json(ModelResult, path.read_text(encoding="utf-8"), str(path))


def read_curve(path: Path) -> tuple[Epoch, ...]:
    """Reads the learning curves of a training's first phase.

    Args:
        path: Its `metrics.jsonl`.
    """
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    names = [field.name for field in fields(Epoch)]
    return tuple(
        Epoch(**{name: row[name] for name in names})
        for row in rows
        if row["phase"] == rows[0]["phase"]
    )
