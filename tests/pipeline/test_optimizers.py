from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipeline.averaging import WeightAverage
from pipeline.keras_api import keras, tf
from pipeline.optimizers import OPTIMIZERS, ScaledOptimizer, build_optimizer, layer_shares


def ones() -> Any:
    return tf.Variable(tf.ones([3, 2]))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_steps_against_the_gradient(name: str) -> None:
    variable = ones()
    optimizer = ScaledOptimizer(build_optimizer(name, [variable]), [variable], [1.0])
    optimizer.set_rate(0.1)
    assert optimizer.rate == pytest.approx(0.1)
    optimizer.apply([tf.ones([3, 2])])
    assert (variable.numpy() < 1.0).all()


def test_there_are_those_of_the_papers_grid() -> None:
    assert {"adam", "adagrad", "adadelta", "rmsprop"} <= set(OPTIMIZERS)


def test_large_gradients_are_clipped() -> None:
    variable = ones()
    optimizer = ScaledOptimizer(build_optimizer("adagrad", [variable]), [variable], [1.0])
    optimizer.set_rate(1.0)
    optimizer.apply([1e6 * tf.ones([3, 2])])
    assert np.abs(variable.numpy() - 1.0).max() < 1.0


def test_adamw_takes_from_kernels_only() -> None:
    kernel, bias = ones(), tf.Variable(tf.ones([2]))
    optimizer = ScaledOptimizer(build_optimizer("adamw", [kernel, bias]), [kernel, bias], [1.0] * 2)
    optimizer.set_rate(0.1)
    optimizer.apply([tf.zeros([3, 2]), tf.zeros([2])])
    assert (kernel.numpy() < 1.0).all()
    np.testing.assert_array_equal(bias.numpy(), 1.0)


def test_shortened_steps_are_their_share_of_whole_ones() -> None:
    whole, half = ones(), ones()
    optimizer = ScaledOptimizer(build_optimizer("adam", [whole, half]), [whole, half], [1.0, 0.5])
    optimizer.set_rate(0.1)
    for _ in range(3):
        optimizer.apply([tf.ones([3, 2])] * 2)
    moved = 1.0 - np.array([whole.numpy(), half.numpy()])
    assert moved[0].min() > 0.2
    np.testing.assert_allclose(moved[1], moved[0] / 2, rtol=1e-5)


def small_network() -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((8, 8, 3)),
            layers.Conv2D(4, 3),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(4, 3),
        ]
    )


def test_later_layers_take_larger_shares() -> None:
    network = small_network()
    shares = layer_shares(network, 0.01)
    # A kernel and a bias, a scale and an offset, a kernel and a bias.
    assert shares == pytest.approx([0.01, 0.01, 0.1, 0.1, 1.0, 1.0])
    assert len(shares) == len(network.trainable_variables)
    assert layer_shares(network, 1.0) == [1.0] * 6


def test_an_average_lags_behind_and_steps_aside() -> None:
    variable = tf.Variable([0.0])
    average = WeightAverage([variable], 0.5)
    variable.assign([1.0])
    # The first steps count more: 1 of 10 is left of the start, then 2 of 11.
    average.update(tf.constant(0, tf.int64))
    with average.in_place():
        assert variable.numpy() == pytest.approx([0.9])
    assert variable.numpy() == pytest.approx([1.0])
    average.update(tf.constant(10_000, tf.int64))
    assert average.shadows[0].numpy() == pytest.approx([0.95])


def test_no_average_costs_nothing() -> None:
    variable = tf.Variable([1.0])
    average = WeightAverage([variable], 0.0)
    average.update(tf.constant(0, tf.int64))
    assert average.shadows == []
    with average.in_place():
        assert variable.numpy() == [1.0]
