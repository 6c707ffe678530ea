from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime.bundle import MANIFEST_NAME, VOCABULARY_NAME, read_bundle
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.errors import BundleError
from tests.bundles import (
    FLATBUFFER,
    MANIFEST,
    VOCABULARY,
    members_of,
    with_members,
    write_fake_bundle,
    write_members,
)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fake_bundle(tmp_path_factory.mktemp("good") / "captioner.tflite")


def assert_refused(path: Path, message: str = "") -> None:
    """Asserts one clear line that names the file."""
    with pytest.raises(BundleError, match=message) as caught:
        read_bundle(path)
    text = str(caught.value)
    assert text.startswith(str(path)) and "\n" not in text and len(text) > len(str(path)) + 10


def test_a_good_file_opens(good: Path) -> None:
    bundle = read_bundle(good)
    assert bundle.path == good
    assert bundle.vocabulary == VOCABULARY
    assert bundle.manifest.name == MANIFEST.name
    assert bundle.manifest.parity == MANIFEST.parity
    assert bundle.manifest.accuracy == MANIFEST.accuracy
    assert bundle.manifest.preprocess == MANIFEST.preprocess
    assert bundle.manifest.flatbuffer_bytes == len(FLATBUFFER)


def test_a_real_file_opens(tiny_bundle: Path) -> None:
    bundle = read_bundle(tiny_bundle)
    assert bundle.manifest.flatbuffer_bytes < tiny_bundle.stat().st_size
    assert bundle.manifest.levels == bundle.vocabulary.level_names


def test_a_file_cut_off_anywhere_is_refused(good: Path, tmp_path: Path) -> None:
    data = good.read_bytes()
    path = tmp_path / "cut.tflite"
    for length in [*range(0, len(data), 7), *range(len(data) - 60, len(data))]:
        path.write_bytes(data[:length])
        assert_refused(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_real_file_cut_off_is_refused(tiny_bundle: Path, tmp_path: Path, share: float) -> None:
    path = tmp_path / "cut.tflite"
    data = tiny_bundle.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert_refused(path, "truncated|altered")


def test_a_flipped_byte_in_the_model_is_noticed(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "flipped.tflite"
    for position in [*range(12), *range(12, len(FLATBUFFER), 37), len(FLATBUFFER) - 1]:
        data = bytearray(good.read_bytes())
        data[position] ^= 1
        path.write_bytes(data)
        assert_refused(path, "altered" if not 4 <= position < 8 else "not a TFLite file")


def assert_refused_or_the_same(data: bytes, good: Path, path: Path) -> bool:
    """Opens a damaged file; returns whether it was refused."""
    path.write_bytes(data)
    try:
        bundle = read_bundle(path)
    except BundleError as error:
        assert str(error).startswith(str(path)) and "\n" not in str(error)
        return True
    original = read_bundle(good)
    assert (bundle.manifest, bundle.vocabulary) == (original.manifest, original.vocabulary)
    return False


COMPRESSIONS = {
    "stored": zipfile.ZIP_STORED,
    "deflate": zipfile.ZIP_DEFLATED,
}


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_the_phones_python_cannot_unpack_is_refused_everywhere(
    good: Path, tmp_path: Path, compression: int
) -> None:
    path = write_members(tmp_path / "packed.tflite", FLATBUFFER, members_of(good), compression)
    with pytest.raises(BundleError, match="no captioner manifest"):
        read_bundle(path)


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_flipped_byte_behind_the_model_is_refused_or_changes_nothing(
    good: Path, tmp_path: Path, compression: str
) -> None:
    form = COMPRESSIONS[compression]
    path = write_members(tmp_path / "good.tflite", FLATBUFFER, members_of(good), form)
    data = path.read_bytes()
    positions = range(len(FLATBUFFER), len(data), 1 if compression == "deflate" else 3)
    refused = 0
    for position in positions:
        damaged = bytearray(data)
        damaged[position] ^= 0x55
        refused += assert_refused_or_the_same(bytes(damaged), path, tmp_path / "flipped.tflite")
    assert refused > len(positions) // 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a TFLite file"),
        (b"TFL3", "not a TFLite file"),
        (b"a shopping list\n" * 50, "not a TFLite file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not a TFLite file"),
        (FLATBUFFER, "no captioner manifest behind the model"),
        (FLATBUFFER + b"PK\x05\x06" + bytes(18), "no captioner manifest behind the model"),
    ],
)
def test_files_of_other_programs_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "foreign.tflite"
    path.write_bytes(content)
    assert_refused(path, message)


