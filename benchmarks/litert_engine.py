"""A captioner file by LiteRT, as the app and `describe` run it."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Final

# Imported here so that the time to load a model does not contain that of its library.
import ai_edge_litert.interpreter  # noqa: F401

from mobile_app.camera_app.runtime.bundle import read_bundle
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.decode import Encoded
from mobile_app.camera_app.runtime.interpreter_litert import LiteRTInterpreter
from mobile_app.camera_app.runtime.preprocess import Pixels, preprocess

RUNTIME: Final = f"LiteRT {version('ai-edge-litert')}"


class CaptionerEngine:
    """See `benchmarks.latency.Engine`."""

    runtime = RUNTIME

    def __init__(self, captioner: Captioner, level: str) -> None:
        self._captioner = captioner
        self._level = level
        self._start = captioner.bundle.vocabulary.start_id(level)

    def describe(self, photo: Path) -> str:
        """Photo file to the text of the level, however sure: what is timed is the same work."""
        return self._captioner.describe(photo, self._level, abstain=False).text

    def prepare(self, photo: Path) -> Pixels:
        """Photo file to uint8[1, H, W, 3]."""
        return preprocess(photo, self._captioner.bundle.manifest.preprocess)

    def encode(self, prepared: Pixels) -> Encoded:
        """uint8[1, H, W, 3] to what the decoder starts from."""
        return self._captioner.interpreter.encode(prepared)

    def step(self, encoded: Encoded) -> object:
        """The first decoding step."""
        return self._captioner.interpreter.decode_step(self._start, encoded)

    def decode(self, encoded: Encoded) -> int:
        """A whole caption; returns the number of decoding steps."""
        return len(self._captioner.decode(encoded, self._level).probabilities)


def open_engine(path: Path, level: str, threads: int, delegate: str) -> CaptionerEngine:
    """Loads a captioner file.

    Raises:
        BundleError: It is no captioner.
    """
    if delegate == "none":
        interpreter = LiteRTInterpreter(path, threads, delegate)
        return CaptionerEngine(Captioner(read_bundle(path), interpreter), level)
    return CaptionerEngine(Captioner.open(path, threads), level)
