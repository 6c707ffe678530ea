"""Keys in the wrong place, texts that swallow others, and files that a spec names: all named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mobile_app.doctor.conftest import Codes
from tests.mobile_app.doctor.test_spec_more import append


def replaced(path: Path, old: str, new: str) -> Path:
    """Changes a text of the spec; returns the app's folder."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path.parent


@pytest.mark.parametrize(
    ("old", "new", "code", "word"),
    [
        ("[buildozer]\n", "[buildozer]\nandroid.api = 36\n", "misplaced-key", "android.api"),
        ("[buildozer]\n", "[buildozer]\nlog_levels = 2\n", "misspelt-key", "log_levels"),
        ("log_level = 2", "log_level = loud", "log-level", "loud"),
        ("[buildozer]\n", "[buildozer]\nbuild_dir = ./out\n", "build-dir", "./out"),
        ("android.api = 36", "  android.api = 36", "indented-key", "android.api"),
        ("android.api = 36", "Android.API = 36", "misspelt-key", "android.api"),
        ("android.api = 36", "android.api = '36'", "quotes", "36"),
        ("android.api = 36", "android.api = 36\t; new", "comment-in-value", "new"),
        ("[app@store]", "[ap@store]", "unknown-section", "[app]"),
        ("[buildozer]", "[app:orientation]\nportrait\n[buildozer]", "contradiction", "orientation"),
        ("= CAMERA", "= CAMERA VIBRATE", "permission", "not one permission"),
        ("= CAMERA", "= android.permission.Camera", "permission", "CAMERA"),
        ("include_exts = py", "include_exts = *.py", "include-exts", "*.py"),
    ],
)
def test_a_line_that_buildozer_reads_otherwise_is_named(
    spec_path: Path, errors: Codes, old: str, new: str, code: str, word: str
) -> None:
    assert word in errors("--app", replaced(spec_path, old, new), "--only", "spec")[code]


@pytest.mark.parametrize(
    ("line", "code", "word"),
    [
        ("android.add_assets = gem.bin:gem.bin", "missing-file", "gem.bin"),
        ("android.add_jars = libs/*.jar", "missing-file", "*.jar"),
        ("services = scan:scan.py:foreground", "service", "scan.py"),
        ("android.manifest.launch_mode = single", "choice", "single"),
        ("android.manifest.orientation = upwards", "choice", "upwards"),
        ("android.meta_data = gem", "meta-data", "gem"),
        ("android.entrypoint = org.kivy.Activity", "java-class", "org.kivy.Activity"),
        ("android.add_gradle_repositories = http://a.org", "gradle-repository", "a.org"),
        ('p4a.extra_args = --x "', "p4a", "quotation"),
    ],
)
def test_a_value_that_the_build_stops_on_is_named(
    spec_path: Path, errors: Codes, line: str, code: str, word: str
) -> None:
    assert word in errors("--app", append(spec_path, line), "--only", "spec")[code]


@pytest.mark.parametrize(
    ("line", "code", "word"),
    [
        ("p4a.fork = somebody", "p4a", "somebody"),
        ("p4a.extra_args = --ndk-api=21", "p4a", "--ndk-api=21"),
        ("log_level = 1", "misplaced-key", "log_level"),
        ("android.no-byte-compile-python = False", "byte-code", "not compiled"),
    ],
)
def test_a_value_that_may_be_meant_is_a_warning(
    spec_path: Path, errors: Codes, line: str, code: str, word: str
) -> None:
    folder = append(spec_path, line)
    assert errors("--app", folder, "--only", "spec") == {}
    assert word in errors("--app", folder, "--only", "spec", severity="warning")[code]


@pytest.mark.parametrize(
    ("old", "code", "word"),
    [
        ("icon.adaptive_background.filename = assets/icon_background.png\n", "picture", "one side"),
        (", com.google.ai.edge.litert:litert-gpu-api:1.4.1", "litert", "litert-gpu-api"),
    ],
)
def test_a_half_that_is_left_out_is_named(
    spec_path: Path, errors: Codes, old: str, code: str, word: str
) -> None:
    folder = replaced(spec_path, old, "")
    assert word in errors("--app", folder, "--only", "spec", severity="warning")[code]


def test_files_that_are_there_are_let_pass(spec_path: Path, errors: Codes) -> None:
    (spec_path.parent / "libs").mkdir()
    (spec_path.parent / "libs/gem.jar").touch()
    line = f"android.add_jars = libs/*.jar, {spec_path.parent}/libs/*.jar"
    line += "\nandroid.add_assets = libs:gems"
    assert errors("--app", append(spec_path, line), "--only", "spec") == {}


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        (
            '<uses-feature android:name="android.hardware.camera" android:required="true" />',
            "uses-feature",
            "requires android.hardware.camera",
        ),
        (
            '<uses-permission android:name="android.permission.RECORD_AUDIO" />',
            "permission",
            "RECORD_AUDIO",
        ),
    ],
)
def test_what_the_extra_manifest_asks_too_much_of_is_named(
    spec_path: Path, errors: Codes, text: str, code: str, word: str
) -> None:
    path = spec_path.parent / "assets/uses_features.xml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    found = errors("--app", spec_path.parent, "--only", "spec", severity="warning")
    assert word in found[code]


def test_a_folder_that_python_for_android_refuses_is_named(tmp_path: Path, errors: Codes) -> None:
    folder = tmp_path / "my app"
    folder.mkdir()
    assert "my app" in errors("--only", "host", "--app", folder)["path"]
