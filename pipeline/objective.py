"""What training minimizes: cross-entropy of each term given those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.captioner_model import TrainedModel
from pipeline.keras_api import tf


@dataclass(frozen=True)
class Sums:
    """Sums over the terms of a batch, padding left out; float32 scalars.

    Attributes:
        objective: Of what training minimizes.
        loss: Of the cross-entropy, in nats.
        right: Terms whose score is the highest.
        count: Terms.
    """

    objective: Any
    loss: Any
    right: Any
    count: Any


def caption_sums(
    model: TrainedModel,
    features: Any,
    inputs: Any,
    targets: Any,
    seed: Any,
    label_smoothing: float = 0.0,
) -> Sums:
    """Scores captions of photos at all levels by teacher forcing.

    Args:
        model: The decoder and its vocabulary.
        features: float32[n, ...] as the decoder takes them.
        inputs: int32[n, levels, T].
        targets: int32[n, levels, T].
        seed: int32[2] for training, None otherwise.
        label_smoothing: Share of the target that is spread over all tokens, in [0, 1); Szegedy
            et al. 2016, section 7. The loss that is reported has none.
    """
    levels, length = inputs.shape[1], inputs.shape[2]
    logits = model.decoder(
        (tf.repeat(features, levels, axis=0), tf.reshape(inputs, [-1, length])), seed=seed
    )
    flat = tf.reshape(targets, [-1, length])
    used = tf.cast(flat != model.vocabulary.pad_id, tf.float32)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(flat, logits)
    objective = losses
    if label_smoothing:
        even = -tf.reduce_mean(tf.nn.log_softmax(logits), axis=-1)
        objective = (1.0 - label_smoothing) * losses + label_smoothing * even
    right = tf.cast(tf.argmax(logits, axis=-1, output_type=tf.int32) == flat, tf.float32)
    return Sums(
        objective=tf.reduce_sum(objective * used),
        loss=tf.reduce_sum(losses * used),
        right=tf.reduce_sum(right * used),
        count=tf.reduce_sum(used),
    )
