"""The measuring of the app's benchmark screen: what is counted, and what is written down."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mobile_app.camera_app.device_benchmark import (
    CameraFrames,
    ColdStart,
    PictureFrames,
    Setting,
    StoppedError,
    measure_device,
)
from mobile_app.camera_app.device_benchmark import measure as measure_module
from mobile_app.camera_app.device_benchmark.cold_start import process_age_s
from mobile_app.camera_app.platform import Battery, Memory
from mobile_app.camera_app.platform.desktop import DesktopPlatform
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.decode import Encoded, Floats
from mobile_app.camera_app.runtime.device_report import DeviceReport, Runtime, parse_report
from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.runtime.levels import Term
from mobile_app.camera_app.runtime.preprocess import Pixels
from mobile_app.camera_app.runtime.schema import dump_json
from mobile_app.camera_app.ui.sources import Frame
from tests.bundles import VOCABULARY, TableInterpreter, fake_bundle, saying

PICTURE = np.full((48, 64, 3), 90, np.uint8)
TERMS = (Term("type", "earring"),)


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def perf_counter(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class SlowInterpreter(TableInterpreter):
    """Takes its time, more of it as it warms up; notes whether it was closed."""

    runtime = Runtime("LiteRT 9", 2, "gpu", "xnnpack", "no GPU here")

    def __init__(self, clock: Clock) -> None:
        super().__init__(saying(TERMS, "basic"), len(VOCABULARY))
        self.clock: Any = clock
        self.encode_s = 0.004
        self.warming_s = 0.0
        self.closed = False
        self.calls = 0

    def encode(self, image: Pixels) -> Encoded:
        self.calls += 1
        self.clock.sleep(self.encode_s + self.warming_s * self.calls)
        return super().encode(image)

    def decode_step(self, token: int, encoded: Encoded) -> tuple[Floats, Encoded]:
        self.clock.sleep(0.001)
        return super().decode_step(token, encoded)

    def close(self) -> None:
        self.closed = True


class Phone(DesktopPlatform):
    """A phone whose battery falls and whose heat rises each time they are asked for."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))
        self.charge, self.heat = 0.9, 0

    def battery(self) -> Battery | None:
        self.charge -= 0.1
        return Battery(self.charge, False, 30.0, True)

    def thermal_status(self) -> Any:
        self.heat += 1
        return ("none", "light", "moderate", "severe")[min(3, self.heat // 4)]

    def memory(self) -> Memory | None:
        return Memory(10, 20, 30, 40)


@pytest.fixture
def interpreter(monkeypatch: pytest.MonkeyPatch) -> SlowInterpreter:
    """The only thing on whose clock time passes."""
    clock = Clock()
    monkeypatch.setattr(measure_module, "time", clock)
    return SlowInterpreter(clock)


Measure = Callable[..., DeviceReport]


@pytest.fixture
def measure(interpreter: SlowInterpreter, tmp_path: Path) -> Measure:
    bundle = fake_bundle(tmp_path / "fake.tflite")

    def run(
        feed: Any = None,
        stop: threading.Event | None = None,
        on_progress: Any = None,
        **setting: Any,
    ) -> Any:
        return measure_device(
            lambda: Captioner(bundle, interpreter),
            feed or PictureFrames([PICTURE]),
            Phone(),
            Setting("basic", **{"frames": 12, **setting}),
            on_progress or (lambda phase, share: None),
            stop or threading.Event(),
        )

    return run


def test_each_part_of_the_way_is_measured(
    measure: Measure, interpreter: SlowInterpreter, tmp_path: Path
) -> None:
    report = measure(app_version="1.2", cold_start_ms=900.0)
    assert interpreter.closed
    parts = report.preprocess, report.encode, report.token, report.decode, report.frame
    preprocess, encode, token, decode, frame = parts
    assert preprocess and encode and token and decode and frame
    # The first frame and those that warm up are described, and not counted.
    assert interpreter.calls == 1 + measure_module.WARM_UP + 12
    assert preprocess.n == encode.n == decode.n == frame.n == 12
    # One term and the end.
    assert report.tokens_per_caption == 2.0 and token.n == 24
    assert (encode.p50, token.p50, decode.p50, frame.p50) == pytest.approx((4.0, 1.0, 2.0, 6.0))
    assert preprocess.p99 is not None and preprocess.p99 < 0.001
    assert report.first_frame_ms == pytest.approx(6.0)
    assert report.sustained is None
    assert (report.app_version, report.cold_start_ms) == ("1.2", 900.0)
    assert (report.frames, report.frame_width, report.frame_height) == ("photos", 64, 48)


def test_what_was_measured_and_where_is_written_down(measure: Measure, tmp_path: Path) -> None:
    report = measure()
    file = tmp_path / "fake.tflite"
    assert report.model.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert report.model.size_bytes == file.stat().st_size
    assert report.model.level == "basic"
    # The delegate that really ran, and why it is not the one asked for.
    assert report.runtime == SlowInterpreter.runtime
    power = report.power
    assert power.battery_start == pytest.approx(0.8) and power.battery_end == pytest.approx(0.7)
    assert power.power_saving is True and power.charging is False
    assert power.thermal_start == "none"
    assert report.peak_memory_bytes == 20
    assert parse_report(dump_json(report).encode(), "file") == report


def test_throttling_shows(measure: Measure, interpreter: SlowInterpreter) -> None:
    # From 9 ms a caption to 40 ms and more.
    interpreter.warming_s = 0.0005
    report = measure(frames=1, sustained_s=2.0)
    sustained = report.sustained
    assert sustained is not None and sustained.seconds == 2.0
    assert len(sustained.windows) == measure_module.WINDOWS
    medians = [window.p50_ms for window in sustained.windows]
    assert medians == sorted(medians) and sustained.slowdown > 2.0
    assert sustained.windows[0].n > sustained.windows[-1].n > 1
    # Heat is asked for at the end of each window, the first time before the measurement.
    heats = [window.thermal for window in sustained.windows[:9]]
    assert heats == ["none"] * 2 + ["light"] * 4 + ["moderate"] * 3
    # The frames before are counted apart.
    assert report.encode is not None and report.encode.n == 1


def test_progress_is_told(measure: Measure) -> None:
    told: list[tuple[str, float]] = []
    measure(on_progress=lambda *now: told.append(now), frames=4, sustained_s=0.1)
    assert told[:5] == [("open", 0.0), *(("frames", count / 4) for count in range(4))]
    shares = [share for phase, share in told if phase == "sustained"]
    assert shares == sorted(shares) and shares[0] == 0.0 and 0.8 < shares[-1] < 1.0


def test_camera_frames_count_from_their_coming(
    measure: Measure, interpreter: SlowInterpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure_module, "time", time)
    interpreter.clock = time
    frames, stop = CameraFrames(), threading.Event()

    def send() -> None:
        while not stop.wait(0.01):
            received_s = time.perf_counter()
            # What turning and converting a picture takes.
            time.sleep(0.1)
            frames.show_frame(Frame(PICTURE, PICTURE, received_s=received_s))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        report = measure(frames, frames=3, sustained_s=0.2)
    finally:
        stop.set()
        sender.join()
    assert report.frames == "camera"
    assert report.frame is not None and report.encode is not None and report.decode is not None
    assert report.frame.p50 >= 100.0
    # Without a pause there is no waiting for the next picture.
    assert report.sustained is not None
    assert min(window.p50_ms for window in report.sustained.windows) < 100.0


def test_a_camera_that_fails_or_sends_nothing_is_one_sentence(
    measure: Measure, interpreter: SlowInterpreter
) -> None:
    frames = CameraFrames(patience_s=0.05)
    with pytest.raises(JewelcapError, match="The camera sends no pictures"):
        measure(frames)
    assert interpreter.closed
    frames.source_failed("Another app took the camera.", "busy")
    with pytest.raises(JewelcapError, match="Another app took the camera"):
        measure(frames)


@pytest.mark.parametrize("phase", ["frames", "sustained"])
def test_a_person_may_end_it(measure: Measure, interpreter: SlowInterpreter, phase: str) -> None:
    stop = threading.Event()
    told: list[str] = []

    def end(now: str, share: float) -> None:
        told.append(now)
        if now == phase and share > 0.1:
            stop.set()

    with pytest.raises(StoppedError):
        measure(stop=stop, on_progress=end, sustained_s=2.0)
    assert interpreter.closed and told[-1] == phase


def test_a_cold_start_ends_with_the_first_caption(tmp_path: Path) -> None:
    ages = iter([1.5, 9.0])
    start = ColdStart(lambda: next(ages))
    assert start.milliseconds is None
    start.note()
    start.note()
    assert start.milliseconds == 1500.0
    untold = ColdStart(lambda: None)
    untold.note()
    assert untold.milliseconds is None
    assert process_age_s(tmp_path / "missing") is None
    (tmp_path / "stat").write_text("1 (a) b) S 1")
    assert process_age_s(tmp_path / "stat") is None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells it so")
def test_a_process_knows_its_age() -> None:
    age = process_age_s()
    assert age is not None and 0.0 < age < 48 * 3600
    time.sleep(0.05)
    later = process_age_s()
    assert later is not None and 0.03 <= later - age < 10.0
