"""Fits the decoder's first layer to the quantized encoder, so that its bias is taken out.

An 8-bit encoder's features are off by noise and by a bias that repeats from photo to photo. The
dense layer that makes the decoder's first state can undo the latter, at no cost in size or time:
its kernel W and bias b become those that bring quantized features q of training photos closest
to what it made of the exact features f,

    min over D, d of |(q - mean q) D + d - (f W + b - q W - b)|^2 + lambda |D|^2,

a ridge regression with a closed solution. It generalizes the empirical bias correction of Nagel
et al., "Data-Free Quantization Through Weight Equalization and Bias Correction" (2019), section
4.2, from a bias to the whole layer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from export.convert import Calibration, convert_encoder
from export.variants import Variant
from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline.captioner_model import TrainedModel
from pipeline.decoder_model import build_decoder


def refit_first_state(
    model: TrainedModel,
    variant: Variant,
    calibration: Calibration,
    photos: Iterable[Pixels],
    features: NDArray[np.float32],
) -> TrainedModel:
    """Returns the model with a first layer that fits the encoder as the variant quantizes it.

    Args:
        model: The trained model; it stays as it is.
        variant: How the encoder is quantized.
        calibration: Training photos for activation ranges.
        photos: Training photos uint8[1, H, W, 3] to fit on.
        features: Their exact features float32[n, D], in the same order.
    """
    run_encoder = convert_encoder(model, variant, calibration)
    quantized = np.concatenate([run_encoder(image) for image in photos])
    kernel, bias = (weight.numpy() for weight in model.decoder.first.weights)
    change, offset = ridge(quantized, (features - quantized) @ kernel)
    decoder = build_decoder(
        model.decoder_spec, features.shape[1], len(model.vocabulary), 0.0, seed=0
    )
    decoder.set_weights(model.decoder.get_weights())
    mean = quantized.mean(axis=0)
    decoder.first.set_weights([kernel + change, bias + offset - mean @ change])
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
    gram = centered.T @ centered
    penalty = max(float(np.trace(gram)) / len(gram), 1e-6)
    offset = targets.mean(axis=0)
    residual = centered.T @ (targets - offset).astype(np.float64)
    change = np.linalg.solve(gram + penalty * np.eye(len(gram)), residual)
    return change.astype(np.float32), offset.astype(np.float32)
