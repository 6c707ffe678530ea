"""The benchmark screen in the app's real window, without a screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mobile_app.camera_app import __version__
from mobile_app.camera_app.runtime.device_report import (
    DeviceReport,
    Runtime,
    parse_report,
    summarize_samples,
)
from mobile_app.camera_app.ui.figures import ran_on
from mobile_app.camera_app.ui.texts import TEXTS
from mobile_app.camera_app.ui.texts.benchmark import BENCHMARK_TEXTS
from pipeline import __version__ as pipeline_version
from tests.mobile_app.ui.conftest import LANDSCAPE, Look

ENGLISH = BENCHMARK_TEXTS["en"]


@pytest.fixture(scope="module")
def seen(look: Look, stub_model: Path, photos: Path) -> dict[str, Any]:
    module = "tests.mobile_app.ui.benchmark_scenario"
    # Lying down there is least room.
    return look("measure", stub_model, photos, LANDSCAPE, module=module)


@pytest.fixture(scope="module")
def report(seen: dict[str, Any]) -> DeviceReport:
    [path] = Path(seen["folder"], "benchmarks").glob("*.json")
    assert str(path) in seen["line"]
    return parse_report(path.read_bytes(), path.name)


def test_every_interface_has_its_words() -> None:
    assert set(BENCHMARK_TEXTS) == set(TEXTS)
    for texts in BENCHMARK_TEXTS.values():
        assert all(vars(texts).values())
        assert texts.heats.keys() == ENGLISH.heats.keys()
        assert texts.delegates.keys() == ENGLISH.delegates.keys()


def test_the_apps_version_is_the_projects() -> None:
    assert __version__ == pipeline_version


def test_a_camera_that_is_not_there_is_a_sentence(seen: dict[str, Any]) -> None:
    assert "no camera 97" in seen["refusal"]
    assert seen["backends"] == ["litert 1", "litert 2", "litert 4"]
    assert seen["backend"] == "litert 2"


def test_a_measurement_that_was_ended_leaves_no_figures(seen: dict[str, Any]) -> None:
    assert seen["ended"] == [False, ""]


def test_progress_is_in_sight_with_the_way_to_end_it(seen: dict[str, Any]) -> None:
    assert seen["in_sight"] == [True, True]


def test_the_screen_shows_what_the_file_says(seen: dict[str, Any], report: DeviceReport) -> None:
    timings = dict(seen["timings"])
    assert list(timings) == [
        ENGLISH.preprocess,
        ENGLISH.encode,
        ENGLISH.token,
        ENGLISH.caption,
        ENGLISH.frame,
    ]
    assert report.frame is not None
    median = float(timings[ENGLISH.frame].split(" · ")[0])
    assert median == pytest.approx(report.frame.p50, rel=0.06)
    others = dict(seen["others"])
    assert others[ENGLISH.delegate] == "CPU, 1 thread"
    assert {ENGLISH.cold_start, ENGLISH.load, ENGLISH.first_frame, ENGLISH.slowdown} <= set(others)
    assert seen["italian"][1] == BENCHMARK_TEXTS["it"].encode


def test_the_file_says_what_was_measured(report: DeviceReport) -> None:
    assert (report.frames, report.frame_width, report.frame_height) == ("photos", 256, 256)
    assert report.model.level == "complete" and report.app_version == __version__
    assert report.encode is not None and report.encode.n == 100
    assert report.sustained is not None and report.sustained.seconds == 1.0
    assert report.cold_start_ms is not None and report.cold_start_ms > 0.0
    assert report.phone.cores >= 1 and report.runtime.name == "stub"


def test_all_threads_end(seen: dict[str, Any]) -> None:
    assert seen["threads"] == ["MainThread"] and seen["crashes"] == ""


@pytest.mark.parametrize(
    ("threads", "used", "words"),
    [(1, "xnnpack", "CPU, 1 thread"), (4, "xnnpack", "CPU, 4 threads"), (4, "gpu", "GPU")],
)
def test_what_really_ran_is_named(threads: int, used: str, words: str) -> None:
    assert ran_on(Runtime("LiteRT 1.4.1", threads, "gpu", used, ""), ENGLISH) == words
    assert summarize_samples([]) is None
