"""Every decoder in every variant: an exported step against one of Keras, from the same state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter as Runtime
from PIL import Image

from export.bundle_writer import write_bundle
from export.convert import convert_float, ranges_of
from export.flatbuffer import check_layers
from export.parity import compare
from export.quantize import quantize
from export.variants import VARIANTS, Variant
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.decode import Encoded
from mobile_app.camera_app.runtime.interpreter import open_interpreter
from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline.captioner_model import TrainedModel
from pipeline.decoder_model import build_decoder
from pipeline.decoders import DECODERS, parse_decoder
from pipeline.encoders import build_encoder
from pipeline.keras_api import tf
from tests.bundles import MANIFEST, PIECE, VOCABULARY
from tests.command_line import assert_done, assert_fails, jewelcap
from tests.models import add_small_encoder
from tests.synthetic import METALS, MODELS, STONES, draw_piece

STEPS = 4
UNTRAINED = [name for name, variant in VARIANTS.items() if variant.technique is None]


@dataclass(frozen=True)
class Exported:
    model: TrainedModel
    variant: Variant
    path: Path


@pytest.fixture(scope="module")
def photos() -> list[Pixels]:
    pieces = [(kind, metal, stone) for kind in MODELS for metal in METALS for stone in STONES]
    return [np.asarray(draw_piece(*piece, 1, (32, 32)))[np.newaxis] for piece in pieces]


@pytest.fixture(scope="module", params=DECODERS)
def model(request: pytest.FixtureRequest) -> Iterator[TrainedModel]:
    """Random weights, large enough for captions to depend on the photo."""
    with pytest.MonkeyPatch.context() as patch:
        spec = add_small_encoder(patch)
        decoder_spec = parse_decoder(f"{request.param}-16")
        spec = replace(spec, output="grid" if decoder_spec.family.grid else "pooled")
        encoder = build_encoder(spec, seed=1)
        decoder = build_decoder(
            decoder_spec, encoder.output_shape[1:], len(VOCABULARY), 0.0, seed=3
        )
        for weight in decoder.weights:
            weight.assign(2.0 * weight)
        yield TrainedModel(spec, decoder_spec, encoder, decoder, VOCABULARY, 5)


@pytest.fixture(scope="module")
def exact(model: TrainedModel) -> bytes:
    return convert_float(model)


@pytest.fixture(scope="module", params=UNTRAINED)
def exported(
    request: pytest.FixtureRequest,
    model: TrainedModel,
    exact: bytes,
    photos: list[Pixels],
    tmp_path_factory: pytest.TempPathFactory,
) -> Exported:
    variant = VARIANTS[request.param]
    path = tmp_path_factory.mktemp("exported") / "captioner.tflite"
    flatbuffer = quantize(exact, variant, ranges_of(model, exact, variant, lambda: iter(photos)))
    check_layers(flatbuffer, variant)
    path.write_bytes(flatbuffer)
    return Exported(model, variant, path)


def test_steps_take_and_give_what_the_decoder_needs(exported: Exported) -> None:
    model = exported.model
    signatures = Runtime(model_path=str(exported.path)).get_signature_list()
    features = ["features"] if model.feature_shape else []
    attention = ["attention"] if model.feature_shape else []
    assert signatures == {
        "encode": {"inputs": ["image"], "outputs": [*features, "state"]},
        "decode_step": {
            "inputs": [*features, "state", "token"],
            "outputs": [*attention, "probabilities", "state"],
        },
    }


def test_steps_repeat_those_of_keras_from_the_same_state(
    exported: Exported, photos: list[Pixels]
) -> None:
    model, interpreter = exported.model, open_interpreter(exported.path)
    # Total variation distance: half the sum of differences of probabilities.
    worst = 0.0
    for number, image in enumerate(photos):
        scaled = model.encoder_spec.family.scale(tf.cast(image, tf.float32))
        features = model.encoder(scaled, training=False)
        state, memory = model.decoder.first_state(features), model.decoder.memory(features)
        encoded = Encoded(state.numpy(), None if memory is None else memory.numpy())
        token = VOCABULARY.start_id(VOCABULARY.level_names[number % 3])
        for _ in range(STEPS):
            expected = model.decoder.step(tf.constant([token]), state, memory)
            probabilities, encoded = interpreter.decode_step(token, encoded)
            wanted = tf.nn.softmax(expected.logits).numpy()[0]
            worst = max(worst, float(np.abs(probabilities - wanted).sum() / 2))
            if expected.attention is not None:
                assert encoded.attention is not None
                assert encoded.attention.shape == (1, model.feature_shape[0])
                # A place's share of 1 / 36 is 7 / 256 in 8 bits.
                tolerance = 0.1 if exported.variant.decoder.weights == "int8" else 1e-3
                assert encoded.attention.sum() == pytest.approx(1.0, abs=tolerance)
            token, state = int(np.argmax(wanted)), expected.state
    tolerances = {"float32": 1e-5, "float16": 1e-3}
    assert worst < tolerances.get(exported.variant.decoder.name, 0.03)


def test_a_photo_is_described_and_the_decoders_look_drawn(
    exported: Exported, tmp_path: Path
) -> None:
    model = exported.model
    manifest = replace(
        MANIFEST,
        decoder=model.decoder_spec.name,
        state_size=model.decoder_spec.state_size,
        feature_shape=model.feature_shape,
    )
    captioner, photo = tmp_path / "captioner.tflite", tmp_path / "ring.png"
    write_bundle(captioner, exported.path.read_bytes(), manifest, VOCABULARY)
    draw_piece("ring", "silver", "ruby", 1, (64, 64)).save(photo)
    out = tmp_path / "look.png"
    result = jewelcap("describe", photo, "--model", captioner, "--attention", out)
    if not model.feature_shape:
        assert_fails(result, "does not look at places")
        assert not out.exists()
        return
    assert_done(result)
    terms = Captioner.open(captioner).describe(photo, "complete").terms
    with Image.open(out) as sheet:
        assert sheet.format == "PNG"
        assert sheet.width >= 224 * min(4, 1 + len(terms))


def test_float32_says_what_keras_says(exported: Exported, photos: list[Pixels]) -> None:
    if exported.variant.name != "float32":
        pytest.skip("random weights say nothing about a quantized encoder")
    pairs = [(image, PIECE) for image in photos]
    parity = compare(exported.model, open_interpreter(exported.path), pairs).parity
    assert parity.state_error < 1e-4
    assert parity.caption_agreement == parity.token_agreement == 1.0
