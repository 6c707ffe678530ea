from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipeline.captioner_model import TrainedModel
from pipeline.decoder_model import build_decoder
from pipeline.decoders import DECODERS, DEFAULT_UNITS, DecoderSpec, parse_decoder
from pipeline.errors import JewelcapError
from pipeline.keras_api import tf
from tests.bundles import VOCABULARY
from tests.models import TINY

FEATURES, TERMS, PHOTOS, STEPS = 12, 9, 3, 4
RNG = np.random.default_rng(0)
IMAGES = RNG.standard_normal((PHOTOS, FEATURES)).astype(np.float32)
TOKENS = RNG.integers(0, TERMS, (PHOTOS, STEPS)).astype(np.int32)


@pytest.fixture(scope="module", params=DECODERS)
def spec(request: pytest.FixtureRequest) -> DecoderSpec:
    return parse_decoder(f"{request.param}-16")


@pytest.fixture(scope="module")
def decoder(spec: DecoderSpec) -> Any:
    return build_decoder(spec, FEATURES, TERMS, dropout=0.5, seed=1)


def test_there_are_decoders() -> None:
    assert {"gru", "lstm"} <= set(DECODERS)


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


def test_the_state_has_the_size_that_the_spec_says(spec: DecoderSpec, decoder: Any) -> None:
    state = decoder.first_state(IMAGES)
    assert tuple(state.shape) == (PHOTOS, spec.state_size)
    logits, following = decoder.step(TOKENS[:, 0], state)
    assert tuple(logits.shape) == (PHOTOS, TERMS)
    assert following.shape == state.shape
    assert logits.dtype == following.dtype == tf.float32


def test_single_steps_give_what_a_run_over_all_tokens_gives(decoder: Any) -> None:
    logits = decoder((IMAGES, tf.constant(TOKENS))).numpy()
    assert logits.shape == (PHOTOS, STEPS, TERMS)
    state = decoder.first_state(IMAGES)
    for position in range(STEPS):
        step_logits, state = decoder.step(TOKENS[:, position], state)
        np.testing.assert_allclose(step_logits, logits[:, position], atol=1e-5)


def test_what_comes_later_changes_nothing_before(decoder: Any) -> None:
    changed = TOKENS.copy()
    changed[:, -1] = (changed[:, -1] + 1) % TERMS
    one, two = (decoder((IMAGES, tf.constant(tokens))).numpy() for tokens in (TOKENS, changed))
    np.testing.assert_array_equal(one[:, :-1], two[:, :-1])
    assert not np.array_equal(one[:, -1], two[:, -1])


def test_the_image_the_first_token_and_the_prefix_all_matter(decoder: Any) -> None:
    base = decoder((IMAGES, tf.constant(TOKENS))).numpy()
    other_image = decoder((IMAGES[::-1], tf.constant(TOKENS))).numpy()
    started = TOKENS.copy()
    started[:, 0] = (started[:, 0] + 1) % TERMS
    other_start = decoder((IMAGES, tf.constant(started))).numpy()
    for other in (other_image, other_start):
        assert np.abs(other[0, -1] - base[0, -1]).max() > 1e-5


def test_dropout_is_on_only_with_a_seed_and_repeats_by_it(decoder: Any) -> None:
    tokens = tf.constant(TOKENS)
    plain = decoder((IMAGES, tokens)).numpy()
    seeds = [tf.constant([1, 2]), tf.constant([1, 2]), tf.constant([1, 3])]
    dropped = [decoder((IMAGES, tokens), seed=seed).numpy() for seed in seeds]
    np.testing.assert_array_equal(plain, decoder((IMAGES, tokens)).numpy())
    np.testing.assert_array_equal(dropped[0], dropped[1])
    assert not np.array_equal(dropped[0], dropped[2])
    assert not np.array_equal(dropped[0], plain)


def test_first_weights_come_from_the_seed(spec: DecoderSpec) -> None:
    one, same, other = (
        build_decoder(spec, FEATURES, TERMS, 0.0, seed).get_weights() for seed in (1, 1, 2)
    )
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_all_weights_are_there_at_once_and_can_be_trained(spec: DecoderSpec) -> None:
    decoder = build_decoder(spec, FEATURES, TERMS, 0.0, 0)
    count = len(decoder.weights)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(decoder((IMAGES, tf.constant(TOKENS))) ** 2)
    gradients = tape.gradient(loss, decoder.trainable_variables)
    assert len(decoder.weights) == count == len(gradients)
    assert all(gradient is not None for gradient in gradients)


@pytest.mark.parametrize("level", VOCABULARY.level_names)
def test_many_photos_are_predicted_as_the_runtime_would_one_by_one(
    spec: DecoderSpec, level: str
) -> None:
    from mobile_app.camera_app.runtime.decode import greedy_search

    decoder = build_decoder(spec, FEATURES, len(VOCABULARY), 0.0, seed=3)
    for weight in decoder.weights:
        weight.assign(weight * 3.0)
    model = TrainedModel(TINY, spec, None, decoder, VOCABULARY, 5)

    def step(token: int, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        logits, following = decoder.step(np.array([token]), state)
        return tf.nn.softmax(logits).numpy()[0], following.numpy()

    features = RNG.standard_normal((20, FEATURES)).astype(np.float32)
    predicted = model.predict(features, level)
    for row, terms in zip(features, predicted, strict=True):
        state = decoder.first_state(row[np.newaxis]).numpy()
        start = VOCABULARY.start_id(level)
        decoded = greedy_search(step, state, start, 1, VOCABULARY.first_term_id, 5)
        assert VOCABULARY.decode(decoded.ids) == terms
    assert len(set(predicted)) > 1
