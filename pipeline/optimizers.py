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
