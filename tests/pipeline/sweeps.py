"""Sweeps that train nothing: a made-up loss for each point of a small space."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.config import TrainConfig
from pipeline.sweep.loop import TrialResult
from pipeline.sweep.settings import StudySettings
from pipeline.sweep.space import Choices, Space, config_of
from pipeline.sweep.study import Study

SPACE: Space = {
    "encoder": Choices(("mobilenet",)),
    "decoder": Choices(("lstm", "gru")),
    "units": Choices((64, 128)),
    "batch_size": Choices((4, 8)),
    "optimizer": Choices(("adam",)),
    "learning_rate": Choices((1e-3, 1e-1)),
}

configure = partial(
    config_of, TrainConfig(encoder="", decoder=""), {"mobilenet-1.0-224": "imagenet"}
)


def settings(**changes: Any) -> StudySettings:
    """Of a study over `SPACE`."""
    values: dict[str, Any] = {
        "catalog": "a" * 64,
        "split": "b" * 64,
        "protocol": "views",
        "seed": 0,
        "epochs": 9,
        "patience": 3,
        "weights": {"mobilenet-1.0-224": "imagenet"},
        "sampler": "grid",
        "space": SPACE,
    }
    return StudySettings(**(values | changes))


def open_study(folder: Path, pruner: str = "none", url: str | None = None, **changes: Any) -> Study:
    """A study; called again for a folder, as another process would."""
    folder.mkdir(exist_ok=True)
    return Study(folder, settings(**changes), pruner, url)


def loss_of(config: TrainConfig) -> float:
    """Another one for each point of `SPACE`."""
    size = int(config.decoder.rpartition("-")[2])
    lstm = 0.1 if config.decoder.startswith("lstm") else 0.0
    return 0.5 + config.learning_rate + 10 / size + config.batch_size / 1000 + lstm


class MadeUp:
    """An objective that keeps what it was asked for."""

    def __init__(self, epochs: int = 3, seconds: float = 0.0) -> None:
        self.epochs, self.seconds = epochs, seconds
        self.configs: list[TrainConfig] = []
        self.folders: list[str] = []

    def __call__(
        self, config: TrainConfig, folder: Path, on_epoch: Callable[[int, float], None]
    ) -> TrialResult:
        self.configs.append(config)
        self.folders.append(folder.name)
        folder.mkdir(parents=True, exist_ok=True)
        for epoch in range(1, self.epochs + 1):
            time.sleep(self.seconds)
            on_epoch(epoch, loss_of(config) * (1 + 1 / epoch))
        return TrialResult(loss_of(config), self.epochs, self.epochs, ())
