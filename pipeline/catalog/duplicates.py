"""Finds photos that are copies of one another: exact, resized, brightened, cropped, turned.

Perceptual hashes propose pairs, thumbnails confirm those that fit cell by cell, and those that
nearly fit are opened again and laid over each other (`registration`). Shops show many pieces on
one background in one pose, so that hashes alone would merge different products: on 2,405 shop
photos, hashes of 20,054 pairs lie within `MAX_DISTANCE` bits. What tells pieces apart is the worst
place, not the mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipeline.catalog.clusters import Clusters
from pipeline.catalog.facts import CHROMA_SIDE, LUMA_SIDE, FactTable
from pipeline.catalog.registration import read_detail, same_picture
from pipeline.catalog.scan import map_in_threads, perceptual_hashes
from pipeline.errors import ImageError

Thumbnails = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Luma uint8[n, 24, 24] and chroma uint8[n, 2, 8, 8] of n photos."""

_QUARTER: Final = "copy turned by 90 degrees"

TURNS: Final[dict[str, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]]] = {
    "copy": lambda cells: cells,
    "mirrored copy": lambda cells: cells[..., ::-1],
    "copy mirrored top to bottom": lambda cells: cells[..., ::-1, :],
    "copy turned by 180 degrees": lambda cells: cells[..., ::-1, ::-1],
    "copy mirrored and turned by 90 degrees": lambda cells: np.swapaxes(cells, -1, -2),
    "copy mirrored and turned by 270 degrees": lambda cells: np.swapaxes(
        cells[..., ::-1, ::-1], -1, -2
    ),
    _QUARTER: lambda cells: np.rot90(cells, 1, (-2, -1)),
}
"""How a copy may be turned, applied to pictures [..., h, w]. A copy turned by 270 degrees is found
from the other side, as its original is the copy turned by 90."""

SAME_FILE: Final = "same file"
_UNTURNED: Final = "copy"

MAX_DISTANCE: Final = 14
"""Bits in which the hashes of copies may differ."""

MAX_CELL_ERROR: Final = 14.0
"""What may remain in a thumbnail's worst cell after the brightness was matched, of 255."""

MAX_MEAN_ERROR: Final = 0.25
"""What may remain on average (RMS), relative to the thumbnail's own contrast."""

GAINS: Final = (0.75, 1.33)
"""By what factor a copy's contrast may differ."""

NEAR_MEAN_ERROR: Final = 0.35
"""What may remain on average of blurred thumbnails that are worth a second look."""

NEAR_COLOR_ERROR: Final = 32.0
"""What may remain in the worst cell of their colors, of 255."""

NEAR_GAINS: Final = (0.15, 6.0)
"""By what factor their contrast may differ: the paper's augmentation darkens to 20 %."""

_BANDS: Final = 4
_BAND_BITS: Final = 16
_WINDOW: Final = 32
_CLIPPED: Final = 250
_ROWS_AT_ONCE: Final = 2_048
# Few enough for the processor's cache.
_PAIRS_AT_ONCE: Final = 256
# 27 KB each.
_DETAILS_KEPT: Final = 512
_BINOMIAL: Final = np.array([1, 4, 6, 4, 1], np.float32) / 16


@dataclass(frozen=True)
class Copy:
    """Two files that show one picture.

    Attributes:
        a: File name.
        b: File name.
        how: `SAME_FILE` or a key of `TURNS`, by which one becomes the other.
    """

    a: str
    b: str
    how: str


def find_copies(facts: FactTable, root: Path) -> tuple[Copy, ...]:
    """Finds pairs of photos of which one is a copy of the other.

    Time grows almost linearly with the number of photos, however many look alike. Of files with
    the same bytes, the first one by name stands for all.

    Args:
        facts: What `scan_images` found, by file name.
        root: The folder, since pairs in doubt are opened again.

    Returns:
        Pairs, sorted.
    """
    first: dict[str, str] = {}
    copies: dict[tuple[str, str], str] = {}
    for name in sorted(facts):
        original = first.setdefault(facts.sha256(name), name)
        if original != name:
            copies[original, name] = SAME_FILE
    originals = set(first.values())
    del first
    names = facts.names()
    rows = np.array([row for row, name in enumerate(names) if name in originals], np.int64)
    doubtful: set[tuple[str, str, str]] = set()
    for turn, left, right, same in _candidate_copies(facts, rows):
        pair = names[left], names[right]
        if turn != _QUARTER or same:
            # Turned the other way, the second is a copy of the first in the same way.
            pair = min(pair), max(pair)
        if same:
            copies.setdefault(pair, turn)
        elif (min(pair), max(pair)) not in copies:
            doubtful.add((*pair, turn))
    for pair, turn in _confirmed(root, sorted(doubtful)):
        copies.setdefault(pair, turn)
    return tuple(Copy(*pair, how) for pair, how in sorted(copies.items()))


