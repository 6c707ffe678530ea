"""The app's real window, driven by touches without a screen.

Kivy takes a whole process for itself: the window lives in a subprocess (`app_driver.py`), which
writes down what a customer would see, and the tests here judge that.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from export.bundle_writer import write_bundle
from mobile_app.camera_app.runtime.bundle import read_bundle
from mobile_app.camera_app.runtime.captioner import Captioner

REPOSITORY = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).with_name("app_driver.py")
PACKAGES = "libgl1 libegl1 libgles2 libgl1-mesa-dri libegl-mesa0"
LEVELS = ("basic", "normal", "complete")
PORTRAIT, LANDSCAPE = (360, 740), (740, 360)


def _environment(home: Path, path: Path) -> dict[str, str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY") and not name.startswith("KIVY_")
    }
    environment |= {
        "SDL_VIDEODRIVER": "offscreen",
        "KIVY_HOME": str(home),
        "KIVY_DPI": "96",
        "KIVY_METRICS_DENSITY": "1",
        "PYTHONPATH": str(path),
    }
    return environment


@pytest.fixture(scope="module")
def artifacts() -> Path:
    folder = Path(os.environ.get("JEWELCAP_ARTIFACTS", REPOSITORY / "artifacts"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    """Returns a function that runs a scenario in its own process and returns what was seen."""

    def run(
        scenario: str,
        model: Path,
        source: Path | str | None,
        screenshot: Path | None = None,
        size: tuple[int, int] = PORTRAIT,
        package: str = "mobile_app.camera_app",
        **more: Any,
    ) -> dict[str, Any]:
        folder = tmp_path_factory.mktemp("window")
        request = {
            "scenario": scenario,
            "model": str(model),
            "source": None if source is None else str(source),
            "screenshot": str(screenshot or folder / "app.png"),
            "size": size,
            "package": package,
            "out": str(folder / "seen.json"),
            **more,
        }
        root = REPOSITORY if package.startswith("mobile_app") else REPOSITORY / "mobile_app"
        process = subprocess.run(
            [sys.executable, DRIVER, json.dumps(request)],
            env=_environment(folder, root),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=150,
        )
        if process.returncode != 0:
            pytest.fail(
                f"The app's window could not be driven (exit code {process.returncode}). "
                f"It needs the Debian packages {PACKAGES}.\n{process.stderr[-4000:]}"
            )
        seen: dict[str, Any] = json.loads((folder / "seen.json").read_text(encoding="utf-8"))
        return seen

    return run


def _draw_photo(path: Path, background: str, metal: str, stone: str) -> None:
    image = Image.new("RGB", (480, 480), background)
    draw = ImageDraw.Draw(image)
    draw.ellipse((110, 150, 370, 410), outline=metal, width=26)
    draw.polygon([(200, 90), (280, 90), (310, 125), (240, 200), (170, 125)], fill=stone)
    image.save(path)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    _draw_photo(folder / "known.png", "#f3e2d8", "#d8a93a", "#b01030")
    _draw_photo(folder / "other.png", "#20304a", "#c8ccd4", "#3050e0")
    (folder / "mangled.png").write_bytes((folder / "known.png").read_bytes()[:200])
    return folder


@pytest.fixture(scope="module")
def talkative(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny captioner without calibration: it says something of every photo."""
    bundle = read_bundle(tiny_bundle)
    flatbuffer = tiny_bundle.read_bytes()[: bundle.manifest.flatbuffer_bytes]
    path = tmp_path_factory.mktemp("talkative") / tiny_bundle.name
    write_bundle(path, flatbuffer, replace(bundle.manifest, calibration=None), bundle.vocabulary)
    return path


@pytest.fixture(scope="module")
def expected(photos: Path, talkative: Path) -> dict[str, dict[str, Any]]:
    captioner = Captioner.open(talkative)
    return {
        name: {level: captioner.describe(photos / name, level) for level in LEVELS}
        for name in ("known.png", "other.png")
    }


