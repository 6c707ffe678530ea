"""Keras as fast as it gets without another runtime: the tutorials' way with compiled graphs.

It does what `benchmarks.baseline` does, word by word over the whole caption so far, but calls
the models as graphs instead of `predict`, which costs more than a small model itself.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.baseline import Floats, KerasPredictEngine, use_threads
from pipeline.captioner_model import TrainedModel, load_model
from pipeline.keras_api import tf
from pipeline.rundir import Run


class KerasGraphEngine(KerasPredictEngine):
    """See `benchmarks.latency.Engine`."""

    runtime = f"Keras graph call, TensorFlow {tf.__version__}"

    def __init__(self, model: TrainedModel, level: str) -> None:
        """As `KerasPredictEngine`; the graphs are traced by their first call."""
        super().__init__(model, level)
        encoder, decoder = model.encoder, self._decoder
        self._encoder_graph = tf.function(lambda pixels: encoder(pixels, training=False))
        self._decoder_graph = tf.function(
            lambda features, tokens: decoder([features, tokens], training=False)
        )

    def run_encoder(self, prepared: Floats) -> Floats:
        """See `KerasPredictEngine.run_encoder`."""
        features: Floats = self._encoder_graph(tf.constant(prepared)).numpy()
        return features

    def run_decoder(self, features: Floats, tokens: NDArray[np.int32]) -> Floats:
        """See `KerasPredictEngine.run_decoder`."""
        logits: Floats = self._decoder_graph(tf.constant(features), tf.constant(tokens)).numpy()
        return logits


def open_engine(path: Path, level: str, threads: int, delegate: str) -> KerasGraphEngine:
    """Loads the model of a run directory.

    Raises:
        JewelcapError: The run is not trained.
    """
    use_threads(threads)
    return KerasGraphEngine(load_model(Run(path)), level)
