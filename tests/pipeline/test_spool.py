from __future__ import annotations

import marshal
import tracemalloc

import numpy as np
import pytest

from pipeline.catalog.spool import Names, Records


def _records(items: list[tuple[str, int]]) -> Records[tuple[str, int]]:
    made: Records[tuple[str, int]] = Records(marshal.dumps, marshal.loads)
    for item in items:
        made.append(item)
    return made


def test_names_are_numbered_as_they_come() -> None:
    names = Names()
    written = [f"shop/{number}.jpg" for number in np.random.default_rng(0).permutation(1000)]
    assert all(names.add(name) for name in written)
    assert len(names) == 1000 and list(names) == written
    assert [names.find(name) for name in written] == list(range(1000))
    assert names.find("shop/1000.jpg") is None


def test_a_name_is_added_once() -> None:
    names = Names()
    assert [names.add(name) for name in ("a", "b", "a")] == [True, True, False]
    assert list(names) == ["a", "b"]


def test_names_that_share_a_hash_are_told_apart() -> None:
    class Clash(str):
        def __hash__(self) -> int:
            return -7

        def __eq__(self, other: object) -> bool:
            return str(self) == str(other)

    names = Names()
    clashing = [Clash(number) for number in range(100)]
    assert all(names.add(name) for name in clashing)
    assert [names.find(name) for name in clashing] == list(range(100))
    assert names.find(Clash("other")) is None


@pytest.mark.parametrize("name", ["", "línea/ó.jpg", "a\n b", "bad\udcff.jpg"])
def test_any_name_comes_back(name: str) -> None:
    names = Names()
    names.add(name)
    assert names[0] == name and names.find(name) == 0


def test_names_take_few_bytes_of_memory() -> None:
    names = Names()
    tracemalloc.start()
    for number in range(10_000):
        names.add(f"a-rather-long-folder-of-a-shop/{number:060d}.jpg")
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert used < 50 * 10_000


def test_records_are_a_sequence() -> None:
    items = [("ring", 1), ("band", 2), ("hoop", 3)]
    made = _records(items)
    assert len(made) == 3 and list(made) == items
    assert (made[0], made[-1], made[1:]) == (items[0], items[2], tuple(items[1:]))
    assert items[1] in made and made.index(items[2]) == 2
    with pytest.raises(IndexError):
        made[3]


def test_records_can_be_added_after_some_were_read() -> None:
    made = _records([("ring", 1)])
    assert list(made) == [("ring", 1)]
    made.append(("band", 2))
    assert list(made) == [("ring", 1), ("band", 2)]


def test_records_are_equal_to_the_same_items() -> None:
    items = [("ring", 1), ("band", 2)]
    assert _records(items) == tuple(items) and _records(items) == _records(items)
    assert _records(items) != _records(items[:1]) and _records(items) != tuple(items[::-1])
