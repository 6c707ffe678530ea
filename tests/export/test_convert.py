from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from export.convert import convert
from export.flatbuffer import check_layers
from export.variants import VARIANTS, Variant
from mobile_app.camera_app.runtime.bundle import BundleManifest, read_bundle
from mobile_app.camera_app.runtime.captioner import Captioner
from pipeline.captioner_model import load_model
from pipeline.errors import JewelcapError
from pipeline.features import read_photos
from pipeline.keras_api import tf
from pipeline.rundir import Run
from tests.export.flatbuffers import MULTIPLYING, operators, size_of_weights, with_float_kernel
from tests.models import EXPORTED


@pytest.fixture(scope="module")
def models(tiny_exports: dict[str, Path]) -> dict[str, bytes]:
    """Flatbuffer of each variant."""
    return {
        name: path.read_bytes()[: read_bundle(path).manifest.flatbuffer_bytes]
        for name, path in tiny_exports.items()
    }


@pytest.fixture(scope="module", params=EXPORTED)
def variant(request: pytest.FixtureRequest) -> Variant:
    return VARIANTS[request.param]


@pytest.fixture
def manifest(variant: Variant, tiny_exports: dict[str, Path]) -> BundleManifest:
    return read_bundle(tiny_exports[variant.name]).manifest


def test_operators_have_the_type_that_the_variant_says(
    models: dict[str, bytes], variant: Variant
) -> None:
    multiplying = [one for one in operators(models[variant.name]) if one.name in MULTIPLYING]
    assert {one.name for one in multiplying} == MULTIPLYING
    assert {one.subgraph for one in multiplying} == {0, 1}
    assert {dtype for one in multiplying for dtype in one.dtypes} == {variant.name}
    check_layers(models[variant.name], variant)


def test_a_model_of_another_type_is_refused_by_an_operators_name(models: dict[str, bytes]) -> None:
    with pytest.raises(JewelcapError, match=r"int8: \w+ works on float32, not int8 \("):
        check_layers(models["float32"], VARIANTS["int8"])
    with pytest.raises(JewelcapError, match=r"float32: \w+ works on int8, not float32 \("):
        check_layers(models["int8"], VARIANTS["float32"])


@pytest.mark.parametrize("name", sorted(MULTIPLYING))
def test_a_single_operator_of_another_type_is_found_in_whatever_signature(
    models: dict[str, bytes], name: str
) -> None:
    with pytest.raises(JewelcapError, match=f"int8: {name} works on float32"):
        check_layers(with_float_kernel(models["int8"], name), VARIANTS["int8"])


def test_only_builtin_operators_are_used(models: dict[str, bytes], variant: Variant) -> None:
    names = {one.name for one in operators(models[variant.name])}
    assert "CUSTOM" not in names and "SOFTMAX" in names


def test_the_signatures_are_those_of_the_contract(
    models: dict[str, bytes], variant: Variant, manifest: BundleManifest
) -> None:
    interpreter = Interpreter(model_content=models[variant.name])
    assert interpreter.get_signature_list() == {
        "encode": {"inputs": ["image"], "outputs": ["state"]},
        "decode_step": {"inputs": ["state", "token"], "outputs": ["probabilities", "state"]},
    }
    encode = interpreter.get_signature_runner("encode")
    step = interpreter.get_signature_runner("decode_step")
    size = [manifest.preprocess.height, manifest.preprocess.width]
    state = ([1, manifest.state_size], np.float32)
    for details, shape, dtype in (
        (encode.get_input_details()["image"], [1, *size, 3], np.uint8),
        (encode.get_output_details()["state"], *state),
        (step.get_input_details()["token"], [1], np.int32),
        (step.get_input_details()["state"], *state),
        (step.get_output_details()["state"], *state),
    ):
        assert details["shape"].tolist() == shape, details["name"]
        assert details["dtype"] == dtype, details["name"]


def test_photos_in_any_light_are_told_apart_and_captions_have_no_special_tokens(
    tiny_exports: dict[str, Path], variant: Variant, tiny_run: Path, tiny_catalog: Path
) -> None:
    captioner = Captioner.open(tiny_exports[variant.name])
    vocabulary = captioner.bundle.vocabulary
    items = Run(tiny_run).manifest().of("train")[::3]
    photos = [captioner.encode(tiny_catalog / item.photo.file_name) for item in items]
    assert np.ptp(np.concatenate([one.state for one in photos]), axis=0).max() > 0.1
    captions = set()
    for photo in photos:
        for level in vocabulary.level_names:
            decoded = captioner.decode(photo, level)
            assert all(token >= vocabulary.first_term_id for token in decoded.ids)
            assert 0.0 < decoded.confidence <= 1.0
            captions.add(decoded.ids)
    assert len(captions) > 3


def test_8_bits_take_a_quarter_of_the_space(models: dict[str, bytes]) -> None:
    share = size_of_weights(models["int8"]) / size_of_weights(models["float32"])
    assert 0.2 < share < 0.32


class BrokenConverter:
    """A converter that fails as TensorFlow's does: in many lines."""

    target_spec = type("TargetSpec", (), {})()

    @staticmethod
    def convert() -> bytes:
        raise Exception("first line\nsecond line\n\tthird line")


def test_a_conversion_that_fails_is_one_line(
    tiny_run: Path, tiny_catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_model(Run(tiny_run))
    items = Run(tiny_run).manifest().of("train")[:1]
    monkeypatch.setattr(tf.saved_model, "save", lambda *_, **__: None)
    monkeypatch.setattr(
        tf.lite.TFLiteConverter, "from_saved_model", lambda *_, **__: BrokenConverter()
    )
    with pytest.raises(JewelcapError, match=r"float32: conversion failed \(first line") as caught:
        convert(
            model,
            VARIANTS["float32"],
            lambda: read_photos(tiny_catalog, items, model.encoder_spec),
        )
    assert "\n" not in str(caught.value)
