"""What a training does with a catalog of any size, with colors in the place of an encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import split_catalog
from pipeline.config import TrainConfig
from pipeline.encoders import parse_encoder
from pipeline.features import FeatureCache, read_photos
from pipeline.rundir import Run, RunConfig
from pipeline.sequences import build_sequences, build_vocabulary, longest

FEATURES: Final = 1024
"""Values of a photo, as many as MobileNet gives."""

BATCH: Final = 32
_ENCODER: Final = "mobilenet-0.25-64"


def read_catalog(catalog: str, folder: str) -> int:
    """Splits a catalog, caches features of all photos and goes through them once in batches.

    Args:
        catalog: Its folder.
        folder: Where run and features go.

    Returns:
        0, an exit code.
    """
    root = Path(catalog)
    config = TrainConfig(_ENCODER, "gru-256", protocol="products")
    manifest = split_catalog(load_catalog(root), config.protocol)
    run = Run(Path(folder) / "run")
    run.start(RunConfig(config, manifest.catalog_digest, catalog), manifest, force=False)
    # Later commands on a run read it, a training does not.
    del manifest
    manifest = run.manifest()
    spec = parse_encoder(config.encoder)
    cache = FeatureCache(Path(folder) / "cache", "0" * 64, (FEATURES,))
    items = manifest.photos
    photos = read_photos(root, items, spec)
    for start in range(0, len(items), BATCH):
        chunk = items[start : start + BATCH]
        colors = np.concatenate([next(photos) for _ in chunk]).mean(axis=(1, 2))
        cache.add([item.content for item in chunk], np.resize(colors, (len(chunk), FEATURES)))
    train = manifest.of("train")
    features = cache.rows([item.content for item in train])
    attributes = [item.photo.attributes for item in train]
    sequences = build_sequences(attributes, build_vocabulary(attributes), longest(attributes))
    order = np.random.default_rng(0).permutation(len(train))
    total = 0.0
    for start in range(0, len(order), BATCH):
        part = order[start : start + BATCH]
        total += float(features[part].sum()) + float(sequences[part].inputs.sum())
    return 0 if np.isfinite(total) else 1
