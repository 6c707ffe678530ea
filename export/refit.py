"""Fits the decoder to the quantized encoder, so that the encoder's bias is taken out.

An 8-bit encoder's features are off by noise and by a bias that repeats from photo to photo. The
dense layers that read them can undo the latter, at no cost in size or time: the kernel W and the
bias b of each become those that bring quantized features q of training photos closest to what it
made of the exact features f,

    min over D, d of |(q - mean q) D + d - (f W + b - q W - b)|^2 + lambda |D|^2,

a ridge regression with a closed solution. It generalizes the empirical bias correction of Nagel
et al., "Data-Free Quantization Through Weight Equalization and Bias Correction" (2019), section
4.2, from a bias to the whole layer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from export.convert import Calibration, convert_encoder
from export.variants import Variant
from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline.captioner_model import TrainedModel
from pipeline.decoder_model import build_decoder

_MAX_ROWS: Final = 20_000
"""Of a regression: where features come by place, a photo gives many that are much alike."""


def refit_feature_readers(
    model: TrainedModel,
    variant: Variant,
    calibration: Calibration,
    photos: Iterable[Pixels],
    features: NDArray[np.float32],
) -> TrainedModel:
    """Returns the model with a decoder that fits the encoder as the variant quantizes it.

    Args:
        model: The trained model; it stays as it is.
        variant: How the encoder is quantized.
        calibration: Training photos for activation ranges.
        photos: Training photos uint8[1, H, W, 3] to fit on.
        features: Their exact features float32[n, D] or [n, R, D], in the same order.
    """
    run_encoder = convert_encoder(model, variant, calibration)
    quantized = np.concatenate([run_encoder(image) for image in photos])
    decoder = build_decoder(
        model.decoder_spec, features.shape[1:], len(model.vocabulary), 0.0, seed=0
    )
    decoder.set_weights(model.decoder.get_weights())
    for layer, read in decoder.feature_readers():
        exact, inputs = read(features), read(quantized)
        step = -(-len(inputs) // _MAX_ROWS)
        exact, inputs = exact[::step], inputs[::step]
        kernel, bias = layer.get_weights()
        change, offset = ridge(inputs, (exact - inputs) @ kernel)
        layer.set_weights([kernel + change, bias + offset - inputs.mean(axis=0) @ change])
    return replace(model, decoder=decoder)


def ridge(
    inputs: NDArray[np.float32], targets: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Solves targets = (inputs - mean) D + d with a penalty on D.

    The penalty is the mean variance of an input times the number of rows: with it, D moves
    freely only along directions in which the inputs vary more than on average.

    Args:
        inputs: float32[n, D].
        targets: float32[n, U].

    Returns:
        D float32[D, U] and d float32[U].
    """
    centered = (inputs - inputs.mean(axis=0)).astype(np.float64)
    penalty = max(float(np.sum(centered**2)) / inputs.shape[1], 1e-6)
    offset = targets.mean(axis=0)
    residual = (targets - offset).astype(np.float64)
    rows, columns = inputs.shape
    # Two forms of the same solution; flat features have far more columns than there are photos.
    if rows < columns:
        gram = centered @ centered.T
        change = centered.T @ np.linalg.solve(gram + penalty * np.eye(rows), residual)
    else:
        gram = centered.T @ centered
        change = np.linalg.solve(gram + penalty * np.eye(columns), centered.T @ residual)
    return change.astype(np.float32), offset.astype(np.float32)
