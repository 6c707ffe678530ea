"""Phases of a training, and the photos that they read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.batches import Rows
from pipeline.catalog.split import SplitPhoto
from pipeline.config import TrainConfig
from pipeline.schedules import SCHEDULES, Schedule
from pipeline.sequences import Sequences


@dataclass(frozen=True)
class Phase:
    """A stretch of training with its own optimizer.

    Attributes:
        name: Names its checkpoints and metrics.
        epochs: Most epochs.
        learning_rate: First learning rate.
        schedule: How it goes on.
        warmup: Epochs in which it rises from 0.
        through_encoder: Whether the encoder is trained too, on augmented photos.
    """

    name: str
    epochs: int
    learning_rate: float
    schedule: Schedule
    warmup: float
    through_encoder: bool


@dataclass(frozen=True)
class Side:
    """Photos of one side.

    Attributes:
        items: The photos.
        sequences: Their captions.
        features: By the encoder as it came.
        folders: Folder of each photo's catalog; None: all are in the run's.
        weights: How much each photo counts, float32[n]; None: all the same.
        teacher: What teachers hold likely, as in `Batch`.
    """

    items: Sequence[SplitPhoto]
    sequences: Sequences
    features: Rows
    folders: Sequence[Path] | None = None
    weights: NDArray[np.float32] | None = None
    teacher: NDArray[np.float16] | None = None


def phases(config: TrainConfig) -> Iterator[Phase]:
    """Stretches of a training: over frozen features, then, if asked, through the encoder."""
    schedule = SCHEDULES[config.schedule]
    yield Phase("frozen", config.epochs, config.learning_rate, schedule, 0, False)
    if config.fine_tune_epochs:
        # Weights that were good for one task are moved gently at first.
        schedule = SCHEDULES[config.fine_tune_schedule]
        rate, count = config.fine_tune_learning_rate, config.fine_tune_epochs
        yield Phase("fine_tune", count, rate, schedule, min(1.0, count / 10), True)
