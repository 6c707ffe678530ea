"""The registry of optimizers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pipeline.registry import lookup

_CLIP_NORM: Final = 1.0


@dataclass(frozen=True)
class OptimizerFamily:
    """An entry of `OPTIMIZERS`.

    Attributes:
        name: What `jewelcap train --optimizer` calls it.
        keras_class: Class in `keras.optimizers`.
        source: Where it is described.
        weight_decay: Share of each kernel, times the rate, that a step takes away; None: none.
    """

    name: str
    keras_class: str
    source: str
    weight_decay: float | None = None


OPTIMIZERS: Final[dict[str, OptimizerFamily]] = {
    family.name: family
    for family in (
        OptimizerFamily("adam", "Adam", "Kingma and Ba 2015"),
        OptimizerFamily("adamw", "AdamW", "Loshchilov and Hutter 2019", 0.05),
        OptimizerFamily("adagrad", "Adagrad", "Duchi et al. 2011"),
        OptimizerFamily("adadelta", "Adadelta", "Zeiler 2012"),
        OptimizerFamily("rmsprop", "RMSprop", "Tieleman and Hinton 2012"),
    )
}
"""Optimizers by name: the paper's four and AdamW. A new optimizer is a new entry here."""


def build_optimizer(name: str, variables: list[Any]) -> Any:
    """Builds a Keras optimizer with all of its slots made; its rate is set by the caller.

    Gradients of each variable are clipped to a norm of 1.

    Args:
        name: A key of `OPTIMIZERS`.
        variables: What it will train.
    """
    from pipeline.keras_api import keras

    family = lookup(OPTIMIZERS, name, "optimizer")
    optimizer = getattr(keras.optimizers, family.keras_class)(
        clipnorm=_CLIP_NORM, weight_decay=family.weight_decay
    )
    # Biases and the scales of BatchNorm do not overfit, and decay would only bend them.
    optimizer.exclude_from_weight_decay([v for v in variables if len(v.shape) < 2])
    optimizer.build(variables)
    return optimizer


def layer_shares(encoder: Any, first: float) -> list[float]:
    """Share of the learning rate that each trainable variable of an encoder takes.

    Early layers see edges and colors, which serve every task; late ones see what ImageNet is
    about (discriminative fine-tuning, Howard and Ruder 2018, section 3.2).

    Args:
        encoder: A flat Keras model.
        first: Share of its first layer; the last one has 1, those between lie evenly between
            both by their logarithms.

    Returns:
        In the order of `encoder.trainable_variables`.
    """
    layers = [layer for layer in encoder.layers if layer.trainable_variables]
    shares: dict[Any, float] = {}
    for place, layer in enumerate(layers):
        share = first ** (1.0 - place / max(1, len(layers) - 1))
        shares |= {variable.ref(): share for variable in layer.trainable_variables}
    return [shares[variable.ref()] for variable in encoder.trainable_variables]


class ScaledOptimizer:
    """A Keras optimizer whose steps some variables take in part only.

    Adam and its kin divide gradients by their size, so that smaller gradients would change
    nothing: the step itself is shortened.
    """

    def __init__(self, optimizer: Any, variables: list[Any], shares: list[float]) -> None:
        """Joins an optimizer and shares in (0, 1], one for each variable."""
        self.optimizer, self._variables = optimizer, variables
        self._shortened = [
            (variable, share)
            for variable, share in zip(variables, shares, strict=True)
            if share != 1.0
        ]

    @property
    def rate(self) -> float:
        """The learning rate of whole steps."""
        return float(self.optimizer.learning_rate.numpy())

    def set_rate(self, rate: float) -> None:
        """Sets the learning rate of whole steps."""
        self.optimizer.learning_rate.assign(rate)

    def apply(self, gradients: list[Any]) -> None:
        """Takes a step."""
        from pipeline.keras_api import tf

        before = [tf.identity(variable) for variable, _ in self._shortened]
        with tf.control_dependencies(before):
            self.optimizer.apply_gradients(zip(gradients, self._variables, strict=True))
        for old, (variable, share) in zip(before, self._shortened, strict=True):
            variable.assign(old + share * (variable - old))
