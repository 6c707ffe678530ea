"""Profiles, the environment, and values that are of one kind: doctor sees through them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import assert_fails, jewelcap
from tests.mobile_app.doctor.conftest import Codes, doctor


def append(path: Path, text: str) -> Path:
    """Adds lines at the end of [app]; returns the app's folder."""
    spec = path.read_text(encoding="utf-8")
    path.write_text(spec.replace("\n[app@store]", f"\n{text}\n[app@store]", 1), encoding="utf-8")
    return path.parent


@pytest.mark.parametrize(
    ("line", "code", "word"),
    [
        ("android.wakelock = perhaps", "boolean", "perhaps"),
        ("android.add_src = java", "missing-file", "java"),
        ("p4a.hook = hook.py", "missing-file", "hook.py"),
        ("android.copy_lib = 1", "misspelt-key", "android.copy_libs"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(
    spec_path: Path, errors: Codes, line: str, code: str, word: str
) -> None:
    assert word in errors("--app", append(spec_path, line), "--only", "spec")[code]


def test_a_mistake_in_a_profile_is_named_with_it(spec_path: Path, errors: Codes) -> None:
    text = spec_path.read_text(encoding="utf-8")
    spec_path.write_text(text.replace("armeabi-v7a, x86_64", "arm, x86_64"), encoding="utf-8")
    found = errors("--app", spec_path.parent, "--only", "spec")
    assert "[app@store] android.archs" in found["abi"]


def test_a_variable_that_replaces_a_value_is_named_and_checked(
    spec_path: Path, errors: Codes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_ANDROID_API", "30")
    assert "30" in errors("--app", spec_path.parent)["target-api"]
    assert "APP_ANDROID_API" in errors("--app", spec_path.parent, severity="warning")["environment"]


def test_an_old_ndk_by_its_path_is_named(spec_path: Path, errors: Codes, tmp_path: Path) -> None:
    ndk = tmp_path / "ndk"
    ndk.mkdir()
    (ndk / "source.properties").write_text("Pkg.Revision = 25.2.9519653\n", encoding="utf-8")
    folder = append(spec_path, f"android.ndk_path = {ndk}")
    assert "r25" in errors("--app", folder, "--only", "spec")["page-size"]


def test_a_part_of_the_app_that_is_left_out_is_named(spec_path: Path, errors: Codes) -> None:
    (spec_path.parent / "camera_app/look.kv").touch()
    text = spec_path.read_text(encoding="utf-8")
    spec_path.write_text(text.replace("py, kv,", "py,"), encoding="utf-8")
    assert "look.kv" in errors("--app", spec_path.parent, "--only", "tree")["left-out"]


def test_an_app_that_is_left_out_whole_is_one_error(spec_path: Path, errors: Codes) -> None:
    text = spec_path.read_text(encoding="utf-8")
    spec_path.write_text(text.replace("exclude_dirs = ", "exclude_dirs = camera_app, "), "utf-8")
    assert "2 parts" in errors("--app", spec_path.parent, "--only", "tree")["left-out"]


def test_the_tree_is_looked_at_even_where_the_spec_cannot_be_read(
    spec_path: Path, errors: Codes
) -> None:
    spec_path.write_bytes(b"\xff\xfe[app]")
    (spec_path.parent / "setup_command.py").write_text("import click\n", encoding="utf-8")
    (spec_path.parent / "camera_app/part.py").write_text("import keras\n", encoding="utf-8")
    assert set(errors("--app", spec_path.parent)) == {"spec-encoding", "tensorflow"}


def test_a_captioner_that_is_not_staged_is_named_and_opened(spec_path: Path, errors: Codes) -> None:
    (spec_path.parent / "captioner.tflite").write_bytes(b"no model")
    assert "captioner.tflite" in errors("--app", spec_path.parent)["model"]


def test_a_folder_that_is_no_apps_ends_soon(
    spec_path: Path, errors: Codes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mobile_app.doctor.staging._MAX_FILES", 3)
    assert "too-many-files" in errors("--app", spec_path.parent)


def test_what_only_this_computer_lacks_is_told_apart_from_the_project(
    spec_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(spec_path.parent))
    everything = ("--only", "host", "--only", "spec", "--only", "tree", "--app", spec_path.parent)
    document = doctor(*everything)
    assert document["computer"]["errors"] and not document["project"]["errors"]
    result = jewelcap("doctor", *everything)
    assert result.exit_code == 3
    assert "the project (spec, tree): 0 errors" in result.stdout
    assert "this computer (host): " in result.stdout
    # A developer who builds elsewhere asks for the project alone.
    result = jewelcap("doctor", "--project", "--app", spec_path.parent)
    assert result.exit_code == 0 and "host" not in result.stdout
    (spec_path.parent / "main.py").unlink()
    assert jewelcap("doctor", *everything).exit_code == 1
    assert_fails(jewelcap("doctor", "--project", "--only", "spec"), "--only", code=2)


def test_the_computer_is_looked_at_without_changing_it(tmp_path: Path) -> None:
    document = doctor("--only", "host", "--app", tmp_path)
    codes = {finding["code"] for finding in document["findings"]}
    assert {"java", "disk", "sdk"} <= codes
    assert list(tmp_path.iterdir()) == []
