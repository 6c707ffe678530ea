from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mobile_app.camera_app.runtime.levels import LEVELS
from pipeline.captioner_model import load_model, new_model
from pipeline.config import TrainConfig
from pipeline.decoders import DECODERS
from pipeline.encoders import build_encoder
from pipeline.train import read_summary, train_run

PAIRS = [*(("small-32", name) for name in DECODERS), ("small-32-flat", "merge_gru")]


@pytest.mark.parametrize(("encoder", "decoder"), PAIRS)
def test_it_trains_alone_and_through_the_encoder_and_is_loaded_again(
    encoder: str, decoder: str, catalog: Path, tmp_path: Path
) -> None:
    config = TrainConfig(
        encoder,
        f"{decoder}-16",
        weights="none",
        epochs=1,
        fine_tune_epochs=1,
        learning_rate=1e-2,
    )
    run, _ = train_run(config, catalog, tmp_path / "run", False)
    model = load_model(run)
    assert (model.encoder_spec.name, model.decoder_spec.name) == (encoder, f"{decoder}-16")
    expected = {"grid": (36, 12), "flat": (432,), "pooled": (12,)}[model.encoder_spec.output]
    assert model.encoder.output_shape[1:] == expected
    assert model.encoder_spec.output == (
        "grid" if DECODERS[decoder].grid else "flat" if encoder.endswith("-flat") else "pooled"
    )
    fresh = new_model(config, build_encoder(model.encoder_spec), model.vocabulary, 5)
    for part in ("decoder", "encoder"):
        weights = getattr(model, part).trainable_weights
        first = getattr(fresh, part).trainable_weights
        for found, untrained in zip(weights, first, strict=True):
            assert not np.array_equal(found, untrained), found.name
    assert [one.level for one in read_summary(run).accuracy] == list(LEVELS)
