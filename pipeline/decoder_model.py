"""The recurrent decoder in Keras: one step, used alike for training, decoding and export."""

from __future__ import annotations

from typing import Any

from pipeline.decoders import DecoderSpec
from pipeline.keras_api import keras, tf


class RecurrentDecoder(keras.Model):
    """Terms from features: the image sets the cell's first state, the level is the start token.

    Unlike the merge decoder of the paper's authors, the cell sees the image, and each step
    costs one cell instead of a run over the whole prefix.

    Dropout is on where a seed int32[2] is given, and depends on nothing else, so that a resumed
    training repeats an uninterrupted one.
    """

    def __init__(self, spec: DecoderSpec, vocabulary_size: int, dropout: float) -> None:
        """Makes the layers; `build_decoder` also makes their weights."""
        super().__init__(name=spec.family.name)
        self.spec = spec
        self.dropout = dropout
        self.first = keras.layers.Dense(spec.state_size, activation="tanh", name="first_state")
        self.embedding = keras.layers.Embedding(vocabulary_size, spec.units // 2, name="embedding")
        self.cell = getattr(keras.layers, spec.family.keras_cell)(spec.units, name="cell")
        self.scores = keras.layers.Dense(vocabulary_size, name="scores")

    def _drop(self, values: Any, seed: Any, offset: int) -> Any:
        if seed is None or self.dropout == 0.0:
            return values
        return tf.nn.experimental.stateless_dropout(
            values, self.dropout, seed + tf.constant([0, offset])
        )

    def first_state(self, features: Any, seed: Any = None) -> Any:
        """Features float32[n, D] -> state float32[n, U]."""
        return self.first(self._drop(features, seed, 0))

    def step(self, tokens: Any, state: Any, seed: Any = None, position: int = 0) -> tuple[Any, Any]:
        """(int32[n], float32[n, U]) -> (logits float32[n, V], state float32[n, U])."""
        states = tf.split(state, self.spec.family.states, axis=1)
        output, states = self.cell(self.embedding(tokens), states)
        states = states if isinstance(states, list | tuple) else [states]
        logits = self.scores(self._drop(output, seed, position + 1))
        return logits, tf.concat(states, axis=1)

    def call(self, inputs: tuple[Any, Any], seed: Any = None) -> Any:
        """Runs over given tokens (teacher forcing).

        Args:
            inputs: Features float32[n, D] and tokens int32[n, T], T known.
            seed: int32[2] for training, None otherwise.

        Returns:
            Logits float32[n, T, V].
        """
        features, tokens = inputs
        state = self.first_state(features, seed)
        logits = []
        for position in range(tokens.shape[1]):
            step_logits, state = self.step(tokens[:, position], state, seed, position)
            logits.append(step_logits)
        return tf.stack(logits, axis=1)


def build_decoder(
    spec: DecoderSpec, feature_size: int, vocabulary_size: int, dropout: float, seed: int
) -> RecurrentDecoder:
    """Builds a decoder with all of its weights made.

    Args:
        spec: Which decoder.
        feature_size: D of the encoder's features float32[n, D].
        vocabulary_size: V, special tokens included.
        dropout: Share of features and of cell outputs dropped in training, in [0, 1).
        seed: Seed of the first weights.
    """
    keras.utils.set_random_seed(seed)
    decoder = RecurrentDecoder(spec, vocabulary_size, dropout)
    decoder.step(tf.zeros([1], tf.int32), decoder.first_state(tf.zeros([1, feature_size])))
    return decoder
