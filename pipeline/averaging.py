"""Average of the weights over the last steps (Polyak and Juditsky 1992): smoother than any."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.keras_api import tf


class WeightAverage:
    """Exponential moving average of variables; what validation sees and what is kept.

    Attributes:
        shadows: The averages, to be put into checkpoints; empty where there is no averaging.
    """

    def __init__(self, variables: list[Any], decay: float) -> None:
        """Starts from the variables as they are.

        Args:
            variables: What is averaged.
            decay: Share of the average that a step leaves, in [0, 1); 0: no averaging.
        """
        self._decay = decay
        self._variables = variables if decay else []
        self.shadows = [tf.Variable(v, trainable=False) for v in self._variables]

    def update(self, step: Any) -> None:
        """Takes the variables in after a step.

        Args:
            step: Steps so far, int64. The first ones count more, so that the average forgets
                where it started.
        """
        done = tf.cast(step, tf.float32)
        decay = tf.minimum(self._decay, (1.0 + done) / (10.0 + done))
        for shadow, variable in zip(self.shadows, self._variables, strict=True):
            shadow.assign_sub((1.0 - decay) * (shadow - variable))

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Puts the averages into the variables for as long as it lasts."""
        current = [v.numpy() for v in self._variables]
        for shadow, variable in zip(self.shadows, self._variables, strict=True):
            variable.assign(shadow)
        try:
            yield
        finally:
            for value, variable in zip(current, self._variables, strict=True):
                variable.assign(value)
