from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.runtime.files import disk_error, replacing, write_bytes, write_text


def test_text_and_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    write_text(tmp_path / "new" / "a.txt", "é\r\nb\n")
    write_bytes(tmp_path / "new" / "b.bin", b"\x00\r\n")
    assert (tmp_path / "new" / "a.txt").read_bytes() == "é\r\nb\n".encode()
    assert (tmp_path / "new" / "b.bin").read_bytes() == b"\x00\r\n"
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["a.txt", "b.bin"]


def test_the_old_file_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path) as partial:
        partial.write_text("new")
        assert path.read_text() == "old"
        number = partial.stat().st_ino
    # Moved as a whole, not copied bit by bit.
    assert path.stat().st_ino == number
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_half_way_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(KeyError), replacing(path) as partial:
        partial.write_text("ha")
        raise KeyError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_one_message_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with (
        pytest.raises(JewelcapError, match=r"a\.txt: the disk is full") as caught,
        replacing(path) as partial,
    ):
        partial.write_text("ha")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.__cause__ is None
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_another_error_of_the_file_system_is_named() -> None:
    error = disk_error(Path("a.txt"), OSError(errno.EROFS, "Read-only file system"))
    assert str(error) == "a.txt: cannot be written (Read-only file system)"
    assert str(disk_error(Path("a.txt"), OSError("odd"))) == "a.txt: cannot be written (odd)"


def test_a_folder_in_the_place_of_the_file_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(JewelcapError, match=r"a\.txt: cannot be written"):
        write_text(tmp_path / "a.txt", "x")
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_in_the_place_of_the_folder_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(JewelcapError, match="cannot be written"):
        write_text(tmp_path / "file" / "a.txt", "x")


def test_a_name_that_the_file_system_refuses_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match="cannot be written"):
        write_text(tmp_path / ("n" * 300), "x")
