from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.engines import BASELINES, make_contender
from mobile_app.camera_app.runtime.languages import compose
from pipeline.errors import JewelcapError
from tests.bundles import VOCABULARY
from tests.models import add_small_encoder


def test_onnx_says_what_keras_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tf2onnx")
    pytest.importorskip("onnxruntime")
    from benchmarks.onnx_convert import convert_run
    from benchmarks.onnx_engine import open_engine
    from pipeline.captioner_model import new_model
    from pipeline.config import TrainConfig
    from pipeline.decoders import parse_pair
    from pipeline.encoders import build_encoder

    add_small_encoder(monkeypatch)
    # It takes features along from step to step, which the others do not.
    decoder = "attention_gru-8"
    encoder_spec, _ = parse_pair("small-32", decoder)
    config = TrainConfig(encoder="small-32", decoder=decoder, weights="none")
    model = new_model(config, build_encoder(encoder_spec), VOCABULARY, 5)
    monkeypatch.setattr("pipeline.captioner_model.load_model", lambda run: model)
    engine = open_engine(convert_run(tmp_path / "run", tmp_path / "onnx"), "complete", 1, "")
    rng = np.random.default_rng(0)
    for index in range(3):
        photo = tmp_path / f"{index}.png"
        Image.fromarray(rng.integers(0, 256, (32, 32, 3), np.uint8)).save(photo)
        pixels = engine.prepare(photo)
        features = np.asarray(model.encoder(encoder_spec.family.scale(pixels.astype(np.float32))))
        encoded = engine.encode(pixels)
        expected = model.decoder.first_state(features)
        np.testing.assert_allclose(encoded.state, expected, atol=1e-5)
        (terms,) = model.predict(features, "complete")
        assert engine.describe(photo) == compose(terms, "en")
        assert engine.decode(encoded) == len(terms) + 1


def test_an_engine_whose_packages_are_missing_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "onnx" in BASELINES
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(JewelcapError, match=r"needs onnxruntime and tf2onnx.*jewelcap\[onnx\]"):
        make_contender("onnx", tmp_path)
