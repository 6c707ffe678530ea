"""Decoders in Keras: one step, used alike for training, decoding and export."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from pipeline.decoders import DecoderSpec
from pipeline.keras_api import keras, tf

FeatureReader = tuple[Any, Callable[[NDArray], NDArray]]
"""A dense layer on the encoder's features, and what makes its inputs [m, D] of them."""


class DecoderStep(NamedTuple):
    """What a step gives.

    Attributes:
        logits: float32[n, V].
        state: float32[n, U].
        attention: How much each place was looked at, float32[n, R]; None without attention.
    """

    logits: Any
    state: Any
    attention: Any = None


class Decoder(keras.Model):
    """Terms from features, step by step, the level being the start token.

    Dropout is on where a seed int32[2] is given, and depends on nothing else, so that a resumed
    training repeats an uninterrupted one.
    """

    def __init__(self, spec: DecoderSpec, vocabulary_size: int, dropout: float) -> None:
        """Makes the layers; `build_decoder` also makes their weights."""
        super().__init__(name=spec.family.name)
        self.spec = spec
        self.dropout = dropout
        self.make_own_layers()
        self.embedding = keras.layers.Embedding(
            vocabulary_size, self.embedding_size, name="embedding"
        )
        self.cell = getattr(keras.layers, spec.family.keras_cell)(spec.units, name="cell")
        self.scores = keras.layers.Dense(vocabulary_size, name="scores")

    @property
    def embedding_size(self) -> int:
        """Width of the embedding of terms."""
        return self.spec.units // 2

    @abstractmethod
    def make_own_layers(self) -> None:
        """Makes the layers that not all decoders have."""

    @abstractmethod
    def first_state(self, features: Any, seed: Any = None) -> Any:
        """Features float32[n, D] or [n, R, D] -> state float32[n, U]."""

    def memory(self, features: Any, seed: Any = None) -> Any:
        """Features -> what each step looks at beside the state, float32[n, R, A], or None."""
        return None

    @abstractmethod
    def step(
        self, tokens: Any, state: Any, memory: Any = None, seed: Any = None, position: int = 0
    ) -> DecoderStep:
        """Takes one step.

        Args:
            tokens: int32[n], what was said last.
            state: float32[n, U].
            memory: From `memory`.
            seed: int32[2] for training, None otherwise.
            position: Steps before this one.
        """

    @abstractmethod
    def feature_readers(self) -> tuple[FeatureReader, ...]:
        """The layers that read the encoder's features."""

    def call(self, inputs: tuple[Any, Any], seed: Any = None) -> Any:
        """Runs over given tokens (teacher forcing).

        Args:
            inputs: Features float32[n, D] or [n, R, D], and tokens int32[n * k, T], T known: k
                sequences of the first photo, then k of the second, and so on.
            seed: int32[2] for training, None otherwise.

        Returns:
            Logits float32[n * k, T, V].
        """
        features, tokens = inputs
        repeats = tf.shape(tokens)[0] // tf.shape(features)[0]
        state = tf.repeat(self.first_state(features, seed), repeats, axis=0)
        memory = self.memory(features, seed)
        if memory is not None:
            memory = tf.repeat(memory, repeats, axis=0)
        logits = []
        for position in range(tokens.shape[1]):
            step = self.step(tokens[:, position], state, memory, seed, position)
            logits.append(step.logits)
            state = step.state
        return tf.stack(logits, axis=1)

    def _drop(self, values: Any, seed: Any, offset: int) -> Any:
        if seed is None or self.dropout == 0.0:
            return values
        shape = tf.shape(values)
        if values.shape.rank == 3:
            shape = shape * [1, 0, 1] + [0, 1, 0]
        return tf.nn.experimental.stateless_dropout(
            values, self.dropout, seed + tf.constant([0, offset]), noise_shape=shape
        )

    def _run_cell(self, inputs: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        output, states = self.cell(inputs, states)
        return output, list(states) if isinstance(states, list | tuple) else [states]


class InjectDecoder(Decoder):
    """The image sets the cell's first state (“init-inject”), so a step costs one cell."""

    def make_own_layers(self) -> None:
        """See `Decoder`."""
        self.first = _first_state_layer(self.spec)

    def first_state(self, features: Any, seed: Any = None) -> Any:
        """See `Decoder`."""
        return self.first(self._drop(features, seed, 0))

    def step(
        self, tokens: Any, state: Any, memory: Any = None, seed: Any = None, position: int = 0
    ) -> DecoderStep:
        """See `Decoder`."""
        states = tf.split(state, self.spec.family.states, axis=1)
        output, states = self._run_cell(self.embedding(tokens), states)
        logits = self.scores(self._drop(output, seed, position + 1))
        return DecoderStep(logits, tf.concat(states, axis=1))

    def feature_readers(self) -> tuple[FeatureReader, ...]:
        """See `Decoder`."""
        return ((self.first, lambda features: features),)


class MergeDecoder(Decoder):
    """The decoder of the paper's authors: the cell reads words only and never sees the image.

    A dense layer over the image's features is added to the cell's output, and a second dense
    layer over the sum gives the scores: the merge architecture of Tanti et al., "Where to put
    the Image in an Image Caption Generator" (2018). In `InjectDecoder` the image is the cell's
    first state instead, so that the cell can forget or combine what it sees.

    The authors run the whole prefix again at each word. Here the state carries the image's dense
    vector along behind the cell's own, which gives the same scores at the cost of one cell.
    """

    @property
    def embedding_size(self) -> int:
        """As in the code of the paper's authors."""
        return 300

    def make_own_layers(self) -> None:
        """See `Decoder`."""
        self.image = keras.layers.Dense(self.spec.units, activation="relu", name="image")
        self.merged = keras.layers.Dense(self.spec.units, activation="relu", name="merged")

    def first_state(self, features: Any, seed: Any = None) -> Any:
        """See `Decoder`."""
        image = self.image(self._drop(features, seed, 0))
        return tf.concat([tf.zeros_like(image)] * self.spec.family.states + [image], axis=1)

    def step(
        self, tokens: Any, state: Any, memory: Any = None, seed: Any = None, position: int = 0
    ) -> DecoderStep:
        """See `Decoder`."""
        *states, image = tf.split(state, self.spec.family.states + 1, axis=1)
        words = self._drop(self.embedding(tokens), seed, position + 1)
        output, states = self._run_cell(words, states)
        logits = self.scores(self.merged(image + output))
        return DecoderStep(logits, tf.concat([*states, image], axis=1))

    def feature_readers(self) -> tuple[FeatureReader, ...]:
        """See `Decoder`."""
        return ((self.image, lambda features: features),)


class AttentionDecoder(Decoder):
    """Looks at other places of the photo for each term (spatial soft attention).

    After Xu et al., "Show, Attend and Tell" (2015), sections 3.1.2 and 4.2: the mean of the
    features over all places sets the first state; in each step a small network scores every
    place by the state before, and the features' mean, weighted by the softmax of these scores,
    goes into the cell and the scores of terms. Differences: a dense layer reduces each place's
    features to `units` values within -1 and 1 once a photo, so that a step costs little on a
    phone and 8 bits hold them; dropout takes a feature away at all places alike, since what is
    left of it at another place would tell which photo this is; the gate and the doubly
    stochastic penalty of section 4.2.1 are left out.
    """

    def make_own_layers(self) -> None:
        """See `Decoder`."""
        self.first = _first_state_layer(self.spec)
        self.places = keras.layers.Dense(self.spec.units, activation="tanh", name="places")
        self.query = keras.layers.Dense(self.spec.units, use_bias=False, name="query")
        # The softmax takes no notice of a bias.
        self.energy = keras.layers.Dense(1, use_bias=False, name="energy")

    def first_state(self, features: Any, seed: Any = None) -> Any:
        """See `Decoder`."""
        return self.first(tf.reduce_mean(self._drop(features, seed, 0), axis=1))

    def memory(self, features: Any, seed: Any = None) -> Any:
        """See `Decoder`."""
        return self.places(self._drop(features, seed, 0))

    def step(
        self, tokens: Any, state: Any, memory: Any = None, seed: Any = None, position: int = 0
    ) -> DecoderStep:
        """See `Decoder`."""
        states = tf.split(state, self.spec.family.states, axis=1)
        energies = self.energy(tf.tanh(memory + self.query(states[0])[:, tf.newaxis]))
        attention = tf.nn.softmax(tf.squeeze(energies, axis=2))
        seen = tf.reduce_sum(memory * attention[:, :, tf.newaxis], axis=1)
        output, states = self._run_cell(tf.concat([self.embedding(tokens), seen], axis=1), states)
        known = self._drop(tf.concat([output, seen], axis=1), seed, position + 1)
        return DecoderStep(self.scores(known), tf.concat(states, axis=1), attention)

    def feature_readers(self) -> tuple[FeatureReader, ...]:
        """See `Decoder`."""
        return (
            (self.first, lambda features: features.mean(axis=1)),
            (self.places, lambda features: features.reshape(-1, features.shape[-1])),
        )


def _first_state_layer(spec: DecoderSpec) -> Any:
    return keras.layers.Dense(spec.state_size, activation="tanh", name="first_state")


def build_decoder(
    spec: DecoderSpec,
    feature_shape: Sequence[int],
    vocabulary_size: int,
    dropout: float,
    seed: int,
) -> Decoder:
    """Builds a decoder with all of its weights made.

    Args:
        spec: Which decoder.
        feature_shape: D of the encoder's features float32[n, D], or R and D of [n, R, D].
        vocabulary_size: V, special tokens included.
        dropout: Share of features and of cell outputs dropped in training, in [0, 1).
        seed: Seed of the first weights.
    """
    keras.utils.set_random_seed(seed)
    decoder: Decoder = globals()[spec.family.network](spec, vocabulary_size, dropout)
    decoder((tf.zeros([1, *feature_shape]), tf.zeros([1, 1], tf.int32)))
    return decoder