@pytest.fixture(scope="module", params=[PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def screenshot(request: pytest.FixtureRequest, artifacts: Path) -> Path:
    return artifacts / ("app.png" if request.param == PORTRAIT else "app-landscape.png")


@pytest.fixture(scope="module")
def seen(
    look: Callable[..., dict[str, Any]],
    photos: Path,
    talkative: Path,
    expected: dict[str, dict[str, Any]],
    screenshot: Path,
) -> dict[str, Any]:
    texts = {
        photo: {level: caption.text for level, caption in captions.items()}
        for photo, captions in expected.items()
    }
    size = PORTRAIT if screenshot.name == "app.png" else LANDSCAPE
    return look("see_photos", talkative, photos, screenshot, size, expected=texts)


def test_the_caption_is_what_describe_says(
    seen: dict[str, Any], expected: dict[str, dict[str, Any]]
) -> None:
    known = expected["known.png"]
    assert seen["first"] == known["complete"].text
    assert seen["next"] == expected["other.png"]["complete"].text
    assert seen["back"] == known["complete"].text
    # The test would prove little of captions that are empty or always the same.
    assert len({caption.text for caption in known.values()}) > 1 and seen["first"]


def test_level_buttons(seen: dict[str, Any], expected: dict[str, dict[str, Any]]) -> None:
    known = expected["known.png"]
    assert list(seen["captions"]) == list(LEVELS)
    for level in LEVELS:
        assert seen["captions"][level] == known[level].text
        assert seen["confidences"][level] == pytest.approx(known[level].confidence, rel=1e-3)
    assert all(width >= 48 and height >= 48 for width, height in seen["touch_sizes"])


def test_a_touch_freezes_and_unfreezes(seen: dict[str, Any]) -> None:
    assert seen["frozen"] and seen["unfrozen"]


def test_keys(seen: dict[str, Any]) -> None:
    assert seen["key_levels"] == ["basic", "normal"] and seen["key_frozen"]


def test_a_damaged_photo_is_named_and_passed_over(seen: dict[str, Any]) -> None:
    assert seen["title"] == "1 of 3 · known.png"
    assert seen["next_title"] == "3 of 3 · other.png"
    assert seen["notice"].startswith("mangled.png is ") and "skipped" in seen["notice"]


def test_the_footer_names_the_model(seen: dict[str, Any], tiny_bundle: Path) -> None:
    manifest = read_bundle(tiny_bundle).manifest
    name, variant, encode = seen["footer"].split("  ·  ")
    assert (name, variant) == (manifest.name, manifest.variant)
    assert float(encode.removesuffix(" ms")) > 0.0


def test_the_threads_end_and_nothing_heavy_is_imported(seen: dict[str, Any]) -> None:
    assert seen["threads"] == ["MainThread"]
    assert seen["imported"] == []


def test_the_screenshot_shows_the_photo(
    seen: dict[str, Any], screenshot: Path, photos: Path
) -> None:
    with Image.open(screenshot) as file:
        window = file.convert("RGB")
    assert window.size == (PORTRAIT if screenshot.name == "app.png" else LANDSCAPE)
    assert np.asarray(window, np.float32).std() > 30.0, "the screenshot is blank"
    x, y, width, height = seen["picture"]
    assert min(width, height) > 250.0 and abs(width - height) < 1.0
    # Kivy counts from the lower edge, pictures from the upper one.
    box = (x, window.height - y - height, x + width, window.height - y)
    shown = np.asarray(window.crop(tuple(map(round, box))).resize((96, 96)), np.float32)
    with Image.open(photos / "known.png") as file:
        photo = np.asarray(file.convert("RGB").resize((96, 96)), np.float32)
    # Between the arrows, above the line that says "frozen".
    middle = (slice(12, 76), slice(24, 72))
    assert photo[middle].std() > 30.0
    assert np.abs(shown[middle] - photo[middle]).mean() < 6.0
    left, bottom, caption_width, caption_height = seen["caption_box"]
    if screenshot.name == "app.png":
        assert bottom + caption_height <= y, "the caption is not under the picture"
    else:
        assert left >= x + width, "the caption is not beside the picture"
    text = (left, window.height - bottom - caption_height, left + caption_width)
    caption = window.crop(tuple(map(round, (*text, window.height - bottom)))).convert("L")
    assert np.asarray(caption, np.float32).max() > 180.0, "no caption is drawn"


def test_a_video_frozen_in_motion(
    look: Callable[..., dict[str, Any]], tiny_bundle: Path, photos: Path, tmp_path: Path
) -> None:
    video, frame = tmp_path / "clip.avi", tmp_path / "frame.rgba"
    writer = cv2.VideoWriter(str(video), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, (480, 480))
    for shift in range(0, 200, 5):
        for name in ("known.png", "other.png"):
            writer.write(np.roll(cv2.imread(str(photos / name)), shift, axis=1))
    writer.release()
    seen = look("see_video", tiny_bundle, video, frame=str(frame))
    assert seen["frozen"] and seen["stands"] and seen["moves"]
    assert seen["title"] == "clip.avi" and not seen["steps"]
    pixels = np.frombuffer(frame.read_bytes(), np.uint8).reshape(*seen["size"][::-1], 4)
    caption = Captioner.open(tiny_bundle).describe(pixels[..., :3].copy(), "complete")
    assert seen["caption"] == caption.text
    assert seen["threads"] == ["MainThread"]


def test_a_source_without_photos_says_so_and_goes_on_when_there_are_some(
    look: Callable[..., dict[str, Any]],
    talkative: Path,
    photos: Path,
    expected: dict[str, dict[str, Any]],
    tmp_path: Path,
) -> None:
    repair = [str(photos / "known.png"), str(tmp_path)]
    seen = look("see_failure", talkative, tmp_path, repair=repair)
    assert seen["heading"] == "No picture to look at"
    assert "no pictures in this folder" in seen["message"]
    assert seen["screen"] == "live"
    assert seen["caption"] == expected["known.png"]["complete"].text


def test_a_missing_camera_and_the_way_out(
    look: Callable[..., dict[str, Any]], tiny_bundle: Path
) -> None:
    # Camera 97 is on no computer.
    seen = look("see_failure", tiny_bundle, "97")
    assert "There is no camera 97" in seen["message"]
    assert seen["again"] == seen["message"]
    assert seen["threads"] == ["MainThread"]


def test_a_missing_model_as_on_the_phone(
    look: Callable[..., dict[str, Any]], photos: Path, tmp_path: Path
) -> None:
    seen = look("see_failure", tmp_path / "captioner.tflite", photos, package="camera_app")
    assert seen["heading"] == "The captioner cannot be used"
    assert "captioner.tflite" in seen["message"] and seen["again"] == seen["message"]
    assert seen["imported"] == []


def test_an_exception_in_the_worker_is_shown(
    look: Callable[..., dict[str, Any]], tiny_bundle: Path, photos: Path
) -> None:
    seen = look("see_worker_error", tiny_bundle, photos)
    assert "ZeroDivisionError" in seen["notice"]
    assert seen["screen"] == "live" and seen["threads"] == ["MainThread"]


def test_without_opengl_one_sentence_names_what_is_missing(
    tiny_bundle: Path, photos: Path, tmp_path: Path
) -> None:
    environment = _environment(tmp_path, REPOSITORY) | {"SDL_VIDEODRIVER": "dummy"}
    process = subprocess.run(
        [sys.executable, REPOSITORY / "mobile_app" / "main.py", tiny_bundle],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert process.returncode == 1
    assert PACKAGES in process.stderr and "Traceback" not in process.stderr
