"""The model of a run as two ONNX graphs, with the same signatures as a captioner file.

Converted in a process of its own by `tf2onnx`, so that the measured one needs no TensorFlow.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mobile_app.camera_app.runtime.preprocess import PreprocessSpec
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.errors import JewelcapError
from pipeline.files import write_text
from pipeline.rundir import Run

OPSET: Final = 17
ENCODE: Final = "encode.onnx"
DECODE_STEP: Final = "decode_step.onnx"
FACTS: Final = "onnx.json"


@dataclass(frozen=True)
class OnnxFacts:
    """What the engine needs to know beside the graphs.

    Attributes:
        preprocess: The encoder's input.
        max_length: Most terms a caption can have.
        vocabulary: Text of the vocabulary.
        features: Whether decoding steps take features along.
        schema_version: Version of this form.
    """

    preprocess: PreprocessSpec
    max_length: int
    vocabulary: str
    features: bool
    schema_version: int = 1


def convert_run(path: Path, folder: Path) -> Path:
    """Writes the ONNX graphs of a run's model.

    Args:
        path: Run directory.
        folder: Where to; it is not there yet.

    Returns:
        The folder.

    Raises:
        JewelcapError: The run is not trained, or the converter fails.
    """
    from pipeline.captioner_model import load_model
    from pipeline.keras_api import tf
    from pipeline.quiet import native_output_hidden

    with native_output_hidden():
        import tf2onnx

    model = load_model(Run(path))
    scale, size = model.encoder_spec.family.scale, model.encoder_spec.size
    decoder = model.decoder

    def encode(image: Any) -> dict[str, Any]:
        features = model.encoder(scale(tf.cast(image, tf.float32)), training=False)
        outputs = {"state": decoder.first_state(features), "features": decoder.memory(features)}
        return {name: value for name, value in outputs.items() if value is not None}

    def decode_step(token: Any, state: Any, features: Any = None) -> dict[str, Any]:
        step = decoder.step(token, state, features)
        return {"probabilities": tf.nn.softmax(step.logits), "next_state": step.state}

    inputs = [
        tf.TensorSpec([1], tf.int32, name="token"),
        tf.TensorSpec([1, model.decoder_spec.state_size], tf.float32, name="state"),
    ]
    if model.feature_shape:
        inputs.append(tf.TensorSpec([1, *model.feature_shape], tf.float32, name="features"))
    image = tf.TensorSpec([1, size, size, 3], tf.uint8, name="image")
    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    folder.mkdir(parents=True)
    for name, function, signature in (
        (ENCODE, encode, [image]),
        (DECODE_STEP, decode_step, inputs),
    ):
        with native_output_hidden():
            try:
                tf2onnx.convert.from_function(
                    tf.function(function, signature),
                    signature,
                    opset=OPSET,
                    output_path=str(folder / name),
                )
            except Exception as error:  # The converter raises whatever its parts raise.
                reason = (str(error) or type(error).__name__).splitlines()[0]
                raise JewelcapError(f"{path}: tf2onnx failed ({reason})") from None
    spec = model.encoder_spec.preprocess
    facts = OnnxFacts(spec, model.max_length, model.vocabulary.to_text(), bool(model.feature_shape))
    write_text(folder / FACTS, dump_json(facts))
    return folder
