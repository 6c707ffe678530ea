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
        path, threads = self._text(), self._int()
        model = Interpreter(model_path=path, num_threads=threads)
        runners = {key: model.get_signature_runner(key) for key in model.get_signature_list()}
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
