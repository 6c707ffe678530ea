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
from numpy.typing import NDArray

from pipeline.catalog.clusters import Clusters
from pipeline.catalog.facts import FactTable
from pipeline.catalog.registration import read_detail, same_picture
from pipeline.catalog.scan import map_in_threads, perceptual_hashes
from pipeline.catalog.sketches import Sketches, may_be_copies
from pipeline.catalog.thumbnails import near_thumbnails, read_thumbnails, same_thumbnails
from pipeline.errors import ImageError

_QUARTER: Final = "copy turned by 90 degrees"

Turn = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]

TURNS: Final[dict[str, Turn]] = {
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

_Turned = tuple[str, str, str]
"""File that is turned, the other one, and a key of `TURNS`."""

MAX_DISTANCE: Final = 14
"""Bits in which the hashes of copies may differ."""

_BANDS: Final = 4
_BAND_BITS: Final = 16
_WINDOW: Final = 32
_ROWS_AT_ONCE: Final = 512
_THUMBNAILS_AT_ONCE: Final = 256
_SKETCHES_AT_ONCE: Final = 2_048
# Few enough for the processor's cache.
_PAIRS_AT_ONCE: Final = 256
# 27 KB each.
_DETAILS_KEPT: Final = 512


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
    copies: dict[tuple[str, str], str] = {}
    first = np.ones(len(facts), bool)
    for same_file in _same_files(facts.digests()):
        original, *others = sorted(same_file, key=facts.name)
        first[others] = False
        copies |= {(facts.name(original), facts.name(other)): SAME_FILE for other in others}
    rows = np.flatnonzero(first)
    doubtful: dict[_Turned, bool] = {}
    for centered in (False, True):
        for turn, left, right, same in _candidate_copies(facts, rows, centered):
            pair = facts.name(left), facts.name(right)
            if turn != _QUARTER or same:
                # Turned the other way, the second is a copy of the first in the same way.
                pair = min(pair), max(pair)
            if same:
                copies.setdefault(pair, turn)
            elif (min(pair), max(pair)) not in copies:
                doubtful.setdefault((*pair, turn), centered)
    for pair, turn in _confirmed(root, sorted(doubtful.items())):
        copies.setdefault(pair, turn)
    return tuple(Copy(*pair, how) for pair, how in sorted(copies.items()))


def _same_files(digests: NDArray[np.uint64]) -> Iterator[list[int]]:
    """Yields places of files that have one of digests uint64[n, 4] in common."""
    order = np.lexsort(digests.T)
    again = np.zeros(len(order) + 1, bool)
    again[1:-1] = (digests[order[1:]] == digests[order[:-1]]).all(axis=1)
    starts = np.flatnonzero(again[1:] & ~again[:-1])
    ends = np.flatnonzero(again[:-1] & ~again[1:]) + 1
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield order[start:end].tolist()


def near_duplicate_groups(copies: Iterable[Copy]) -> tuple[tuple[str, ...], ...]:
    """Groups photos that are copies of one another, directly or through a third.

    Args:
        copies: What `find_copies` found.

    Returns:
        Groups of two or more names, sorted.
    """
    copies = tuple(copies)
    ordered = sorted({name for copy in copies for name in (copy.a, copy.b)})
    index = {name: number for number, name in enumerate(ordered)}
    clusters = Clusters(len(ordered))
    for copy in copies:
        clusters.join(index[copy.a], index[copy.b])
    return tuple(tuple(ordered[i] for i in members) for members in clusters.members())


def _candidate_copies(
    facts: FactTable, rows: NDArray[np.int64], centered: bool
) -> Iterator[tuple[str, int, int, bool]]:
    """Yields turn, the photo turned, the other one, and whether thumbnails leave no doubt.

    Args:
        facts: Of all photos.
        rows: Places of those that are compared, int64[n].
        centered: Whether pieces are brought to the center, so that shifts make no difference.
    """
    hashes = _hashes(facts, rows, TURNS[_UNTURNED], True) if centered else facts.phashes()[rows]
    sketches = Sketches.empty(len(rows))
    for block in _blocks(len(rows)):
        sketches.put(block, read_thumbnails(facts, rows[block], centered)[0])
    for name, turn in TURNS.items():
        queries = hashes if name == _UNTURNED else _hashes(facts, rows, turn, centered)
        for left, right in _batched(_worth(_candidates(hashes, queries), sketches, turn)):
            a, b = rows[left], rows[right]
            luma, chroma = read_thumbnails(facts, a, centered)
            others = read_thumbnails(facts, b, centered)
            turned = turn(luma), turn(chroma)
            # Centered, small moves of the center leave doubt always.
            same = np.zeros(len(a), bool) if centered else same_thumbnails(turned, others)
            found = same | near_thumbnails(turned, others)
            pairs = zip(a[found].tolist(), b[found].tolist(), same[found].tolist(), strict=True)
            yield from ((name, *pair) for pair in pairs)


def _worth(
    found: Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]], sketches: Sketches, turn: Turn
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Drops pairs that sketches tell apart; of chance pairs of hashes, there are n squared."""
    for pairs in found:
        for start in range(0, len(pairs[0]), _SKETCHES_AT_ONCE):
            left, right = (side[start : start + _SKETCHES_AT_ONCE] for side in pairs)
            limits = sketches.limits[left], sketches.limits[right]
            worth = may_be_copies(turn(sketches.blocks[left]), sketches.blocks[right], limits)
            yield left[worth], right[worth]


def _batched(
    found: Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]],
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Joins few pairs and parts many, to `_PAIRS_AT_ONCE` at most."""
    waiting = np.empty((2, 0), np.int64)
    for pairs in found:
        waiting = np.concatenate([waiting, np.stack(pairs)], axis=1)
        while waiting.shape[1] >= _PAIRS_AT_ONCE:
            yield waiting[0, :_PAIRS_AT_ONCE], waiting[1, :_PAIRS_AT_ONCE]
            waiting = waiting[:, _PAIRS_AT_ONCE:]
    if waiting.size:
        yield waiting[0], waiting[1]


