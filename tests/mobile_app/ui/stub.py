"""A captioner without a model: what it says depends on a picture's color alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final

import numpy as np

from mobile_app.camera_app.runtime.decode import Encoded, Floats
from mobile_app.camera_app.runtime.device_report import Runtime
from mobile_app.camera_app.runtime.levels import LEVELS, Attributes, get_level
from mobile_app.camera_app.runtime.preprocess import Pixels
from mobile_app.camera_app.runtime.vocabulary import Vocabulary

WARM: Final = Attributes(
    types=("ring",), model="Alba", materials=("yellow gold",), stones=("ruby",)
)
COLD: Final = Attributes(
    types=("earring",), model="Lyra", materials=("white gold",), stones=("diamonds", "sapphires")
)
STONES: Final = Vocabulary.build(sorted({*WARM.terms(), *COLD.terms()}))
SURE: Final = 0.97
"""Probability of each token of a caption."""


class ColorInterpreter:
    """Sees a ring on warm pictures and an earring on cold ones.

    The state is 100 times the piece, 10 times the level, and the tokens so far.
    """

    runtime = Runtime("stub", 1, "xnnpack", "xnnpack")

    def __init__(self, *_: Any, encode_seconds: float = 0.0) -> None:
        self._seconds = encode_seconds
        self.encoded = 0

    def encode(self, image: Pixels) -> Encoded:
        """See `Interpreter.encode`."""
        time.sleep(self._seconds)
        self.encoded += 1
        red, _, blue = image[0].reshape(-1, 3).mean(axis=0)
        return Encoded(np.full((1, 1), 100.0 if blue > red else 0.0, np.float32))

    def decode_step(self, token: int, encoded: Encoded) -> tuple[Floats, Encoded]:
        """See `Interpreter.decode_step`."""
        if encoded.state.shape != (1, 1):
            raise ValueError(f"the state is {encoded.state.shape}, not (1, 1)")
        number = round(float(encoded.state[0, 0]))
        piece, level, count = number // 100, number // 10 % 10, number % 10
        names = list(LEVELS)
        for index, name in enumerate(names):
            if token == STONES.start_id(name):
                level, count = index, 0
        terms = get_level(names[level]).terms(COLD if piece else WARM) or ()
        ids = [*STONES.encode(terms), STONES.end_id]
        probabilities = np.full(len(STONES), (1.0 - SURE) / (len(STONES) - 1), np.float32)
        probabilities[ids[min(count, len(ids) - 1)]] = SURE
        state = np.full((1, 1), 100 * piece + 10 * level + count + 1, np.float32)
        return probabilities, Encoded(state)

    def close(self) -> None:
        """See `Interpreter.close`."""


def write_stub_bundle(path: Path, **changes: Any) -> Path:
    """Writes the captioner file that belongs to `ColorInterpreter`."""
    from dataclasses import replace

    from export.bundle_writer import write_bundle
    from tests.bundles import FLATBUFFER, MANIFEST

    extra = changes.pop("flatbuffer", FLATBUFFER)
    manifest = replace(MANIFEST, languages=("en", "es", "it"), **changes)
    write_bundle(path, extra, manifest, STONES)
    return path
