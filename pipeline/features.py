"""Features of frozen encoders, extracted once and kept on disk by image and weights digest."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
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
    """SHA-256 of an encoder: its name, how photos reach it, and its weights."""
    digest = hashlib.sha256(f"{spec.name} {spec.preprocess}".encode())
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
    """Features of one encoder: rows of float32[D] in `features.f32`, their images in `rows.bin`.

    A row is written before its image's digest, so what a crash leaves half-written is ignored
    and overwritten.
    """

    def __init__(self, root: Path, digest: str, feature_size: int) -> None:
        """Opens or makes the cache of an encoder.

        Args:
            root: Folder of all caches.
            digest: From `weights_digest`.
            feature_size: D.
        """
        self.folder = root / digest[:16]
        self.feature_size = feature_size
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise disk_error(self.folder, error) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _digests(self) -> list[str]:
        """Digests of the rows of which both parts are whole."""
        rows, features = self.folder / "rows.bin", self.folder / "features.f32"
        data = rows.read_bytes() if rows.exists() else b""
        size = features.stat().st_size if features.exists() else 0
        count = min(len(data) // _DIGEST_BYTES, size // (4 * self.feature_size))
        return [data[i * _DIGEST_BYTES : (i + 1) * _DIGEST_BYTES].hex() for i in range(count)]

    def add(self, digests: Sequence[str], features: NDArray[np.float32]) -> None:
        """Appends features float32[n, D] of images by SHA-256.

        Raises:
            JewelcapError: The disk is full.
        """
        row_bytes = self.feature_size * 4
        data = np.ascontiguousarray(features, np.float32).tobytes()
        try:
            with self._locked():
                count = len(self._digests())
                for name, size, content in (
                    ("features.f32", row_bytes, data),
                    ("rows.bin", _DIGEST_BYTES, bytes.fromhex("".join(digests))),
                ):
                    path = self.folder / name
                    with path.open("r+b" if path.exists() else "w+b") as file:
                        file.truncate(count * size)
                        file.seek(count * size)
                        file.write(content)
        except OSError as error:
            raise disk_error(self.folder, error) from None

    def get(self, digests: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Returns the features that are there, by SHA-256."""
        rows = {digest: index for index, digest in enumerate(self._digests())}
        known = [digest for digest in digests if digest in rows]
        if not known:
            return {}
        shape = (len(self._digests()), self.feature_size)
        table = np.memmap(self.folder / "features.f32", np.float32, mode="r", shape=shape)
        return {digest: np.array(table[rows[digest]]) for digest in known}


def extract_features(
    root: Path,
    items: Sequence[SplitPhoto],
    spec: EncoderSpec,
    encoder: Any,
) -> NDArray[np.float32]:
    """Runs a frozen encoder over photos that the cache lacks, and returns the features of all.

    An interrupted extraction goes on where it stopped; see `cache_folder`.

    Args:
        root: Folder of the catalog.
        items: Photos.
        spec: The encoder.
        encoder: Its Keras model.

    Returns:
        float32[n, D] in the order of `items`.

    Raises:
        JewelcapError: As `read_photo`, or the disk is full.
    """
    from pipeline.keras_api import tf

    @tf.function(reduce_retracing=True)
    def encode(images: Any) -> Any:
        return encoder(spec.family.scale(tf.cast(images, tf.float32)), training=False)

    digest = weights_digest(spec, encoder.get_weights())
    cache = FeatureCache(cache_folder(), digest, int(encoder.output_shape[-1]))
    known = set(cache.get([item.content for item in items]))
    missing = list({item.content: item for item in items if item.content not in known}.values())
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
    found = cache.get([item.content for item in items])
    return np.stack([found[item.content] for item in items])
