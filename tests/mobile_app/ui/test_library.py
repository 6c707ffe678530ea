"""Captioner files that customers add."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest

from mobile_app.camera_app.library import shelf as shelf_module
from mobile_app.camera_app.library.shelf import Shelf, choose_model, find_model
from mobile_app.camera_app.library.trial import known_picture
from mobile_app.camera_app.runtime.bundle import Bundle
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.decode import Encoded, Floats
from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.runtime.preprocess import Pixels
from tests.mobile_app.ui.stub import ColorInterpreter, write_stub_bundle


def opened(bundle: Bundle) -> Captioner:
    return Captioner(bundle, ColorInterpreter())


@pytest.fixture
def given(tmp_path: Path) -> Path:
    return write_stub_bundle(tmp_path / "given.tflite", name="given")


@pytest.fixture
def shelf(tmp_path: Path, given: Path) -> Shelf:
    return Shelf(tmp_path / "models", (given,))


def other(tmp_path: Path) -> Path:
    return write_stub_bundle(
        tmp_path / "my own.tflite", name="shop", flatbuffer=b"\x1c\0\0\0TFL3" + bytes(99)
    )


def test_an_added_file_is_listed_beside_the_given_one(shelf: Shelf, tmp_path: Path) -> None:
    assert [model.title for model in shelf.models()] == ["given float32"]
    added = shelf.add(other(tmp_path), opened)
    assert added.removable and added.path.parent == tmp_path / "models"
    assert [model.title for model in shelf.models()] == ["given float32", "shop float32"]
    assert find_model(shelf.models(), added.key) == added
    assert choose_model(shelf.models(), added.key) == added
    assert choose_model(shelf.models(), "gone").title == "given float32"
    shelf.remove(added)
    assert [model.title for model in shelf.models()] == ["given float32"]


def test_the_same_file_twice_is_one_model(shelf: Shelf, tmp_path: Path) -> None:
    for _ in range(2):
        shelf.add(other(tmp_path), opened)
    assert len(list((tmp_path / "models").iterdir())) == 1 and len(shelf.models()) == 2


def test_a_given_file_cannot_be_removed(shelf: Shelf, given: Path) -> None:
    shelf.remove(shelf.models()[0])
    assert given.exists()


def test_a_damaged_file_is_left_out_of_the_list(shelf: Shelf, tmp_path: Path) -> None:
    added = shelf.add(other(tmp_path), opened)
    added.path.write_bytes(added.path.read_bytes()[:-50])
    assert [model.title for model in shelf.models()] == ["given float32"]


class _Wrong(ColorInterpreter):
    """A model whose state is no number."""

    def encode(self, image: Pixels) -> Encoded:
        return Encoded(np.full((1, 1), np.nan, np.float32))


class _Broken(ColorInterpreter):
    """A model that the runtime cannot run."""

    def decode_step(self, token: int, encoded: Encoded) -> tuple[Floats, Encoded]:
        raise RuntimeError("node 331 failed to prepare")


@pytest.mark.parametrize(
    ("interpreter", "message"),
    [(_Wrong, "numbers that are none"), (_Broken, "does not run here.*node 331")],
)
def test_a_file_that_fails_its_trial_is_not_kept(
    shelf: Shelf, tmp_path: Path, interpreter: type[ColorInterpreter], message: str
) -> None:
    with pytest.raises(JewelcapError, match=message):
        shelf.add(other(tmp_path), lambda bundle: Captioner(bundle, interpreter()))
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize("content", [b"", b"nothing", b"\x1c\0\0\0TFL3" + bytes(500)])
def test_a_foreign_file_is_refused(shelf: Shelf, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.tflite"
    path.write_bytes(content)
    with pytest.raises(JewelcapError, match=r"foreign\.tflite"):
        shelf.add(path, opened)
    with pytest.raises(JewelcapError, match=r"none\.tflite: cannot be read"):
        shelf.add(tmp_path / "none.tflite", opened)


def test_a_huge_file_is_refused_before_it_is_read(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf_module, "MOST_BYTES", 100)
    with pytest.raises(JewelcapError, match="more than the app takes"):
        shelf.add(other(tmp_path), opened)


def test_no_space_leaves_nothing_behind(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 99, 1))
    with pytest.raises(JewelcapError, match="the disk is full"):
        shelf.add(other(tmp_path), opened)
    assert list((tmp_path / "models").iterdir()) == []


def test_no_captioner_at_all_is_said() -> None:
    with pytest.raises(JewelcapError, match="no captioner in the app"):
        choose_model([], "")


def test_the_known_picture_is_a_picture() -> None:
    picture = known_picture()
    assert picture.shape == (256, 256, 3) and picture.dtype == np.uint8
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) == 3
