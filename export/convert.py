"""From a trained model to TFLite: the only caller of the converter."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from export.variants import Variant
from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline.captioner_model import TrainedModel
from pipeline.errors import JewelcapError
from pipeline.keras_api import tf
from pipeline.quiet import native_output_hidden

_MULTIPLYING: Final = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"})

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
        model: The trained model.
        variant: What to quantize.
        calibration: Training photos that activation ranges are measured on.

    Raises:
        JewelcapError: The converter fails, or leaves an operator in another type than the
            variant asks for.
    """
    signatures = _Signatures(model)
    flatbuffer = _convert(
        signatures,
        {"encode": signatures.encode, "decode_step": signatures.decode_step},
        variant,
        lambda: _samples(model, signatures, calibration()),
    )
    check_operators(flatbuffer, variant)
    return flatbuffer


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
    flatbuffer = _convert(
        signatures,
        {"features": signatures.features},
        variant,
        lambda: (("features", {"image": image}) for image in calibration()),
    )
    runner = Interpreter(model_content=flatbuffer, num_threads=os.cpu_count()).get_signature_runner(
        "features"
    )
    return lambda image: runner(image=image)["features"]


def _convert(
    module: tf.Module,
    signatures: dict[str, Any],
    variant: Variant,
    samples: Callable[[], Iterator[tuple[str, dict[str, Any]]]],
) -> bytes:
    """Sets the converter's fields, all of them and here only."""
    with tempfile.TemporaryDirectory(prefix="jewelcap-") as folder:
        tf.saved_model.save(module, folder, signatures=signatures)
        converter = tf.lite.TFLiteConverter.from_saved_model(
            folder, signature_keys=list(signatures)
        )
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        if variant.quantize:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if variant.calibrate:
            converter.representative_dataset = samples
        with native_output_hidden():
            try:
                flatbuffer: bytes = converter.convert()
            except Exception as error:  # The converter raises its own and bare exceptions alike.
                reason = (str(error) or type(error).__name__).splitlines()[0]
                raise JewelcapError(f"{variant.name}: conversion failed ({reason})") from None
    return flatbuffer


def _samples(
    model: TrainedModel, signatures: _Signatures, photos: Iterator[Pixels]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Inputs of both signatures, the decoder's along the captions that the model itself says."""
    vocabulary = model.vocabulary
    for image in photos:
        yield "encode", {"image": image}
        first = {name: value.numpy() for name, value in signatures.encode(image).items()}
        for level in vocabulary.level_names:
            inputs = {"token": np.array([vocabulary.start_id(level)], np.int32), **first}
            for _ in range(model.max_length + 1):
                yield "decode_step", inputs
                outputs = signatures.decode_step(**inputs)
                token = int(np.argmax(outputs["probabilities"]))
                inputs = {
                    **inputs,
                    "token": np.array([token], np.int32),
                    "state": outputs["state"].numpy(),
                }
                if token < vocabulary.first_term_id:
                    break


def check_operators(flatbuffer: bytes, variant: Variant) -> None:
    """Makes sure that the operators that multiply have the variant's type: int8 means int8.

    Raises:
        JewelcapError: One does not; it is named.
    """
    from ai_edge_litert import schema_py_generated as schema

    # The interpreter lists the operators of its first signature only, the file those of all.
    model = schema.Model.GetRootAs(flatbuffer, 0)
    operators = {code: name for name, code in vars(schema.BuiltinOperator).items()}
    dtypes = {code: name.lower() for name, code in vars(schema.TensorType).items()}
    for subgraph in map(model.Subgraphs, range(model.SubgraphsLength())):
        for operator in map(subgraph.Operators, range(subgraph.OperatorsLength())):
            code = model.OperatorCodes(operator.OpcodeIndex())
            # Files name operators up to 126 in the older field.
            name = operators[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
            if name not in _MULTIPLYING:
                continue
            used = [*operator.InputsAsNumpy()[:2], *operator.OutputsAsNumpy()]
            for tensor in map(subgraph.Tensors, used):
                if dtypes[tensor.Type()] != variant.operator_dtype:
                    raise JewelcapError(
                        f"{variant.name}: {name} works on {dtypes[tensor.Type()]}, not "
                        f"{variant.operator_dtype} ({tensor.Name().decode()})"
                    )