def test_a_plain_zip_is_refused(good: Path, tmp_path: Path) -> None:
    path = write_members(tmp_path / "plain.zip", b"", members_of(good))
    assert_refused(path, "not a TFLite file")


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    assert_refused(tmp_path / "none.tflite", "cannot be read")
    assert_refused(tmp_path, "cannot be read")


def test_bytes_before_the_model_are_noticed(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "shifted.tflite"
    path.write_bytes(FLATBUFFER[:16] + good.read_bytes())
    assert_refused(path)


def test_another_model_under_the_same_manifest_is_refused(good: Path, tmp_path: Path) -> None:
    for model in (FLATBUFFER + bytes(4), FLATBUFFER[:-4], FLATBUFFER[:-1] + b"\x00"):
        path = write_members(tmp_path / "other.tflite", model, members_of(good))
        assert_refused(path, "altered")


def manifest_with(**changes: object) -> Callable[[bytes], bytes]:
    def change(text: bytes) -> bytes:
        return json.dumps({**json.loads(text), **changes}).encode()

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (manifest_with(schema_version=3), "schema_version is 3, this jewelcap reads 2"),
        (manifest_with(schema_version=None), "schema_version is None"),
        (manifest_with(levels="basic"), "levels: expected a list"),
        (manifest_with(levels=["basic"]), "different levels"),
        (manifest_with(max_length=True), "max_length: expected int, found bool"),
        (manifest_with(more=1), "unknown more"),
        (manifest_with(preprocess={"height": 32, "width": 99999}), "not within 16 to 1024"),
        (manifest_with(preprocess={"height": 32, "width": 32, "fit": "x"}), "unknown fit"),
        (manifest_with(flatbuffer_bytes=10**30), "altered"),
        (manifest_with(flatbuffer_sha256="0" * 64), "altered"),
        (manifest_with(accuracy=[{"level": "basic"}]), "missing ccr"),
        (lambda _: b"{", "not valid JSON"),
        (lambda _: b"[]", "expected an object"),
        (lambda _: b"\xff\xfe\x00", "not valid JSON"),
        (lambda text: text.replace(b'"n": 3', b'"n": 3' + b"0" * 5000), "not valid JSON"),
        (lambda text: text.replace(b'"low": 0.2', b'"low": 1' + b"0" * 400), "low"),
    ],
)
def test_a_manifest_of_another_form_is_refused(
    good: Path, tmp_path: Path, change: Callable[[bytes], bytes], message: str
) -> None:
    text = change(members_of(good)[MANIFEST_NAME])
    assert_refused(with_members(tmp_path / "bad.tflite", good, json=text), message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "special tokens missing"),
        (b"ring\n", "expected kind<TAB>text"),
        (b"\xff\xfe", "utf-8"),
        (VOCABULARY.to_text().replace("<normal>", "<exact>").encode(), "unknown level 'exact'"),
        (VOCABULARY.to_text().replace("special\t<normal>\n", "").encode(), "different levels"),
    ],
)
def test_a_vocabulary_of_another_form_is_refused(
    good: Path, tmp_path: Path, text: bytes, message: str
) -> None:
    assert_refused(with_members(tmp_path / "bad.tflite", good, txt=text), message)


@pytest.mark.parametrize("member", ["json", "txt"])
def test_a_missing_member_is_refused(good: Path, tmp_path: Path, member: str) -> None:
    path = with_members(tmp_path / "bad.tflite", good, **{member: None})
    assert_refused(path, "no captioner manifest")


@pytest.mark.parametrize("member", ["json", "txt"])
def test_a_member_that_unpacks_to_too_much_is_refused(
    good: Path, tmp_path: Path, member: str
) -> None:
    path = with_members(tmp_path / "bomb.tflite", good, **{member: b" " * 20_000_000})
    assert path.stat().st_size < 100_000
    assert_refused(path)


def test_a_member_that_lies_about_its_size_is_refused(good: Path, tmp_path: Path) -> None:
    path = with_members(tmp_path / "liar.tflite", good, txt=b" " * 20_000_000)
    data = path.read_bytes().replace(struct.pack("<I", 20_000_000), struct.pack("<I", 100))
    path.write_bytes(data)
    assert_refused(path)


def test_a_vocabulary_that_is_not_the_models_is_refused(tiny_bundle: Path, tmp_path: Path) -> None:
    text = members_of(tiny_bundle)[VOCABULARY_NAME]
    shorter = text[: text.rstrip().rindex(b"\n") + 1]
    path = with_members(tmp_path / "edited.tflite", tiny_bundle, txt=shorter)
    with pytest.raises(BundleError):
        Captioner.open(path)
