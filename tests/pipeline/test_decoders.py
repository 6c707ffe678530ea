from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mobile_app.camera_app.runtime.decode import Encoded, greedy_search
from pipeline.captioner_model import TrainedModel
from pipeline.config import TrainConfig
from pipeline.decoder_model import build_decoder
from pipeline.decoders import DECODERS, DEFAULT_UNITS, DecoderSpec, parse_decoder, parse_pair
from pipeline.errors import JewelcapError
from pipeline.keras_api import keras, tf
from tests.bundles import VOCABULARY
from tests.models import TINY

FEATURES, PLACES, TERMS, PHOTOS, STEPS = 12, 6, 9, 3, 4
RNG = np.random.default_rng(0)
TOKENS = RNG.integers(0, TERMS, (PHOTOS, STEPS)).astype(np.int32)


@pytest.fixture(scope="module", params=DECODERS)
def spec(request: pytest.FixtureRequest) -> DecoderSpec:
    return parse_decoder(f"{request.param}-16")


@pytest.fixture(scope="module")
def shape(spec: DecoderSpec) -> tuple[int, ...]:
    """Of a photo's features in the form that the decoder reads."""
    return (PLACES, FEATURES) if spec.family.grid else (FEATURES,)


@pytest.fixture(scope="module")
def decoder(spec: DecoderSpec, shape: tuple[int, ...]) -> Any:
    return build_decoder(spec, shape, TERMS, dropout=0.5, seed=1)


