"""Random changes of training photos while the encoder is fine-tuned."""

from __future__ import annotations

from typing import Any

from pipeline.keras_api import tf


def augment(images: Any, seed: Any) -> Any:
    """Flips, zooms, shifts and rotates photos and changes their light, each by its own draw.

    Args:
        images: float32[n, H, W, 3] in [0, 255].
        seed: int32[2]; the same seed gives the same changes.

    Returns:
        float32[n, H, W, 3] in [0, 255].
    """
    count = tf.shape(images)[0]

    def draw(offset: int, low: float, high: float, width: int = 1) -> Any:
        return tf.random.stateless_uniform(
            [count, width], seed + tf.constant([0, offset]), low, high
        )

    height = tf.cast(tf.shape(images)[1], tf.float32)
    zoom = draw(0, 0.8, 1.1)
    angle = draw(1, -0.26, 0.26)
    shift = draw(2, -0.08, 0.08, 2) * height
    mirror = tf.where(draw(3, 0.0, 1.0) < 0.5, -1.0, 1.0)
    cos, sin = tf.cos(angle) * zoom, tf.sin(angle) * zoom
    center = (height - 1.0) / 2.0
    # Output pixel (x, y) is read from (a x + b y + c, d x + e y + f), about the center.
    a, b, d, e = cos * mirror, -sin, sin * mirror, cos
    c = center - a * center - b * center + shift[:, :1]
    f = center - d * center - e * center + shift[:, 1:]
    zero = tf.zeros_like(a)
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.concat([a, b, c, d, e, f, zero, zero], axis=1),
        output_shape=tf.shape(images)[1:3],
        interpolation="BILINEAR",
        fill_mode="NEAREST",
        fill_value=0.0,
    )
    gain = draw(4, 0.75, 1.25)[:, :, tf.newaxis, tf.newaxis]
    tint = draw(5, 0.94, 1.06, 3)[:, tf.newaxis, tf.newaxis, :]
    contrast = draw(6, 0.8, 1.2)[:, :, tf.newaxis, tf.newaxis]
    mean = tf.reduce_mean(moved, axis=[1, 2], keepdims=True)
    return tf.clip_by_value(((moved - mean) * contrast + mean) * gain * tint, 0.0, 255.0)
