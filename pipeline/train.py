"""Trains a captioner: first the decoder on frozen features, then, if asked, through the encoder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.captioner_model import new_model, save_model
from pipeline.catalog.protocols import PROTOCOLS, leak_of
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import DatasetManifest, split_catalog
from pipeline.config import TrainConfig
from pipeline.decoders import parse_pair
from pipeline.encoders import build_encoder, photos_seen_by, weights_path
from pipeline.errors import JewelcapError
from pipeline.extra_photos import ExtraCatalog, read_extra
from pipeline.features import extract_features
from pipeline.files import sha256_file, write_text
from pipeline.metrics import level_accuracies
from pipeline.negatives import kinds_of, read_negatives
from pipeline.phases import phases
from pipeline.rundir import DONE, Run, RunConfig, run_stage


@dataclass(frozen=True)
class ExtraSummary:
    """What another catalog added to the training side.

    Attributes:
        catalog: Name of its folder.
        photos: Photos that were trained on.
        held_back: Photos left out since they, or their products where the protocol parts
            products, stand on the validation or test side.
        untaught: Photos left out since they say nothing in the run's terms.
        unusable: Rows and files that could not be read.
    """

    catalog: str
    photos: int
    held_back: int
    untaught: int
    unusable: int


@dataclass(frozen=True)
class TrainSummary:
    """What came out of a training.

    Attributes:
        epochs: Epochs of all phases.
        best_epoch: Epoch of the last phase whose weights were kept.
        validation_loss: Its cross-entropy per token, in nats.
        accuracy: Validation accuracy by level.
        vocabulary_size: Tokens.
        photos: Photos by side.
        extra: What other catalogs added.
        negatives: Kinds of things on pictures without jewelry that were shown.
        protocol: Split protocol.
        leak: Why its figures do not count as those of unseen photos; empty where they do.
        schema_version: Version of this form.
    """

    epochs: int
    best_epoch: int
    validation_loss: float
    accuracy: tuple[LevelAccuracy, ...]
    vocabulary_size: int
    photos: dict[str, int]
    extra: tuple[ExtraSummary, ...]
    protocol: str
    leak: str
    negatives: tuple[str, ...] = ()
    schema_version: int = 3


def train(
    run: Run,
    config: TrainConfig,
    root: Path,
    manifest: DatasetManifest,
    force: bool = False,
) -> bool:
    """Trains the run's model unless it is trained already; an interrupted training goes on.

    Args:
        run: The run directory, started.
        config: Settings.
        root: Folder of the catalog.
        manifest: Its split.
        force: Whether a finished training is done again.

    Returns:
        Whether anything was trained.

    Raises:
        JewelcapError: The first weights have seen test photos, a teacher or another catalog
            does not fit, photos are gone or changed, or the loss is no longer finite.
    """
    inputs = {"config": dump_json(config), "split": manifest.digest}
    if (path := weights_path(config.weights)) is not None and path.is_file():
        inputs["weights"] = sha256_file(path)
    for teacher in config.teacher:
        done = Run(Path(teacher)).train_dir / DONE
        if not done.is_file():
            raise JewelcapError(f"--teacher {teacher}: is no run that was trained to its end")
        inputs[f"teacher {teacher}"] = sha256_file(done)
    folders = [Path(folder) for folder in config.extra_train]
    extra = read_extra(folders, root, manifest, progress=True)
    inputs |= {f"extra {one.folder}": one.digest for one in extra}
    if config.negatives:
        shown = read_negatives(Path(config.negatives))
        inputs["negatives"] = " ".join(item.sha256 for item in shown)
    return run_stage(
        run.train_dir,
        inputs,
        lambda folder: _train(folder, config, root, manifest, extra),
        force,
    )


def train_run(config: TrainConfig, catalog: Path, run_path: Path, force: bool) -> tuple[Run, bool]:
    """Splits a catalog, starts or reopens a run directory and trains.

    Returns:
        The run, and whether anything was trained.

    Raises:
        JewelcapError: A setting is wrong, the catalog is not usable, or the folder holds
            another run.
    """
    config.check()
    manifest = split_catalog(load_catalog(catalog), config.protocol, config.seed, progress=True)
    for skipped in manifest.skipped[:10]:
        click.echo(f"skipped {skipped.name}: {skipped.reason}", err=True)
    if len(manifest.skipped) > 10:
        click.echo(f"... {len(manifest.skipped)} skipped in all", err=True)
    run = Run(run_path)
    run.start(RunConfig(config, manifest.catalog_digest, str(catalog.resolve())), manifest, force)
    return run, train(run, config, catalog, manifest, force)


def check_weights_are_blind(weights: str, manifest: DatasetManifest) -> frozenset[str]:
    """Makes sure that the encoder's first weights have not seen the test side.

    Under a protocol that leaks they may have: training sees copies of the test photos anyhow.

    Returns:
        SHA-256 of the photos that they have seen.

    Raises:
        JewelcapError: They have seen test photos.
    """
    seen = photos_seen_by(weights)
    leaked = [item.photo.file_name for item in manifest.of("test") if item.sha256 in seen]
    if leaked and not PROTOCOLS[manifest.protocol].leaks:
        raise JewelcapError(
            f"--weights {weights}: {len(leaked)} test photos of this split were used to train "
            f"these weights (first: {leaked[0]}), so that test figures would be worthless; "
            "use the protocol and seed that they were trained with, or other weights"
        )
    return seen


def _train(
    folder: Path,
    config: TrainConfig,
    root: Path,
    manifest: DatasetManifest,
    extra: tuple[ExtraCatalog, ...],
) -> None:
    from pipeline.fit import Fit
    from pipeline.keras_api import tf
    from pipeline.sides import build_sides, choose_photos

    tf.config.experimental.enable_op_determinism()
    seen = check_weights_are_blind(config.weights, manifest)
    spec, _ = parse_pair(config.encoder, config.decoder)
    encoder = build_encoder(spec, config.weights, config.seed)
    photos = choose_photos(config, root, manifest, extra)
    sides = build_sides(config, manifest, photos, spec, encoder)
    model = new_model(config, encoder, photos.vocabulary, photos.max_length)
    if config.fine_tune_epochs:
        seen |= {item.sha256 for side in sides.values() for item in side.items}
        for path in config.teacher:
            seen |= photos_seen_by(str(Run(Path(path)).train_dir / "encoder.npz"))
    epochs = 0
    for phase in phases(config):
        best_epoch, loss, count = Fit(folder, config, root, model, phase, sides).run()
        epochs += count
    items = photos.validation.items
    features = extract_features(root, items, spec, model.encoder)
    save_model(folder, model, manifest.catalog_digest, sorted(seen))
    summary = TrainSummary(
        epochs=epochs,
        best_epoch=best_epoch,
        validation_loss=loss,
        accuracy=level_accuracies(
            {
                level: model.predict(features, level)
                for level in photos.vocabulary.level_names
                if level in PROTOCOLS[config.protocol].levels
            },
            [item.photo.attributes for item in items],
        ),
        vocabulary_size=len(photos.vocabulary),
        photos=manifest.counts()
        | {"train": len(photos.sources[0].items), "validation": len(items)},
        extra=tuple(
            ExtraSummary(
                one.folder.name,
                len(source.items),
                one.held_back,
                len(one.items) - len(source.items),
                one.unusable,
            )
            for one, source in zip(extra, photos.sources[1:], strict=True)
        ),
        protocol=config.protocol,
        leak=leak_of(config.protocol),
        negatives=kinds_of(photos.negatives.items),
    )
    write_text(folder / "summary.json", dump_json(summary))


def read_summary(run: Run) -> TrainSummary:
    """Reads what came out of a run's training."""
    path = run.train_dir / "summary.json"
    return load_json(TrainSummary, path.read_text(encoding="utf-8"), str(path))
