"""Captions that a TFLite model says, step by step: what comes in and what goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from export.variants import PARTS
from mobile_app.camera_app.runtime.preprocess import Pixels

if TYPE_CHECKING:
    from pipeline.captioner_model import TrainedModel

THREADS: Final = 2

Samples = dict[str, list[dict[str, Any]]]
"""Inputs by signature."""


class Step(NamedTuple):
    """Inputs and outputs of `decode_step`, by name."""

    inputs: dict[str, Any]
    outputs: dict[str, Any]


class Walk(NamedTuple):
    """A photo uint8[1, H, W, 3] and the steps of its caption at each level."""

    image: Pixels
    captions: list[list[Step]]


Runner = Callable[..., dict[str, Any]]
"""A signature: takes its inputs and gives its outputs by name, as arrays."""


def runners(flatbuffer: bytes) -> tuple[Runner, Runner]:
    """Functions of the signatures `encode` and `decode_step`."""
    from ai_edge_litert.interpreter import Interpreter

    runtime = Interpreter(model_content=flatbuffer, num_threads=THREADS)
    encode, decode_step = map(runtime.get_signature_runner, PARTS)
    return encode, decode_step


def walks(
    signatures: tuple[Runner, Runner], model: TrainedModel, photos: Iterable[Pixels]
) -> Iterator[Walk]:
    """Has a model describe photos by greedy search.

    Args:
        signatures: `encode` and `decode_step`, as from `runners`.
        model: Whose vocabulary and maximum length it has.
        photos: uint8[1, H, W, 3].
    """
    encode, decode_step = signatures
    vocabulary = model.vocabulary
    for image in photos:
        first = encode(image=image)
        captions = []
        for level in vocabulary.level_names:
            steps: list[Step] = []
            inputs = {"token": np.array([vocabulary.start_id(level)], np.int32), **first}
            for _ in range(model.max_length + 1):
                outputs = decode_step(**inputs)
                steps.append(Step(inputs, outputs))
                token = int(np.argmax(outputs["probabilities"]))
                if token < vocabulary.first_term_id:
                    break
                inputs = {
                    **inputs,
                    "token": np.array([token], np.int32),
                    "state": outputs["state"],
                }
            captions.append(steps)
        yield Walk(image, captions)


def samples_of(found: Iterable[Walk]) -> Samples:
    """Inputs of both signatures, the decoder's along the captions."""
    samples: Samples = {part: [] for part in PARTS}
    for walk in found:
        samples[PARTS[0]].append({"image": walk.image})
        samples[PARTS[1]] += [step.inputs for steps in walk.captions for step in steps]
    return samples
