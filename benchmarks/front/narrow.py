"""Cuts a narrower MobileNet out of a trained one, to start from where no weights of it are at hand.

MobileNet is a chain, so that a channel that a layer no longer gives is left out of all that follow.
Of each convolution those filters stay whose folded weights, normalization included, are largest, as
in Li et al., "Pruning Filters for Efficient ConvNets" (2017).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline.encoders import EncoderSpec, build_encoder, parse_encoder, set_weights
from pipeline.errors import JewelcapError
from pipeline.weights_file import read_weights, write_weights

_EPSILON: Final = 1e-3
"""Of MobileNet's normalization."""


def write_narrowed(source: Path, spec: EncoderSpec, photos: Iterable[Pixels], out: Path) -> None:
    """Writes weights of a narrower encoder.

    Args:
        source: Weights of a wider MobileNet, a `.npz` of this project.
        spec: The narrower one.
        photos: Training photos uint8[1, H, W, 3] whose statistics its normalization takes, since
            sums over fewer channels are others.
        out: The `.npz` to write.

    Raises:
        JewelcapError: The source is no wider MobileNet.
    """
    file = read_weights(source)
    wide_spec = parse_encoder(file.meta.name)
    if None in (wide_spec.alpha, spec.alpha) or not (wide_spec.alpha or 0) > (spec.alpha or 0):
        raise JewelcapError(f"{source}: {file.meta.name} is no wider form of {spec.name}")
    wide, narrow = build_encoder(wide_spec), build_encoder(spec)
    set_weights(wide, file, wide_spec.name, source)
    cut_channels(wide, narrow)
    settle_statistics(narrow, spec.family.scale(np.concatenate(list(photos)).astype(np.float32)))
    write_weights(out, narrow.get_weights(), replace(file.meta, name=spec.name))


def cut_channels(wide: Any, narrow: Any) -> None:
    """Fills a narrower MobileNet with the channels of a wider one that weigh most.

    Args:
        wide: Keras model.
        narrow: Keras model of the same layers with fewer channels; changed in place.
    """
    kept: NDArray[np.intp] = np.arange(wide.input_shape[-1])
    for layer in narrow.layers:
        if not layer.weights:
            continue
        weights = wide.get_layer(layer.name).get_weights()
        if type(layer).__name__ == "Conv2D":
            gamma, _, _, variance = wide.get_layer(f"{layer.name}_bn").get_weights()
            kernel = weights[0][:, :, kept]
            weight = np.abs(kernel).sum(axis=(0, 1, 2)) * np.abs(gamma) / _deviation(variance)
            kept = np.sort(np.argsort(-weight, kind="stable")[: layer.filters])
            layer.set_weights([kernel[..., kept]])
        elif type(layer).__name__ == "DepthwiseConv2D":
            layer.set_weights([weights[0][:, :, kept]])
        else:
            layer.set_weights([one[kept] for one in weights])


def settle_statistics(encoder: Any, images: NDArray[np.float32]) -> None:
    """Sets the statistics of each normalization to those of some photos, and nothing else.

    Args:
        encoder: Keras model.
        images: float32[n, H, W, 3] in its range.
    """
    normalizations = [one for one in encoder.layers if hasattr(one, "momentum")]
    before = [one.momentum for one in normalizations]
    for one in normalizations:
        one.momentum = 0.0
    encoder(images, training=True)
    for one, momentum in zip(normalizations, before, strict=True):
        one.momentum = momentum


def _deviation(variance: NDArray[np.float32]) -> NDArray[np.float32]:
    deviation: NDArray[np.float32] = np.sqrt(variance + _EPSILON)
    return deviation
