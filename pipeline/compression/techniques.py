"""The registry of ways to train a model on so that it becomes smaller, and how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Technique:
    """An entry of `TECHNIQUES`.

    Attributes:
        name: First part of an export variant's name.
        summary: One line for people.
        source: Where it is described.
        wrapper: Function of `pipeline.compression.wrap` that prepares an encoder.
        start: Technique whose model it starts from; empty for the run's own.
        quantizing: Whether the encoder simulates 8 bits, so that the TFLite converter, which
            reads the learned ranges, must quantize it.
    """

    name: str
    summary: str
    source: str
    wrapper: str
    start: str = ""
    quantizing: bool = False


TECHNIQUES: Final[dict[str, Technique]] = {
    technique.name: technique
    for technique in (
        Technique(
            "qat",
            "quantization-aware training",
            "Jacob et al. 2018",
            "quantization_aware",
            quantizing=True,
        ),
        Technique("pruned", "magnitude pruning", "Zhu and Gupta 2017", "pruned"),
        Technique("clustered", "weight clustering", "Han et al. 2016", "clustered"),
        Technique(
            "pqat",
            "quantization-aware training that keeps zeros",
            "TensorFlow Model Optimization, collaborative optimization",
            "prune_preserving",
            start="pruned",
            quantizing=True,
        ),
        Technique(
            "cqat",
            "quantization-aware training that keeps clusters",
            "TensorFlow Model Optimization, collaborative optimization",
            "cluster_preserving",
            start="clustered",
            quantizing=True,
        ),
    )
}
"""Techniques by name. A new one is a new entry here and a function in `wrap`."""


@dataclass(frozen=True)
class CompressionOptions:
    """How a model is trained on.

    Attributes:
        epochs: Epochs of each technique.
        photos: Most photos of an epoch, drawn from those that the run was trained on; 0 uses all.
        learning_rate: First rate, which falls by a cosine.
    """

    epochs: int = 3
    photos: int = 0
    learning_rate: float = 1e-4
