"""Opening photos: every kind of file, every kind of damage, flat memory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.catalog import scan
from pipeline.catalog.facts import THUMBNAIL_BYTES
from pipeline.catalog.scan import (
    MIN_SIDE,
    image_facts,
    map_in_threads,
    perceptual_hashes,
    read_image_file,
    scan_images,
)
from pipeline.errors import ImageError
from tests.pictures import UNUSABLE, UNUSUAL, encoded, halves
from tests.pipeline.pictures import cut_out, jpeg, write_photos


@pytest.mark.parametrize("kind", UNUSUAL)
def test_unusual_pictures_are_read_upright(kind: str) -> None:
    make, left, right = UNUSUAL[kind]
    data = make()
    facts = image_facts(data)
    assert (facts.width, facts.height) == (64, 48)
    assert facts.sha256 == hashlib.sha256(data).hexdigest()
    assert len(facts.thumbnail) == THUMBNAIL_BYTES
    luma = np.frombuffer(facts.thumbnail[: 24 * 24], np.uint8).reshape(24, 24)
    for cells, color in ((luma[:, :8], left), (luma[:, -8:], right)):
        expected = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]
        assert abs(float(cells.mean()) - expected) < 4


@pytest.mark.parametrize("kind", UNUSABLE)
def test_unusable_files_are_skipped_with_a_reason(kind: str, tmp_path: Path) -> None:
    make, words = UNUSABLE[kind]
    write_photos(tmp_path, ["good.jpg"])
    (tmp_path / "bad.jpg").write_bytes(make())
    result = scan_images(tmp_path, ["bad.jpg", "good.jpg"])
    assert list(result.facts) == ["good.jpg"]
    (skipped,) = result.skipped
    assert (skipped.name, skipped.code) == ("bad.jpg", "unreadable")
    assert any(word in skipped.reason for word in words.split("|"))


def test_tiny_pictures_are_told_apart_from_unreadable_ones(tmp_path: Path) -> None:
    for name, size in (("low.png", (200, MIN_SIDE - 1)), ("enough.png", (MIN_SIDE, MIN_SIDE))):
        (tmp_path / name).write_bytes(encoded(halves(size=size), "PNG"))
    result = scan_images(tmp_path, ["low.png", "enough.png"])
    assert list(result.facts) == ["enough.png"]
    assert [(one.name, one.code) for one in result.skipped] == [("low.png", "tiny")]
    assert "200x31" in result.skipped[0].reason


def test_what_is_no_file_is_skipped_without_waiting_for_it(tmp_path: Path) -> None:
    (tmp_path / "folder.jpg").mkdir()
    names = ["folder.jpg", "missing.jpg", "x" * 300]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.jpg")
        names.append("pipe.jpg")
    result = scan_images(tmp_path, names)
    assert not result.facts
    assert [one.name for one in result.skipped] == names


def test_a_huge_file_is_not_read_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jpg").write_bytes(jpeg(cut_out(0)))
    monkeypatch.setattr(scan, "MAX_FILE_BYTES", 100)
    with pytest.raises(ImageError, match="larger than"):
        read_image_file(tmp_path / "a.jpg")


def test_a_large_jpeg_keeps_its_own_size() -> None:
    facts = image_facts(jpeg(cut_out(1, (2400, 1600))))
    assert (facts.width, facts.height) == (2400, 1600)


def test_results_stand_in_the_order_asked_for(tmp_path: Path) -> None:
    names = [f"{number}.jpg" for number in range(40)]
    write_photos(tmp_path, names)
    assert list(scan_images(tmp_path, names[::-1]).facts) == names[::-1]


def test_a_name_given_twice_is_read_once(tmp_path: Path) -> None:
    write_photos(tmp_path, ["a.jpg"])
    assert list(scan_images(tmp_path, ["a.jpg", "a.jpg"]).facts) == ["a.jpg"]


def test_progress_goes_to_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_photos(tmp_path, ["a.jpg"])
    scan_images(tmp_path, ["a.jpg"], progress=True)
    captured = capsys.readouterr()
    assert "Reading photos" in captured.err
    assert not captured.out


def test_only_a_few_items_are_taken_ahead() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(10_000):
            taken += 1
            yield number

    results = map_in_threads(lambda number: number, items())
    assert next(results) == 0
    assert taken <= 64
    results.close()  # type: ignore[attr-defined]


def test_an_error_in_a_thread_reaches_the_caller() -> None:
    def fail(number: int) -> int:
        raise OSError(number)

    with pytest.raises(OSError, match="3"):
        list(map_in_threads(fail, [3]))


def test_the_hash_changes_with_the_picture_and_not_with_its_brightness() -> None:
    luma = np.stack(
        [
            np.asarray(cut_out(seed).convert("L").resize((24, 24), Image.Resampling.BILINEAR))
            for seed in range(20)
        ]
    )
    hashes = perceptual_hashes(luma)
    assert hashes.dtype == np.uint64
    assert len(set(hashes.tolist())) == 20
    darker = perceptual_hashes((luma * 0.8).astype(np.uint8))
    assert np.bitwise_count(hashes ^ darker).max() <= 4
