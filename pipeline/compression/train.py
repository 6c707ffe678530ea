"""Trains the model of a run on by a technique, in `compress/<technique>` of its folder."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.captioner_model import TrainedModel, load_model, save_model
from pipeline.compression.photos import training_side, validation_side
from pipeline.compression.techniques import TECHNIQUES, CompressionOptions, Technique
from pipeline.config import TrainConfig
from pipeline.encoders import build_encoder, photos_seen_by, set_weights
from pipeline.errors import JewelcapError
from pipeline.features import read_photos
from pipeline.files import sha256_file, write_text
from pipeline.phases import Phase
from pipeline.rundir import DONE, Done, Run, run_stage
from pipeline.schedules import SCHEDULES
from pipeline.weights_file import read_weights

SUMMARY: Final = "summary.json"

_RANGE_PHOTOS: Final = 16
"""Training photos that the ranges of activations start from."""


@dataclass(frozen=True)
class CompressionSummary:
    """What came out.

    Attributes:
        technique: A key of `TECHNIQUES`.
        epochs: Epochs trained.
        best_epoch: The one whose weights were kept.
        validation_loss: Its cross-entropy per token, in nats.
        train_photos: Photos of an epoch, those of other catalogs and without jewelry included.
        zeros: Share of the encoder's kernel weights that are 0.
        schema_version: Version of this form.
    """

    technique: str
    epochs: int
    best_epoch: int
    validation_loss: float
    train_photos: int
    zeros: float
    schema_version: int = 1


def folder_of(run: Run, technique: Technique) -> Path:
    """Where the model of a technique stands."""
    return run.root / "compress" / technique.name


def train_compressed(
    run: Run, technique: Technique, root: Path, options: CompressionOptions, force: bool = False
) -> bool:
    """Trains a run's model on, unless that is done; an interrupted training goes on.

    A technique that starts from another one's model has that one trained first.

    Args:
        run: A trained run.
        technique: Which.
        root: Folder of its catalog.
        options: How long and on what.
        force: Whether a model that was trained on from another start or otherwise is replaced.

    Returns:
        Whether anything was trained.

    Raises:
        JewelcapError: The run is not trained, its photos are gone, or the toolkit cannot wrap
            its encoder.
    """
    start = run.train_dir
    if technique.start:
        first = TECHNIQUES[technique.start]
        train_compressed(run, first, root, options, force)
        start = folder_of(run, first)
    if not (start / DONE).is_file():
        raise JewelcapError(f"{run.root}: training has not ended; call `jewelcap train` again")
    inputs = {
        "start": sha256_file(start / DONE),
        "technique": repr(technique),
        "options": repr(options),
    }
    target = folder_of(run, technique)
    # What is done already serves all variants of a technique, however they are forced.
    force = force and (target / DONE).is_file() and _inputs_of(target) != inputs
    return run_stage(
        target, inputs, lambda folder: _train(folder, run, technique, root, options), force
    )


def load_compressed(run: Run, technique: Technique) -> TrainedModel:
    """Loads what `train_compressed` made; its encoder simulates 8 bits if the technique does."""
    model = _start(run, technique)
    folder = folder_of(run, technique)
    path = folder / "encoder.npz"
    encoder = _shell(technique, model)
    set_weights(encoder, read_weights(path), model.encoder_spec.name, path)
    path = folder / "decoder.npz"
    set_weights(model.decoder, read_weights(path), model.decoder_spec.name, path)
    if technique.quantizing:
        from pipeline.compression.wrap import strip

        encoder = strip(technique, encoder)
    return replace(model, encoder=encoder)


def read_compression(run: Run, technique: Technique) -> CompressionSummary:
    """Reads what came out of a training."""
    path = folder_of(run, technique) / SUMMARY
    return load_json(CompressionSummary, path.read_text(encoding="utf-8"), str(path))


def _inputs_of(folder: Path) -> dict[str, str]:
    path = folder / DONE
    return load_json(Done, path.read_text(encoding="utf-8"), str(path)).inputs


def _start(run: Run, technique: Technique) -> TrainedModel:
    if technique.start:
        return load_compressed(run, TECHNIQUES[technique.start])
    return load_model(run)


def _shell(technique: Technique, model: TrainedModel) -> Any:
    """An encoder whose weights are those that were saved."""
    from pipeline.compression.wrap import wrap

    return wrap(technique, model.encoder) if technique.quantizing else model.encoder


def _train(
    folder: Path, run: Run, technique: Technique, root: Path, options: CompressionOptions
) -> None:
    from pipeline.compression.fit import CompressionFit
    from pipeline.compression.wrap import settle_ranges, strip, wrap
    from pipeline.keras_api import tf

    tf.config.experimental.enable_op_determinism()
    config, manifest = _settings(run.config().train), run.manifest()
    model = _start(run, technique)
    sides = {
        "train": training_side(config, root, manifest, model, options.photos),
        "validation": validation_side(manifest, model),
    }
    steps = math.ceil(len(sides["train"].items) / config.batch_size)
    try:
        encoder = wrap(technique, model.encoder, steps)
    except (ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise JewelcapError(
            f"{technique.name}: TensorFlow Model Optimization cannot wrap "
            f"{model.encoder_spec.name} ({reason}); choose a variant without training"
        ) from None
    if technique.quantizing:
        items = manifest.of("train")
        spread = items[:: max(1, len(items) // _RANGE_PHOTOS)][:_RANGE_PHOTOS]
        photos = np.concatenate(list(read_photos(root, spread, model.encoder_spec)))
        settle_ranges(encoder, model.encoder_spec.family.scale(photos.astype(np.float32)))
    phase = Phase(
        technique.name,
        options.epochs,
        options.learning_rate,
        SCHEDULES["cosine"],
        min(1.0, options.epochs / 10),
        through_encoder=True,
    )
    wrapped = replace(model, encoder=encoder)
    best_epoch, loss, epochs = CompressionFit(folder, config, root, wrapped, phase, sides).run()
    if not technique.quantizing:
        plain = build_encoder(model.encoder_spec)
        plain.set_weights(strip(technique, encoder).get_weights())
        encoder = plain
    seen = photos_seen_by(str(run.train_dir / "encoder.npz")) | {
        item.sha256 for side in sides.values() for item in side.items
    }
    save_model(folder, replace(model, encoder=encoder), manifest.catalog_digest, sorted(seen))
    summary = CompressionSummary(
        technique.name, epochs, best_epoch, loss, len(sides["train"].items), _zeros(encoder)
    )
    write_text(folder / SUMMARY, dump_json(summary))


def _settings(config: TrainConfig) -> TrainConfig:
    # Kept weights are averages already, and an average of pruned weights is not pruned.
    return replace(config, weight_average=0.0, patience=0)


def _zeros(encoder: Any) -> float:
    kernels = [array for array in encoder.get_weights() if array.ndim >= 2]
    zeros = sum(int(np.count_nonzero(array == 0.0)) for array in kernels)
    return zeros / sum(array.size for array in kernels)
