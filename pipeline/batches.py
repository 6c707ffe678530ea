"""Photos in batches: decoded once where memory allows, and ahead of the step that needs them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.preprocess import Pixels

T = TypeVar("T")

MEMORY_LIMIT: Final = 2_000_000_000
"""Bytes of decoded photos that are kept: 13,000 photos at 224 pixels."""

_AHEAD: Final = 2


class Rows(Protocol):
    """Features of photos, float32[n, ...], read by an index."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: NDArray[np.int64], /) -> NDArray[np.float32]: ...


class JoinedRows:
    """Features of several catalogs as if they were one's."""

    def __init__(self, parts: Sequence[Rows]) -> None:
        """Joins one part or more, in their order."""
        self._parts = parts
        self._starts = np.cumsum([0, *map(len, parts)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def __getitem__(self, index: NDArray[np.int64]) -> NDArray[np.float32]:
        part_of = np.searchsorted(self._starts, index, side="right") - 1
        found = [
            (np.flatnonzero(part_of == number), part) for number, part in enumerate(self._parts)
        ]
        read = [
            (places, part[index[places] - self._starts[number]])
            for number, (places, part) in enumerate(found)
            if len(places)
        ]
        rows = np.empty((len(index), *read[0][1].shape[1:]), np.float32)
        for places, values in read:
            rows[places] = values
        return rows


class PhotoBatches:
    """Photos of one side as uint8[n, H, W, 3], by their place in it.

    Decoding a JPEG takes a few milliseconds of a core that the training step needs as well, so
    photos are decoded in the first epoch only. What goes beyond the limit is decoded each time.
    """

    def __init__(self, read: Callable[[int], Pixels], limit: int = MEMORY_LIMIT) -> None:
        """Keeps nothing yet.

        Args:
            read: Gives the photo of a place as uint8[1, H, W, 3].
            limit: Bytes to keep at the most.
        """
        self._read, self._left = read, limit
        self._kept: dict[int, Pixels] = {}

    def batches(self, chunks: Iterable[NDArray[np.int64]]) -> Iterator[Pixels]:
        """Yields the photos of each chunk of places.

        Raises:
            JewelcapError: A photo is gone, damaged or changed.
        """
        with ThreadPoolExecutor() as pool:
            for chunk in chunks:
                yield np.concatenate(list(pool.map(self._get, chunk.tolist())))

    def _get(self, place: int) -> Pixels:
        if (kept := self._kept.get(place)) is not None:
            return kept
        pixels = self._read(place)
        # Threads may pass the limit by a photo each.
        if pixels.nbytes <= self._left:
            self._left -= pixels.nbytes
            self._kept[place] = pixels
        return pixels


def ahead(items: Iterator[T], count: int = _AHEAD) -> Iterator[T]:
    """Yields items that a thread makes meanwhile, some of them ahead; errors come through."""
    ready: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(count)
    stopped = threading.Event()

    def put(entry: tuple[T | None, BaseException | None]) -> bool:
        while not stopped.is_set():
            try:
                ready.put(entry, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                if not put((item, None)):
                    return
        except BaseException as caught:
            error = caught
        put((None, error or StopIteration()))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while True:
            item, error = ready.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item  # type: ignore[misc]  # an entry without error has an item
    finally:
        stopped.set()
        thread.join()
