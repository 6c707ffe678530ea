"""What a model is trained on with: the photos of its training, so that it forgets none of it."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from mobile_app.camera_app.runtime.vocabulary import Vocabulary
from pipeline.captioner_model import TrainedModel
from pipeline.catalog.split import DatasetManifest, SplitPhoto
from pipeline.config import TrainConfig
from pipeline.extra_photos import read_extra
from pipeline.negatives import say_nothing
from pipeline.phases import Side
from pipeline.sequences import Sequences, build_sequences
from pipeline.sides import choose_photos


def training_side(
    config: TrainConfig, root: Path, manifest: DatasetManifest, model: TrainedModel, count: int = 0
) -> Side:
    """Photos of the run's training side, of its other catalogs and without jewelry.

    Args:
        config: Settings of the run.
        root: Folder of its catalog.
        manifest: Its split.
        model: Whose vocabulary captions have.
        count: Most photos, drawn from all of them by the seed; 0 for all.

    Raises:
        JewelcapError: Another catalog or the pictures without jewelry are gone.
    """
    extra = read_extra([Path(one) for one in config.extra_train], root, manifest, progress=True)
    photos = choose_photos(config, root, manifest, extra)
    sources = (*photos.sources, photos.negatives)
    every = [(source, item) for source in sources for item in source.items]
    if 0 < count < len(every):
        places = random.Random(config.seed).sample(range(len(every)), count)
        every = [every[place] for place in sorted(places)]
    items = tuple(item for _, item in every)
    sequences = _captions(items, model.vocabulary, model.max_length)
    # They come last, and stay in their order.
    empty = sum(source is photos.negatives for source, _ in every)
    say_nothing(sequences, empty, model.vocabulary)
    return Side(
        items,
        sequences,
        np.zeros((len(items), 0), np.float32),
        [source.folder for source, _ in every],
        np.array([source.weight for source, _ in every], np.float32),
    )


def validation_side(manifest: DatasetManifest, model: TrainedModel) -> Side:
    """Photos that choose the epoch."""
    items = manifest.of("validation")
    sequences = _captions(items, model.vocabulary, model.max_length)
    return Side(items, sequences, np.zeros((len(items), 0), np.float32))


def _captions(items: tuple[SplitPhoto, ...], vocabulary: Vocabulary, max_length: int) -> Sequences:
    attributes = [item.photo.attributes for item in items]
    return build_sequences(attributes, vocabulary, max_length)
