"""A captioner of random weights on an encoder that converts in no time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from mobile_app.camera_app.runtime.preprocess import Pixels
from tests.bundles import VOCABULARY
from tests.models import add_small_encoder
from tests.synthetic import METALS, MODELS, STONES, draw_piece


@dataclass(frozen=True)
class SmallModel:
    """A model, photos for it, and its float32 file."""

    model: object
    photos: list[Pixels]
    exact: bytes


@pytest.fixture(scope="package")
def small() -> Iterator[SmallModel]:
    """Weights large enough for captions to depend on the photo."""
    from export.convert import convert_float
    from pipeline.captioner_model import TrainedModel
    from pipeline.decoder_model import build_decoder
    from pipeline.decoders import parse_decoder
    from pipeline.encoders import build_encoder

    with pytest.MonkeyPatch.context() as patch:
        spec = add_small_encoder(patch)
        decoder_spec = parse_decoder("gru-16")
        encoder = build_encoder(spec, seed=1)
        shape = encoder.output_shape[1:]
        decoder = build_decoder(decoder_spec, shape, len(VOCABULARY), 0.0, seed=3)
        for weight in decoder.weights:
            weight.assign(2.0 * weight)
        model = TrainedModel(spec, decoder_spec, encoder, decoder, VOCABULARY, 5)
        pieces = [(kind, metal, stone) for kind in MODELS for metal in METALS for stone in STONES]
        photos = [np.asarray(draw_piece(*piece, 1, (32, 32)))[np.newaxis] for piece in pieces]
        yield SmallModel(model, photos, convert_float(model))
