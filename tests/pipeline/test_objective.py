from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pipeline.keras_api import tf
from pipeline.objective import Batch, Objective, Sums, caption_sums

# Of two photos, one level, captions of at most two tokens out of three; 0 is padding.
TARGETS = np.array([[[1, 2]], [[2, 0]]], np.int32)
LOGITS = np.array([[[0, 2, 1], [0, 1, 0.5]], [[1, 0, 3], [5, 0, 0]]], np.float32)
USED = [(0, 0, 1), (0, 1, 2), (1, 0, 2)]
"""Photo, position and target where there is no padding."""


def softmax(values: Any) -> Any:
    powers = np.exp(values - values.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def losses(temperature: float = 1.0) -> np.ndarray:
    return -np.log(softmax(LOGITS / temperature))


def sums(
    objective: Objective, weights: tuple[float, float] = (1.0, 1.0), teacher: Any = None
) -> Sums:
    model: Any = SimpleNamespace(
        decoder=lambda _, seed: tf.constant(LOGITS), vocabulary=SimpleNamespace(pad_id=0)
    )
    batch = Batch(None, TARGETS, TARGETS, np.array(weights, np.float32), teacher)
    return Sums(*map(float, caption_sums(model, tf.zeros([2, 1]), batch, None, objective)))


def test_the_loss_is_the_cross_entropy_of_what_is_no_padding() -> None:
    found = sums(Objective())
    expected = sum(losses()[photo, place, target] for photo, place, target in USED)
    assert found.loss == pytest.approx(expected, rel=1e-5)
    assert found.objective == found.loss
    assert (found.right, found.count) == (2.0, 3.0)


def test_photos_count_by_their_weights() -> None:
    found = sums(Objective(), (1.0, 0.25))
    weighted = [losses()[p, place, t] * (1.0, 0.25)[p] for p, place, t in USED]
    assert found.loss == pytest.approx(sum(weighted), rel=1e-5)
    assert found.count == pytest.approx(2.25)


def test_label_smoothing_spreads_a_share_of_the_target_and_is_not_reported() -> None:
    found = sums(Objective(label_smoothing=0.3))
    target = np.full(3, 0.1) + 0.7 * np.eye(3)
    expected = sum((target[t] * losses()[photo, place]).sum() for photo, place, t in USED)
    assert found.objective == pytest.approx(expected, rel=1e-5)
    assert found.loss == sums(Objective()).loss


def test_a_teacher_replaces_its_share_of_the_target_at_its_temperature() -> None:
    teacher = softmax(np.random.default_rng(0).normal(size=(2, 1, 2, 3))).astype(np.float16)
    found = sums(Objective(teacher_weight=0.25, teacher_temperature=2.0), teacher=teacher)
    told = sum(
        (teacher[photo, 0, place].astype(float) * losses(2.0)[photo, place]).sum()
        for photo, place, _ in USED
    )
    assert found.objective == pytest.approx(0.75 * found.loss + 0.25 * 4.0 * told, rel=1e-3)


def test_a_student_that_is_its_teacher_has_nothing_to_learn() -> None:
    scores = tf.Variable(LOGITS)
    model: Any = SimpleNamespace(
        decoder=lambda _, seed: scores * 1.0, vocabulary=SimpleNamespace(pad_id=0)
    )
    teacher = softmax(LOGITS / 3.0)[:, None].astype(np.float32)
    batch = Batch(None, TARGETS, TARGETS, np.ones(2, np.float32), teacher)
    objective = Objective(teacher_weight=1.0, teacher_temperature=3.0)
    with tf.GradientTape() as tape:
        found = caption_sums(model, tf.zeros([2, 1]), batch, None, objective)
    np.testing.assert_allclose(tape.gradient(found.objective, scores), 0.0, atol=1e-5)
