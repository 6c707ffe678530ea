"""The weights of a run by ONNX Runtime; decoding, preprocessing and captions are the app's."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

# Imported here so that the time to load a model does not contain that of its library.
import onnxruntime

from benchmarks.onnx_convert import DECODE_STEP, ENCODE, FACTS, OnnxFacts
from mobile_app.camera_app.runtime.decode import Decoded, Encoded, Floats, greedy_search
from mobile_app.camera_app.runtime.languages import compose
from mobile_app.camera_app.runtime.preprocess import Pixels, preprocess
from mobile_app.camera_app.runtime.schema import load_json
from mobile_app.camera_app.runtime.vocabulary import Vocabulary


class OnnxEngine:
    """See `benchmarks.latency.Engine`."""

    runtime = f"ONNX Runtime {version('onnxruntime')}"

    def __init__(self, folder: Path, level: str, threads: int) -> None:
        """Opens both graphs on the CPU."""
        path = folder / FACTS
        self._facts = load_json(OnnxFacts, path.read_bytes(), str(path))
        self._vocabulary = Vocabulary.from_text(self._facts.vocabulary)
        self._start = self._vocabulary.start_id(level)
        self._encoder = _open(folder / ENCODE, threads)
        self._decoder = _open(folder / DECODE_STEP, threads)
        self._names = [
            [one.name for one in s.get_outputs()] for s in (self._encoder, self._decoder)
        ]

    def describe(self, photo: Path) -> str:
        """Photo file to the text of the level."""
        ids = self._search(self.encode(self.prepare(photo))).ids
        return compose(self._vocabulary.decode(ids), "en")

    def prepare(self, photo: Path) -> Pixels:
        """Photo file to uint8[1, H, W, 3]."""
        return preprocess(photo, self._facts.preprocess)

    def encode(self, prepared: Pixels) -> Encoded:
        """uint8[1, H, W, 3] to what the decoder starts from."""
        outputs = dict(
            zip(self._names[0], self._encoder.run(None, {"image": prepared}), strict=True)
        )
        return Encoded(outputs["state"], outputs.get("features"))

    def step(self, encoded: Encoded) -> object:
        """The first decoding step."""
        return self._step(self._start, encoded)

    def decode(self, encoded: Encoded) -> int:
        """A whole caption; returns the number of decoding steps."""
        return len(self._search(encoded).probabilities)

    def _step(self, token: int, encoded: Encoded) -> tuple[Floats, Encoded]:
        inputs: dict[str, Any] = {"token": np.array([token], np.int32), "state": encoded.state}
        if self._facts.features:
            inputs["features"] = encoded.features
        outputs = dict(zip(self._names[1], self._decoder.run(None, inputs), strict=True))
        return outputs["probabilities"][0], replace(encoded, state=outputs["next_state"])

    def _search(self, encoded: Encoded) -> Decoded:
        return greedy_search(
            self._step,
            encoded,
            self._start,
            self._vocabulary.end_id,
            self._vocabulary.first_term_id,
            self._facts.max_length,
        )


def _open(path: Path, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def open_engine(path: Path, level: str, threads: int, delegate: str) -> OnnxEngine:
    """Opens what `convert_run` wrote."""
    return OnnxEngine(path, level, threads)
