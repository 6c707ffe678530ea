"""Features of frozen encoders, extracted once and kept on disk by image and weights digest.

Pooled features are kept as they are, in float32. Those of each place, 50,176 values a photo for
MobileNet, are kept in float16, 100 KB instead of 200: its rounding, at most 1 part in 2,048, is
far below the noise of dropout. A flat vector and a grid share their cache.
"""

from __future__ import annotations

import fcntl
import hashlib
import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.preprocess import Pixels, preprocess
from pipeline.augmentation.copies import copied
from pipeline.catalog.split import SplitPhoto
from pipeline.encoders import EncoderSpec
from pipeline.errors import ImageError, JewelcapError
from pipeline.files import disk_error
from pipeline.progress import track

_BATCH: Final = 16
_DIGEST_BYTES: Final = 32


def weights_digest(spec: EncoderSpec, weights: Sequence[NDArray]) -> str:
    """SHA-256 of an encoder: its name, how photos reach it, its weights, and what it gives."""
    name = replace(spec, output="pooled").name
    places = "" if spec.output == "pooled" else " by place"
    digest = hashlib.sha256(f"{name} {spec.preprocess}{places}".encode())
    for array in weights:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def read_photo(root: Path, item: SplitPhoto, spec: EncoderSpec) -> Pixels:
    """Reads a photo, or an augmented copy, as the encoder's input, uint8[1, H, W, 3].

    Raises:
        JewelcapError: The file is gone, damaged, or not the one that was split.
    """
    path = root / item.photo.file_name
    try:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != item.sha256:
            raise JewelcapError(
                f"{path}: changed since the catalog was split; train a new run, or --force"
            )
        return copied(preprocess(data, spec.preprocess), item)
    except OSError as error:
        raise JewelcapError(f"{path}: cannot be read ({error.strerror})") from None
    except ImageError as error:
        raise JewelcapError(f"{path} {error}") from None


def read_photos(root: Path, items: Sequence[SplitPhoto], spec: EncoderSpec) -> Iterator[Pixels]:
    """Yields `read_photo` of each item in order, reading ahead on other cores."""
    with ThreadPoolExecutor() as pool:
        for start in range(0, len(items), 4 * _BATCH):
            chunk = items[start : start + 4 * _BATCH]
            yield from pool.map(lambda item: read_photo(root, item, spec), chunk)


def cache_folder() -> Path:
    """Where features are kept: JEWELCAP_CACHE, or the user's cache folder."""
    return Path(os.environ.get("JEWELCAP_CACHE") or Path.home() / ".cache" / "jewelcap")


