from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from export.refit import refit_feature_readers, ridge
from export.variants import VARIANTS
from pipeline.captioner_model import TrainedModel
from pipeline.decoder_model import build_decoder
from pipeline.decoders import DECODERS, parse_decoder
from tests.bundles import VOCABULARY
from tests.models import TINY

RNG = np.random.default_rng(0)


def test_ridge_solves_a_known_system() -> None:
    inputs = RNG.standard_normal((400, 6)).astype(np.float32)
    # Little is penalized where inputs vary far more than on average.
    inputs[:, :2] *= 1000.0
    wanted = np.zeros((6, 3), np.float32)
    wanted[:2] = RNG.standard_normal((2, 3)) / 1000.0
    offset = np.array([5.0, -1.0, 0.5], np.float32)
    targets = (inputs - inputs.mean(axis=0)) @ wanted + offset
    change, found_offset = ridge(inputs, targets)
    assert (change.dtype, change.shape) == (np.float32, (6, 3))
    np.testing.assert_allclose(found_offset, offset, atol=1e-4)
    # The penalty is the mean variance, of which these two have three times as much.
    np.testing.assert_allclose(change[:2], wanted[:2] * 0.75, rtol=0.05)
    np.testing.assert_allclose(change[2:], 0.0, atol=1e-4)


def test_ridge_is_the_minimum_of_what_it_says() -> None:
    inputs = RNG.standard_normal((50, 8)) * np.logspace(-1, 1, 8) + 3.0
    targets = RNG.standard_normal((50, 4)) + 2.0
    change, offset = ridge(inputs.astype(np.float32), targets.astype(np.float32))
    centered = inputs - inputs.mean(axis=0)
    penalty = (centered**2).sum() / 8
    # The same minimum as least squares over the rows and one more row for each penalty.
    augmented = np.concatenate([centered, np.sqrt(penalty) * np.eye(8)])
    wanted = np.concatenate([targets - targets.mean(axis=0), np.zeros((8, 4))])
    expected = np.linalg.lstsq(augmented, wanted, rcond=None)[0]
    np.testing.assert_allclose(change, expected, atol=1e-5)
    np.testing.assert_allclose(offset, targets.mean(axis=0), atol=1e-5)


def test_ridge_gives_the_same_for_more_columns_than_rows() -> None:
    inputs = RNG.standard_normal((6, 6)).astype(np.float32)
    targets = RNG.standard_normal((6, 3)).astype(np.float32)
    change, offset = ridge(inputs, targets)
    # A column of zeros adds nothing but its share of the mean variance.
    wide, wide_offset = ridge(np.hstack([inputs, np.zeros((6, 6), np.float32)]), targets)
    scaled, _ = ridge(np.hstack([inputs, inputs]), targets)
    np.testing.assert_allclose(scaled[:6], scaled[6:], atol=1e-6)
    np.testing.assert_allclose(2.0 * scaled[:6], ridge_with(inputs, targets, 0.5), atol=1e-5)
    np.testing.assert_allclose(wide[:6], ridge_with(inputs, targets, 0.5), atol=1e-5)
    np.testing.assert_array_equal(wide[6:], 0.0)
    np.testing.assert_allclose(change, ridge_with(inputs, targets, 1.0), atol=1e-5)
    np.testing.assert_array_equal(offset, wide_offset)


def ridge_with(inputs: np.ndarray, targets: np.ndarray, penalty: float) -> np.ndarray:
    """The textbook's solution, with a multiple of the penalty that `ridge` has."""
    centered = inputs - inputs.mean(axis=0)
    eye = penalty * (centered**2).sum() / inputs.shape[1] * np.eye(inputs.shape[1])
    return np.linalg.solve(centered.T @ centered + eye, centered.T @ (targets - targets.mean(0)))


def test_ridge_shrinks_to_zero_for_noise() -> None:
    norms = []
    for rows in (100, 10_000):
        inputs = RNG.standard_normal((rows, 10)).astype(np.float32)
        noise = RNG.standard_normal((rows, 5)).astype(np.float32)
        change, offset = ridge(inputs, noise)
        norms.append(float(np.abs(change).max()))
        assert np.abs(offset).max() < 5 / np.sqrt(rows)
    assert norms[1] < 0.03 < 1.0
    assert norms[1] < norms[0] / 3


def test_ridge_is_content_with_inputs_that_do_not_vary_or_are_few() -> None:
    for rows in (1, 2, 5):
        change, offset = ridge(np.ones((rows, 7), np.float32), np.full((rows, 3), 4.0, np.float32))
        np.testing.assert_array_equal(change, 0.0)
        np.testing.assert_allclose(offset, 4.0)


@pytest.mark.parametrize("name", DECODERS)
def test_refitting_takes_the_bias_of_the_quantized_encoder_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = parse_decoder(f"{name}-8")
    shape = (3, 20) if spec.family.grid else (20,)
    features = RNG.uniform(0.0, 2.0, (300, *shape)).astype(np.float32)
    bias = RNG.standard_normal(20).astype(np.float32)
    noise = 0.05 * RNG.standard_normal(features.shape).astype(np.float32)
    quantized = features * 0.8 + bias + noise
    decoder = build_decoder(spec, shape, len(VOCABULARY), 0.0, seed=0)
    model = TrainedModel(TINY, spec, None, decoder, VOCABULARY, 5)
    before = [weight.copy() for weight in decoder.get_weights()]

    def pixels() -> Iterator[np.ndarray]:
        return (np.full((1, 1, 1, 3), index, np.int64) for index in range(200))

    monkeypatch.setattr(
        "export.refit.convert_encoder",
        lambda *_: lambda image: quantized[int(image[0, 0, 0, 0])][np.newaxis],
    )
    refitted = refit_feature_readers(model, VARIANTS["int8"], pixels, pixels(), features[:200])
    readers = [one.decoder.feature_readers() for one in (model, refitted)]
    for (layer, read), (refitted_layer, _) in zip(*readers, strict=True):
        wanted = layer(read(features[200:])).numpy()
        errors = [
            float(np.linalg.norm(one(read(quantized[200:])).numpy() - wanted))
            for one in (layer, refitted_layer)
        ]
        assert errors[1] < errors[0] / 4
        # What repeats from photo to photo is gone altogether.
        sums = [
            read(inputs[:200]) @ one.get_weights()[0] + one.get_weights()[1]
            for one, inputs in ((layer, features), (refitted_layer, quantized))
        ]
        np.testing.assert_allclose(sums[1].mean(axis=0), sums[0].mean(axis=0), atol=1e-4)
    # All else stays, and so does the model that was given.
    for found, weight in zip(decoder.get_weights(), before, strict=True):
        np.testing.assert_array_equal(found, weight)
    changed = [
        not np.array_equal(found, weight)
        for found, weight in zip(refitted.decoder.get_weights(), before, strict=True)
    ]
    assert sum(changed) == 2 * len(readers[0])
    assert (refitted.vocabulary, refitted.max_length) == (model.vocabulary, model.max_length)
