"""Opens every photo of a catalog once: checksum, size, perceptual hash, and what is damaged."""

from __future__ import annotations

import hashlib
import io
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mobile_app.camera_app.runtime.preprocess import load_image
from pipeline.catalog.facts import CHROMA_SIDE, LUMA_SIDE, FactTable, ImageFacts
from pipeline.catalog.schema import Skipped
from pipeline.catalog.spool import Names
from pipeline.errors import ImageError
from pipeline.progress import track

Item = TypeVar("Item")
Result = TypeVar("Result")

MIN_SIDE: Final = 32
"""Photos with a shorter side are left out: nobody could name the piece on them."""

MAX_FILE_BYTES: Final = 256 * 2**20
"""Larger files are left out before they are read into memory."""

# Each may hold a decoded picture of up to 300 MB, so many cores must not mean many of them.
_WORKERS: Final = min(8, os.cpu_count() or 1)

# A larger reduction would shift the thumbnail's cells against those of a smaller copy.
_DECODED_SIDE: Final = 128
_ORIENTATION_TAG: Final = 0x0112


class TinyImageError(ImageError):
    """A picture that is too small to show anything."""


@dataclass(frozen=True)
class Scan:
    """The outcome of `scan_images`.

    Attributes:
        facts: By file name, in the order asked for; those left out are missing.
        skipped: Files left out, with reasons.
    """

    facts: FactTable
    skipped: tuple[Skipped, ...]


def scan_images(
    root: Path, file_names: Iterable[str], progress: bool = False, count: int | None = None
) -> Scan:
    """Decodes photos on all cores; in memory are only those being decoded.

    Args:
        root: The catalog's folder.
        file_names: Paths below it; one that comes again is read once.
        progress: Whether to show a progress bar on stderr.
        count: How many there are, for that bar.
    """
    facts = FactTable()
    skipped: list[Skipped] = []

    def look(name: str) -> tuple[str, ImageFacts | Skipped]:
        try:
            return name, image_facts(read_image_file(root / name))
        except ImageError as error:
            return name, skipped_image(name, error)

    seen = Names()
    results = map_in_threads(look, (name for name in file_names if seen.add(name)))
    if progress:
        results = track(results, "Reading photos", count)
    for name, found in results:
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            facts.add(name, found)
    return Scan(facts, tuple(skipped))


def skipped_image(name: str, error: ImageError) -> Skipped:
    """Names a file that cannot be used as a photo."""
    return Skipped(name, str(error), "tiny" if isinstance(error, TinyImageError) else "unreadable")


def read_image_file(path: Path) -> bytes:
    """Reads a file that should be a picture.

    Raises:
        ImageError: It is missing, no regular file, or larger than `MAX_FILE_BYTES`.
    """
    try:
        # A pipe or a device would never end.
        if path.exists() and not path.is_file():
            raise ImageError("is not a file")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ImageError(f"is larger than {MAX_FILE_BYTES >> 20} MB; make it smaller first")
        return path.read_bytes()
    except OSError as error:
        raise ImageError(f"cannot be read ({error.strerror})") from None


def image_facts(data: bytes) -> ImageFacts:
    """Decodes a picture.

    Args:
        data: The file's bytes.

    Raises:
        ImageError: The file is empty, damaged, too large or no picture.
        TinyImageError: A side is shorter than `MIN_SIDE`.
    """
    # A reduced JPEG will do: what is damaged shows all the same, several times faster.
    image = load_image(data, min_side=_DECODED_SIDE)
    with Image.open(io.BytesIO(data)) as header:
        width, height = header.size
        if header.getexif().get(_ORIENTATION_TAG) in (5, 6, 7, 8):
            width, height = height, width
    if min(width, height) < MIN_SIDE:
        raise TinyImageError(f"is too small ({width}x{height}, needs {MIN_SIDE} pixels a side)")
    luma, *chroma = image.convert("YCbCr").split()
    cells = [_cells(luma, LUMA_SIDE), *(_cells(channel, CHROMA_SIDE) for channel in chroma)]
    return ImageFacts(
        sha256=hashlib.sha256(data).hexdigest(),
        width=width,
        height=height,
        phash=int(perceptual_hashes(cells[0][np.newaxis])[0]),
        thumbnail=b"".join(cell.tobytes() for cell in cells),
    )


def _cells(channel: Image.Image, side: int) -> NDArray[np.uint8]:
    # Bilinear cells overlap, so half a pixel of shift between two sizes changes little.
    return np.asarray(channel.resize((side, side), Image.Resampling.BILINEAR))


def perceptual_hashes(luma: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The pHash: which of the 64 lowest frequencies lie above their median.

    A few lines of numpy instead of the package imagehash, which would bring scipy and
    PyWavelets: the hash only proposes pairs, `duplicates` confirms them on the thumbnails.

    Args:
        luma: uint8[n, h, w].

    Returns:
        uint64[n].
    """
    rows, columns = (_cosines(size) for size in luma.shape[1:])
    frequencies = (rows @ luma.astype(np.float32) @ columns.T).reshape(-1, 64)
    # The constant part would only say how bright the photo is.
    bits = frequencies > np.median(frequencies[:, 1:], axis=1, keepdims=True)
    return np.packbits(bits, axis=1).view(">u8")[:, 0].astype(np.uint64)


def _cosines(size: int) -> NDArray[np.float32]:
    frequency, position = np.ogrid[:8, :size]
    waves = np.cos(np.pi * frequency * (2 * position + 1) / (2 * size))
    return waves.astype(np.float32)


def map_in_threads(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Maps in order on all cores, taking only a few items ahead, so that memory stays flat."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        pending: deque[Future[Result]] = deque()
        try:
            for item in items:
                pending.append(pool.submit(function, item))
                if len(pending) >= 4 * _WORKERS:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
