"""What training minimizes: cross-entropy of each term given those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from pipeline.captioner_model import TrainedModel
from pipeline.keras_api import tf


class Batch(NamedTuple):
    """Photos of a step and their captions at all levels.

    Attributes:
        photos: uint8[n, H, W, 3], or features float32[n, ...] of a frozen encoder.
        inputs: int32[n, levels, T].
        targets: int32[n, levels, T].
        weights: float32[n]: how much each photo counts.
        teacher: Probabilities float16[n, levels, T, V] of `distillation`, or None.
    """

    photos: Any
    inputs: Any
    targets: Any
    weights: Any
    teacher: Any


@dataclass(frozen=True)
class Objective:
    """What is minimized beside the plain cross-entropy.

    Attributes:
        label_smoothing: Share of the target that is spread over all tokens, in [0, 1); Szegedy
            et al. 2016, section 7.
        teacher_weight: Share of the teacher's targets against the true ones, in [0, 1].
        teacher_temperature: The one of the teacher's probabilities.
    """

    label_smoothing: float = 0.0
    teacher_weight: float = 0.0
    teacher_temperature: float = 1.0


class Sums(NamedTuple):
    """Sums over the terms of a batch, padding left out and photos weighted; float32 scalars.

    Attributes:
        objective: Of what training minimizes.
        loss: Of the plain cross-entropy, in nats.
        right: Terms whose score is the highest.
        count: Terms.
    """

    objective: Any
    loss: Any
    right: Any
    count: Any


def caption_sums(
    model: TrainedModel, features: Any, batch: Batch, seed: Any, objective: Objective
) -> Sums:
    """Scores captions of photos at all levels by teacher forcing.

    Args:
        model: The decoder and its vocabulary.
        features: float32[n, ...] as the decoder takes them.
        batch: The photos' captions.
        seed: int32[2] for training, None otherwise.
        objective: What is minimized.
    """
    levels, length = batch.inputs.shape[1], batch.inputs.shape[2]
    logits = model.decoder((features, tf.reshape(batch.inputs, [-1, length])), seed=seed)
    flat = tf.reshape(batch.targets, [-1, length])
    used = tf.cast(flat != model.vocabulary.pad_id, tf.float32)
    used *= tf.repeat(batch.weights, levels)[:, None]
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(flat, logits)
    minimized = losses
    if objective.label_smoothing:
        even = -tf.reduce_mean(tf.nn.log_softmax(logits), axis=-1)
        share = objective.label_smoothing
        minimized = (1.0 - share) * losses + share * even
    if batch.teacher is not None:
        temperature, share = objective.teacher_temperature, objective.teacher_weight
        soft = tf.reshape(tf.cast(batch.teacher, tf.float32), tf.shape(logits))
        told = -tf.reduce_sum(soft * tf.nn.log_softmax(logits / temperature), axis=-1)
        # Gradients of soft targets shrink with the square of the temperature (Hinton et al.
        # 2015, section 2).
        minimized = (1.0 - share) * minimized + share * temperature**2 * told
    right = tf.cast(tf.argmax(logits, axis=-1, output_type=tf.int32) == flat, tf.float32)
    return Sums(
        objective=tf.reduce_sum(minimized * used),
        loss=tf.reduce_sum(losses * used),
        right=tf.reduce_sum(right * used),
        count=tf.reduce_sum(used),
    )
