"""Steps that spoil photos as cameras and hands do, of photos float32[n, H, W, 3] in [0, 255]."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.augmentation.batch import Draws
from pipeline.keras_api import tf

_BLUR_REACH: Final = 5
_BLOCK: Final = 8

# Annex K of the JPEG standard, at quality 50.
_LUMA_TABLE: Final = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
_CHROMA_CORNER: Final = ((17, 18, 24, 47), (18, 21, 26, 66), (24, 26, 56, 99), (47, 66, 99, 99))
_CHROMA_REST: Final = 99


def blur(images: Any, draws: Draws) -> Any:
    """Out of focus: a Gaussian of 0.4 to 1 % of the side as standard deviation."""
    shape = tf.shape(images)
    side = tf.cast(tf.minimum(shape[1], shape[2]), tf.float32)
    # Capped where its kernel ends, so that large photos are blurred less rather than wrongly.
    sigma = tf.minimum(draws.uniform(0.004, 0.01) * side, _BLUR_REACH / 2.0)
    reach = tf.range(-_BLUR_REACH, _BLUR_REACH + 1, dtype=tf.float32)
    kernel = tf.exp(-0.5 * (reach / tf.maximum(sigma, 0.1)) ** 2)
    kernel = kernel / tf.reduce_sum(kernel, axis=1, keepdims=True)
    padding = [[0, 0], [_BLUR_REACH, _BLUR_REACH], [_BLUR_REACH, _BLUR_REACH], [0, 0]]
    padded = tf.pad(images, padding, "SYMMETRIC")
    down = sum(
        kernel[:, i, None, None, None] * padded[:, i : i + shape[1]]
        for i in range(2 * _BLUR_REACH + 1)
    )
    return sum(
        kernel[:, i, None, None, None] * down[:, :, i : i + shape[2]]
        for i in range(2 * _BLUR_REACH + 1)
    )


def noise(images: Any, draws: Draws) -> Any:
    """Noise of a sensor: Gaussian of 2 to 12 of 255 levels, most of it common to the channels."""
    sigma = draws.uniform(2.0, 12.0)[:, :, None, None]
    shape = tf.shape(images)
    gray = tf.random.stateless_normal([shape[0], shape[1], shape[2], 1], draws.seed())
    color = tf.random.stateless_normal(shape, draws.seed())
    return images + sigma * (0.9 * gray + 0.4 * color)


def erasing(images: Any, draws: Draws) -> Any:
    """Covers a rectangle of 2 to 12 % of the photo and an aspect of 1:3 to 3:1 with one color."""
    shape = tf.shape(images)
    area = draws.uniform(0.02, 0.12)
    stretch = tf.exp(draws.uniform(-math.log(3.0), math.log(3.0)))
    middle = draws.uniform(0.0, 1.0, 2)
    color = draws.uniform(0.0, 255.0, 3)
    y = tf.linspace(0.0, 1.0, shape[1])[None, :]
    x = tf.linspace(0.0, 1.0, shape[2])[None, :]
    rows = tf.abs(y - middle[:, :1]) < 0.5 * tf.sqrt(area / stretch)
    columns = tf.abs(x - middle[:, 1:]) < 0.5 * tf.sqrt(area * stretch)
    covered = rows[:, :, None, None] & columns[:, None, :, None]
    return tf.where(covered, color[:, None, None, :], images)


def jpeg(images: Any, draws: Draws) -> Any:
    """Blocks and ringing of JPEG at a quality of 20 to 80, without subsampled colors."""
    shape = tf.shape(images)
    short = -shape[1:3] % _BLOCK
    padded = tf.pad(images, [[0, 0], [0, short[0]], [0, short[1]], [0, 0]], "SYMMETRIC")
    blocks = tf.nn.space_to_depth(padded - 128.0, _BLOCK)
    quality = draws.uniform(20.0, 80.0)
    factor = tf.where(quality < 50.0, 50.0 / quality, 2.0 - quality / 50.0)
    transform, table = _jpeg_transform(), _jpeg_table()
    # Color and cosine transform of a block in one product of matrices.
    steps = factor[:, None, None, :] * table
    coarse = tf.round(tf.tensordot(blocks, transform, 1) / steps) * steps
    coded = tf.nn.depth_to_space(tf.tensordot(coarse, np.linalg.inv(transform), 1), _BLOCK)
    return coded[:, : shape[1], : shape[2]] + 128.0


def _jpeg_transform() -> NDArray[np.float32]:
    """Pixels of a block, in order of row, column and channel, to its coefficients: [192, 192]."""
    frequency, place = np.mgrid[:_BLOCK, :_BLOCK]
    cosine = np.cos((2 * place + 1) * frequency * np.pi / (2 * _BLOCK)) / 2
    cosine[0] /= np.sqrt(2)
    color = [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]]
    return np.kron(np.kron(cosine, cosine), np.array(color)).T.astype(np.float32)


def _jpeg_table() -> NDArray[np.float32]:
    chroma = np.full((_BLOCK, _BLOCK), _CHROMA_REST)
    chroma[:4, :4] = _CHROMA_CORNER
    return np.stack([_LUMA_TABLE, chroma, chroma], axis=-1).reshape(-1).astype(np.float32)
