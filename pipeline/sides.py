"""What a training reads: photos of both sides, their captions, features and weights."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.vocabulary import Vocabulary
from pipeline.batches import JoinedRows, Rows
from pipeline.catalog.split import DatasetManifest, SplitPhoto
from pipeline.config import TrainConfig
from pipeline.distillation import load_teacher, mean_targets, soft_targets
from pipeline.encoders import EncoderSpec
from pipeline.extra_photos import ExtraCatalog
from pipeline.features import extract_features
from pipeline.negatives import read_negatives, say_nothing
from pipeline.phases import Side
from pipeline.sequences import Sequences, build_sequences, build_vocabulary, longest


@dataclass(frozen=True)
class Source:
    """Training photos of one catalog.

    Attributes:
        folder: The catalog.
        items: The photos.
        weight: How much each of them counts.
    """

    folder: Path
    items: tuple[SplitPhoto, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class TrainingPhotos:
    """Photos of a training and the words of their captions.

    Attributes:
        sources: Of the training side, the catalog that is split first.
        negatives: Pictures without jewelry.
        validation: Of the validation side.
        vocabulary: Tokens.
        max_length: Most terms of a caption.
    """

    sources: tuple[Source, ...]
    negatives: Source
    validation: Source
    vocabulary: Vocabulary
    max_length: int


def drawn(items: tuple[SplitPhoto, ...], count: int, seed: int) -> tuple[SplitPhoto, ...]:
    """Draws photos in their order; all where `count` is 0 or there are no more."""
    if not 0 < count < len(items):
        return items
    chosen = sorted(random.Random(seed).sample(range(len(items)), count))
    return tuple(items[index] for index in chosen)


def choose_photos(
    config: TrainConfig, root: Path, manifest: DatasetManifest, extra: Sequence[ExtraCatalog]
) -> TrainingPhotos:
    """Chooses the photos to train and validate on, and the vocabulary.

    Photos of other catalogs that teach nothing, since they lack all levels or have terms outside
    of the vocabulary at each of them, are left out.
    """
    own = drawn(manifest.of("train"), config.train_photos, config.seed)
    known = [item.photo.attributes for item in own]
    if config.extra_terms:
        known += [item.photo.attributes for one in extra for item in one.items]
    vocabulary, max_length = build_vocabulary(known), longest(known)
    sources = [Source(root, own)]
    for one in extra:
        targets = _sequences(one.items, vocabulary, max_length).targets
        items = tuple(item for item, taught in zip(one.items, targets, strict=True) if taught.any())
        sources.append(Source(one.folder, items, config.extra_weight))
    folder = Path(config.negatives)
    negatives = Source(folder, read_negatives(folder) if config.negatives else ())
    validation = Source(root, manifest.of("validation"))
    return TrainingPhotos(tuple(sources), negatives, validation, vocabulary, max_length)


def build_sides(
    config: TrainConfig,
    manifest: DatasetManifest,
    photos: TrainingPhotos,
    spec: EncoderSpec,
    encoder: Any,
) -> dict[str, Side]:
    """Extracts what is missing in the cache of features, and asks the teachers.

    Returns:
        `train` and `validation`.

    Raises:
        JewelcapError: Photos are gone or changed, or a teacher does not fit.
    """
    sources = (*photos.sources, photos.negatives)
    items = tuple(item for source in sources for item in source.items)
    sequences = _sequences(items, photos.vocabulary, photos.max_length)
    say_nothing(sequences, len(photos.negatives.items), photos.vocabulary)
    train = Side(
        items,
        sequences,
        _features(sources, spec, encoder),
        [source.folder for source in sources for _ in source.items],
        np.repeat(
            np.array([source.weight for source in sources], np.float32),
            [len(source.items) for source in sources],
        ),
        _ask_teachers(config, manifest, photos, sequences),
    )
    known = photos.validation.items
    validation = Side(
        known,
        _sequences(known, photos.vocabulary, photos.max_length),
        extract_features(photos.validation.folder, known, spec, encoder),
    )
    return {"train": train, "validation": validation}


def _sequences(items: Sequence[SplitPhoto], vocabulary: Vocabulary, max_length: int) -> Sequences:
    return build_sequences([item.photo.attributes for item in items], vocabulary, max_length)


def _features(sources: Sequence[Source], spec: EncoderSpec, encoder: Any) -> Rows:
    parts = [
        extract_features(source.folder, source.items, spec, encoder)
        for source in sources
        if source.items
    ]
    return parts[0] if len(parts) == 1 else JoinedRows(parts)


def _ask_teachers(
    config: TrainConfig, manifest: DatasetManifest, photos: TrainingPhotos, sequences: Sequences
) -> NDArray[np.float16] | None:
    if not config.teacher:
        return None
    told = []
    for path in config.teacher:
        teacher = load_teacher(Path(path), manifest, photos.vocabulary)
        features = _features(
            (*photos.sources, photos.negatives), teacher.encoder_spec, teacher.encoder
        )
        told.append(soft_targets(teacher, features, sequences, config.teacher_temperature))
    targets = mean_targets(told)
    # Teachers that were never shown such pictures would call them jewelry.
    targets[len(targets) - len(photos.negatives.items) :] = np.eye(
        len(photos.vocabulary), dtype=targets.dtype
    )[photos.vocabulary.end_id]
    return targets
