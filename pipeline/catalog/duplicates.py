"""Finds photos that are copies of one another: exact, resized, brightened, mirrored or turned.

Perceptual hashes propose pairs, thumbnails confirm them. Shops show many pieces on one
background in one pose, so that hashes alone would merge different products: on 2,467 shop
photos without any copy, hashes of 10,363 pairs lie within `MAX_DISTANCE` bits and thumbnails of 85
of these correlate by more than 0.95. What tells pieces apart is the worst cell, not the mean: by
it, one pair is left (a bracelet with two charms), while 99 % of copies are found that were
compressed again, resized or up to 5 % brighter, and 93 % of those 10 % brighter, on white.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.catalog.clusters import Clusters
from pipeline.catalog.scan import (
    CHROMA_SIDE,
    LUMA_SIDE,
    THUMBNAIL_BYTES,
    ImageFacts,
    perceptual_hashes,
)

Thumbnails = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Luma uint8[n, 24, 24] and chroma uint8[n, 2, 8, 8] of n photos."""

TURNS: Final[tuple[Callable[[NDArray[np.uint8]], NDArray[np.uint8]], ...]] = (
    lambda cells: cells,
    lambda cells: cells[..., ::-1],
    lambda cells: cells[..., ::-1, :],
    lambda cells: cells[..., ::-1, ::-1],
    lambda cells: np.swapaxes(cells, -1, -2),
    lambda cells: np.swapaxes(cells[..., ::-1, ::-1], -1, -2),
    lambda cells: np.rot90(cells, 1, (-2, -1)),
)
"""How a copy may be turned, applied to thumbnails [..., h, w]: as it is, mirrored, upside down,
by 180 degrees, over both diagonals, and by 90 degrees. A copy turned by 270 degrees is found from
the other side, as its original is the copy turned by 90."""

MAX_DISTANCE: Final = 14
"""Bits in which the hashes of copies may differ."""

MAX_CELL_ERROR: Final = 14.0
"""What may remain in a thumbnail's worst cell after the brightness was matched, of 255."""

MAX_MEAN_ERROR: Final = 0.25
"""What may remain on average (RMS), relative to the thumbnail's own contrast."""

GAINS: Final = (0.75, 1.33)
"""By what factor a copy's contrast may differ."""

_BANDS: Final = 4
_BAND_BITS: Final = 16
_WINDOW: Final = 32
_CLIPPED: Final = 250
_ROWS_AT_ONCE: Final = 2_048
# Few enough for the processor's cache.
_PAIRS_AT_ONCE: Final = 256


def near_duplicate_groups(facts: Mapping[str, ImageFacts]) -> tuple[tuple[str, ...], ...]:
    """Groups photos that are copies of one another, directly or through a third.

    Time grows almost linearly with the number of photos, however many look alike.

    Args:
        facts: What `scan_images` found, by file name.

    Returns:
        Groups of two or more names, sorted.
    """
    names = sorted(facts)
    first: dict[str, int] = {}
    clusters = Clusters(len(names))
    for i, name in enumerate(names):
        clusters.join(first.setdefault(facts[name].sha256, i), i)
    unique = np.array(list(first.values()), dtype=np.int64)
    hashes = np.array([facts[names[i]].phash for i in unique], dtype=np.uint64)
    thumbnails = _stack([facts[names[i]].thumbnail for i in unique])
    for left, right in _copies(hashes, thumbnails):
        clusters.join(int(unique[left]), int(unique[right]))
    groups = (tuple(names[i] for i in members) for members in clusters.members())
    return tuple(sorted(group for group in groups if len(group) > 1))


def _stack(thumbnails: list[bytes]) -> Thumbnails:
    cells = np.frombuffer(b"".join(thumbnails), np.uint8).reshape(-1, THUMBNAIL_BYTES)
    luma, chroma = np.split(cells, [LUMA_SIDE**2], axis=1)
    return (
        luma.reshape(-1, LUMA_SIDE, LUMA_SIDE),
        chroma.reshape(-1, 2, CHROMA_SIDE, CHROMA_SIDE),
    )


def _copies(hashes: NDArray[np.uint64], thumbnails: Thumbnails) -> Iterator[tuple[int, int]]:
    luma, chroma = thumbnails
    for turn, turned_luma in ((turn, turn(luma)) for turn in TURNS):
        queries = hashes if turned_luma is luma else perceptual_hashes(turned_luma)
        turned_chroma = turn(chroma)
        for left, right in _candidates(hashes, queries):
            for start in range(0, len(left), _PAIRS_AT_ONCE):
                a, b = left[start : start + _PAIRS_AT_ONCE], right[start : start + _PAIRS_AT_ONCE]
                same = _same((turned_luma[a], turned_chroma[a]), (luma[b], chroma[b]))
                yield from zip(a[same].tolist(), b[same].tolist(), strict=True)