@pytest.fixture(scope="module")
def images(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(7).standard_normal((PHOTOS, *shape)).astype(np.float32)


def test_there_are_decoders() -> None:
    assert {"gru", "lstm", "merge_gru", "merge_lstm", "attention_gru"} <= set(DECODERS)


def test_a_decoders_name_says_all_of_it(spec: DecoderSpec) -> None:
    family = spec.family
    assert parse_decoder(spec.name) == spec
    assert parse_decoder(family.name) == DecoderSpec(family, DEFAULT_UNITS)
    assert DECODERS[family.name] is family


@pytest.mark.parametrize("units", ["7", "4097", "0", "x", "-16", "1.5", "16-3"])
def test_units_out_of_range_are_refused(units: str) -> None:
    with pytest.raises(JewelcapError, match=r"units must be a number from 8 to 4096"):
        parse_decoder(f"gru-{units}")


def test_an_unknown_decoder_is_named_with_the_closest() -> None:
    with pytest.raises(JewelcapError, match="unknown decoder 'grü': did you mean 'gru'"):
        parse_decoder("grü")


def test_the_state_has_the_size_that_the_spec_says(
    spec: DecoderSpec, decoder: Any, images: np.ndarray
) -> None:
    state = decoder.first_state(images)
    assert tuple(state.shape) == (PHOTOS, spec.state_size)
    logits, following, _ = decoder.step(TOKENS[:, 0], state, decoder.memory(images))
    assert tuple(logits.shape) == (PHOTOS, TERMS)
    assert following.shape == state.shape
    assert logits.dtype == following.dtype == tf.float32


def test_single_steps_give_what_a_run_over_all_tokens_gives(
    decoder: Any, images: np.ndarray
) -> None:
    logits = decoder((images, tf.constant(TOKENS))).numpy()
    assert logits.shape == (PHOTOS, STEPS, TERMS)
    state, memory = decoder.first_state(images), decoder.memory(images)
    for position in range(STEPS):
        step_logits, state, _ = decoder.step(TOKENS[:, position], state, memory)
        np.testing.assert_allclose(step_logits, logits[:, position], atol=1e-5)


def test_several_sequences_of_a_photo_are_run_as_if_it_came_several_times(
    decoder: Any, images: np.ndarray
) -> None:
    twice = tf.constant(np.concatenate([TOKENS, TOKENS[::-1]], axis=1).reshape(-1, STEPS))
    found = decoder((images, twice)).numpy()
    np.testing.assert_allclose(found, decoder((np.repeat(images, 2, 0), twice)), atol=1e-6)


def test_what_comes_later_changes_nothing_before(decoder: Any, images: np.ndarray) -> None:
    changed = TOKENS.copy()
    changed[:, -1] = (changed[:, -1] + 1) % TERMS
    one, two = (decoder((images, tf.constant(tokens))).numpy() for tokens in (TOKENS, changed))
    np.testing.assert_array_equal(one[:, :-1], two[:, :-1])
    assert not np.array_equal(one[:, -1], two[:, -1])


def test_the_image_the_first_token_and_the_prefix_all_matter(
    decoder: Any, images: np.ndarray
) -> None:
    base = decoder((images, tf.constant(TOKENS))).numpy()
    other_image = decoder((images[::-1], tf.constant(TOKENS))).numpy()
    started = TOKENS.copy()
    started[:, 0] = (started[:, 0] + 1) % TERMS
    other_start = decoder((images, tf.constant(started))).numpy()
    for other in (other_image, other_start):
        assert np.abs(other[0, -1] - base[0, -1]).max() > 1e-5


def test_dropout_is_on_only_with_a_seed_and_repeats_by_it(decoder: Any, images: np.ndarray) -> None:
    tokens = tf.constant(TOKENS)
    plain = decoder((images, tokens)).numpy()
    seeds = [tf.constant([1, 2]), tf.constant([1, 2]), tf.constant([1, 3])]
    dropped = [decoder((images, tokens), seed=seed).numpy() for seed in seeds]
    np.testing.assert_array_equal(plain, decoder((images, tokens)).numpy())
    np.testing.assert_array_equal(dropped[0], dropped[1])
    assert not np.array_equal(dropped[0], dropped[2])
    assert not np.array_equal(dropped[0], plain)


def test_first_weights_come_from_the_seed(spec: DecoderSpec, shape: tuple[int, ...]) -> None:
    one, same, other = (
        build_decoder(spec, shape, TERMS, 0.0, seed).get_weights() for seed in (1, 1, 2)
    )
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_all_weights_are_there_at_once_and_can_be_trained(
    spec: DecoderSpec, shape: tuple[int, ...], images: np.ndarray
) -> None:
    decoder = build_decoder(spec, shape, TERMS, 0.0, 0)
    count = len(decoder.weights)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(decoder((images, tf.constant(TOKENS))) ** 2)
    gradients = tape.gradient(loss, decoder.trainable_variables)
    assert len(decoder.weights) == count == len(gradients)
    assert all(gradient is not None for gradient in gradients)


@pytest.mark.parametrize("level", VOCABULARY.level_names)
def test_many_photos_are_predicted_as_the_runtime_would_one_by_one(
    spec: DecoderSpec, shape: tuple[int, ...], level: str
) -> None:
    decoder = build_decoder(spec, shape, len(VOCABULARY), 0.0, seed=3)
    for weight in decoder.weights:
        weight.assign(weight * 3.0)
    model = TrainedModel(TINY, spec, None, decoder, VOCABULARY, 5)

    def step(token: int, encoded: Encoded) -> tuple[np.ndarray, Encoded]:
        logits, state, _ = decoder.step(np.array([token]), encoded.state, encoded.features)
        return tf.nn.softmax(logits).numpy()[0], replace(encoded, state=state)

    features = np.random.default_rng(5).standard_normal((20, *shape)).astype(np.float32)
    predicted = model.predict(features, level)
    for row, terms in zip(features, predicted, strict=True):
        one = row[np.newaxis]
        encoded = Encoded(decoder.first_state(one), decoder.memory(one))
        start = VOCABULARY.start_id(level)
        decoded = greedy_search(step, encoded, start, 1, VOCABULARY.first_term_id, 5)
        assert VOCABULARY.decode(decoded.ids) == terms
    assert len(set(predicted)) > 1


def test_a_pair_of_names_says_in_what_form_features_are_read() -> None:
    for name, family in DECODERS.items():
        encoder, decoder = parse_pair("mobilenet-0.25-32", f"{name}-16")
        assert decoder.family is family
        assert encoder.output == ("grid" if family.grid else "pooled")
        if family.grid:
            with pytest.raises(JewelcapError, match="leave out -flat"):
                TrainConfig("mobilenet-flat", name).check()
        else:
            assert parse_pair("mobilenet-flat", name)[0].output == "flat"


MERGING = [name for name, family in DECODERS.items() if family.network == "MergeDecoder"]


@pytest.mark.parametrize("name", MERGING)
def test_a_merge_decoder_is_that_of_the_papers_authors(name: str) -> None:
    """Against their form of it: the whole prefix through a recurrent layer, added to the image."""
    decoder = build_decoder(parse_decoder(f"{name}-16"), (FEATURES,), TERMS, 0.0, seed=2)
    images = np.random.default_rng(8).standard_normal((PHOTOS, FEATURES)).astype(np.float32)
    assert decoder.embedding.output_dim == 300
    prefix = keras.layers.RNN(decoder.cell)(decoder.embedding(TOKENS))
    summed = keras.layers.add([decoder.image(images), prefix])
    expected = decoder.scores(decoder.merged(summed))
    found = decoder((images, tf.constant(TOKENS)))[:, -1]
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("name", MERGING)
def test_a_merge_decoders_cell_never_sees_the_image(name: str) -> None:
    spec = parse_decoder(f"{name}-16")
    decoder = build_decoder(spec, (FEATURES,), TERMS, 0.0, seed=2)
    images = np.random.default_rng(8).standard_normal((PHOTOS, FEATURES)).astype(np.float32)
    state = decoder.first_state(images)
    for position in range(STEPS):
        then = decoder.step(np.full(PHOTOS, position), state).state.numpy()
        np.testing.assert_array_equal(then[:, -16:], state[:, -16:])
        np.testing.assert_array_equal(then[1:, :-16], then[:-1, :-16])
        state = then
    assert np.ptp(state[:, -16:], axis=0).max() > 0.1


ATTENDING = [name for name, family in DECODERS.items() if family.grid]


@pytest.mark.parametrize("name", ATTENDING)
def test_attention_sums_to_one_and_moves_from_photo_to_photo_and_term_to_term(name: str) -> None:
    decoder = build_decoder(parse_decoder(f"{name}-16"), (PLACES, FEATURES), TERMS, 0.5, seed=2)
    images = np.random.default_rng(8).standard_normal((PHOTOS, PLACES, FEATURES))
    state, memory = decoder.first_state(images), decoder.memory(images)
    seen = []
    for position in range(STEPS):
        _, state, attention = decoder.step(TOKENS[:, position], state, memory)
        assert attention.shape == (PHOTOS, PLACES)
        assert attention.numpy().min() >= 0.0
        np.testing.assert_allclose(attention.numpy().sum(axis=1), 1.0, atol=1e-6)
        seen.append(attention.numpy())
    assert np.ptp(np.stack(seen), axis=0).max() > 1e-3
    assert np.ptp(seen[0], axis=0).max() > 1e-3


@pytest.mark.parametrize("name", ATTENDING)
def test_attention_follows_the_place_and_the_caption_does_not(name: str) -> None:
    decoder = build_decoder(parse_decoder(f"{name}-16"), (PLACES, FEATURES), TERMS, 0.5, seed=2)
    images = np.random.default_rng(8).standard_normal((PHOTOS, PLACES, FEATURES))
    order = np.random.default_rng(9).permutation(PLACES)
    one, two = (
        decoder.step(TOKENS[:, 0], decoder.first_state(these), decoder.memory(these))
        for these in (images, images[:, order])
    )
    np.testing.assert_allclose(two.attention, one.attention.numpy()[:, order], atol=1e-5)
    np.testing.assert_allclose(two.logits, one.logits, atol=1e-4)
