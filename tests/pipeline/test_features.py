from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.levels import Attributes
from mobile_app.camera_app.runtime.preprocess import preprocess
from pipeline.catalog.schema import Photo
from pipeline.catalog.split import SplitPhoto
from pipeline.errors import JewelcapError
from pipeline.features import (
    FeatureCache,
    cache_folder,
    extract_features,
    read_photo,
    read_photos,
    weights_digest,
)
from tests.models import TINY, CountingEncoder
from tests.synthetic import draw_noise

SIZE = 5


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def row(number: int) -> NDArray[np.float32]:
    return np.arange(SIZE, dtype=np.float32) + 10 * number


def add(cache: FeatureCache, numbers: Sequence[int]) -> None:
    cache.add([digest(n) for n in numbers], np.stack([row(n) for n in numbers]))


def assert_holds(cache: FeatureCache, numbers: Sequence[int], among: Sequence[int]) -> None:
    known = cache.known([digest(n) for n in among])
    found = dict(zip(known, cache.rows(list(known))[:], strict=True))
    assert set(found) == {digest(n) for n in numbers}
    for number in numbers:
        np.testing.assert_array_equal(found[digest(number)], row(number))


@pytest.fixture
def cache(tmp_path: Path) -> FeatureCache:
    return FeatureCache(tmp_path / "cache", "e" * 64, (SIZE,))


def test_a_new_cache_is_empty(cache: FeatureCache) -> None:
    assert cache.known([digest(0)]) == set()


def test_what_is_added_is_found_by_this_and_another_process(
    cache: FeatureCache, tmp_path: Path
) -> None:
    add(cache, [0, 1])
    add(cache, [2])
    assert_holds(cache, [0, 1, 2], range(5))
    assert_holds(FeatureCache(tmp_path / "cache", "e" * 64, (SIZE,)), [0, 2], [0, 2])


def test_another_encoder_has_another_cache(cache: FeatureCache, tmp_path: Path) -> None:
    add(cache, [0])
    assert FeatureCache(tmp_path / "cache", "f" * 64, (SIZE,)).known([digest(0)]) == set()


def test_a_crash_between_the_two_files_loses_nothing_else(cache: FeatureCache) -> None:
    add(cache, [0, 1])
    with (cache.folder / "features.f32").open("ab") as file:
        file.write(row(7).tobytes())
    assert_holds(cache, [0, 1], range(9))
    add(cache, [2, 3])
    assert_holds(cache, [0, 1, 2, 3], range(9))


@pytest.mark.parametrize("kept", [0, 1, 7])
def test_a_half_written_row_is_ignored_and_overwritten(cache: FeatureCache, kept: int) -> None:
    add(cache, [0, 1])
    for name, data in (("features.f32", row(7).tobytes()), ("rows.bin", bytes(32))):
        with (cache.folder / name).open("ab") as file:
            file.write(data[:kept])
    assert_holds(cache, [0, 1], range(9))
    add(cache, [2])
    assert_holds(cache, [0, 1, 2], range(9))


def test_a_row_without_its_digest_is_computed_again(cache: FeatureCache) -> None:
    add(cache, [0, 1])
    path = cache.folder / "rows.bin"
    os.truncate(path, path.stat().st_size - 3)
    assert_holds(cache, [0], range(3))
    add(cache, [1, 2])
    assert_holds(cache, [0, 1, 2], range(3))