def _candidates(
    hashes: NDArray[np.uint64], queries: NDArray[np.uint64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yields indices of pairs whose hashes differ in at most `MAX_DISTANCE` bits.

    Of hashes in four bands of 16 bits that differ in at most 7 bits, one band differs in at most
    one bit (of those with up to 14, most): look up each band and its 16 neighbors. The hashes
    are sorted with the band in front, so that where a plain background puts thousands of photos
    into one bucket, only the `_WINDOW` nearest on both sides by their other bits are compared.
    """
    to_bucket = np.uint64(64 - _BAND_BITS)
    for band in range(_BANDS):
        turned = _rotate(hashes, band * _BAND_BITS)
        order = np.argsort(turned, kind="stable")
        turned = turned[order]
        buckets = turned >> to_bucket
        for flip in (0, *(1 << bit for bit in range(_BAND_BITS))):
            mask = np.uint64(flip) << to_bucket
            for start in range(0, len(queries), _ROWS_AT_ONCE):
                wanted = _rotate(queries[start : start + _ROWS_AT_ONCE], band * _BAND_BITS) ^ mask
                bucket = wanted >> to_bucket
                place = np.searchsorted(turned, wanted)
                low = np.maximum(np.searchsorted(buckets, bucket), place - _WINDOW)
                high = np.minimum(np.searchsorted(buckets, bucket, "right"), place + _WINDOW)
                counts = np.maximum(high - low, 0)
                left = np.repeat(np.arange(start, start + len(wanted)), counts)
                offsets = np.arange(len(left)) - np.repeat(np.cumsum(counts) - counts, counts)
                right = order[np.repeat(low, counts) + offsets]
                near = np.bitwise_count(queries[left] ^ hashes[right]) <= MAX_DISTANCE
                near &= left != right
                if queries is hashes:
                    # Each pair once; but of equal hashes, only the first are in all windows.
                    near &= (left < right) | (queries[left] == hashes[right])
                yield left[near], right[near]


def _rotate(hashes: NDArray[np.uint64], bits: int) -> NDArray[np.uint64]:
    if not bits:
        return hashes
    return (hashes << np.uint64(bits)) | (hashes >> np.uint64(64 - bits))


def _same(a: Thumbnails, b: Thumbnails) -> NDArray[np.bool_]:
    """Whether one thumbnail is the other but for brightness, for each of k pairs."""
    swap = a[0].mean(axis=(1, 2)) > b[0].mean(axis=(1, 2))
    (luma_a, chroma_a), (luma_b, chroma_b) = (
        [cells.reshape(len(cells), -1).astype(np.float32) for cells in part] for part in (a, b)
    )
    dark, bright = _ordered(luma_a, luma_b, swap)
    dark_color, bright_color = _ordered(chroma_a - 128, chroma_b - 128, swap)
    # Cells that a brighter copy clips to white do not tell how much brighter it is.
    weight = (bright < _CLIPPED).astype(np.float32)
    weight[weight.sum(axis=1) < LUMA_SIDE] = 1.0
    weight /= weight.sum(axis=1, keepdims=True)
    mean = (weight * bright).sum(axis=1, keepdims=True)
    deviation = dark - (weight * dark).sum(axis=1, keepdims=True)
    variance = (weight * deviation**2).sum(axis=1, keepdims=True)
    gain = (weight * deviation * (bright - mean)).sum(axis=1, keepdims=True)
    gain /= np.maximum(variance, 1e-6)
    error = np.abs(np.clip(mean + gain * deviation, 0, 255) - bright)
    color_error = np.abs(gain * dark_color - bright_color)
    root_mean_square = np.sqrt((error**2).mean(axis=1))
    return (
        (gain[:, 0] >= GAINS[0])
        & (gain[:, 0] <= GAINS[1])
        & (error.max(axis=1) <= MAX_CELL_ERROR)
        & (color_error.max(axis=1) <= MAX_CELL_ERROR)
        & (root_mean_square <= MAX_MEAN_ERROR * bright.std(axis=1))
    )


def _ordered(
    a: NDArray[np.float32], b: NDArray[np.float32], swap: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return np.where(swap[:, None], b, a), np.where(swap[:, None], a, b)