def _hashes(
    facts: FactTable, rows: NDArray[np.int64], turn: Turn, centered: bool
) -> NDArray[np.uint64]:
    hashes = np.empty(len(rows), np.uint64)
    for block in _blocks(len(rows)):
        luma, _ = read_thumbnails(facts, rows[block], centered)
        hashes[block] = perceptual_hashes(turn(luma))
    return hashes


def _blocks(count: int) -> Iterator[slice]:
    return (
        slice(start, start + _THUMBNAILS_AT_ONCE) for start in range(0, count, _THUMBNAILS_AT_ONCE)
    )


def _confirmed(
    root: Path, items: list[tuple[_Turned, bool]]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Opens pairs again and yields, with their turn, those that show one picture."""
    detail = lru_cache(_DETAILS_KEPT)(lambda name: read_detail(root / name))

    def look(item: tuple[_Turned, bool]) -> bool:
        (left, right, turn), centered = item
        try:
            return same_picture(TURNS[turn](detail(left)), detail(right), centered)
        except ImageError:  # It was deleted since.
            return False

    for ((left, right, turn), _), same in zip(items, map_in_threads(look, items), strict=True):
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
        starts = np.searchsorted(turned >> to_bucket, np.arange((1 << _BAND_BITS) + 1))
        for flip in (0, *(1 << bit for bit in range(_BAND_BITS))):
            mask = np.uint64(flip) << to_bucket
            for start in range(0, len(queries), _ROWS_AT_ONCE):
                wanted = _rotate(queries[start : start + _ROWS_AT_ONCE], band * _BAND_BITS) ^ mask
                bucket = (wanted >> to_bucket).astype(np.int64)
                filled = np.flatnonzero(starts[bucket] < starts[bucket + 1])
                wanted, bucket = wanted[filled], bucket[filled]
                place = np.searchsorted(turned, wanted)
                low = np.maximum(starts[bucket], place - _WINDOW)
                high = np.minimum(starts[bucket + 1], place + _WINDOW)
                counts = np.maximum(high - low, 0)
                left = np.repeat(start + filled, counts)
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