@pytest.mark.parametrize("lost", [1, 4 * SIZE, 4 * SIZE + 2, 12 * SIZE])
def test_features_that_a_power_failure_lost_are_never_made_up(
    cache: FeatureCache, lost: int
) -> None:
    add(cache, [0, 1, 2])
    path = cache.folder / "features.f32"
    os.truncate(path, path.stat().st_size - lost)
    left = range(3 - -(-lost // (4 * SIZE)))
    assert_holds(cache, list(left), range(3))
    add(cache, [5])
    assert_holds(cache, [*left, 5], range(6))


def test_a_photo_that_two_processes_added_costs_no_other_one(cache: FeatureCache) -> None:
    add(cache, [0])
    add(cache, [0, 1])
    add(cache, [2])
    assert_holds(cache, [0, 1, 2], range(3))


def test_adding_twice_changes_nothing(cache: FeatureCache) -> None:
    add(cache, [0, 1])
    add(cache, [1, 0])
    add(cache, [2])
    assert_holds(cache, [0, 1, 2], range(3))


def test_several_writers_at_once_lose_nothing(cache: FeatureCache, tmp_path: Path) -> None:
    def write(worker: int) -> None:
        own = FeatureCache(tmp_path / "cache", "e" * 64, (SIZE,))
        for turn in range(10):
            add(own, [100 * worker + 2 * turn, 100 * worker + 2 * turn + 1])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    numbers = [100 * worker + index for worker in range(6) for index in range(20)]
    assert_holds(cache, numbers, numbers)


def test_a_full_disk_is_one_message_and_nothing_half_written_is_found(
    cache: FeatureCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(cache, [0])
    opened = Path.open

    def full(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name == "rows.bin":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return opened(path, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        patch.setattr(Path, "read_bytes", lambda path: opened(path, "rb").read())
        with pytest.raises(JewelcapError, match="the disk is full"):
            add(cache, [1])
    assert_holds(cache, [0], range(2))
    add(cache, [2])
    assert_holds(cache, [0, 2], range(3))


def test_a_cache_folder_that_cannot_be_made_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(JewelcapError, match=str(tmp_path / "file")):
        FeatureCache(tmp_path / "file", "e" * 64, (SIZE,))


def test_the_cache_lies_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JEWELCAP_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("JEWELCAP_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "jewelcap"


@pytest.fixture
def items(tmp_path: Path) -> list[SplitPhoto]:
    """20 photos below `tmp_path`; the last has the content of the first."""
    found = []
    for number in range(20):
        name = f"{number}.png"
        draw_noise(number % 19).save(tmp_path / name)
        sha256 = hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        photo = Photo(name, name, Attributes(("ring",)))
        found.append(SplitPhoto(photo, sha256, "train", number))
    return found


@pytest.fixture(autouse=True)
def _own_cache_for_each_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JEWELCAP_CACHE", str(tmp_path / "own cache"))


def test_features_come_in_the_order_of_the_photos(items: list[SplitPhoto], tmp_path: Path) -> None:
    features = extract_features(tmp_path, items, TINY, CountingEncoder())
    assert features.shape == features[:].shape == (20, 6)
    assert features[:].dtype == np.float32
    np.testing.assert_array_equal(features[np.array([7, 3, 7])], features[:][[7, 3, 7]])
    for item, found in zip(items, features[:], strict=True):
        pixels = preprocess(tmp_path / item.photo.file_name, TINY.preprocess)[0]
        expected = pixels.astype(np.float32).mean(axis=(0, 1)) / 127.5 - 1.0
        np.testing.assert_allclose(found[:3], expected, atol=1e-4)
    backwards = extract_features(tmp_path, items[::-1], TINY, CountingEncoder())
    np.testing.assert_array_equal(backwards, features[::-1])


def test_the_encoder_sees_each_photo_once_and_none_a_second_time(
    items: list[SplitPhoto], tmp_path: Path
) -> None:
    first, second = CountingEncoder(), CountingEncoder()
    features = extract_features(tmp_path, items[:12], TINY, first)
    assert sum(first.calls) == 12
    more = extract_features(tmp_path, items, TINY, second)
    # 8 are new, one of them under another name.
    assert sum(second.calls) == 7
    np.testing.assert_array_equal(more[:12], features)
    third = CountingEncoder()
    np.testing.assert_array_equal(extract_features(tmp_path, items, TINY, third), more)
    assert third.calls == []


def test_other_weights_or_another_size_are_another_encoder(
    items: list[SplitPhoto], tmp_path: Path
) -> None:
    extract_features(tmp_path, items, TINY, CountingEncoder())
    other = CountingEncoder(weight=2.0)
    extract_features(tmp_path, items, TINY, other)
    assert sum(other.calls) == 19
    one = [np.zeros(3, np.float32)]
    larger = type(TINY)(TINY.family, TINY.alpha, 64)
    assert weights_digest(TINY, one) != weights_digest(larger, one)
    assert weights_digest(TINY, one) != weights_digest(TINY, [np.ones(3, np.float32)])
    assert weights_digest(TINY, one) == weights_digest(TINY, [np.zeros(3, np.float32)])


def test_an_interrupted_extraction_goes_on(items: list[SplitPhoto], tmp_path: Path) -> None:
    missing = tmp_path / "18.png"
    data = missing.read_bytes()
    missing.unlink()
    first, second = CountingEncoder(), CountingEncoder()
    with pytest.raises(JewelcapError, match=r"18\.png: cannot be read"):
        extract_features(tmp_path, items, TINY, first)
    missing.write_bytes(data)
    extract_features(tmp_path, items, TINY, second)
    assert sum(second.calls) == 19 - sum(first.calls) < 19


def test_a_changed_photo_is_refused(items: list[SplitPhoto], tmp_path: Path) -> None:
    (tmp_path / "3.png").write_bytes((tmp_path / "4.png").read_bytes())
    with pytest.raises(JewelcapError, match=r"3\.png: changed since the catalog was split"):
        read_photo(tmp_path, items[3], TINY)
    with pytest.raises(JewelcapError, match=r"3\.png: changed since"):
        extract_features(tmp_path, items, TINY, CountingEncoder())


def test_a_damaged_photo_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    sha256 = hashlib.sha256(b"no picture").hexdigest()
    item = SplitPhoto(Photo("bad.jpg", "p", Attributes(("ring",))), sha256, "train", 0)
    with pytest.raises(JewelcapError, match=r"bad\.jpg is not a picture"):
        read_photo(tmp_path, item, TINY)


def test_reading_ahead_keeps_the_order(items: list[SplitPhoto], tmp_path: Path) -> None:
    many = items * 7
    photos = list(read_photos(tmp_path, many, TINY))
    assert len(photos) == 140
    for item, pixels in zip(many[::9], photos[::9], strict=True):
        expected = preprocess(tmp_path / item.photo.file_name, TINY.preprocess)
        np.testing.assert_array_equal(pixels, expected)


def test_an_augmented_copy_is_the_photo_changed_and_always_the_same(
    items: list[SplitPhoto], tmp_path: Path
) -> None:
    plain = read_photo(tmp_path, items[0], TINY)
    copies = [read_photo(tmp_path, replace(items[0], copy=copy), TINY) for copy in (1, 2)]
    for pixels in copies:
        assert (pixels.shape, pixels.dtype) == (plain.shape, np.uint8)
        assert not np.array_equal(pixels, plain)
    assert not np.array_equal(*copies)
    again = read_photo(tmp_path, replace(items[0], copy=2, split="test", group=9), TINY)
    np.testing.assert_array_equal(again, copies[1])


def test_features_of_copies_are_kept_apart_from_those_of_their_photo(
    items: list[SplitPhoto], tmp_path: Path
) -> None:
    mixed = [replace(item, copy=copy) for item in items[:3] for copy in (0, 1)]
    plain = extract_features(tmp_path, items[:3], TINY, CountingEncoder())
    encoder = CountingEncoder()
    features = extract_features(tmp_path, mixed, TINY, encoder)
    assert sum(encoder.calls) == 3
    np.testing.assert_array_equal(features[::2], plain)
    for item, found in zip(mixed, features[:], strict=True):
        expected = read_photo(tmp_path, item, TINY)[0].astype(np.float32).mean(axis=(0, 1))
        np.testing.assert_allclose(found[:3], expected / 127.5 - 1.0, atol=1e-4)


def test_features_by_place_are_kept_in_half_the_space_and_serve_flat_and_grid(
    items: list[SplitPhoto], tmp_path: Path
) -> None:
    grid = replace(TINY, output="grid")
    encoder = CountingEncoder(places=4)
    found = extract_features(tmp_path, items, grid, encoder)
    assert found.shape == found[:].shape == (20, 4, 6)
    assert found[:].dtype == np.float32
    pooled = extract_features(tmp_path, items, TINY, CountingEncoder())[:]
    for place in range(4):
        # Half precision has 11 bits.
        np.testing.assert_allclose(found[:][:, place], pooled, rtol=2**-11)
    flat = CountingEncoder(places=4)
    flat.output_shape = (None, 24)
    rows = extract_features(tmp_path, items, replace(TINY, output="flat"), flat)
    assert flat.calls == []
    np.testing.assert_array_equal(rows[3:7], found[3:7].reshape(4, 24))
    (file,) = (tmp_path / "own cache").rglob("features.f16")
    assert file.stat().st_size == 19 * 24 * 2
