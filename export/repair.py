"""Finds the layers that spoil a quantized variant, so that only those stay in float.

Each layer is left in float alone, and what that improves is its blame. The layers of most blame
are then left in float together, as few of them as keep the floor: a binary search, since more
layers in float are, but for noise, never worse. It is the selective quantization of TensorFlow
Lite's quantization debugger, with the captions' probabilities in place of each tensor's error, for
an error only counts if it reaches them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from export.flatbuffer import layers
from export.quantize import Ranges, quantize
from export.variants import Variant
from export.walks import Walk, runners
from pipeline.errors import JewelcapError
from pipeline.progress import track

BLAME_PHOTOS: Final = 12
"""Photos on which layers are blamed; the floor is kept on all parity photos."""


@dataclass(frozen=True)
class Blame:
    """What a layer does to a quantized model.

    Attributes:
        layer: Its name.
        operator: Such as `CONV_2D`.
        weights: Number of its weights.
        distance: Mean total variation distance of the probabilities from the float model's, in
            [0, 1], with this layer alone in float.
    """

    layer: str
    operator: str
    weights: int
    distance: float


@dataclass(frozen=True)
class Repair:
    """How a variant was repaired, and what that costs.

    Attributes:
        variant: The variant that fell below its floor.
        violations: Why.
        distance: Mean distance of its probabilities from the float model's; see `Blame`.
        photos: Photos on which layers were blamed.
        blames: Each layer's, the most to blame first.
        kept_float: Layers that stay in float.
        size_bytes: Size of the model before and after.
        latency_ms: Median of a photo's caption before and after, measured in turn, on one thread
            of this computer.
        inputs: Digest of each input by name, as of the refused export.
        reason: Why nothing helps; empty where something does, else `kept_float` is.
        schema_version: Version of this form.
    """

    variant: str
    violations: tuple[str, ...]
    distance: float
    photos: int
    blames: tuple[Blame, ...]
    kept_float: tuple[str, ...]
    size_bytes: tuple[int, int]
    latency_ms: tuple[float, float]
    inputs: dict[str, str]
    reason: str = ""
    schema_version: int = 1


class RepairError(JewelcapError):
    """No layers in float keep the floor."""


class Reference:
    """The float model's probabilities along its own captions."""

    def __init__(self, found: Iterable[Walk]) -> None:
        """Keeps the captions of a few photos by the float model."""
        self._walks = list(found)

    def distance(self, flatbuffer: bytes) -> float:
        """Mean total variation distance of a model's probabilities from these, in [0, 1]."""
        encode, decode_step = runners(flatbuffer)
        distances = []
        for image, captions in self._walks:
            first = encode(image=image)
            for steps in captions:
                state = first
                for step in steps:
                    outputs = decode_step(**{**step.inputs, **state})
                    change = np.abs(outputs["probabilities"] - step.outputs["probabilities"])
                    distances.append(0.5 * float(change.sum()))
                    state = {**first, "state": outputs["state"]}
        return float(np.mean(distances))


def blame_layers(
    flatbuffer: bytes, variant: Variant, ranges: Ranges, reference: Reference
) -> list[Blame]:
    """Leaves each quantized layer in float alone, and measures what is then left of the error.

    Args:
        flatbuffer: The float32 file, its layers named.
        variant: What it is quantized to.
        ranges: Of the variant.
        reference: The float model.

    Returns:
        The layer whose quantization costs most first.
    """
    candidates = [one for one in layers(flatbuffer) if variant.precisions[one.part].static]
    blames = [
        Blame(
            layer.name,
            layer.operator,
            layer.weights,
            reference.distance(
                quantize(flatbuffer, replace(variant, kept_float=(layer.name,)), ranges)
            ),
        )
        for layer in track(candidates, f"blame {variant.name}", len(candidates))
    ]
    return sorted(blames, key=lambda blame: blame.distance)


def fewest(names: Sequence[str], good: Callable[[tuple[str, ...]], bool]) -> tuple[str, ...]:
    """The shortest beginning of a list that is good, by binary search.

    Args:
        names: Most to blame first.
        good: Whether leaving these in float is enough; taken as true of more once true of fewer.

    Raises:
        RepairError: Not even all of them are good.
    """
    if not names or not good(tuple(names)):
        raise RepairError(
            "repair failed: the floor is not kept even with every layer in float; look at the "
            "refused file's parity.json"
        )
    low, high = 0, len(names)
    while high - low > 1:
        middle = (low + high) // 2
        if good(tuple(names[:middle])):
            high = middle
        else:
            low = middle
    return tuple(names[:high])


def repair_text(repair: Repair) -> Iterable[str]:
    """What was repaired and what it costs, in lines."""
    before, after = repair.size_bytes
    slow, slower = repair.latency_ms
    yield (
        f"{repair.variant} was repaired with {len(repair.kept_float)} of {len(repair.blames)} "
        f"layers in float: {before / 1e6:.2f} -> {after / 1e6:.2f} MB, a caption "
        f"{slow:.1f} -> {slower:.1f} ms on this computer"
    )
    distances = {blame.layer: blame.distance for blame in repair.blames}
    for layer in repair.kept_float:
        yield f"  {layer}: distance {repair.distance:.4f} -> {distances[layer]:.4f} without it"