class FeatureCache:
    """Features of one encoder: rows of numbers in `features.f32` or `features.f16`.

    The images that they are of stand in `rows.bin`.

    A row is written before its image's digest, so what a crash leaves half-written is ignored
    and overwritten.
    """

    def __init__(
        self, root: Path, digest: str, shape: tuple[int, ...], dtype: type = np.float32
    ) -> None:
        """Opens or makes the cache of an encoder.

        Args:
            root: Folder of all caches.
            digest: From `weights_digest`.
            shape: Of a photo's features.
            dtype: In which they are kept, float32 or float16.
        """
        self.folder = root / digest[:16]
        self.shape = shape
        self.dtype = np.dtype(dtype)
        self._row_bytes = math.prod(shape) * self.dtype.itemsize
        self._path = self.folder / f"features.f{8 * self.dtype.itemsize}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_error(self.folder, error) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _count(self) -> int:
        """Number of rows of which both parts are whole."""
        paths = ((self.folder / "rows.bin", _DIGEST_BYTES), (self._path, self._row_bytes))
        return min(path.stat().st_size // size if path.exists() else 0 for path, size in paths)

    def _places(self, digests: Sequence[str]) -> dict[str, int]:
        """Rows of those of some images that are there."""
        wanted = dict.fromkeys(digests)
        found: dict[str, int] = {}
        count = self._count()
        if count:
            with (self.folder / "rows.bin").open("rb") as file:
                for row in range(count):
                    digest = file.read(_DIGEST_BYTES).hex()
                    if digest in wanted:
                        found[digest] = row
        return found

    def add(self, digests: Sequence[str], features: NDArray[np.float32]) -> None:
        """Appends features float32[n, ...] of images by SHA-256.

        Raises:
            JewelcapError: The disk is full.
        """
        data = np.ascontiguousarray(features, self.dtype).tobytes()
        try:
            with self._locked():
                count = self._count()
                for path, size, content in (
                    (self._path, self._row_bytes, data),
                    (self.folder / "rows.bin", _DIGEST_BYTES, bytes.fromhex("".join(digests))),
                ):
                    with path.open("r+b" if path.exists() else "w+b") as file:
                        file.truncate(count * size)
                        file.seek(count * size)
                        file.write(content)
        except OSError as error:
            raise disk_error(self.folder, error) from None

    def known(self, digests: Sequence[str]) -> frozenset[str]:
        """Which of some images, by SHA-256, are there."""
        return frozenset(self._places(digests))

    def rows(self, digests: Sequence[str]) -> FeatureRows:
        """Features of images that are all there, by SHA-256 and in this order."""
        places = self._places(digests)
        index = np.array([places[digest] for digest in digests], np.int64)
        return FeatureRows(self._path, index, self.shape, self.dtype)


class FeatureRows:
    """Features float32[n, ...] that stay on the disk; an index reads those asked for."""

    def __init__(
        self, path: Path, index: NDArray[np.int64], shape: tuple[int, ...], dtype: np.dtype
    ) -> None:
        """Opens a file of rows.

        Args:
            path: The file.
            index: Its rows, int64[n].
            shape: Of a row.
            dtype: Of its numbers in the file.
        """
        self._file = path.open("rb", buffering=0)
        self._index = index
        self._dtype = dtype
        self.shape = len(index), *shape

    def __len__(self) -> int:
        return len(self._index)

    def __getitem__(self, part: slice | NDArray[np.int64]) -> NDArray[np.float32]:
        index = self._index[part]
        rows = np.empty((len(index), *self.shape[1:]), np.float32)
        size = math.prod(self.shape[1:]) * self._dtype.itemsize
        for row, place in zip(rows, index.tolist(), strict=True):
            # Unlike a memory map, this leaves nothing behind in the process.
            data = os.pread(self._file.fileno(), size, place * size)
            row[...] = np.frombuffer(data, self._dtype).reshape(row.shape)
        return rows

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray:
        return self[:].astype(dtype or np.float32, copy=False)


def extract_features(
    root: Path,
    items: Sequence[SplitPhoto],
    spec: EncoderSpec,
    encoder: Any,
) -> FeatureRows:
    """Runs a frozen encoder over photos that the cache lacks, and returns the features of all.

    An interrupted extraction goes on where it stopped; see `cache_folder`.

    Args:
        root: Folder of the catalog.
        items: Photos.
        spec: The encoder.
        encoder: Its Keras model.

    Returns:
        Features float32[n, D], or [n, R, D] of a grid, in the order of `items`.

    Raises:
        JewelcapError: As `read_photo`, or the disk is full.
    """
    from pipeline.keras_api import tf

    @tf.function(reduce_retracing=True)
    def encode(images: Any) -> Any:
        return encoder(spec.family.scale(tf.cast(images, tf.float32)), training=False)

    digest = weights_digest(spec, encoder.get_weights())
    dtype = np.float32 if spec.output == "pooled" else np.float16
    cache = FeatureCache(cache_folder(), digest, tuple(encoder.output_shape[1:]), dtype)
    contents = [item.content for item in items]
    known = cache.known(contents)
    new = {
        content: item for content, item in zip(contents, items, strict=True) if content not in known
    }
    missing = list(new.values())
    batch: list[Pixels] = []
    names: list[str] = []
    if missing:
        photos = read_photos(root, missing, spec)
        for item, pixels in track(
            zip(missing, photos, strict=True), f"features {spec.name}", len(missing)
        ):
            batch.append(pixels)
            names.append(item.content)
            if len(batch) == _BATCH or item is missing[-1]:
                cache.add(names, encode(np.concatenate(batch)).numpy())
                batch, names = [], []
    return cache.rows(contents)
