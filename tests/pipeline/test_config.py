from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from pipeline.config import TrainConfig
from pipeline.errors import JewelcapError

CONFIG = TrainConfig(encoder="mobilenet-1.0-224", decoder="gru-256")
WRONG: dict[str, Any] = {
    "encoder": "mobilnet",
    "decoder": "gru-1",
    "protocol": "paper-like",
    "seed": -1,
    "batch_size": 0,
    "learning_rate": 0.0,
    "dropout": 1.0,
    "epochs": 0,
    "patience": -1,
    "optimizer": "adams",
    "schedule": "slow",
    "fine_tune_schedule": "fast",
    "fine_tune_epochs": -1,
    "fine_tune_learning_rate": 2.0,
    "first_layer_rate": 0.0,
    "batch_norm": "cold",
    "label_smoothing": -0.1,
    "weight_average": 1.0,
    "augmentation": "strong",
    "teacher_weight": 1.5,
    "teacher_temperature": 0.5,
    "extra_weight": 0.0,
    "train_photos": -1,
}


def test_the_defaults_are_right() -> None:
    CONFIG.check()


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_named_with_its_value(name: str) -> None:
    with pytest.raises(JewelcapError) as caught:
        replace(CONFIG, **{name: WRONG[name]}).check()
    message = str(caught.value)
    assert str(WRONG[name]) in message
    assert name in message
    assert ";" not in message.replace("; mobilenet has", "")


def test_every_setting_but_paths_and_switches_is_checked() -> None:
    free = {"weights", "teacher", "extra_train", "extra_terms", "negatives", "schema_version"}
    assert set(WRONG) == {f.name for f in fields(TrainConfig)} - free


def test_all_wrong_settings_are_named_in_one_message() -> None:
    with pytest.raises(JewelcapError) as caught:
        replace(CONFIG, **WRONG).check()
    message = str(caught.value)
    assert "\n" not in message
    for name, value in WRONG.items():
        assert name in message and str(value) in message, name


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_no_numbers_are_refused(value: Any) -> None:
    for name in ("learning_rate", "dropout", "fine_tune_learning_rate"):
        with pytest.raises(JewelcapError, match=name):
            replace(CONFIG, **{name: value}).check()


def test_differences_are_named_with_both_values() -> None:
    other = replace(CONFIG, seed=7, decoder="lstm-256")
    assert CONFIG.differences(CONFIG) == []
    assert CONFIG.differences(other) == [
        "decoder: 'gru-256', not 'lstm-256'",
        "seed: 0, not 7",
    ]
