"""LiteRT on the desktop."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from .decode import Encoded, Floats
from .device_report import Runtime
from .errors import BundleError, JewelcapError
from .interpreter import Interpreter
from .preprocess import Pixels


class LiteRTInterpreter:
    """Runs the two signatures by LiteRT."""

    def __init__(self, path: Path, threads: int, delegate: str = "xnnpack") -> None:
        """Maps the file and allocates both signatures.

        Args:
            path: A captioner file.
            threads: CPU threads.
            delegate: `xnnpack`, or `none` for LiteRT's own kernels.

        Raises:
            JewelcapError: LiteRT is not installed.
            BundleError: LiteRT refuses the file, or a signature is missing.
        """
        try:
            from ai_edge_litert.interpreter import Interpreter as LiteRT
            from ai_edge_litert.interpreter import OpResolverType
        except ImportError:
            raise JewelcapError("LiteRT is not installed: pip install ai-edge-litert") from None
        resolver = OpResolverType.AUTO
        if delegate == "none":
            resolver = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        try:
            runtime = LiteRT(
                model_path=str(path), num_threads=threads, experimental_op_resolver_type=resolver
            )
            self._encode = runtime.get_signature_runner("encode")
            self._decode_step = runtime.get_signature_runner("decode_step")
        except (ValueError, RuntimeError) as error:
            reason = str(error).splitlines()[0] if str(error) else "no reason given"
            raise BundleError(f"{path}: LiteRT refuses this model ({reason})") from None
        self._threads = threads
        self._delegate = delegate

    @property
    def runtime(self) -> Runtime:
        """See `Interpreter.runtime`."""
        name = f"LiteRT {version('ai-edge-litert')}"
        return Runtime(name, self._threads, self._delegate, self._delegate)

    def encode(self, image: Pixels) -> Encoded:
        """See `Interpreter.encode`."""
        outputs = self._encode(image=image)
        return Encoded(outputs["state"], outputs.get("features"))

    def decode_step(self, token: int, encoded: Encoded) -> tuple[Floats, Encoded]:
        """See `Interpreter.decode_step`."""
        inputs = {"token": np.array([token], np.int32), "state": encoded.state}
        if encoded.features is not None:
            inputs["features"] = encoded.features
        outputs = self._decode_step(**inputs)
        then = replace(encoded, state=outputs["state"], attention=outputs.get("attention"))
        return outputs["probabilities"][0], then

    def close(self) -> None:
        """See `Interpreter.close`."""
        del self._encode, self._decode_step


def open_model(path: Path, threads: int) -> Interpreter:
    """Opens a captioner by LiteRT; errors as `LiteRTInterpreter`."""
    return LiteRTInterpreter(path, threads)
