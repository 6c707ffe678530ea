from __future__ import annotations

import json

import numpy as np
import pytest

from mobile_app.camera_app.runtime.device_report import (
    DeviceReport,
    Latency,
    Model,
    Phone,
    Power,
    Runtime,
    Sustained,
    Window,
    parse_report,
    summarize_samples,
    sustained_windows,
)
from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.runtime.schema import dump_json

ENCODE = summarize_samples([5.0, 6.0, 7.0])
REPORT = DeviceReport(
    model=Model("int8", "mobilenet-0.5-160", "gru-256", "int8", "complete", "a" * 64, 2_100_000),
    phone=Phone("Maker", "One", "", "Android 15 (API 35)", "arm64-v8a", 8, None, ("asimddp",)),
    runtime=Runtime("LiteRT 1.4.1", 4, "gpu", "xnnpack", "no GPU delegate on this device"),
    power=Power(battery_start=0.8, battery_end=0.79, charging=False, thermal_start="none"),
    frames="camera",
    frame_width=640,
    frame_height=480,
    cold_start_ms=900.0,
    load_ms=20.0,
    first_frame_ms=40.0,
    preprocess=ENCODE,
    encode=ENCODE,
    token=None,
    decode=None,
    frame=ENCODE,
    tokens_per_caption=4.5,
    sustained=Sustained(60.0, (Window(0.0, 100, 9.0, "none"), Window(30.0, 80, 11.25, "light"))),
    peak_memory_bytes=180_000_000,
    app_version="0.1.0",
    started="2026-11-23T08:00:00+00:00",
)  # fmt: skip


def test_a_report_is_read_as_it_was_written() -> None:
    assert parse_report(dump_json(REPORT).encode(), "report.json") == REPORT


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("schema_version", 2, "schema_version is 2, this jewelcap reads 1"),
        ("sustained", {"seconds": 60.0, "windows": []}, "at least one window"),
        ("encode", {"n": 1, "mean": 1.0, "p50": -1.0, "p90": 1.0, "p99": 1.0}, "no distribution"),
        ("frame_width", "640", "frame_width: expected int"),
        ("unheard_of", 1, "unknown unheard_of"),
    ],
)
def test_a_report_of_another_form_is_refused(field: str, value: object, reason: str) -> None:
    text = json.dumps(json.loads(dump_json(REPORT)) | {field: value}).encode()
    with pytest.raises(JewelcapError, match=reason):
        parse_report(text, "report.json")


def test_percentiles_are_those_of_numpy() -> None:
    samples = np.random.default_rng(0).lognormal(size=357).tolist()
    summary = summarize_samples(samples, [1.0, 2.0])
    assert summary is not None
    expected = np.percentile(samples, (50, 90, 99))
    assert (summary.p50, summary.p90, summary.p99) == pytest.approx(expected, abs=1e-6)
    assert summary.process_p50 == (1.0, 2.0)
    assert summarize_samples([]) is None
    assert summarize_samples([3.0]) == Latency(1, 3.0, 3.0, 3.0, 3.0)


def test_a_sustained_run_shows_that_the_device_slows_down() -> None:
    samples = [(second, 10.0 if second < 30 else 15.0) for second in range(60)]
    sustained = sustained_windows(samples, 60.0, count=4, thermals=("none", "none", "light"))
    assert sustained is not None
    assert [window.start_s for window in sustained.windows] == [0.0, 15.0, 30.0, 45.0]
    assert [window.n for window in sustained.windows] == [15] * 4
    assert [window.thermal for window in sustained.windows] == ["none", "none", "light", None]
    assert sustained.slowdown == 1.5


def test_windows_without_a_caption_are_left_out() -> None:
    sustained = sustained_windows([(0.1, 5.0), (10.0, 6.0)], 10.0, count=5)
    assert sustained is not None
    assert [(window.start_s, window.n) for window in sustained.windows] == [(0.0, 1), (8.0, 1)]
    assert sustained_windows([], 10.0) is None
