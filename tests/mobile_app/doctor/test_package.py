"""Deliberately broken APKs and bundles: doctor names what phones and the store would refuse."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path

import pytest

from mobile_app.doctor.axml import read_axml, read_proto
from tests.mobile_app.doctor.android_files import (
    axml,
    elf,
    manifest,
    package_entries,
    private_tar,
    proto,
    write_apk,
    write_bundle_package,
)
from tests.mobile_app.doctor.conftest import Codes, doctor

SDL = "lib/arm64-v8a/libSDL2.so"


@pytest.mark.parametrize("suffix", ["apk", "aab"])
def test_a_right_package_has_no_errors_and_its_size_by_part(
    tmp_path: Path, model_bytes: bytes, suffix: str
) -> None:
    write = write_apk if suffix == "apk" else write_bundle_package
    entries = package_entries(model_bytes, ("arm64-v8a", "armeabi-v7a"))
    path = write(tmp_path / f"jewelcap.{suffix}", entries)
    document = doctor("--apk", path)
    assert [each for each in document["findings"] if each["severity"] != "ok"] == []
    assert document["sizes_bytes"]["assets/private.tar"] > 500
    assert {"lib/arm64-v8a", "lib/armeabi-v7a", "dex"} <= set(document["sizes_bytes"])


@pytest.mark.parametrize(
    ("library", "code", "word"),
    [
        (elf(alignment=4096), "page-size", "4096"),
        (elf(alignment=0), "page-size", "aligned to 0"),
        (elf(32, 40), "library-machine", "32-bit"),
        (elf(machine=62), "library-machine", "62"),
        (elf(kind=2), "library", "shared"),
        (elf()[:150], "library", "cut off"),
        (elf()[:18], "library", "cut off"),
        (b"", "library", "ELF"),
        (b"MZ" + bytes(500), "library", "ELF"),
        (elf()[:54] + b"\xff\xff\xff\xff" + elf()[58:], "library", "program headers"),
    ],
)
def test_a_library_that_would_not_load_is_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes, library: bytes, code: str, word: str
) -> None:
    entries = package_entries(model_bytes) | {SDL: library}
    found = errors("--apk", write_apk(tmp_path / "a.apk", entries))
    assert SDL in found[code] and word in found[code]


def test_pages_of_4_kb_are_right_for_32_bits(
    tmp_path: Path, model_bytes: bytes, errors: Codes
) -> None:
    entries = package_entries(model_bytes, ("arm64-v8a", "armeabi-v7a"))
    entries["lib/armeabi-v7a/libSDL2.so"] = elf(32, 40, alignment=4096)
    assert errors("--apk", write_apk(tmp_path / "a.apk", entries)) == {}


def test_a_stored_library_off_its_page_in_the_archive_is_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes
) -> None:
    entries = package_entries(model_bytes)
    tree = manifest(extract=False)
    path = write_apk(tmp_path / "a.apk", entries, tree, stored=(SDL,))
    found = errors("--apk", path)
    assert SDL in found["zip-alignment"]
    assert "libmain.so" in found["compressed-library"] or "lib/" in found["compressed-library"]


@pytest.mark.parametrize(
    ("tree", "code", "word"),
    [
        (manifest(target=33), "target-api", "33"),
        (manifest(permissions=("CAMERA", "INTERNET")), "internet", "INTERNET"),
        (manifest(permissions=()), "permission", "CAMERA"),
        (manifest(debuggable=True), "debuggable", "release"),
    ],
)
@pytest.mark.parametrize("suffix", ["apk", "aab"])
def test_a_manifest_that_the_store_refuses_is_named(
    tmp_path: Path,
    model_bytes: bytes,
    errors: Codes,
    tree: tuple[str, dict[str, object], list[object]],
    code: str,
    word: str,
    suffix: str,
) -> None:
    write = write_apk if suffix == "apk" else write_bundle_package
    path = write(tmp_path / f"a-release.{suffix}", package_entries(model_bytes), tree)  # type: ignore[operator]
    assert word in errors("--apk", path)[code]


def test_a_debug_build_is_none_to_refuse(tmp_path: Path, model_bytes: bytes, errors: Codes) -> None:
    tree = manifest(debuggable=True)
    path = write_apk(
        tmp_path / "a.apk", package_entries(model_bytes), tree, signed=b"CN=Android Debug"
    )
    assert errors("--apk", path) == {}
    assert "debuggable" in errors("--apk", path, severity="warning")


def test_missing_old_and_debug_signatures_are_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes
) -> None:
    entries = package_entries(model_bytes)
    jar = {f"META-INF/{name}": b"x" for name in ("MANIFEST.MF", "CERT.SF", "CERT.RSA")}
    bare = write_apk(tmp_path / "bare.apk", entries, signed=None)
    old = write_apk(tmp_path / "old.apk", entries | jar, signed=None)
    debug = write_apk(tmp_path / "debug.apk", entries, signed=b"CN=Android Debug")
    assert "not signed" in errors("--apk", bare)["signature"]
    assert "v1" in errors("--apk", old)["signature"]
    assert "debug key" in errors("--apk", debug)["debug-key"]
    damaged = tmp_path / "damaged.apk"
    data = bytearray(debug.read_bytes())
    data[data.index(b"APK Sig Block 42") - 8] ^= 1
    damaged.write_bytes(data)
    assert "signing block" in errors("--apk", damaged)["signature"]


def test_a_signature_that_apksigner_refuses_is_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_apk(tmp_path / "a.apk", package_entries(model_bytes))
    apksigner = tmp_path / "bin/apksigner"
    apksigner.parent.mkdir()
    monkeypatch.setenv("PATH", f"{apksigner.parent}:{os.environ['PATH']}")
    for script, wanted in (("exit 0", {}), ("echo DOES NOT VERIFY; exit 1", {"signature"})):
        apksigner.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        apksigner.chmod(0o755)
        assert set(errors("--apk", path)) == set(wanted)


def test_a_package_without_libraries_or_with_some_of_them_is_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes
) -> None:
    whole = package_entries(model_bytes, ("arm64-v8a", "x86_64"))
    none = {name: data for name, data in whole.items() if not name.startswith("lib/")}
    assert "no-libraries" in errors("--apk", write_apk(tmp_path / "a.apk", none))
    part = {name: data for name, data in whole.items() if name != "lib/x86_64/libmain.so"}
    found = errors("--apk", write_apk(tmp_path / "b.apk", part))
    assert "x86_64 lacks libmain.so" in found["abi-incomplete"]
    tflite = {name: data for name, data in whole.items() if "tensorflowlite" not in name}
    found = errors("--apk", write_apk(tmp_path / "c.apk", tflite))
    assert "LiteRT" not in found and "libtensorflowlite_jni.so" in found["missing-library"]


def test_the_captioner_in_the_package_is_opened(
    tmp_path: Path, model_bytes: bytes, errors: Codes
) -> None:
    for number, (model, code) in enumerate(
        [(None, "no-model"), (model_bytes[:-50], "model"), (b"text", "model")]
    ):
        path = write_apk(tmp_path / f"{number}.apk", package_entries(model))
        assert code in errors("--apk", path)


def test_a_model_compressed_in_the_archive_is_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes
) -> None:
    entries = package_entries(model_bytes) | {"assets/model.tflite": bytes(100)}
    found = errors("--apk", write_apk(tmp_path / "a.apk", entries))
    assert "assets/model.tflite" in found["compressed-model"]


@pytest.mark.parametrize(
    ("tar", "code"),
    [
        (b"", "private-tar"),
        (b"no archive", "private-tar"),
        (private_tar(None)[:40], "private-tar"),
        (private_tar(None, {"../main.py": b"x"}), "entry-name"),
        (private_tar(None, {"_applibs/tensorflow/__init__.pyc": b"x"}), "tensorflow"),
    ],
)
def test_a_damaged_private_tar_is_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes, tar: bytes, code: str
) -> None:
    entries = package_entries(model_bytes) | {"assets/private.tar": tar}
    assert code in errors("--apk", write_apk(tmp_path / "a.apk", entries))


def test_archives_that_are_none_are_named(tmp_path: Path, errors: Codes) -> None:
    path = tmp_path / "a.apk"
    for data in (b"", b"no archive", b"PK\x03\x04" + bytes(50)):
        path.write_bytes(data)
        assert "archive" in errors("--apk", path)
    assert "archive" in errors("--apk", tmp_path / "gone.apk")
    assert "archive" in errors("--apk", tmp_path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no app")
    assert "AndroidManifest.xml" in errors("--apk", path)["archive"]


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, errors: Codes) -> None:
    path = write_apk(tmp_path / "a.apk", {"assets/private.tar": bytes(100_000)}, signed=None)
    data = bytearray(path.read_bytes())
    # The unpacked size in the last entry of the directory.
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, 3_000_000_000)
    path.write_bytes(data)
    assert "private.tar" in errors("--apk", path)["zip-bomb"]


def test_a_size_that_lies_does_no_harm(tmp_path: Path, model_bytes: bytes, errors: Codes) -> None:
    path = write_apk(tmp_path / "a.apk", package_entries(model_bytes), signed=None)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, 5)
    path.write_bytes(data)
    assert "library" in errors("--apk", path)


@pytest.mark.parametrize("utf8", [False, True])
def test_compiled_manifests_are_read_as_they_were_written(utf8: bool) -> None:
    for root in (read_axml(axml(manifest(), utf8)), read_proto(proto(manifest()))):
        assert root.attributes["package"] == "org.jewelcap.jewelcap"
        (sdk,) = root.all("uses-sdk")
        assert sdk.attributes == {"minSdkVersion": "24", "targetSdkVersion": "36"}
        (feature,) = root.all("uses-feature")
        assert feature.attributes["required"] == "false"


@pytest.mark.parametrize("cut", [0, 1, 9, 40, 200])
def test_a_manifest_that_is_cut_off_is_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes, cut: int
) -> None:
    path = tmp_path / "a.apk"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("AndroidManifest.xml", axml(manifest())[:cut])
    assert "manifest" in errors("--apk", path)
