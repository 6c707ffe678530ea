"""The seam between captioning and the platform's TFLite runtime."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Final, Protocol

from .decode import Encoded, Floats
from .device_report import Runtime
from .errors import JewelcapError
from .preprocess import Pixels


class Interpreter(Protocol):
    """A loaded captioner. Not safe to share between threads; use one in each."""

    @property
    def runtime(self) -> Runtime:
        """What runs the model, and where it runs it instead of where it was asked to."""

    def encode(self, image: Pixels) -> Encoded:
        """uint8[1, H, W, 3] -> what the decoder starts from."""

    def decode_step(self, token: int, encoded: Encoded) -> tuple[Floats, Encoded]:
        """(token id, what is known) -> (probabilities float32[V], what is known then)."""

    def close(self) -> None:
        """Frees the model's memory; to be called in the thread that used it, as the last call."""


BACKENDS: Final[dict[str, str]] = {
    "litert": "interpreter_litert:open_model",
    "android": "interpreter_android:open_model",
    "android_gpu": "interpreter_android:open_gpu_model",
}
"""Backend -> module here and function of it, (path, threads) -> Interpreter. A new backend is a
new entry here."""


def on_android() -> bool:
    """Whether this process is an Android app; python-for-android sets the variable."""
    return "ANDROID_ARGUMENT" in os.environ


def default_backend() -> str:
    """Returns the backend that runs on the CPU of this system."""
    return "android" if on_android() else "litert"


def open_interpreter(path: Path, threads: int = 1, backend: str | None = None) -> Interpreter:
    """Loads a verified captioner file.

    Args:
        path: The file.
        threads: CPU threads, at least 1.
        backend: A key of `BACKENDS`; None for that of `default_backend`.

    Raises:
        JewelcapError: The backend is unknown or missing, or it refuses the file.
    """
    backend = backend or default_backend()
    if backend not in BACKENDS:
        raise JewelcapError(f"unknown backend {backend!r}: choose one of {', '.join(BACKENDS)}")
    if threads < 1:
        raise JewelcapError(f"threads must be at least 1, not {threads}")
    module, _, function = BACKENDS[backend].partition(":")
    opened: Interpreter = getattr(importlib.import_module(f".{module}", __package__), function)(
        path, threads
    )
    return opened
