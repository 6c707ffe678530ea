"""Knowledge distillation: a student learns what its teachers hold likely (Hinton et al. 2015)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.vocabulary import Vocabulary
from pipeline.captioner_model import TrainedModel, load_model
from pipeline.catalog.split import DatasetManifest
from pipeline.errors import JewelcapError
from pipeline.keras_api import tf
from pipeline.rundir import Run
from pipeline.sequences import Sequences

_BATCH: Final = 64


def load_teacher(path: Path, manifest: DatasetManifest, vocabulary: Vocabulary) -> TrainedModel:
    """Loads a trained run whose words and split are the student's.

    Args:
        path: The run directory.
        manifest: The student's split.
        vocabulary: The student's.

    Raises:
        JewelcapError: It is not trained to its end, its split is another one, so that it may
            have seen test photos, or it speaks of other terms.
    """
    run = Run(path)
    model = load_model(run)
    theirs = run.manifest()
    if theirs.digest != manifest.digest:
        raise JewelcapError(
            f"--teacher {path}: it was trained on another split (protocol {theirs.protocol}, seed "
            f"{theirs.seed}) than this run (protocol {manifest.protocol}, seed {manifest.seed}, "
            "same catalog needed), so it may have seen test photos; train it on this one"
        )
    if model.vocabulary.to_text() != vocabulary.to_text():
        raise JewelcapError(
            f"--teacher {path}: its {len(model.vocabulary)} tokens are not the student's "
            f"{len(vocabulary)}; train both with the same --train-photos and --extra-terms"
        )
    return model


def soft_targets(
    teacher: TrainedModel, features: Any, sequences: Sequences, temperature: float
) -> NDArray[np.float32]:
    """What a teacher holds likely at each place of the true captions (teacher forcing).

    Args:
        teacher: The model.
        features: float32[n, ...] by its encoder; anything that an index reads.
        sequences: Captions of the photos.
        temperature: Scores are divided by it, so that the unlikely shows as well.

    Returns:
        Probabilities float32[n, levels, T, V].
    """

    @tf.function(reduce_retracing=True)
    def probabilities(batch: Any, inputs: Any) -> Any:
        levels, length = inputs.shape[1], inputs.shape[2]
        flat = tf.reshape(inputs, [-1, length])
        logits = teacher.decoder((batch, flat))
        size = logits.shape[-1]
        return tf.reshape(tf.nn.softmax(logits / temperature), [-1, levels, length, size])

    count = len(sequences.inputs)
    parts = []
    for start in range(0, count, _BATCH):
        index = np.arange(start, min(start + _BATCH, count))
        parts.append(probabilities(features[index], sequences[index].inputs).numpy())
    return np.concatenate(parts)


def mean_targets(parts: Sequence[NDArray[np.float32]]) -> NDArray[np.float16]:
    """Averages what several teachers hold likely."""
    # Half precision: there are thousands of photos, and a share's fourth digit teaches nothing.
    return np.mean(np.stack(parts), axis=0).astype(np.float16)
