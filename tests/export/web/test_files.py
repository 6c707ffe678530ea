"""The page reads captioner files as strictly as the runtime; every sentence is translated."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zipfile
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime.bundle import BundleManifest, read_bundle
from mobile_app.camera_app.runtime.confidence import Calibration, JewelryDetector
from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.runtime.schema import to_jsonable
from tests.bundles import (
    FLATBUFFER,
    VOCABULARY,
    members_of,
    with_members,
    write_fake_bundle,
    write_members,
)
from tests.export.web.node import SOURCES, Run

READ = """
const { readBundle } = await import('./bundle.js');
return Promise.all(data.map(async (file) => {
  try {
    const { manifest, vocabulary, flatbuffer } = await readBundle(bytes(file));
    return { manifest, vocabulary, size: flatbuffer.length };
  } catch (error) {
    return error.code ?? `not a problem: ${error}`;
  }
}));
"""


def read_in_page(node: Run, *paths: Path) -> list:
    return node(READ, [base64.b64encode(path.read_bytes()).decode() for path in paths])


@pytest.fixture
def captioner(tmp_path: Path) -> Path:
    return write_fake_bundle(tmp_path / "captioner.tflite")


def test_manifest_and_vocabulary_come_out_of_the_file(
    node: Run, captioner: Path, tmp_path: Path
) -> None:
    stored = write_members(
        tmp_path / "stored.tflite", FLATBUFFER, members_of(captioner), zipfile.ZIP_STORED
    )
    for found in read_in_page(node, captioner, stored):
        assert found["manifest"] == to_jsonable(read_bundle(captioner).manifest)
        assert found["size"] == len(FLATBUFFER)
        assert found["vocabulary"]["levels"] == list(VOCABULARY.level_names)
        assert found["vocabulary"]["terms"] == to_jsonable(VOCABULARY.terms)
        assert found["vocabulary"]["firstTermId"] == VOCABULARY.first_term_id
        assert found["vocabulary"]["size"] == len(VOCABULARY)


def damaged_files(captioner: Path, folder: Path) -> dict[str, Path]:
    """Files that the runtime refuses, by what is wrong with them."""
    data = captioner.read_bytes()
    members = members_of(captioner)
    manifest = json.loads(members["captioner.json"])
    files: dict[str, bytes] = {
        "empty": b"",
        "text": b"hello, I am no captioner",
        "model alone": FLATBUFFER,
        "cut off": data[: len(data) - 30],
        "cut in the model": data[:500],
        "model altered": data[:100] + b"\0\0" + data[102:],
        "model longer": data[:200] + b"\0" + data[200:],
    }
    paths = {}
    for name, content in files.items():
        paths[name] = folder / f"{name}.tflite"
        paths[name].write_bytes(content)
    texts: dict[str, dict[str, bytes | None]] = {
        "no manifest": {"json": None},
        "no vocabulary": {"txt": None},
        "manifest is no JSON": {"json": b"{"},
        "manifest is a list": {"json": b"[]"},
        "newer": {"json": json.dumps({**manifest, "schema_version": 99}).encode()},
        "size of nothing": {
            "json": json.dumps({**manifest, "preprocess": {"height": 0, "width": 9}}).encode()
        },
        "other levels": {"json": json.dumps({**manifest, "levels": ["basic"]}).encode()},
        "vocabulary without tokens": {"txt": b"type\tring\n"},
        "vocabulary of no form": {"txt": b"special\t<pad>\nspecial\t<end>\nring\n"},
        "bomb": {"txt": members["vocabulary.txt"] + b"type\tx\n" * 3_000_000},
    }
    for name, changes in texts.items():
        paths[name] = with_members(folder / f"{name}.tflite", captioner, **changes)
    detector = JewelryDetector((1.0, 2.0), 0.0, 0.5, 9, 1, 9, 2, 1)
    paths["detector of another model"] = write_fake_bundle(
        folder / "detector.tflite", calibration=Calibration(0.9, (), detector)
    )
    stored = write_members(folder / "crc.tflite", FLATBUFFER, members, zipfile.ZIP_STORED)
    stored.write_bytes(stored.read_bytes().replace(b"earring", b"earrong", 1))
    paths["vocabulary altered"] = stored
    return paths


def test_a_damaged_captioner_is_refused_with_a_sentence(
    node: Run, captioner: Path, tmp_path: Path
) -> None:
    paths = damaged_files(captioner, tmp_path)
    for path in paths.values():
        with pytest.raises(JewelcapError):
            read_bundle(path)
    found = dict(zip(paths, read_in_page(node, *paths.values()), strict=True))
    expected = {
        "empty": "captioner_unknown",
        "text": "captioner_unknown",
        "newer": "captioner_newer",
        "manifest is a list": "captioner_newer",
    }
    assert found == {name: expected.get(name, "captioner_damaged") for name in paths}


def test_the_page_reads_manifests_of_the_versions_that_the_runtime_reads(
    node: Run, captioner: Path, tmp_path: Path
) -> None:
    manifest = json.loads(members_of(captioner)["captioner.json"])

    def is_read(version: int) -> bool:
        text = json.dumps({**manifest, "schema_version": version}).encode()
        try:
            read_bundle(with_members(tmp_path / f"{version}.tflite", captioner, json=text))
        except JewelcapError:
            return False
        return True

    expected = [version for version in range(BundleManifest.schema_version + 3) if is_read(version)]
    assert BundleManifest.schema_version in expected
    assert node("return (await import('./bundle.js')).SCHEMA_VERSIONS;") == expected


def test_checksums_without_web_crypto_are_those_of_hashlib(node: Run) -> None:
    cases = [bytes(range(256)) * 3, *(b"a" * size for size in (0, 1, 55, 56, 63, 64, 65, 1000))]
    found = node(
        "const { sha256InScript } = await import('./sha256.js');\n"
        "return data.map((text) => Buffer.from(sha256InScript(bytes(text))).toString('hex'));",
        [base64.b64encode(case).decode() for case in cases],
    )
    assert found == [hashlib.sha256(case).hexdigest() for case in cases]


def test_every_language_says_everything_with_the_same_values(node: Run) -> None:
    texts = node("return (await import('./texts.js')).TEXTS;")

    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {key: shape(one) for key, one in value.items()}
        assert str(value).strip()
        return sorted(re.findall(r"\{\w+\}", str(value)))

    assert list(texts) == ["en", "es", "it"]
    assert shape(texts["es"]) == shape(texts["en"]) == shape(texts["it"])


def test_every_problem_and_text_that_is_named_has_its_sentence(node: Run) -> None:
    english = node("return (await import('./texts.js')).TEXTS.en;")
    scripts = "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.js"))
    named = set(re.findall(r"Problem\('(\w+)'", scripts))
    named |= set(re.findall(r"'(camera_\w+)'", scripts)) | {"unexpected"}
    assert named == set(english["problems"])
    page = (SOURCES.parent / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'data-text="(\w+)"', page)) <= set(english)
    said = set(re.findall(r"\.status\('(\w+)'", scripts))
    assert said
    assert said <= set(english)


def test_the_page_names_only_elements_that_it_has() -> None:
    page = (SOURCES.parent / "index.html").read_text(encoding="utf-8")
    scripts = "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.js"))
    ids = re.findall(r'\bid="([\w-]+)"', page)
    assert len(ids) == len(set(ids))
    named = set(re.findall(r"(?:byId|onClick|onChange)\('([\w-]+)'", scripts))
    assert named
    assert named <= set(ids)
