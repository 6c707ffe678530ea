"""Runs scenarios of `scenarios.py` in a process of their own: Kivy takes a whole one for itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.mobile_app.ui.stub import write_stub_bundle

REPOSITORY = Path(__file__).resolve().parents[3]
DRIVER = Path(__file__).with_name("driver.py")
PACKAGES = "libgl1 libegl1 libgles2 libgl1-mesa-dri libegl-mesa0"
PORTRAIT, LANDSCAPE = (360, 740), (780, 360)

Look = Callable[..., dict[str, Any]]


def window_environment(home: Path, *paths: Path) -> dict[str, str]:
    """Variables of a process whose window needs no screen."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY") and not name.startswith("KIVY_")
    }
    return environment | {
        "SDL_VIDEODRIVER": "offscreen",
        "KIVY_HOME": str(home),
        "KIVY_DPI": "96",
        "KIVY_METRICS_DENSITY": "1",
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
    }


def draw_photo(path: Path, background: str, metal: str, stone: str) -> None:
    """Draws a ring with a stone, 480 pixels wide and high."""
    image = Image.new("RGB", (480, 480), background)
    draw = ImageDraw.Draw(image)
    draw.ellipse((110, 150, 370, 410), outline=metal, width=26)
    draw.polygon([(200, 90), (280, 90), (310, 125), (240, 200), (170, 125)], fill=stone)
    image.save(path)


@pytest.fixture(scope="session")
def stub_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_stub_bundle(tmp_path_factory.mktemp("stub") / "stub.tflite")


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warm photo, a cold one, and a damaged one between them; do not change it."""
    folder = tmp_path_factory.mktemp("photos")
    draw_photo(folder / "first.png", "#f3e2d8", "#d8a93a", "#b01030")
    draw_photo(folder / "other.png", "#20304a", "#c8ccd4", "#3050e0")
    (folder / "mangled.png").write_bytes((folder / "first.png").read_bytes()[:200])
    return folder


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Returns a function that runs a scenario and returns what was seen."""

    def run(
        scenario: str,
        model: Path | None,
        source: Path | str | None,
        size: tuple[int, int] = PORTRAIT,
        package: str = "mobile_app.camera_app",
        **more: Any,
    ) -> dict[str, Any]:
        folder = tmp_path_factory.mktemp("window")
        artifacts = os.environ.get("JEWELCAP_ARTIFACTS")
        shots = Path(artifacts, f"app-{scenario}-{size[0]}x{size[1]}") if artifacts else None
        if shots is not None:
            shots.mkdir(parents=True, exist_ok=True)
        request = {
            "scenario": scenario,
            "model": str(model) if model else None,
            "source": None if source is None else str(source),
            "size": size,
            "package": package,
            "folder": str(folder / "app"),
            "shots": str(shots) if shots else "",
            "out": str(folder / "seen.json"),
            **more,
        }
        process = subprocess.run(
            [sys.executable, DRIVER, json.dumps(request)],
            env=window_environment(folder, REPOSITORY, REPOSITORY / "mobile_app"),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if process.returncode != 0:
            pytest.fail(
                f"The app's window could not be driven (exit code {process.returncode}). "
                f"It needs the Debian packages {PACKAGES}.\n{process.stderr[-4000:]}"
            )
        seen: dict[str, Any] = json.loads((folder / "seen.json").read_text(encoding="utf-8"))
        seen["folder"] = str(folder / "app")
        return seen

    return run
