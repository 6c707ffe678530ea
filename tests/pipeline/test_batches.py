from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.batches import JoinedRows, PhotoBatches, ahead
from pipeline.errors import JewelcapError


def photo(place: int) -> NDArray[np.uint8]:
    return np.full((1, 4, 4, 3), place, np.uint8)


class Reader:
    """Counts how often each photo is decoded."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def __call__(self, place: int) -> NDArray[np.uint8]:
        self.read.append(place)
        return photo(place)


CHUNKS = [np.array([3, 1]), np.array([0]), np.array([1, 2])]


def test_batches_hold_the_photos_of_their_places_in_order() -> None:
    batches = list(PhotoBatches(photo).batches(CHUNKS))
    assert [batch[:, 0, 0, 0].tolist() for batch in batches] == [[3, 1], [0], [1, 2]]
    assert batches[0].shape == (2, 4, 4, 3) and batches[0].dtype == np.uint8


def test_each_photo_is_decoded_once() -> None:
    reader = Reader()
    photos = PhotoBatches(reader)
    for _ in range(3):
        list(photos.batches(CHUNKS))
    assert sorted(reader.read) == [0, 1, 2, 3]


def test_what_does_not_fit_into_memory_is_decoded_again() -> None:
    reader = Reader()
    photos = PhotoBatches(reader, limit=2 * photo(0).nbytes)
    chunks = [np.array([place]) for place in range(4)]
    first = [batch.tolist() for batch in photos.batches(chunks)]
    again = [batch.tolist() for batch in photos.batches(chunks)]
    assert reader.read == [0, 1, 2, 3, 2, 3]
    assert first == again


def test_items_are_made_ahead_and_only_some() -> None:
    made: list[int] = []
    third = threading.Event()

    def items() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            if len(made) == 3:
                third.set()
            yield number

    stream = ahead(items(), count=2)
    assert next(stream) == 0
    assert third.wait(10)
    # Two wait in the queue, one more for its place there.
    assert len(made) <= 4
    assert list(stream) == list(range(1, 10))


def test_errors_come_through() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise JewelcapError("gone")

    stream = ahead(items())
    assert next(stream) == 1
    with pytest.raises(JewelcapError, match="gone"):
        next(stream)


def test_a_consumer_that_stops_early_leaves_no_thread() -> None:
    before = threading.active_count()
    stream = ahead(iter(range(1000)))
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_joined_rows_are_those_of_their_parts() -> None:
    parts = [np.arange(6, dtype=np.float32).reshape(3, 2), np.full((2, 2), 9, np.float32)]
    joined = JoinedRows(parts)
    assert len(joined) == 5
    np.testing.assert_array_equal(joined[np.array([4, 0, 2])], [[9, 9], [0, 1], [4, 5]])
    np.testing.assert_array_equal(joined[np.arange(5)], np.concatenate(parts))
