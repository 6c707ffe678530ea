"""Trains and tests fold by fold; what is done is not done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.machine import this_device
from benchmarks.record_files import public_command
from benchmarks.shops.folds import Fold, deal_stores, fold_manifest
from benchmarks.shops.record import (
    Answer,
    FoldSummary,
    ShopRecord,
    confusion,
    kind_scores,
    shop_scores,
)
from mobile_app.camera_app.runtime.levels import Term
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline import __version__
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import DatasetManifest, split_catalog
from pipeline.config import TrainConfig, public_config
from pipeline.evaluate import predict_with_run
from pipeline.files import sha256_file, write_text
from pipeline.provenance import command_line, git_commit
from pipeline.rundir import DONE, Run, RunConfig, run_stage
from pipeline.train import read_summary, train

PROTOCOL = "products"
"""Of the splits of folds: a shop's products are no other shop's."""


@dataclass(frozen=True)
class FoldPredictions:
    """What a fold's model says of its test photos.

    Attributes:
        predicted: For each level, the terms of each test photo in the manifest's order.
        schema_version: Version of this form.
    """

    predicted: dict[str, tuple[tuple[Term, ...], ...]]
    schema_version: int = 1


def evaluate_shops(
    root: Path,
    out: Path,
    config: TrainConfig,
    folds: int,
    force: bool,
    tell: Callable[[str], None],
) -> ShopRecord:
    """Trains a model for each fold of shops on the others, and tests it on the fold's.

    Args:
        root: Folder of the catalog.
        out: Folder for the folds' run directories; finished ones are kept.
        config: Settings of every training; the protocol is set here.
        folds: Number of folds.
        force: Whether finished folds, even of other settings, are done again.
        tell: Is told how far it is.

    Raises:
        JewelcapError: The catalog names too few shops, or as `train`.
    """
    config = replace(config, protocol=PROTOCOL)
    config.check()
    whole = split_catalog(load_catalog(root), PROTOCOL, config.seed, progress=True)
    dealt = deal_stores((item.photo for item in whole.photos), folds)
    tested: list[Answer] = []
    summaries = []
    for fold in dealt:
        manifest, left_out = fold_manifest(whole, fold)
        run = Run(out / f"fold-{fold.number}")
        counts = manifest.counts()
        tell(
            f"fold {fold.number} of {folds}: {counts['test']} photos of {len(fold.stores)} shops, "
            f"{counts['train']} to train on"
        )
        photos = _test_fold(run, root, config, manifest, fold, force)
        tested += photos
        right = sum(_types_right(photo) for photo in photos)
        tell(f"fold {fold.number} of {folds}: types right of {right} of {len(photos)}")
        summary = read_summary(run)
        summaries.append(
            FoldSummary(
                fold.number,
                counts["train"],
                sum(extra.photos for extra in summary.extra),
                counts["validation"],
                counts["test"],
                left_out,
                summary.epochs,
            )
        )
    return ShopRecord(
        config=public_config(config),
        catalog_digest=whole.catalog_digest,
        folds=tuple(summaries),
        scores=kind_scores(tested),
        shops=shop_scores(tested),
        confusion=confusion(tested),
        device=this_device(),
        command=public_command(command_line()),
        git_commit=git_commit(),
        code_version=__version__,
    )


def _types_right(one: Answer) -> bool:
    said = {term.text for term in one.predicted["basic"] if term.kind == "type"}
    return said == set(one.photo.attributes.types)


def _test_fold(
    run: Run,
    root: Path,
    config: TrainConfig,
    manifest: DatasetManifest,
    fold: Fold,
    force: bool,
) -> list[Answer]:
    """Trains and predicts, as far as that is not done."""
    run.start(RunConfig(config, manifest.catalog_digest, str(root.resolve())), manifest, force)
    train(run, config, root, manifest, force)
    items = manifest.of("test")

    def predict(folder: Path) -> None:
        _, predicted = predict_with_run(run, root, items)
        found = FoldPredictions({level: tuple(rows) for level, rows in predicted.items()})
        write_text(folder / "predictions.json", dump_json(found))

    stage = run.root / "predict"
    run_stage(stage, {"training": sha256_file(run.train_dir / DONE)}, predict, force)
    path = stage / "predictions.json"
    found = load_json(FoldPredictions, path.read_text(encoding="utf-8"), str(path))
    return [
        Answer(
            item.photo,
            fold.number,
            {level: rows[index] for level, rows in found.predicted.items()},
        )
        for index, item in enumerate(items)
    ]
