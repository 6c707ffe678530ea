from __future__ import annotations

import numpy as np
import pytest

from pipeline.catalog.facts import THUMBNAIL_BYTES, FactTable, ImageFacts


def fact(number: int) -> ImageFacts:
    rng = np.random.default_rng(number)
    phash = int(rng.integers(0, 2**64, dtype=np.uint64))
    return ImageFacts(rng.bytes(32).hex(), 64 + number, 48, phash, rng.bytes(THUMBNAIL_BYTES))


def table(count: int) -> FactTable:
    made = FactTable()
    for number in range(count):
        made.add(f"{number}.jpg", fact(number))
    return made


def test_facts_come_back_by_name_and_in_order() -> None:
    made = table(20)
    assert list(made) == [f"{number}.jpg" for number in range(20)]
    assert made.name(7) == "7.jpg"
    assert len(made) == 20
    assert "19.jpg" in made and "20.jpg" not in made
    for number in (0, 7, 19):
        assert made[f"{number}.jpg"] == fact(number)
        assert made.sha256(f"{number}.jpg") == fact(number).sha256
    with pytest.raises(KeyError):
        made["20.jpg"]


def test_columns_are_in_the_order_of_the_names() -> None:
    made = table(20)
    assert made.digests().shape == (20, 4)
    assert [row.tobytes().hex() for row in made.digests()] == [fact(n).sha256 for n in range(20)]
    assert made.phashes().dtype == np.uint64
    assert made.phashes().tolist() == [fact(number).phash for number in range(20)]
    cells = made.thumbnails(np.array([3, 0, 3]))
    assert cells.shape == (3, THUMBNAIL_BYTES)
    assert [row.tobytes() for row in cells] == [fact(number).thumbnail for number in (3, 0, 3)]


def test_facts_can_be_added_after_some_were_read() -> None:
    made = table(2)
    made.thumbnails(np.array([0, 1]))
    made.add("more.jpg", fact(9))
    assert made["more.jpg"] == fact(9)
    assert made["0.jpg"] == fact(0)


def test_thumbnails_are_read_in_any_order() -> None:
    made = table(50)
    for number in (0, 49, 0, 25):
        assert made.thumbnails(np.array([number])).tobytes() == fact(number).thumbnail


def test_an_empty_table_has_empty_columns() -> None:
    made = FactTable()
    assert made.phashes().shape == (0,)
    assert made.digests().shape == (0, 4)
    assert made.thumbnails(np.array([], np.int64)).shape == (0, THUMBNAIL_BYTES)
