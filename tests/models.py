"""Encoders that cost nothing: one with random weights that still sees, and some without Keras."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.encoders import (
    ENCODERS,
    EncoderFamily,
    EncoderSpec,
    build_encoder,
    parse_encoder,
)
from pipeline.weights_file import WeightsMeta, write_weights
from tests.synthetic import METALS, MODELS, STONES, draw_piece

TINY: EncoderSpec = parse_encoder("mobilenet-0.25-32")


EXPORTED = ("float32", "int8")
"""Variants that the shared tiny run is exported as; a smaller encoder has all of them."""


def write_tiny_weights(path: Path, encoder: str) -> str:
    """Writes weights of a MobileNet that was never trained; returns the encoder's name.

    Purely random weights let features vanish. These blur from layer to layer, so that little
    changes do not grow, and have the statistics of drawn pieces.
    """
    spec = parse_encoder(encoder)
    model = build_encoder(spec)
    rng = np.random.default_rng(0)
    for layer in model.layers:
        if type(layer).__name__ == "DepthwiseConv2D":
            (kernel,) = layer.get_weights()
            noise = 0.05 * rng.standard_normal(kernel.shape)
            layer.set_weights([(1 / 9 + noise).astype(np.float32)])
        elif type(layer).__name__ == "BatchNormalization":
            layer.momentum = 0.0
    pieces = [(kind, metal, stone) for kind in MODELS for metal in METALS for stone in STONES]
    size = (spec.size, spec.size)
    pixels = [np.asarray(draw_piece(*piece, 99, size), np.float32) for piece in pieces]
    model(spec.family.scale(np.stack(pixels)), training=True)
    write_weights(path, model.get_weights(), WeightsMeta(spec.name))
    return spec.name


class CountingEncoder:
    """Stands in for a Keras encoder: mean and spread of each channel; counts the photos it saw.

    Where it has places, all of them give the same.
    """

    def __init__(self, weight: float = 1.0, places: int = 0) -> None:
        self.weight = weight
        self.output_shape: tuple = (None, places, 6) if places else (None, 6)
        self.calls: list[int] = []

    def get_weights(self) -> list[NDArray[np.float32]]:
        return [np.array([self.weight], np.float32)]

    def __call__(self, images: Any, training: bool) -> Any:
        from pipeline.keras_api import tf

        assert not training
        self.photos = tf.numpy_function(self._count, [images], tf.float32)
        with tf.control_dependencies([self.photos]):
            mean = tf.reduce_mean(images, axis=[1, 2])
            spread = tf.math.reduce_std(images, axis=[1, 2])
            features = tf.concat([mean, spread], axis=1) * self.weight
        if len(self.output_shape) == 3:
            features = tf.tile(features[:, tf.newaxis], [1, self.output_shape[1], 1])
        return tf.ensure_shape(features, self.output_shape)

    def _count(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        self.calls.append(len(images))
        return np.zeros((), np.float32)


def _small_network(
    include_top: bool, weights: str | None, pooling: str | None, input_shape: tuple
) -> Any:
    """As a class in `keras.applications`: three convolutions, one of them normalized.

    Its layers have names, as those of real networks: Keras would number them through a process.
    """
    from pipeline.keras_api import keras

    assert not include_top and weights is None and pooling in ("avg", None)
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input(input_shape),
            layers.Conv2D(8, 3, 2, use_bias=False, name="first"),
            layers.BatchNormalization(name="first_norm"),
            layers.ReLU(name="first_relu"),
            layers.DepthwiseConv2D(3, 1, name="depthwise"),
            layers.Conv2D(12, 3, 2, activation="relu", name="last"),
            *([layers.GlobalAveragePooling2D(name="pool")] if pooling else []),
        ],
        name="small",
    )


def add_small_encoder(patch: pytest.MonkeyPatch) -> EncoderSpec:
    """Registers an encoder that trains in no time, for as long as the patch lasts."""
    from pipeline.keras_api import keras

    family = EncoderFamily("small", "SmallNetwork", 32, 16, (), ENCODERS["mobilenet"].scale)
    patch.setitem(ENCODERS, "small", family)
    patch.setattr(keras.applications, "SmallNetwork", _small_network, raising=False)
    return parse_encoder("small-32")
