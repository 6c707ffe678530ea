"""Model weights on disk: an `.npz`, read without unpickling.

Kernels can be stored in 8 bits with a scale for each output channel, a quarter of their size.
"""

from __future__ import annotations

import io
import lzma
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.errors import JewelcapError
from pipeline.files import write_bytes

_META: Final = "meta"
_MIN_QUANTIZED_SIZE: Final = 512
_DAMAGE: Final = (
    OSError,
    ValueError,
    KeyError,
    IndexError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    TypeError,
    OverflowError,
    MemoryError,
    tokenize.TokenError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)
"""What zipfile and numpy raise on damaged files."""

_MAX_ARRAY_BYTES: Final = 1_000_000_000


@dataclass(frozen=True)
class WeightsMeta:
    """What the arrays are.

    Attributes:
        name: Name of the encoder or decoder that they belong to.
        license: SPDX identifier or a sentence, with the origin of pretrained weights.
        catalog_digest: Catalog that they were trained on, or empty.
        command: Command that made the file, or empty.
        seen_sha256: Photos used for fitting or for choosing among epochs. They must not stand
            in the test split of a model that starts from these weights.
        schema_version: Version of this form.
    """

    name: str
    license: str = ""
    catalog_digest: str = ""
    command: str = ""
    seen_sha256: tuple[str, ...] = ()
    schema_version: int = 1


@dataclass(frozen=True)
class WeightsFile:
    """Arrays (float32, in the model's order) and what they are."""

    meta: WeightsMeta
    arrays: list[NDArray[np.float32]]


def write_weights(
    path: Path, arrays: Sequence[NDArray[np.float32]], meta: WeightsMeta, bits: int = 32
) -> None:
    """Writes a weights file.

    Args:
        path: The `.npz` to write.
        arrays: float32 weights in the model's order.
        meta: What they are.
        bits: 32, or 8 for kernels as int8 with a scale for each channel of their last axis and
            everything else as float16.
    """
    stored: dict[str, NDArray] = {
        _META: np.frombuffer(dump_json(meta).encode(), dtype=np.uint8),
    }
    for index, array in enumerate(arrays):
        if bits == 8 and array.ndim >= 2 and array.size >= _MIN_QUANTIZED_SIZE:
            # Depthwise kernels have their channels on the third axis, the last one being 1.
            axes = (0, 1, 3) if array.ndim == 4 and array.shape[3] == 1 else None
            reduced = axes if axes is not None else tuple(range(array.ndim - 1))
            scale = np.max(np.abs(array), axis=reduced, keepdims=True) / 127.0
            scale = np.where(scale == 0.0, 1.0, scale).astype(np.float32)
            stored[f"{index:04d}_int8"] = np.round(array / scale).astype(np.int8)
            stored[f"{index:04d}_scale"] = scale
        elif bits == 8 and float(np.max(np.abs(array), initial=0.0)) < 60_000.0:
            stored[f"{index:04d}_half"] = array.astype(np.float16)
        else:
            stored[f"{index:04d}_full"] = np.asarray(array, np.float32)
    buffer = io.BytesIO()
    # Compression finds nothing in float32 weights, and training writes them often.
    save = np.savez_compressed if bits == 8 else np.savez
    save(buffer, allow_pickle=False, **stored)
    write_bytes(path, buffer.getvalue())


def read_weights(path: Path) -> WeightsFile:
    """Reads a weights file; 8-bit and half arrays come back as float32.

    Raises:
        JewelcapError: The file is missing, damaged or of another form.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if any(info.file_size > _MAX_ARRAY_BYTES for info in archive.infolist()):
                raise ValueError("an array is too large")
        with np.load(path, allow_pickle=False) as stored:
            meta = load_json(WeightsMeta, stored[_META].tobytes(), str(path))
            arrays: list[NDArray[np.float32]] = []
            for name in sorted(set(stored.files) - {_META}):
                index, _, form = name.partition("_")
                if form == "int8":
                    scale = stored[f"{index}_scale"]
                    arrays.append(stored[name].astype(np.float32) * scale)
                elif form in ("half", "full"):
                    arrays.append(stored[name].astype(np.float32))
    except _DAMAGE as e:
        raise JewelcapError(f"{path}: not a weights file of this project ({e})") from None
    return WeightsFile(meta, arrays)
