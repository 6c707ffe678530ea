"""Accuracy of a run or of a captioner file on one side of a split."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mobile_app.camera_app.runtime.bundle import Provenance
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.errors import ImageError
from mobile_app.camera_app.runtime.levels import Term
from mobile_app.camera_app.runtime.preprocess import preprocess
from pipeline.augmentation.copies import copied
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import DatasetManifest, SplitPhoto, split_catalog
from pipeline.errors import JewelcapError
from pipeline.evaluation import Evaluation, Subject, summarize
from pipeline.presentations import presentations_of
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
    captioner: Captioner,
    root: Path,
    items: Sequence[SplitPhoto],
    label: str,
    views: Sequence[str] = (),
) -> Predictions:
    """Describes photos at every level by the runtime; each photo is encoded once.

    Args:
        captioner: The file.
        root: Folder of the photos.
        items: The photos.
        label: Of the progress bar.
        views: As `Captioner.encode`.

    Raises:
        JewelcapError: A photo is gone or damaged.
    """
    predictions: Predictions = defaultdict(list)
    spec = captioner.bundle.manifest.preprocess
    for item in track(items, label, len(items)):
        path = root / item.photo.file_name
        try:
            state = captioner.encode(copied(preprocess(path, spec), item)[0], views)
        except ImageError as error:
            raise JewelcapError(f"{path} {error}") from None
        for level in captioner.bundle.manifest.levels:
            decoded = captioner.decode(state, level)
            predictions[level].append(captioner.bundle.vocabulary.decode(decoded.ids))
    return dict(predictions)


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
    language: str = "en",
) -> Evaluation:
    """Evaluates a run's Keras model.

    Args:
        run: The run directory.
        catalog_root: Where its catalog is now, or another catalog (with `all` only); None for
            where it was.
        split: The side.
        exclude_stores: Stores to leave out.
        language: Language in which captions are compared as text.

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
    return summarize(
        subject,
        manifest,
        split,
        items,
        predictions,
        command_line(),
        git_commit(),
        language,
        presentations_of(root),
    )


def evaluate_captioner(
    path: Path,
    catalog_root: Path,
    split: str,
    exclude_stores: Sequence[str],
    language: str = "en",
    views: Sequence[str] = (),
) -> Evaluation:
    """Evaluates a captioner file by the runtime; TensorFlow is not imported.

    Args:
        path: The file.
        catalog_root: The catalog it was trained on, or with `all` another one.
        split: The side.
        exclude_stores: Stores to leave out.
        language: Language in which captions are compared as text.
        views: As `Captioner.encode`.

    Raises:
        JewelcapError: The file is no captioner, or the catalog is another one.
    """
    captioner = Captioner.open(path, threads=os.cpu_count() or 1)
    bundle = captioner.bundle
    manifest = split_of_captioner(catalog_root, bundle.manifest.provenance, split)
    items = choose_photos(manifest, split, exclude_stores)
    predictions = predict_with_captioner(captioner, catalog_root, items, "describe", views)
    subject = Subject(
        bundle.manifest.name,
        bundle.manifest.encoder,
        bundle.manifest.decoder,
        bundle.manifest.variant + (f" ({' + '.join(views)})" if views else ""),
        frozenset(bundle.vocabulary.terms),
    )
    return summarize(
        subject,
        manifest,
        split,
        items,
        predictions,
        command_line(),
        git_commit(),
        language,
        presentations_of(catalog_root),
    )
