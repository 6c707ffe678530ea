"""Runs captioners for the stub of LiteRT's Java API, by standard input and output.

The words are those of Java's `DataInputStream`: big-endian, texts with their length before them.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np
from ai_edge_litert.interpreter import Interpreter

TYPES = {"FLOAT32": np.float32, "INT32": np.int32, "UINT8": np.uint8}


TOY = ".toy"
"""A file of this suffix stands for the model of `toy_encode` and `toy_step`."""


def toy_encode(image: np.ndarray) -> dict[str, np.ndarray]:
    """uint8[1, 2, 2, 3] -> state and features of four places."""
    values = image.astype(np.float32).reshape(1, 4, 3) / 255.0
    return {"features": values, "state": values.sum(axis=1)}


def toy_step(token: np.ndarray, state: np.ndarray, features: np.ndarray) -> dict[str, np.ndarray]:
    """Looks at the places by the state, which the token moves."""
    moved = state + np.float32(0.125) * token.astype(np.float32)
    looks = (features @ moved[..., np.newaxis])[..., 0]
    return {
        "attention": looks / looks.sum(),
        "probabilities": moved / moved.sum(),
        "state": moved,
    }


class ToyRunner:
    """One signature of the toy, as LiteRT's runners are."""

    def __init__(self, function: Callable[..., dict[str, np.ndarray]], **inputs: Any) -> None:
        self._function = function
        self._inputs = inputs

    def __call__(self, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        return self._function(**inputs)

    def get_input_details(self) -> dict[str, Any]:
        return {
            name: {"dtype": dtype, "shape": shape} for name, (dtype, shape) in self._inputs.items()
        }

    def get_output_details(self) -> dict[str, Any]:
        zeros = {name: np.zeros(shape, dtype) for name, (dtype, shape) in self._inputs.items()}
        with np.errstate(invalid="ignore"):
            outputs = self._function(**zeros)
        return {name: {"dtype": one.dtype, "shape": one.shape} for name, one in outputs.items()}


def open_runners(path: str, threads: int) -> dict[str, Any]:
    if path.endswith(TOY):
        state, features = (np.float32, (1, 3)), (np.float32, (1, 4, 3))
        return {
            "encode": ToyRunner(toy_encode, image=(np.uint8, (1, 2, 2, 3))),
            "decode_step": ToyRunner(
                toy_step, token=(np.int32, (1,)), state=state, features=features
            ),
        }
    model = Interpreter(model_path=path, num_threads=threads)
    return {key: model.get_signature_runner(key) for key in model.get_signature_list()}


class Server:
    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests = requests
        self._replies = replies
        self._models: dict[int, dict[str, Any]] = {}
        self._opened = 0

    def serve(self) -> None:
        operations: dict[str, Callable[[], bytes]] = {
            "open": self._open,
            "run": self._run,
            "close": self._close,
        }
        while size := self._requests.read(2):
            operation = operations[self._requests.read(*struct.unpack(">H", size)).decode()]
            try:
                reply = text("") + operation()
            except (ValueError, RuntimeError) as error:
                reply = text(str(error) or type(error).__name__)
            self._replies.write(reply)
            self._replies.flush()

    def _int(self) -> int:
        return int(struct.unpack(">i", self._requests.read(4))[0])

    def _text(self) -> str:
        return self._requests.read(*struct.unpack(">H", self._requests.read(2))).decode()

    def _open(self) -> bytes:
        runners = open_runners(self._text(), self._int())
        self._opened += 1
        self._models[self._opened] = runners
        reply = struct.pack(">ii", self._opened, len(runners))
        for key, runner in runners.items():
            reply += text(key)
            for details in (runner.get_input_details(), runner.get_output_details()):
                reply += struct.pack(">i", len(details))
                for name, detail in details.items():
                    shape = [int(side) for side in detail["shape"]]
                    reply += text(name) + text(type_name(detail["dtype"]))
                    reply += struct.pack(f">{len(shape) + 1}i", len(shape), *shape)
        return reply

    def _run(self) -> bytes:
        handle, key, count = self._int(), self._text(), self._int()
        # All of it is read before anything can fail, or the next request would begin in it.
        sent = {self._text(): self._requests.read(self._int()) for _ in range(count)}
        runner = self._models[handle][key]
        details = runner.get_input_details()
        arrays = {
            name: np.frombuffer(sent[name], detail["dtype"]).reshape(detail["shape"])
            for name, detail in details.items()
        }
        results = runner(**arrays)
        reply = struct.pack(">i", len(results))
        for name, array in results.items():
            reply += text(name) + struct.pack(">i", array.nbytes) + array.tobytes()
        return reply

    def _close(self) -> bytes:
        del self._models[self._int()]
        return b""


def type_name(dtype: Any) -> str:
    return next(name for name, known in TYPES.items() if dtype == known)


def text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack(">H", len(encoded)) + encoded


if __name__ == "__main__":
    Server(sys.stdin.buffer, sys.stdout.buffer).serve()
