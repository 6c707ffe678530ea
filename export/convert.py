"""From a trained model to TFLite: the only caller of the converter.

The converter makes the float32 file, which `export.quantize` quantizes, and quantizes itself what
has learned its ranges in training. Why, by measurement, is told in `export/README.md`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from export.flatbuffer import (
    FEATURES,
    check_constants,
    check_layers,
    check_technique,
    layers,
    with_layer_names,
)
from export.quantize import Ranges, measure_ranges, quantize
from export.variants import Variant
from export.walks import Runner, runners, samples_of, walks
from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline.captioner_model import TrainedModel
from pipeline.errors import JewelcapError
from pipeline.keras_api import tf
from pipeline.quiet import native_output_hidden

CONVERTER_NUMBERS: Final = ("float16", "dynamic", "int8", "int16x8")
"""Numbers that the converter itself can quantize to, named as in `export.variants`."""

Calibration = Callable[[], Iterator[Pixels]]
"""Yields photos uint8[1, H, W, 3], all from the training side; called once for each pass."""


class _Signatures(tf.Module):
    """The two functions that the captioner file has (see `runtime/interpreter.py`)."""

    def __init__(self, model: TrainedModel) -> None:
        super().__init__()
        encoder, decoder = model.encoder, model.decoder
        # Behind a function, because a saved Keras layer brings all of its call functions along,
        # two thirds of the time of an export; the module needs the variables only.
        self._models = lambda: (encoder, decoder)
        self.weights = [*encoder.variables, *decoder.variables]
        self.scale = model.encoder_spec.family.scale
        size = model.encoder_spec.size
        image = tf.TensorSpec([1, size, size, 3], tf.uint8, name="image")
        self.features = tf.function(self._features, [image])
        self.encode = tf.function(self._encode, [image])
        inputs = [
            tf.TensorSpec([1], tf.int32, name="token"),
            tf.TensorSpec([1, model.decoder_spec.state_size], tf.float32, name="state"),
        ]
        if model.feature_shape:
            inputs.append(tf.TensorSpec([1, *model.feature_shape], tf.float32, name="features"))
        self.decode_step = tf.function(self._decode_step, inputs)

    def _features(self, image: Any) -> dict[str, Any]:
        scaled = self.scale(tf.cast(image, tf.float32))
        return {"features": self._models()[0](scaled, training=False)}

    def _encode(self, image: Any) -> dict[str, Any]:
        features, decoder = self._features(image)["features"], self._models()[1]
        outputs = {"state": decoder.first_state(features), "features": decoder.memory(features)}
        return {name: value for name, value in outputs.items() if value is not None}

    def _decode_step(self, token: Any, state: Any, features: Any = None) -> dict[str, Any]:
        step = self._models()[1].step(token, state, features)
        outputs = {
            "probabilities": tf.nn.softmax(step.logits),
            "state": step.state,
            "attention": step.attention,
        }
        return {name: value for name, value in outputs.items() if value is not None}


def convert(model: TrainedModel, variant: Variant, calibration: Calibration) -> bytes:
    """Converts a model to a flatbuffer with the signatures `encode` and `decode_step`.

    Args:
        model: The trained model; that of the variant's technique.
        variant: What to quantize.
        calibration: Training photos that activation ranges are measured on.

    Raises:
        JewelcapError: The model has no such layer to leave in float, the converter fails, or
            leaves an operator or constant in another type than the variant asks for, or what a
            technique did to the weights is gone.
    """
    if variant.technique is not None and variant.technique.quantizing:
        flatbuffer = convert_by_converter(model, variant.encoder.name, calibration)
    else:
        exact = convert_float(model)
        if missing := sorted(set(variant.kept_float) - {one.name for one in layers(exact)}):
            raise JewelcapError(
                f"{variant.name}: the model has no layer {missing[0]} to leave in float; export "
                "the variant again with --force, so that its layers are looked for anew"
            )
        ranges = ranges_of(model, exact, variant, calibration)
        flatbuffer = quantize(exact, variant, ranges)
    for check in (check_layers, check_constants, check_technique):
        check(flatbuffer, variant)
    return flatbuffer


def convert_float(model: TrainedModel) -> bytes:
    """Converts a model as it is, in float32, its layers named as `export.flatbuffer` says."""
    signatures = _Signatures(model)
    functions = {"encode": signatures.encode, "decode_step": signatures.decode_step}
    return with_layer_names(_convert(signatures, functions))


def ranges_of(
    model: TrainedModel, exact: bytes, variant: Variant, calibration: Calibration
) -> Ranges:
    """Measures what a variant needs to know of activations; nothing where it needs nothing.

    Args:
        model: The model.
        exact: Its float32 file.
        variant: What it will be quantized to.
        calibration: Training photos.
    """
    if not variant.static:
        return {}
    return measure_ranges(exact, variant, samples_of(walks(runners(exact), model, calibration())))


def convert_encoder(
    model: TrainedModel, variant: Variant, calibration: Calibration
) -> Callable[[Pixels], NDArray[np.float32]]:
    """Converts the encoder alone, to look at its features.

    Returns:
        A function uint8[1, H, W, 3] -> features float32[1, D] or [1, R, D].

    Raises:
        JewelcapError: The converter fails.
    """
    from ai_edge_litert.interpreter import Interpreter

    signatures = _Signatures(model)
    exact = with_layer_names(_convert(signatures, {FEATURES: signatures.features}))
    samples = {FEATURES: [{"image": image} for image in calibration()]} if variant.static else {}
    flatbuffer = quantize(exact, variant, measure_ranges(exact, variant, samples))
    runner = Interpreter(model_content=flatbuffer, num_threads=os.cpu_count()).get_signature_runner(
        FEATURES
    )
    return lambda image: runner(image=image)["features"]


def convert_by_converter(model: TrainedModel, numbers: str, calibration: Calibration) -> bytes:
    """Has the converter quantize, which knows the ranges that training has learned.

    Args:
        model: The model.
        numbers: One of `CONVERTER_NUMBERS`.
        calibration: Training photos that activation ranges are measured on.

    Raises:
        JewelcapError: The converter fails.
    """
    signatures = _Signatures(model)
    functions = {"encode": signatures.encode, "decode_step": signatures.decode_step}
    # A float32 file of a model that simulates 8 bits would be neither, and does not run.
    in_keras = _arrays(signatures.encode), _arrays(signatures.decode_step)

    def samples() -> Iterator[tuple[str, dict[str, Any]]]:
        found = samples_of(walks(in_keras, model, calibration()))
        return ((part, inputs) for part, several in found.items() for inputs in several)

    return with_layer_names(_convert(signatures, functions, numbers, samples))


def _arrays(function: Any) -> Runner:
    return lambda **inputs: {name: one.numpy() for name, one in function(**inputs).items()}


def _convert(
    module: tf.Module,
    signatures: dict[str, Any],
    numbers: str = "float32",
    samples: Callable[[], Iterator[tuple[str, dict[str, Any]]]] | None = None,
) -> bytes:
    """Sets the converter's fields, all of them and here only."""
    with tempfile.TemporaryDirectory(prefix="jewelcap-") as folder:
        tf.saved_model.save(module, folder, signatures=signatures)
        converter = tf.lite.TFLiteConverter.from_saved_model(
            folder, signature_keys=list(signatures)
        )
        operators = [tf.lite.OpsSet.TFLITE_BUILTINS]
        if numbers == "int16x8":
            # It has no CAST, so that what takes the photo in stays in float.
            wide = tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
            operators = [wide, *operators]
        converter.target_spec.supported_ops = operators
        if numbers != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if numbers == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if numbers in ("int8", "int16x8"):
            converter.representative_dataset = samples
        with native_output_hidden():
            try:
                flatbuffer: bytes = converter.convert()
            except Exception as error:  # The converter raises its own and bare exceptions alike.
                reason = (str(error) or type(error).__name__).splitlines()[0]
                raise JewelcapError(f"{numbers}: conversion failed ({reason})") from None
    return flatbuffer
