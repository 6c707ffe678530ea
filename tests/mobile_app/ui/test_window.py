"""The app's real window, driven by touches without a screen."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mobile_app.camera_app.runtime.languages import compose
from mobile_app.camera_app.runtime.levels import LEVELS
from mobile_app.camera_app.ui.texts import TEXTS
from tests.mobile_app.ui.conftest import (
    LANDSCAPE,
    PACKAGES,
    PORTRAIT,
    REPOSITORY,
    Look,
    window_environment,
)
from tests.mobile_app.ui.stub import COLD, WARM, write_stub_bundle


def caption(attributes: Any, level: str = "complete", language: str = "en") -> str:
    return compose(LEVELS[level].terms(attributes) or (), language)


@pytest.fixture(scope="module")
def minutes(look: Look, stub_model: Path, photos: Path) -> dict[str, Any]:
    return look("first_minutes", stub_model, photos)


def test_each_level_says_what_the_captioner_says(minutes: dict[str, Any]) -> None:
    assert minutes["first"] == caption(WARM)
    assert minutes["captions"] == {level: caption(WARM, level) for level in LEVELS}
    assert minutes["next"] == caption(COLD)
    assert all(min(size) >= 48 for size in minutes["sizes"])


def test_a_held_picture_names_confidence_and_alternatives(minutes: dict[str, Any]) -> None:
    assert minutes["frozen"]
    assert minutes["percent"] == round(100 * 0.97 ** (len(WARM.terms()) + 1))
    assert caption(WARM).capitalize() not in minutes["alternatives"]


def test_a_correction_is_kept_found_and_exported(minutes: dict[str, Any]) -> None:
    assert minutes["line"] == "Correction kept"
    assert {"diamonds", "ruby"} <= set(minutes["words"])
    [row] = minutes["rows"]
    assert "pink" in row and "diamonds" in row
    assert minutes["found"] == minutes["rows"] and minutes["not_found"] == []
    assert minutes["entry"].casefold() == row.casefold()
    assert minutes["thumbnail"] and "tiny float32" in minutes["note"]
    assert minutes["left"] == 0
    archive = Path(minutes["folder"]) / "exports" / "jewelcap-corrections.zip"
    with zipfile.ZipFile(archive) as file:
        [row] = csv.DictReader(io.StringIO(file.read("metadata.csv").decode()))
    assert (row["type"], row["model"], row["color"]) == ("ring", "Alba", "pink")
    assert set(row["stones"].split("|")) == {"ruby", "diamonds"}


def test_keys_and_damaged_photos(minutes: dict[str, Any]) -> None:
    assert minutes["key_level"] == "basic" and minutes["key_frozen"]
    assert minutes["notice"].startswith("mangled.png is ") and "skipped" in minutes["notice"]


def test_all_threads_end_and_nothing_heavy_is_imported(minutes: dict[str, Any]) -> None:
    assert minutes["threads"] == ["MainThread"]
    assert minutes["imported"] == [] and minutes["crashes"] == ""


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_no_word_is_cut_off_in_any_language(
    look: Look, stub_model: Path, photos: Path, size: tuple[int, int]
) -> None:
    seen = look("settings_tour", stub_model, photos, size)
    assert seen["checked"] > 500
    assert seen["faults"] == []
    assert seen["titles"] == {"en": "Settings", "es": "Ajustes", "it": "Impostazioni"}
    assert seen["caption"] == caption(WARM, language="it")
    assert seen["crashes"] == ""


def test_a_chosen_photo_is_described_and_cropped(
    look: Look, stub_model: Path, photos: Path
) -> None:
    seen = look("photo_and_crop", stub_model, photos)
    assert seen["caption"] == caption(COLD)
    left, top, right, bottom = seen["box"]
    assert left > 0.25 and top == pytest.approx(0.08) and right == pytest.approx(0.92)
    assert bottom < 0.92
    assert seen["size"] == pytest.approx([480 * (right - left), 480 * (bottom - top)], abs=2)
    assert seen["heading"] == "This photo cannot be read"
    assert "damaged" in seen["detail"]
    assert seen["after"] == caption(WARM) and seen["problem_gone"]


def test_a_moving_picture_is_held_by_a_touch(look: Look, stub_model: Path, tmp_path: Path) -> None:
    clip = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, (640, 480))
    for shade in range(60, 200, 2):
        # Warm all along, and never twice the same.
        writer.write(np.full((480, 640, 3), (40, 60, shade), np.uint8))
    writer.release()
    seen = look("video", stub_model, clip)
    assert seen["frozen"] and seen["stands"] and seen["still_stands"] and seen["moves"]
    assert seen["caption"] == caption(WARM) and not seen["steps"]
    # The picture fills its card and is not stretched.
    width, height = seen["size"]
    assert height == 480
    assert width / height == pytest.approx(seen["view"][0] / seen["view"][1], abs=0.01)
    assert seen["threads"] == ["MainThread"]


def test_without_a_camera_there_is_a_way_on(look: Look, stub_model: Path) -> None:
    # Camera 97 is on no computer.
    seen = look("no_camera", stub_model, "97")
    assert seen["heading"] == "No picture to look at"
    assert "There is no camera 97" in seen["detail"]
    assert seen["message"] == TEXTS["en"].failures["no camera"]
    assert seen["again"] and seen["back"] == "photo"
    assert seen["threads"] == ["MainThread"]


def test_a_captioner_can_be_added_where_there_is_none(
    look: Look, stub_model: Path, photos: Path
) -> None:
    missing = photos / "captioner.tflite"
    seen = look("no_model", missing, photos, repair=str(stub_model))
    assert seen["heading"] == "The captioner cannot be used"
    assert "captioner.tflite" in seen["detail"]
    assert seen["caption"] == caption(WARM)
    added = list((Path(seen["folder"]) / "models").iterdir())
    assert [path.read_bytes() for path in added] == [stub_model.read_bytes()]


def test_the_phone_starts_the_same_app_by_its_own_name(look: Look, photos: Path) -> None:
    seen = look("no_model", photos / "none.tflite", photos, package="camera_app", real=True)
    assert seen["heading"] == "The captioner cannot be used"
    assert seen["imported"] == []


def test_the_embedded_captioner_is_used_and_says_what_it_can_do(
    look: Look, stub_model: Path, photos: Path
) -> None:
    seen = look("shipped", None, photos, embedded=str(stub_model))
    assert seen["caption"] in {caption(WARM), caption(COLD)}
    assert not seen["removable"] and seen["card"] == "tiny float32" and seen["back"] == "models"
    about = "\n".join(seen["about"])
    assert TEXTS["en"].cannot in about and "Basic: 67% of 3 (95% sure: 20 to 90%)" in about
    assert "Pieces: earring, ring." in about and "CC0-1.0" in about
    assert seen["crashes"] == ""


def test_the_systems_picker_gives_photos_and_captioners(
    look: Look, stub_model: Path, photos: Path, tmp_path: Path
) -> None:
    good = write_stub_bundle(
        tmp_path / "good.tflite", name="shop", flatbuffer=b"\x1c\0\0\0TFL3" + bytes(65)
    )
    seen = look("system_picker", stub_model, photos, good_model=str(good))
    assert seen["caption"] == caption(COLD)
    assert "captioner: not a TFLite file" in seen["refusal"] and "/" not in seen["refusal"]
    assert seen["too_long"] == "The chosen file has more than 200 MB."
    assert seen["used"] == "tiny float32" and seen["added"] == "shop float32"
    assert seen["screen"] == "models" and seen["crashes"] == ""


def test_nothing_that_goes_wrong_ends_the_app(
    look: Look, stub_model: Path, photos: Path, tmp_path: Path
) -> None:
    truncated = tmp_path / "truncated.tflite"
    truncated.write_bytes(stub_model.read_bytes()[:-100])
    foreign = tmp_path / "foreign.tflite"
    foreign.write_bytes(b"nothing")
    failing = write_stub_bundle(tmp_path / "failing.tflite", state_size=2)
    good = write_stub_bundle(
        tmp_path / "good.tflite", name="shop", flatbuffer=b"\x1c\0\0\0TFL3" + bytes(64)
    )
    seen = look(
        "chaos",
        stub_model,
        photos / "first.png",
        bad_models=[str(truncated), str(foreign), str(failing), str(tmp_path / "none.tflite")],
        good_model=str(good),
    )
    *refused, disk, memory, code = seen["lines"]
    assert len(refused) == 4
    assert all(line.startswith("This file cannot be used: ") for line in refused)
    assert all("has not changed" in line for line in refused)
    assert seen["added"] == "shop float32" and seen["caption"] == caption(WARM)
    assert seen["compared"] == ["shop float32", "tiny float32"]
    assert "no space" in disk and "not enough memory" in memory and "crash log" in code
    assert seen["screen"] == "live" and seen["problem"] == "No picture to look at"
    assert seen["goes_on"]
    assert "ZeroDivisionError: nobody expected this" in seen["crashes"]
    assert seen["threads"] == ["MainThread"]


def test_without_opengl_one_sentence_names_what_is_missing(
    stub_model: Path, tmp_path: Path
) -> None:
    environment = window_environment(tmp_path, REPOSITORY) | {"SDL_VIDEODRIVER": "dummy"}
    process = subprocess.run(
        [sys.executable, REPOSITORY / "mobile_app" / "main.py", stub_model],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert process.returncode == 1
    assert PACKAGES in process.stderr and "Traceback" not in process.stderr
