"""LiteRT on Android: its Java API, over pyjnius.

Java finds an app's own classes in the thread that Java started, which is Python's main thread;
in other threads only those that were found before. So `load_classes` is to be called there once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .decode import Encoded, Floats
from .device_report import Runtime
from .errors import BundleError, JewelcapError
from .interpreter import Interpreter
from .preprocess import Pixels

_LITE: Final = "org.tensorflow.lite"
_UNSEEN: Final = ("InterpreterApi$Options", "Delegate", "Tensor", "TensorImpl", "DataType")
"""Classes of objects that calls take or return: pyjnius looks them up by itself, in any thread."""

_LARGEST_GPU_ERROR: Final = 0.1
"""Relative difference of the GPU's state to the CPU's that is more than rounding to 16 bits."""


@dataclass(frozen=True)
class _Java:
    """The classes that are used here by name.

    Attributes:
        version: Of LiteRT.
        error: What pyjnius raises for any Java exception.
        gpu: `GpuDelegate`, or None where the app is built without it.
        gpu_support: `CompatibilityList`, likewise.
    """

    interpreter: Any
    options: Any
    file: Any
    buffer: Any
    map: Any
    version: str
    error: type[Exception]
    gpu: Any
    gpu_support: Any


@cache
def load_classes() -> _Java:
    """Finds the Java classes; the first call must be in the main thread.

    Raises:
        JewelcapError: There is no Java, or LiteRT is not in the app.
    """
    try:
        from jnius import JavaException, autoclass
    except Exception as error:
        # Without Java, pyjnius raises whatever its search for it ran into.
        raise JewelcapError(
            f"the Android backend needs pyjnius and a Java virtual machine ({_line(error)})"
        ) from None
    try:
        for name in _UNSEEN:
            autoclass(f"{_LITE}.{name}")
        interpreter = autoclass(f"{_LITE}.Interpreter")
        options = autoclass(f"{_LITE}.Interpreter$Options")
        version = autoclass(f"{_LITE}.TensorFlowLite").runtimeVersion()
    except JavaException as error:
        raise JewelcapError(
            "LiteRT for Android is missing: add com.google.ai.edge.litert:litert to the app's "
            f"Gradle dependencies ({_line(error)})"
        ) from None
    try:
        gpu = autoclass(f"{_LITE}.gpu.GpuDelegate")
        gpu_support = autoclass(f"{_LITE}.gpu.CompatibilityList")
    except JavaException:
        gpu = gpu_support = None
    return _Java(
        interpreter=interpreter,
        options=options,
        file=autoclass("java.io.File"),
        buffer=autoclass("java.nio.ByteBuffer"),
        map=autoclass("java.util.HashMap"),
        version=version,
        error=JavaException,
        gpu=gpu,
        gpu_support=gpu_support,
    )


class _Signature:
    """Runs one signature through buffers that are made once."""

    def __init__(self, java: _Java, interpreter: Any, key: str) -> None:
        self._java = java
        self._interpreter = interpreter
        self._key = key
        self._inputs = java.map()
        self._outputs = java.map()
        self._results: dict[str, tuple[Any, tuple[int, ...]]] = {}
        for name in interpreter.getSignatureOutputs(key):
            tensor = interpreter.getOutputTensorFromSignature(name, key)
            # A buffer on Java's heap: its array comes over in one copy, a direct one byte by byte.
            buffer = java.buffer.allocate(tensor.numBytes())
            self._outputs.put(name, buffer)
            self._results[name] = buffer, tuple(tensor.shape())

    def run(self, **inputs: NDArray[Any]) -> dict[str, Floats]:
        """Returns copies of all outputs.

        Raises:
            ValueError: An input has another size than the model's.
        """
        try:
            for name, array in inputs.items():
                self._inputs.put(name, self._java.buffer.wrap(array.tobytes()))
            for buffer, _ in self._results.values():
                buffer.rewind()
            self._interpreter.runSignature(self._inputs, self._outputs, self._key)
        except self._java.error as error:
            raise ValueError(_line(error)) from None
        return {
            name: np.frombuffer(buffer.array().tostring(), np.float32).reshape(shape)
            for name, (buffer, shape) in self._results.items()
        }


class AndroidInterpreter:
    """Runs the two signatures on the CPU, or the encoder on the GPU.

    A decoding step is too small to be worth the way to the GPU and back.
    """

    def __init__(self, path: Path, threads: int, gpu: bool = False) -> None:
        """Maps the file and allocates both signatures.

        Args:
            path: A verified captioner file.
            threads: CPU threads.
            gpu: Whether to try the GPU for the encoder.

        Raises:
            JewelcapError: There is no Java, or LiteRT is not in the app.
            BundleError: LiteRT refuses the file, or a signature is missing.
        """
        java = self._java = load_classes()
        self._path = path
        self._threads = threads
        self._closables: list[Any] = []
        try:
            interpreter = self._open(None)
            self._encode = _Signature(java, interpreter, "encode")
            self._decode_step = _Signature(java, interpreter, "decode_step")
            shape = tuple(interpreter.getInputTensorFromSignature("image", "encode").shape())
        except java.error as error:
            self.close()
            raise BundleError(f"{path}: LiteRT refuses this model ({_line(error)})") from None
        self.runtime = Runtime(f"LiteRT {java.version}", threads, "xnnpack", "xnnpack")
        if gpu:
            note = self._move_to_gpu(shape)
            self.runtime = replace(
                self.runtime,
                delegate_asked="gpu",
                delegate_used="xnnpack" if note else "gpu",
                delegate_note=note,
            )

    def encode(self, image: Pixels) -> Encoded:
        """See `Interpreter.encode`."""
        outputs = self._encode.run(image=image)
        return Encoded(outputs["state"], outputs.get("features"))

    def decode_step(self, token: int, encoded: Encoded) -> tuple[Floats, Encoded]:
        """See `Interpreter.decode_step`."""
        inputs: dict[str, NDArray[Any]] = {
            "token": np.array([token], np.int32),
            "state": encoded.state,
        }
        if encoded.features is not None:
            inputs["features"] = encoded.features
        outputs = self._decode_step.run(**inputs)
        then = replace(encoded, state=outputs["state"], attention=outputs.get("attention"))
        return outputs["probabilities"][0], then

    def close(self) -> None:
        """See `Interpreter.close`."""
        # The interpreter before the delegate that it uses.
        for closable in reversed(self._closables):
            closable.close()
        self._closables.clear()

    def _open(self, delegate: Any) -> Any:
        java = self._java
        # Not in a chain: what a setter returns may count as another class, which lacks the next.
        options = java.options()
        options.setNumThreads(self._threads)
        if delegate is None:
            options.setUseXNNPACK(True)
        else:
            options.addDelegate(delegate)
        interpreter = java.interpreter(java.file(str(self._path)), options)
        self._closables.append(interpreter)
        return interpreter

    def _move_to_gpu(self, shape: tuple[int, ...]) -> str:
        """Moves the encoder to the GPU; returns why not, where it stays."""
        java = self._java
        if java.gpu is None:
            return "the app is built without com.google.ai.edge.litert:litert-gpu"
        kept = len(self._closables)
        try:
            support = java.gpu_support()
            self._closables.append(support)
            if not support.isDelegateSupportedOnThisDevice():
                note = "LiteRT does not support this device's GPU"
            else:
                delegate = java.gpu()
                self._closables.append(delegate)
                encode = _Signature(java, self._open(delegate), "encode")
                error = _difference(self._encode, encode, shape)
                if error <= _LARGEST_GPU_ERROR:
                    self._encode = encode
                    return ""
                note = f"the GPU's answer differs from the CPU's by {error:.0%}"
        except (java.error, ValueError) as error:
            note = f"the GPU refuses this model ({_line(error)})"
        while len(self._closables) > kept:
            self._closables.pop().close()
        return note


def _difference(reference: _Signature, other: _Signature, shape: tuple[int, ...]) -> float:
    """Relative difference of the states of a picture of noise; infinite if not a number."""
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    wanted, got = (signature.run(image=image)["state"] for signature in (reference, other))
    error = float(np.linalg.norm(got - wanted) / max(float(np.linalg.norm(wanted)), 1e-6))
    return error if np.isfinite(error) else float("inf")


def _line(error: Exception) -> str:
    # pyjnius keeps Java's own message apart from its own.
    message = str(getattr(error, "innermessage", None) or error).strip()
    return message.splitlines()[0] if message else type(error).__name__


def open_model(path: Path, threads: int) -> Interpreter:
    """Opens a captioner on the CPU; errors as `AndroidInterpreter`."""
    return AndroidInterpreter(path, threads)


def open_gpu_model(path: Path, threads: int) -> Interpreter:
    """Opens a captioner with its encoder on the GPU, or on the CPU where that cannot be."""
    return AndroidInterpreter(path, threads, gpu=True)
