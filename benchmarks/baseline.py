"""The way of tutorials, and of the paper's authors: Keras `predict` for every word.

The encoder's `predict` is called once a photo and then, for each word, `predict` over the whole
caption so far, padded to its greatest length. The weights are those of a run, so that only the
way of running them differs from the exported captioner.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.decode import allowed
from mobile_app.camera_app.runtime.languages import compose
from mobile_app.camera_app.runtime.preprocess import preprocess
from pipeline.captioner_model import TrainedModel, load_model
from pipeline.keras_api import keras, tf
from pipeline.rundir import Run

Floats = NDArray[np.float32]


class KerasPredictEngine:
    """See `benchmarks.latency.Engine`."""

    runtime = f"Keras predict, TensorFlow {tf.__version__}"

    def __init__(self, model: TrainedModel, level: str) -> None:
        self._model = model
        self._start = model.vocabulary.start_id(level)
        # The start token and every word; the end is never put in.
        self._length = model.max_length + 1
        features = keras.Input(model.encoder.output_shape[1:])
        tokens = keras.Input((self._length,), dtype="int32")
        self._decoder = keras.Model([features, tokens], model.decoder((features, tokens)))

    def describe(self, photo: Path) -> str:
        """Photo file to caption text."""
        ids = self._decode(self.encode(self.prepare(photo)))[0]
        return compose(self._model.vocabulary.decode(ids), "en")

    def prepare(self, photo: Path) -> Floats:
        """Photo file to float32[1, H, W, 3] in the encoder's range."""
        spec = self._model.encoder_spec
        pixels = preprocess(photo, spec.preprocess)
        scaled: Floats = spec.family.scale(pixels.astype(np.float32))
        return scaled

    def encode(self, prepared: Floats) -> Floats:
        """float32[1, H, W, 3] to features float32[1, D]."""
        return self.run_encoder(prepared)

    def run_encoder(self, prepared: Floats) -> Floats:
        """float32[1, H, W, 3] to features float32[1, D]."""
        features: Floats = self._model.encoder.predict(prepared, verbose=0)
        return features

    def run_decoder(self, features: Floats, tokens: NDArray[np.int32]) -> Floats:
        """Features and int32[1, T] to logits float32[1, T, V]."""
        logits: Floats = self._decoder.predict([features, tokens], verbose=0)
        return logits

    def step(self, encoded: Floats) -> object:
        """The first word."""
        return self._predict(encoded, [self._start])

    def decode(self, encoded: Floats) -> int:
        """A whole caption; returns the number of decoding steps."""
        return self._decode(encoded)[1]

    def _predict(self, features: Floats, prefix: list[int]) -> Floats:
        tokens = np.zeros((1, self._length), np.int32)
        tokens[0, : len(prefix)] = prefix
        scores = self.run_decoder(features, tokens)[0, len(prefix) - 1].astype(np.float64)
        exponentials = np.exp(scores - scores.max())
        return (exponentials / exponentials.sum()).astype(np.float32)

    def _decode(self, features: Floats) -> tuple[list[int], int]:
        vocabulary = self._model.vocabulary
        prefix = [self._start]
        while True:
            probabilities = self._predict(features, prefix)
            ids = prefix[1:]
            masked = allowed(probabilities, vocabulary.end_id, vocabulary.first_term_id, ids)
            token = int(np.argmax(masked))
            if token == vocabulary.end_id or len(ids) == self._model.max_length:
                return ids, len(prefix)
            prefix.append(token)


def use_threads(threads: int) -> None:
    """Sets TensorFlow's threads; to be called before it does anything."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)


def open_engine(path: Path, level: str, threads: int, delegate: str) -> KerasPredictEngine:
    """Loads the model of a run directory.

    Raises:
        JewelcapError: The run is not trained.
    """
    use_threads(threads)
    return KerasPredictEngine(load_model(Run(path)), level)
