"""A quick look at how long captions take on this computer; `jewelcap benchmark` measures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from mobile_app.camera_app.runtime.decode import greedy_search
from mobile_app.camera_app.runtime.interpreter import open_interpreter
from mobile_app.camera_app.runtime.preprocess import Pixels

if TYPE_CHECKING:
    from pipeline.captioner_model import TrainedModel

ROUNDS: Final = 15

Key = TypeVar("Key")


def caption_latency_ms(
    files: Mapping[Key, Path], model: TrainedModel, photos: Sequence[Pixels]
) -> dict[Key, float]:
    """Median time from a preprocessed photo to its caption at the last level, on one thread.

    Files are measured in turn, so that a busy moment strikes all of them.

    Args:
        files: Captioners, or flatbuffers without manifest, of the same vocabulary.
        model: Whose vocabulary and maximum length it is.
        photos: At least one, uint8[1, H, W, 3].
    """
    interpreters = {key: open_interpreter(path) for key, path in files.items()}
    vocabulary = model.vocabulary
    start = vocabulary.start_id(vocabulary.level_names[-1])
    samples: dict[Key, list[float]] = {key: [] for key in files}
    # The first round pays for what is set up lazily, and does not count.
    for number in range(ROUNDS + 1):
        photo = photos[number % len(photos)]
        for key, interpreter in interpreters.items():
            begin = time.perf_counter()
            greedy_search(
                interpreter.decode_step,
                interpreter.encode(photo),
                start,
                vocabulary.end_id,
                vocabulary.first_term_id,
                model.max_length,
            )
            if number:
                samples[key].append(1e3 * (time.perf_counter() - begin))
    return {key: round(statistics.median(values), 3) for key, values in samples.items()}
