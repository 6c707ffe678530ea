"""`jewelcap app` before its window opens."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from mobile_app import app_command
from mobile_app.camera_app.runtime.bundle import read_bundle
from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.ui.settings import AppSettings, choose_level
from pipeline.cli import main

MOBILE_APP = Path(app_command.__file__).parent


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[AppSettings]:
    """Stands in for the window; holds what it would have been opened with."""
    settings: list[AppSettings] = []
    monkeypatch.setattr(app_command, "run_app", settings.append)
    return settings


def test_settings(opened: list[AppSettings], tiny_bundle: Path, tmp_path: Path) -> None:
    arguments = ["app", "--model", str(tiny_bundle), "--source", str(tmp_path), "--level", "basic"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert opened == [AppSettings(tiny_bundle, str(tmp_path), "basic", None)]


def test_defaults(opened: list[AppSettings], tiny_bundle: Path) -> None:
    assert CliRunner().invoke(main, ["app", "--model", str(tiny_bundle)]).exit_code == 0
    assert opened == [AppSettings(tiny_bundle, None, None, None)]


def test_without_a_model_the_app_chooses(opened: list[AppSettings], tmp_path: Path) -> None:
    arguments = ["app", "--language", "it", "--folder", str(tmp_path)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert opened == [AppSettings(None, None, None, "it", tmp_path)]


def test_levels_that_the_captioner_lacks(tiny_bundle: Path) -> None:
    manifest = read_bundle(tiny_bundle).manifest
    assert choose_level(manifest, None) == "complete"
    lesser = replace(manifest, levels=("basic", "normal"))
    assert choose_level(lesser, None) == "normal"
    with pytest.raises(JewelcapError, match="it has basic, normal"):
        choose_level(lesser, "complete")


def test_a_foreign_model(opened: list[AppSettings], tmp_path: Path) -> None:
    model = tmp_path / "other.tflite"
    model.write_bytes(b"nothing")
    result = CliRunner().invoke(main, ["app", "--model", str(model)])
    assert result.exit_code == 1 and not opened
    assert f"{model}: not a TFLite file" in result.output


def test_a_truncated_model(opened: list[AppSettings], tiny_bundle: Path, tmp_path: Path) -> None:
    model = tmp_path / "captioner.tflite"
    model.write_bytes(tiny_bundle.read_bytes()[:-100])
    result = CliRunner().invoke(main, ["app", "--model", str(model)])
    assert result.exit_code == 1 and not opened
    assert str(model) in result.output and "Traceback" not in result.output


def test_a_missing_source(opened: list[AppSettings], tiny_bundle: Path, tmp_path: Path) -> None:
    arguments = ["app", "--model", str(tiny_bundle), "--source", str(tmp_path / "none")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1 and not opened
    assert "no such folder or video" in result.output


@pytest.mark.parametrize("option", [["--level", "poetic"], ["--language", "tlh"]])
def test_wrong_usage(opened: list[AppSettings], option: list[str]) -> None:
    arguments = ["app", "--model", "x", *option]
    assert CliRunner().invoke(main, arguments).exit_code == 2 and not opened


def test_without_kivy(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The launch sets variables for Kivy; they are undone with the patch.
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.setitem(sys.modules, "kivy", None)
    monkeypatch.delitem(sys.modules, "kivy.config", raising=False)
    result = CliRunner().invoke(main, ["app", "--model", str(tiny_bundle)])
    assert result.exit_code == 1
    assert "the app needs kivy: pip install 'jewelcap[app]'" in result.output


def test_the_phone_side_imports_neither_kivy_nor_desktop_packages_before_launch() -> None:
    code = (
        "import sys; import main, camera_app.ui.launch, camera_app.ui.worker, "
        "camera_app.ui.sources, camera_app.ui.texts, camera_app.ui.theme, camera_app.ui.steady, "
        "camera_app.history.store, camera_app.library.shelf, camera_app.preferences; "
        "names = 'click tensorflow kivy cv2 pipeline export mobile_app'.split(); "
        "print([name for name in names if name in sys.modules])"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=MOBILE_APP, capture_output=True, text=True, check=True
    )
    assert process.stdout.strip() == "[]"