def near_duplicate_groups(
    names: Iterable[str], copies: Iterable[Copy]
) -> tuple[tuple[str, ...], ...]:
    """Groups photos that are copies of one another, directly or through a third.

    Args:
        names: File names.
        copies: What `find_copies` found.

    Returns:
        Groups of two or more names, sorted.
    """
    ordered = sorted(names)
    index = {name: number for number, name in enumerate(ordered)}
    clusters = Clusters(len(ordered))
    for copy in copies:
        clusters.join(index[copy.a], index[copy.b])
    groups = (tuple(ordered[i] for i in members) for members in clusters.members())
    return tuple(group for group in groups if len(group) > 1)


def _cells(facts: FactTable, rows: NDArray[np.int64]) -> Thumbnails:
    luma, chroma = np.split(facts.thumbnails(rows), [LUMA_SIDE**2], axis=1)
    return (
        luma.reshape(-1, LUMA_SIDE, LUMA_SIDE),
        chroma.reshape(-1, 2, CHROMA_SIDE, CHROMA_SIDE),
    )


def _candidate_copies(
    facts: FactTable, rows: NDArray[np.int64]
) -> Iterator[tuple[str, int, int, bool]]:
    """Yields turn, the photo turned, the other one, and whether thumbnails leave no doubt.

    Args:
        facts: Of all photos.
        rows: Places of those that are compared, int64[n].
    """
    hashes = facts.phashes()[rows]
    queries = hashes
    for name, turn in TURNS.items():
        if name != _UNTURNED:
            queries = np.empty_like(hashes)
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                block = slice(start, start + _ROWS_AT_ONCE)
                queries[block] = perceptual_hashes(turn(_cells(facts, rows[block])[0]))
        for left, right in _candidates(hashes, queries):
            for start in range(0, len(left), _PAIRS_AT_ONCE):
                a = rows[left[start : start + _PAIRS_AT_ONCE]]
                b = rows[right[start : start + _PAIRS_AT_ONCE]]
                luma, chroma = _cells(facts, a)
                same, near = _compared((turn(luma), turn(chroma)), _cells(facts, b))
                found = same | near
                pairs = zip(a[found].tolist(), b[found].tolist(), same[found].tolist(), strict=True)
                yield from ((name, *pair) for pair in pairs)


def _confirmed(
    root: Path, items: list[tuple[str, str, str]]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Opens pairs again and yields, with their turn, those that show one picture."""
    detail = lru_cache(_DETAILS_KEPT)(lambda name: read_detail(root / name))

    def look(item: tuple[str, str, str]) -> bool:
        left, right, turn = item
        try:
            return same_picture(TURNS[turn](detail(left)), detail(right))
        except ImageError:  # It was deleted since.
            return False

    for (left, right, turn), same in zip(items, map_in_threads(look, items), strict=True):
        if same:
            yield (min(left, right), max(left, right)), turn


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


def _compared(a: Thumbnails, b: Thumbnails) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether one thumbnail is the other but for brightness, and nearly so, for each of k pairs."""
    gain, error, color_error, contrast = _remains(a, b)
    same = (
        (gain >= GAINS[0])
        & (gain <= GAINS[1])
        & (error.max(axis=1) <= MAX_CELL_ERROR)
        & (color_error <= MAX_CELL_ERROR)
        & (np.sqrt((error**2).mean(axis=1)) <= MAX_MEAN_ERROR * contrast)
    )
    # Blurred, edges that a crop moved still overlap.
    gain, error, color_error, contrast = _remains((_blurred(a[0]), a[1]), (_blurred(b[0]), b[1]))
    near = (
        (gain >= NEAR_GAINS[0])
        & (gain <= NEAR_GAINS[1])
        & (color_error <= NEAR_COLOR_ERROR)
        & (np.sqrt((error**2).mean(axis=1)) <= NEAR_MEAN_ERROR * contrast)
    )
    return same, near


def _remains(
    a: Thumbnails, b: Thumbnails
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Gain [k], error of cells [k, 576], worst error of color [k] and contrast [k]."""
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
    color_error = np.abs(gain * dark_color - bright_color).max(axis=1)
    return gain[:, 0], error, color_error, bright.std(axis=1)


def _blurred(cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cells uint8[k, h, w] after a binomial blur over 5x5."""
    wide = np.pad(cells, ((0, 0), (2, 2), (2, 2)), mode="edge").astype(np.float32)
    rows = sliding_window_view(wide, len(_BINOMIAL), axis=1) @ _BINOMIAL
    return (sliding_window_view(rows, len(_BINOMIAL), axis=2) @ _BINOMIAL).astype(np.uint8)


def _ordered(
    a: NDArray[np.float32], b: NDArray[np.float32], swap: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return np.where(swap[:, None], b, a), np.where(swap[:, None], a, b)
