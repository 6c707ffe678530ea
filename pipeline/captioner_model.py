"""A trained captioner in Keras: encoder, decoder and vocabulary; how it is saved and predicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.levels import Term
from mobile_app.camera_app.runtime.vocabulary import Vocabulary
from pipeline.config import TrainConfig
from pipeline.decoder_model import Decoder, build_decoder
from pipeline.decoders import DecoderSpec, parse_pair
from pipeline.encoders import EncoderSpec, build_encoder, set_weights
from pipeline.errors import JewelcapError
from pipeline.features import FeatureRows
from pipeline.files import write_text
from pipeline.rundir import DONE, Run
from pipeline.weights_file import WeightsMeta, read_weights, write_weights

_PREDICT_BATCH = 256


@dataclass(frozen=True)
class TrainedModel:
    """Encoder and decoder as Keras models, with what is needed to read their output.

    Attributes:
        encoder_spec: Which encoder.
        decoder_spec: Which decoder.
        encoder: Scaled float32[n, H, W, 3] -> features float32[n, D] or [n, R, D].
        decoder: Features -> terms, step by step.
        vocabulary: Tokens.
        max_length: Most terms of a caption.
    """

    encoder_spec: EncoderSpec
    decoder_spec: DecoderSpec
    encoder: Any
    decoder: Decoder
    vocabulary: Vocabulary
    max_length: int

    @property
    def feature_shape(self) -> tuple[int, ...]:
        """Shape of what each step looks at beside the state, float32[1, R, A]; () for nothing."""
        if not self.decoder_spec.family.grid:
            return ()
        return int(self.encoder.output_shape[1]), self.decoder_spec.units

    def predict(
        self, features: NDArray[np.float32] | FeatureRows, level: str
    ) -> list[tuple[Term, ...]]:
        """Decodes features by greedy search, all photos at once.

        Args:
            features: float32[n, D] or [n, R, D].
            level: A description level.

        Returns:
            The terms of each photo's caption; what the runtime's `greedy_search` returns.
        """
        predicted: list[tuple[Term, ...]] = []
        for start in range(0, len(features), _PREDICT_BATCH):
            predicted += self._predict_batch(features[start : start + _PREDICT_BATCH], level)
        return predicted

    def _predict_batch(self, features: NDArray[np.float32], level: str) -> list[tuple[Term, ...]]:
        vocabulary = self.vocabulary
        count = len(features)
        state, memory = self.decoder.first_state(features), self.decoder.memory(features)
        tokens = np.full(count, vocabulary.start_id(level), np.int32)
        banned = np.zeros((count, len(vocabulary)), bool)
        banned[:, : vocabulary.first_term_id] = True
        banned[:, vocabulary.end_id] = False
        open_ = np.ones(count, bool)
        ids: list[list[int]] = [[] for _ in range(count)]
        for _ in range(self.max_length):
            logits, state, _ = self.decoder.step(tokens, state, memory)
            tokens = np.where(banned, -np.inf, logits.numpy()).argmax(axis=1).astype(np.int32)
            open_ &= tokens != vocabulary.end_id
            for row in np.flatnonzero(open_):
                ids[row].append(int(tokens[row]))
                banned[row, tokens[row]] = True
            if not open_.any():
                break
        return [vocabulary.decode(row) for row in ids]


def new_model(
    config: TrainConfig, encoder: Any, vocabulary: Vocabulary, max_length: int
) -> TrainedModel:
    """Joins an encoder and a fresh decoder."""
    encoder_spec, decoder_spec = parse_pair(config.encoder, config.decoder)
    decoder = build_decoder(
        decoder_spec, encoder.output_shape[1:], len(vocabulary), config.dropout, config.seed
    )
    return TrainedModel(encoder_spec, decoder_spec, encoder, decoder, vocabulary, max_length)


def save_model(
    folder: Path, model: TrainedModel, catalog_digest: str, seen_sha256: Sequence[str]
) -> None:
    """Writes `encoder.npz`, `decoder.npz` and `vocabulary.txt`.

    Args:
        folder: Where to.
        model: What.
        catalog_digest: Catalog that it was trained on.
        seen_sha256: Photos that the encoder was fitted or selected on, now or before.
    """
    for part, keras_model, name, seen in (
        ("encoder", model.encoder, model.encoder_spec.name, tuple(seen_sha256)),
        ("decoder", model.decoder, model.decoder_spec.name, ()),
    ):
        meta = WeightsMeta(name, catalog_digest=catalog_digest, seen_sha256=seen)
        write_weights(folder / f"{part}.npz", keras_model.get_weights(), meta)
    write_text(folder / "vocabulary.txt", f"{model.max_length}\n{model.vocabulary.to_text()}")


def load_model(run: Run) -> TrainedModel:
    """Loads the trained model of a run.

    Raises:
        JewelcapError: The run is not trained to its end, or its files are damaged.
    """
    config = run.config().train
    folder = run.train_dir
    if not (folder / DONE).is_file():
        raise JewelcapError(f"{run.root}: training has not ended; call `jewelcap train` again")
    head, _, text = (folder / "vocabulary.txt").read_text(encoding="utf-8").partition("\n")
    encoder_spec, _ = parse_pair(config.encoder, config.decoder)
    encoder = build_encoder(encoder_spec)
    path = folder / "encoder.npz"
    set_weights(encoder, read_weights(path), encoder_spec.name, path)
    model = new_model(config, encoder, Vocabulary.from_text(text), int(head))
    path = folder / "decoder.npz"
    set_weights(model.decoder, read_weights(path), model.decoder_spec.name, path)
    return model
