"""What a catalog needs to know about its photos' files, small in memory for any number of them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.catalog.spool import Names, Spool

LUMA_SIDE: Final = 24
CHROMA_SIDE: Final = 8
THUMBNAIL_BYTES: Final = LUMA_SIDE**2 + 2 * CHROMA_SIDE**2
"""Thumbnails tell brightness in 24x24 cells and color, which matters less, in 8x8."""

_ROW: Final = struct.Struct("<32sQII")
_COLUMNS: Final = np.dtype(
    [("sha256", "V32"), ("phash", "<u8"), ("width", "<u4"), ("height", "<u4")]
)


@dataclass(frozen=True)
class ImageFacts:
    """What a catalog needs to know about a photo's file.

    Attributes:
        sha256: Of the file, hexadecimal.
        width: Pixels, upright.
        height: Pixels, upright.
        phash: 64-bit perceptual hash of the thumbnail.
        thumbnail: The photo stretched to a square: uint8[24, 24] of Y, uint8[8, 8] of Cb and
            uint8[8, 8] of Cr, one after the other.
    """

    sha256: str
    width: int
    height: int
    phash: int
    thumbnail: bytes


class FactTable(Mapping[str, ImageFacts]):
    """Facts by file name, in the order in which they were added.

    In memory are about 80 bytes a photo; names and thumbnails lie in temporary files.
    """

    def __init__(self) -> None:
        """Starts empty."""
        self._names = Names()
        self._rows = bytearray()
        self._thumbnails = Spool()

    def add(self, name: str, facts: ImageFacts) -> None:
        """Appends a photo that is not there yet."""
        self._names.add(name)
        self._rows += _ROW.pack(bytes.fromhex(facts.sha256), facts.phash, facts.width, facts.height)
        self._thumbnails.append(facts.thumbnail)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._names.find(name) is not None

    def __getitem__(self, name: str) -> ImageFacts:
        row = self._row(name)
        sha256, phash, width, height = _ROW.unpack_from(self._rows, row * _ROW.size)
        thumbnail = self.thumbnails(np.array([row])).tobytes()
        return ImageFacts(sha256.hex(), width, height, phash, thumbnail)

    def sha256(self, name: str) -> str:
        """SHA-256 of a photo's file, hexadecimal."""
        start = self._row(name) * _ROW.size
        return bytes(self._rows[start : start + 32]).hex()

    def name(self, place: int) -> str:
        """The file name at a place, by which `digests`, `phashes` and `thumbnails` count too."""
        return self._names[place]

    def _row(self, name: str) -> int:
        place = self._names.find(name)
        if place is None:
            raise KeyError(name)
        return place

    def digests(self) -> NDArray[np.uint64]:
        """SHA-256 of all photos' files, uint64[n, 4]."""
        return self._column("sha256").view(np.uint64).reshape(-1, 4)

    def phashes(self) -> NDArray[np.uint64]:
        """Perceptual hashes of all photos, uint64[n]."""
        return self._column("phash").astype(np.uint64)

    def _column(self, name: str) -> NDArray[Any]:
        # A copy: while an array looks into them, no row could be added.
        return np.frombuffer(self._rows, _COLUMNS)[name].copy()

    def thumbnails(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Reads thumbnails.

        Args:
            rows: Places of k photos, int64[k].

        Returns:
            uint8[k, THUMBNAIL_BYTES].
        """
        # A memory map would leave what was read, and what lies around it, in the process.
        data = b"".join(self._thumbnails[row] for row in rows.tolist())
        return np.frombuffer(data, np.uint8).reshape(-1, THUMBNAIL_BYTES)
