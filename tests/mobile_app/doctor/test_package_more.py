"""Faults of packages that lie deeper: in the archives within, the Java code, and the manifest."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mobile_app.doctor.android_files import (
    DEX,
    PYC,
    SITE,
    Tree,
    activity,
    axml,
    elf,
    manifest,
    package_entries,
    packed,
    private_tar,
    python_bundle,
    write_apk,
)
from tests.mobile_app.doctor.conftest import Codes

BUNDLE = "lib/arm64-v8a/libpybundle.so"
NUMPY = f"{SITE}/numpy/_core/_multiarray_umath.so"
OLD_PYC = (3495).to_bytes(2, "little") + PYC[2:]


@pytest.mark.parametrize(
    ("bundle", "code", "word"),
    [
        (python_bundle(64, 183, {NUMPY: elf(alignment=4096)}), "page-size", "_multiarray_umath"),
        (python_bundle(64, 62), "library-machine", "_multiarray_umath"),
        (python_bundle(64, 183, {NUMPY: b"text"}), "library", "_multiarray_umath"),
        (python_bundle(64, 183, {f"{SITE}/torch/__init__.pyc": PYC}), "tensorflow", "torch"),
        (python_bundle(64, 183, {f"{SITE}/kivy/app.pyc": OLD_PYC}), "python-version", "app.pyc"),
        (python_bundle(64, 183, {"../out.so": b""}), "entry-name", "out.so"),
        (python_bundle(64, 183)[:90], "python-bundle", "cut off"),
        (packed({f"{SITE}/numpy/__init__.pyc": PYC}), "missing-module", "pillow, kivy, pyjnius"),
    ],
)
def test_what_is_wrong_inside_of_pythons_modules_is_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes, bundle: bytes, code: str, word: str
) -> None:
    entries = package_entries(model_bytes) | {BUNDLE: bundle}
    assert word in errors("--apk", write_apk(tmp_path / "a.apk", entries))[code]


@pytest.mark.parametrize(
    ("name", "data", "code", "word"),
    [
        ("classes.dex", b"", "dex", "no Java code"),
        ("classes.dex", DEX.replace(b"Interpreter;", b"Other;"), "missing-class", "Interpreter"),
        ("assets/release.keystore", b"\xfe\xed\xfe\xed", "secret", "release.keystore"),
    ],
)
def test_what_is_wrong_beside_the_libraries_is_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes, name: str, data: bytes, code: str, word: str
) -> None:
    entries = package_entries(model_bytes) | {name: data}
    assert word in errors("--apk", write_apk(tmp_path / "a.apk", entries))[code]


@pytest.mark.parametrize(
    ("extra", "code", "word"),
    [
        ({"main.pyc": OLD_PYC}, "python-version", "main.pyc"),
        ({"camera_app/key.p12": b"0"}, "secret", "key.p12"),
    ],
)
def test_what_is_wrong_among_the_apps_modules_is_named(
    tmp_path: Path,
    model_bytes: bytes,
    errors: Codes,
    extra: dict[str, bytes],
    code: str,
    word: str,
) -> None:
    tar = private_tar(model_bytes, extra)
    entries = package_entries(model_bytes) | {"assets/private.tar": tar}
    assert word in errors("--apk", write_apk(tmp_path / "a.apk", entries))[code]


def test_modules_that_are_not_the_apps_are_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes
) -> None:
    tar = private_tar(model_bytes, {"pipeline/train.pyc": PYC, "camera_app/tests/a.pyc": PYC})
    entries = package_entries(model_bytes) | {"assets/private.tar": tar}
    found = errors("--apk", write_apk(tmp_path / "a.apk", entries), severity="warning")
    assert "2 files" in found["unused"]


def changed(**parts: list[Tree] | Tree) -> Tree:
    """The right manifest with other children of a tag, named with underscores."""
    tag, attributes, children = manifest()
    for name, put in parts.items():
        children = [each for each in children if each[0] != name.replace("_", "-")]
        children += put if isinstance(put, list) else [put]
    return (tag, attributes, children)


NO_EXPORTED = ("activity", {"name": "Window"}, activity()[2])


@pytest.mark.parametrize(
    ("tree", "severity", "code", "word"),
    [
        (
            changed(application=("application", {"allowBackup": False}, [NO_EXPORTED])),
            "error",
            "exported",
            "Window",
        ),
        (changed(application=("application", {}, [])), "error", "no-launcher", "LAUNCHER"),
        (
            changed(application=("application", {}, [activity()])),
            "warning",
            "backup",
            "back the app",
        ),
        (changed(uses_feature=[]), "warning", "uses-feature", "no camera"),
        (
            changed(uses_sdk=("uses-sdk", {"minSdkVersion": 37, "targetSdkVersion": 36}, [])),
            "error",
            "minimum-api",
            "37",
        ),
        (
            changed(
                uses_sdk=(
                    "uses-sdk",
                    {"minSdkVersion": 24, "targetSdkVersion": 36, "maxSdkVersion": 30},
                    [],
                )
            ),
            "error",
            "minimum-api",
            "30",
        ),
    ],
)
def test_a_manifest_that_phones_refuse_is_named(
    tmp_path: Path,
    model_bytes: bytes,
    errors: Codes,
    tree: Tree,
    severity: str,
    code: str,
    word: str,
) -> None:
    path = write_apk(tmp_path / "a.apk", package_entries(model_bytes), tree)
    assert word in errors("--apk", path, severity=severity)[code]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda data: b"junk" + data, "in front of"),
        (lambda data: data + b"junk", "behind"),
        (lambda data: data[:-300], "cannot be opened"),
    ],
)
def test_an_archive_that_was_changed_on_its_way_is_named(
    tmp_path: Path,
    model_bytes: bytes,
    errors: Codes,
    change: Callable[[bytes], bytes],
    word: str,
) -> None:
    path = write_apk(tmp_path / "a.apk", package_entries(model_bytes))
    path.write_bytes(change(path.read_bytes()))
    assert word in errors("--apk", path)["archive"]


def test_a_method_of_packing_that_android_does_not_know_is_named(
    tmp_path: Path, errors: Codes
) -> None:
    with zipfile.ZipFile(tmp_path / "a.apk", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("AndroidManifest.xml", axml(manifest()))
    assert "method 12" in errors("--apk", tmp_path / "a.apk")["compression"]


def test_a_library_that_android_does_not_unpack_is_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes
) -> None:
    entries = package_entries(model_bytes) | {"lib/arm64-v8a/gem.so.1": elf()}
    found = errors("--apk", write_apk(tmp_path / "a.apk", entries), severity="warning")
    assert "gem.so.1" in found["library-name"]


def test_an_interpreter_of_another_python_is_named(
    tmp_path: Path, model_bytes: bytes, errors: Codes
) -> None:
    entries = {
        name.replace("python3.14", "python3.11"): data
        for name, data in package_entries(model_bytes).items()
    }
    found = errors("--apk", write_apk(tmp_path / "a.apk", entries))
    assert "libpython3.14.so" in found["missing-library"]
