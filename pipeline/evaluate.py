"""Accuracy of a run or of a captioner file on one side of a split."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mobile_app.camera_app.runtime.bundle import LevelAccuracy, Provenance
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.errors import ImageError
from mobile_app.camera_app.runtime.languages import compose
from mobile_app.camera_app.runtime.levels import LEVELS, Term
from mobile_app.camera_app.runtime.preprocess import preprocess
from pipeline.augmentation.copies import copied
from pipeline.catalog.protocols import PROTOCOLS, leak_of
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import DatasetManifest, SplitPhoto, split_catalog
from pipeline.errors import JewelcapError
from pipeline.metrics import TypeReport, level_accuracies, type_report
from pipeline.progress import track
from pipeline.provenance import command_line, git_commit
from pipeline.registry import lookup
from pipeline.rundir import Run

_OTHER_CATALOG: Final = (
    "{root}: this model was trained on another catalog, so that its {split} photos cannot be "
    "found here; give --split all for photos that it has never seen, or the catalog that it was "
    "trained on"
)

Predictions = dict[str, list[tuple[Term, ...]]]
"""For each level, the predicted terms of each photo."""


@dataclass(frozen=True)
class WrongCaption:
    """A caption that is not exactly right.

    Attributes:
        file_name: The photo, or which augmented copy of it.
        level: Description level.
        expected: English caption of the catalog's attributes.
        predicted: English caption of the model.
    """

    file_name: str
    level: str
    expected: str
    predicted: str


@dataclass(frozen=True)
class StoreAccuracy:
    """Accuracy on the photos of one store."""

    store: str
    accuracy: tuple[LevelAccuracy, ...]


@dataclass(frozen=True)
class Evaluation:
    """What a model gets right.

    Attributes:
        subject: Name of the run or of the captioner file.
        encoder: Encoder's name.
        decoder: Decoder's name.
        variant: Export variant, or `keras` for a run.
        protocol: Split protocol.
        seed: Seed of the split.
        catalog_digest: The catalog.
        split: The side: train, validation, test, or all.
        n: Photos.
        accuracy: CCR by level, with intervals.
        types: Precision, recall, F1 and confusions over photos of a single type; at the basic
            level.
        stores: CCR by store.
        unsayable: Photos by level whose truth has a term that the model never learned; they
            count as wrong.
        wrong: All wrong captions.
        command: The command that made this record.
        git_commit: Code that made it; empty outside a checkout.
        leak: Why these figures do not count as those of unseen photos; empty where they do.
        schema_version: Version of this form.
    """

    subject: str
    encoder: str
    decoder: str
    variant: str
    protocol: str
    seed: int
    catalog_digest: str
    split: str
    n: int
    accuracy: tuple[LevelAccuracy, ...]
    types: TypeReport
    stores: tuple[StoreAccuracy, ...]
    unsayable: dict[str, int]
    wrong: tuple[WrongCaption, ...]
    command: str
    git_commit: str
    leak: str = ""
    schema_version: int = 1


@dataclass(frozen=True)
class Subject:
    """What is evaluated, without its predictions."""

    name: str
    encoder: str
    decoder: str
    variant: str
    vocabulary: frozenset[Term]


def choose_photos(
    manifest: DatasetManifest, split: str, exclude_stores: Sequence[str] = ()
) -> tuple[SplitPhoto, ...]:
    """Photos of a side, without those of some stores.

    Raises:
        JewelcapError: None is left.
    """
    items = tuple(
        item for item in manifest.of(split) if item.photo.store not in set(exclude_stores)
    )
    if not items:
        raise JewelcapError(f"no photo in split {split!r} without {', '.join(exclude_stores)}")
    return items


def split_of_captioner(catalog_root: Path, provenance: Provenance, split: str) -> DatasetManifest:
    """Splits a catalog as the captioner's training did.

    Args:
        catalog_root: The catalog.
        provenance: From the captioner's manifest.
        split: The side asked for.

    Raises:
        JewelcapError: It was trained on another catalog, so that no side of this one is known
            to be unseen. `all` is always allowed.
    """
    lookup(PROTOCOLS, provenance.protocol, "protocol")
    catalog = load_catalog(catalog_root)
    manifest = split_catalog(catalog, provenance.protocol, provenance.split_seed, progress=True)
    if split != "all" and manifest.digest != provenance.split_digest:
        raise JewelcapError(_OTHER_CATALOG.format(root=catalog_root, split=split))
    return manifest


def predict_with_captioner(
    captioner: Captioner, root: Path, items: Sequence[SplitPhoto], label: str
) -> Predictions:
    """Describes photos at every level by the runtime; each photo is encoded once.

    Raises:
        JewelcapError: A photo is gone or damaged.
    """
    predictions: Predictions = defaultdict(list)
    spec = captioner.bundle.manifest.preprocess
    for item in track(items, label, len(items)):
        path = root / item.photo.file_name
        try:
            state = captioner.encode(copied(preprocess(path, spec), item)[0])
        except ImageError as error:
            raise JewelcapError(f"{path} {error}") from None
        for level in captioner.bundle.manifest.levels:
            decoded = captioner.decode(state, level)
            predictions[level].append(captioner.bundle.vocabulary.decode(decoded.ids))
    return dict(predictions)


def summarize(
    subject: Subject,
    manifest: DatasetManifest,
    split: str,
    items: Sequence[SplitPhoto],
    predictions: Mapping[str, Sequence[tuple[Term, ...]]],
    command: str,
    git_commit: str,
) -> Evaluation:
    """Compares predictions with the catalog, at the levels that the protocol can know.

    Levels that no training photo had are not in the predictions and are left out.
    """
    levels = PROTOCOLS[manifest.protocol].levels
    used = {level: predictions[level] for level in levels if level in predictions}
    attributes = [item.photo.attributes for item in items]
    wrong: list[WrongCaption] = []
    unsayable: dict[str, int] = {}
    for level, captions in used.items():
        unsayable[level] = 0
        for item, caption in zip(items, captions, strict=True):
            truth = LEVELS[level].terms(item.photo.attributes)
            if truth is None:
                continue
            unsayable[level] += any(term not in subject.vocabulary for term in truth)
            if set(truth) != set(caption):
                wrong.append(
                    WrongCaption(item.name, level, compose(truth, "en"), compose(caption, "en"))
                )
    single = [index for index, one in enumerate(attributes) if len(one.types) == 1]
    called = [
        "+".join(term.text for term in used["basic"][index] if term.kind == "type") or "none"
        for index in single
    ]
    stores = sorted({item.photo.store for item in items if item.photo.store})
    return Evaluation(
        subject=subject.name,
        encoder=subject.encoder,
        decoder=subject.decoder,
        variant=subject.variant,
        protocol=manifest.protocol,
        seed=manifest.seed,
        catalog_digest=manifest.catalog_digest,
        split=split,
        n=len(items),
        accuracy=level_accuracies(used, attributes),
        types=type_report([attributes[index].types[0] for index in single], called),
        stores=tuple(_store_accuracy(store, items, used) for store in stores),
        unsayable=unsayable,
        wrong=tuple(wrong),
        command=command,
        git_commit=git_commit,
        leak=leak_of(manifest.protocol),
    )


def _store_accuracy(
    store: str,
    items: Sequence[SplitPhoto],
    predictions: Mapping[str, Sequence[tuple[Term, ...]]],
) -> StoreAccuracy:
    own = [index for index, item in enumerate(items) if item.photo.store == store]
    chosen = {level: [captions[index] for index in own] for level, captions in predictions.items()}
    return StoreAccuracy(
        store, level_accuracies(chosen, [items[index].photo.attributes for index in own])
    )


def predict_with_run(
    run: Run, root: Path, items: Sequence[SplitPhoto]
) -> tuple[Subject, Predictions]:
    """Describes photos at every level by a run's Keras model.

    Raises:
        JewelcapError: The run is not trained, or a photo is gone or changed.
    """
    from pipeline.captioner_model import load_model
    from pipeline.features import extract_features

    model = load_model(run)
    features = extract_features(root, items, model.encoder_spec, model.encoder)
    subject = Subject(
        run.root.name,
        model.encoder_spec.name,
        model.decoder_spec.name,
        "keras",
        frozenset(model.vocabulary.terms),
    )
    levels = model.vocabulary.level_names
    return subject, {level: model.predict(features, level) for level in levels}


def evaluate_run(
    run: Run,
    catalog_root: Path | None,
    split: str,
    exclude_stores: Sequence[str],
) -> Evaluation:
    """Evaluates a run's Keras model.

    Args:
        run: The run directory.
        catalog_root: Where its catalog is now, or another catalog (with `all` only); None for
            where it was.
        split: The side.
        exclude_stores: Stores to leave out.

    Raises:
        JewelcapError: The run is not trained, or the catalog is another one.
    """
    config = run.config()
    root = catalog_root or Path(config.catalog)
    manifest = run.manifest()
    if catalog_root is not None:
        manifest = split_catalog(
            load_catalog(root), config.train.protocol, config.train.seed, progress=True
        )
        if split != "all" and manifest.digest != run.manifest().digest:
            raise JewelcapError(_OTHER_CATALOG.format(root=root, split=split))
    items = choose_photos(manifest, split, exclude_stores)
    subject, predictions = predict_with_run(run, root, items)
    return summarize(subject, manifest, split, items, predictions, command_line(), git_commit())


def evaluate_captioner(
    path: Path, catalog_root: Path, split: str, exclude_stores: Sequence[str]
) -> Evaluation:
    """Evaluates a captioner file by the runtime; TensorFlow is not imported.

    Args:
        path: The file.
        catalog_root: The catalog it was trained on, or with `all` another one.
        split: The side.
        exclude_stores: Stores to leave out.

    Raises:
        JewelcapError: The file is no captioner, or the catalog is another one.
    """
    captioner = Captioner.open(path, threads=os.cpu_count() or 1)
    bundle = captioner.bundle
    manifest = split_of_captioner(catalog_root, bundle.manifest.provenance, split)
    items = choose_photos(manifest, split, exclude_stores)
    predictions = predict_with_captioner(captioner, catalog_root, items, "describe")
    subject = Subject(
        bundle.manifest.name,
        bundle.manifest.encoder,
        bundle.manifest.decoder,
        bundle.manifest.variant,
        frozenset(bundle.vocabulary.terms),
    )
    return summarize(subject, manifest, split, items, predictions, command_line(), git_commit())
