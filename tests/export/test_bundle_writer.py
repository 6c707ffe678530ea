from __future__ import annotations

import errno
import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from export.bundle_writer import write_bundle
from mobile_app.camera_app.runtime.bundle import MANIFEST_NAME, VOCABULARY_NAME, read_bundle
from pipeline.errors import JewelcapError
from tests.bundles import FLATBUFFER, MANIFEST, VOCABULARY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "captioner.tflite"


def test_what_is_written_is_what_is_read(path: Path) -> None:
    write_bundle(path, FLATBUFFER, MANIFEST, VOCABULARY)
    bundle = read_bundle(path)
    assert bundle.vocabulary == VOCABULARY
    expected = {**vars(MANIFEST)}
    expected["flatbuffer_sha256"] = hashlib.sha256(FLATBUFFER).hexdigest()
    expected["flatbuffer_bytes"] = len(FLATBUFFER)
    assert vars(bundle.manifest) == expected


def test_the_model_stands_first_and_a_plain_zip_behind_it(path: Path) -> None:
    write_bundle(path, FLATBUFFER, MANIFEST, VOCABULARY)
    assert path.read_bytes().startswith(FLATBUFFER)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [MANIFEST_NAME, VOCABULARY_NAME]
        assert archive.testzip() is None
        assert archive.read(VOCABULARY_NAME).decode() == VOCABULARY.to_text()


def test_the_same_captioner_is_the_same_file(path: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_bundle(tmp_path / name, FLATBUFFER, MANIFEST, VOCABULARY)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_full_disk_is_one_message_and_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path.write_text("old")
    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(JewelcapError, match="the disk is full"):
        write_bundle(path, FLATBUFFER, MANIFEST, VOCABULARY)
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]
