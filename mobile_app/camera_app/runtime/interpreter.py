"""The seam between captioning and the platform's TFLite runtime."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Final, Protocol

from .decode import Encoded, Floats
from .errors import JewelcapError
from .preprocess import Pixels


class Interpreter(Protocol):
    """A loaded captioner. Not safe to share between threads; use one in each."""

    def encode(self, image: Pixels) -> Encoded:
        """uint8[1, H, W, 3] -> what the decoder starts from."""

    def decode_step(self, token: int, encoded: Encoded) -> tuple[Floats, Encoded]:
        """(token id, what is known) -> (probabilities float32[V], what is known then)."""


def on_android() -> bool:
    """Whether this process is an Android app; python-for-android sets the variable."""
    return "ANDROID_ARGUMENT" in os.environ


BACKENDS: Final[dict[str, str]] = {"litert": "interpreter_litert"}
"""Backend -> the module here that defines `open_model`. A new backend is a new entry here."""


def open_interpreter(path: Path, threads: int = 1, backend: str = "litert") -> Interpreter:
    """Loads a verified captioner file.

    Args:
        path: The file.
        threads: CPU threads, at least 1.
        backend: A key of `BACKENDS`.

    Raises:
        JewelcapError: The backend is unknown or missing, or it refuses the file.
    """
    if backend not in BACKENDS:
        raise JewelcapError(f"unknown backend {backend!r}: choose one of {', '.join(BACKENDS)}")
    if threads < 1:
        raise JewelcapError(f"threads must be at least 1, not {threads}")
    module = importlib.import_module(f".{BACKENDS[backend]}", __package__)
    interpreter: Interpreter = module.open_model(path, threads)
    return interpreter
