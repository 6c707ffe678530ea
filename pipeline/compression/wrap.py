"""Encoders prepared for a technique by TensorFlow Model Optimization, and taken out of it again.

Only the encoder is wrapped: the toolkit knows no recurrent cells, and a decoder's share of a
captioner is small. The decoder is trained along.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pipeline.compression.techniques import Technique
from pipeline.keras_api import keras, optimization_toolkit

SPARSITY: Final = 0.5
"""Share of the weights of each pruned layer that end up 0."""

CLUSTERS: Final = 32
"""Different weights that a clustered layer keeps."""

_MASKS_UPDATED_EVERY: Final = 10

_DECAY: Final = 0.999
"""Of the toolkit's moving averages of ranges."""

_SETTLED: Final = 0.01
"""Relative change of a range below which it stays."""

_NARROWEST: Final = 1e-3
"""Least upper end of a range; kernels refuse one that holds nothing but 0."""


def wrap(technique: Technique, encoder: Any, steps_per_epoch: int = 1) -> Any:
    """Prepares a copy of an encoder for a technique.

    Args:
        technique: Which.
        encoder: Flat Keras model; it stays as it is.
        steps_per_epoch: Steps over which pruning reaches its full share.

    Returns:
        A Keras model with the same inputs and outputs.
    """
    copy = keras.models.clone_model(encoder)
    copy.set_weights(encoder.get_weights())
    functions: dict[str, Callable[[Any, int], Any]] = {
        "quantization_aware": _quantization_aware,
        "pruned": _pruned,
        "clustered": _clustered,
        "prune_preserving": _prune_preserving,
        "cluster_preserving": _cluster_preserving,
    }
    # The toolkit comments on what the registry means to do.
    logging.disable(logging.WARNING)
    try:
        wrapped = functions[technique.wrapper](copy, steps_per_epoch)
    finally:
        logging.disable(logging.NOTSET)
    for layer in wrapped.layers:
        # Photos of few designs would spoil the statistics that the encoder came with.
        inner = getattr(layer, "layer", layer)
        if isinstance(inner, keras.layers.BatchNormalization):
            inner.trainable = False
    return wrapped


def settle_ranges(wrapped: Any, images: Any) -> None:
    """Sets the ranges of a quantizing encoder's activations to those of some photos.

    The toolkit starts from [-6, 6] and moves a thousandth of the way in a step, so that a short
    training ends long before its ranges fit: features of 0.1 would have two values left, and
    those beyond 6 would be cut off. A layer's range is right once those before it are, so that
    it takes as many passes as there are layers, or fewer.

    Args:
        wrapped: From `wrap`.
        images: Training photos as the encoder takes them, float32[n, H, W, 3].
    """
    # That of the photos themselves stands apart: it is no average, and right after one pass.
    ranges = [
        variable
        for layer in wrapped.layers
        if hasattr(layer, "quantize_config")
        for variable in layer.non_trainable_variables
        if variable.name.partition(":")[0].endswith(("_min", "_max"))
        and "kernel" not in variable.name
    ]
    for _ in ranges:
        before = [float(variable) for variable in ranges]
        wrapped(images, training=True)
        # Where the moving average would end, from its first step.
        ends = [
            (float(variable) - _DECAY * start) / (1.0 - _DECAY)
            for variable, start in zip(ranges, before, strict=True)
        ]
        for variable, end in zip(ranges, ends, strict=True):
            is_top = variable.name.partition(":")[0].endswith("_max")
            variable.assign(max(end, _NARROWEST) if is_top else min(end, 0.0))
        if np.allclose(ends, before, rtol=_SETTLED, atol=_NARROWEST):
            return


def before_step(wrapped: Any) -> None:
    """Counts a training step, for the pruning schedule; for use inside a graph."""
    for layer in _pruning(wrapped):
        layer.pruning_step.assign_add(1)


def after_step(wrapped: Any) -> None:
    """Sets weights that are pruned away to 0 again, which a step may have moved."""
    for layer in _pruning(wrapped):
        layer.pruning_obj.weight_mask_op()


def strip(technique: Technique, wrapped: Any) -> Any:
    """Takes out what only training needs.

    Returns:
        A model of plain layers; of a quantizing technique one that still simulates 8 bits, from
        which the converter reads the ranges.
    """
    toolkit = optimization_toolkit()
    if technique.wrapper == "pruned":
        return toolkit.sparsity.keras.strip_pruning(wrapped)
    if technique.wrapper == "clustered":
        return toolkit.clustering.keras.strip_clustering(wrapped)
    if technique.wrapper == "cluster_preserving":
        return toolkit.experimental.combine.strip_clustering_cqat(wrapped)
    return wrapped


def _quantization_aware(encoder: Any, _: int) -> Any:
    return optimization_toolkit().quantization.keras.quantize_model(encoder)


def _prune_preserving(encoder: Any, _: int) -> Any:
    combine = optimization_toolkit().experimental.combine
    return _apply(encoder, combine.Default8BitPrunePreserveQuantizeScheme())


def _cluster_preserving(encoder: Any, _: int) -> Any:
    combine = optimization_toolkit().experimental.combine
    return _apply(encoder, combine.Default8BitClusterPreserveQuantizeScheme())


def _apply(encoder: Any, scheme: Any) -> Any:
    quantization = optimization_toolkit().quantization.keras
    return quantization.quantize_apply(quantization.quantize_annotate_model(encoder), scheme)


def _pruned(encoder: Any, steps_per_epoch: int) -> Any:
    sparsity = optimization_toolkit().sparsity.keras
    # Whichever epoch is the best, it has its full share of zeros.
    schedule = sparsity.PolynomialDecay(
        initial_sparsity=0.0,
        final_sparsity=SPARSITY,
        begin_step=0,
        end_step=max(1, steps_per_epoch - 1),
        frequency=min(_MASKS_UPDATED_EVERY, max(1, steps_per_epoch - 1)),
    )
    return _wrap_convolutions(
        encoder, lambda layer: sparsity.prune_low_magnitude(layer, pruning_schedule=schedule)
    )


def _clustered(encoder: Any, _: int) -> Any:
    clustering = optimization_toolkit().clustering.keras
    return _wrap_convolutions(
        encoder,
        lambda layer: clustering.cluster_weights(
            layer,
            number_of_clusters=CLUSTERS,
            cluster_centroids_init=clustering.CentroidInitialization.KMEANS_PLUS_PLUS,
        ),
    )


def _wrap_convolutions(encoder: Any, wrapper: Callable[[Any], Any]) -> Any:
    first = next(layer for layer in encoder.layers if _is_convolution(layer))

    def clone(layer: Any) -> Any:
        # The first layer is small and sees the photo itself.
        return wrapper(layer) if _is_convolution(layer) and layer is not first else layer

    return keras.models.clone_model(encoder, clone_function=clone)


def _is_convolution(layer: Any) -> bool:
    # Depthwise kernels are few, and each of their weights counts.
    return type(layer) is keras.layers.Conv2D


def _pruning(wrapped: Any) -> list[Any]:
    return [layer for layer in wrapped.layers if hasattr(layer, "pruning_step")]
