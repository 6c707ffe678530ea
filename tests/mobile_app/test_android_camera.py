"""Android's cameras behind the seam of sources, on a real virtual machine for Java."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from mobile_app.camera_app.platform import Permission
from mobile_app.camera_app.ui.sources import CAMERA_REASON, Frame, open_source
from mobile_app.camera_app.ui.sources.android_camera import (
    AndroidCameraSource,
    choose_size,
    frame_rotation,
)
from tests.mobile_app.test_nv21 import COLORS, quarters, to_nv21

PIXELS = quarters(480, 640)


class Sink:
    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.notices: list[str] = []
        self.failures: list[tuple[str, str]] = []

    def show_frame(self, frame: Frame) -> None:
        self.frames.append(frame)

    def show_notice(self, message: str) -> None:
        self.notices.append(message)

    def source_failed(self, message: str, kind: str = "unreadable") -> None:
        self.failures.append((kind, message))

    def corners(self) -> list[str]:
        """Names of the newest frame's colors, clockwise from the top left."""
        pixels = self.frames[-1].pixels
        return [
            color_of(pixels[row, column]) for row, column in ((0, 0), (0, -1), (-1, -1), (-1, 0))
        ]


def color_of(pixel: np.ndarray) -> str:
    return min(COLORS, key=lambda name: float(np.abs(np.subtract(COLORS[name], pixel)).sum()))


class Permissions:
    """A platform of which only the camera's permission is asked."""

    def __init__(self, state: Permission = "granted", answer: Permission = "granted") -> None:
        self.state = state
        self.answer: Permission | None = answer
        self.asked: list[str] = []

    def camera_permission(self) -> Permission:
        return self.state

    def ask_for_camera(self, on_answer: Callable[[Permission], None]) -> None:
        self.asked.append(threading.current_thread().name)
        if self.answer is not None:
            self.state = self.answer
            threading.Thread(target=on_answer, args=(self.answer,)).start()


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + 20.0
    while not condition():
        assert time.monotonic() < end, "nothing happened within twenty seconds"
        time.sleep(0.002)


@pytest.fixture
def phone(java: Any) -> Any:
    """The stub phone, new, with a frame of four colors."""
    phone = java.autoclass("stub.Phone")
    phone.reset()
    phone.setFrame(to_nv21(PIXELS))
    return phone


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def start(phone: Any, sink: Sink) -> Iterator[Callable[..., AndroidCameraSource]]:
    """Starts sources; afterwards their threads have ended and all cameras are released."""
    sources = []

    def run(permissions: Permissions | None = None) -> AndroidCameraSource:
        source = AndroidCameraSource(permissions or Permissions())  # type: ignore[arg-type]
        sources.append(source)
        source.start(sink)  # type: ignore[arg-type]
        return source

    yield run
    for source in sources:
        source.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "frame-source"]
    assert phone.openCameras == 0


def test_frames_stand_upright(start: Any, sink: Sink) -> None:
    source = start()
    wait_for(lambda: len(sink.frames) > 2)
    frame = sink.frames[-1]
    # The sensor lies on its side: what it calls left is down, and the frame is taller than wide.
    assert frame.pixels.shape == (640, 480, 3)
    assert sink.corners() == ["gold", "red", "green", "blue"]
    assert frame.title == "Camera" and not frame.still and not source.steps
    np.testing.assert_array_equal(frame.photo, frame.pixels)
    assert time.perf_counter() - frame.received_s < 20.0
    assert not sink.notices and not sink.failures


@pytest.mark.parametrize(
    ("turned", "corners"),
    [
        (1, ["red", "green", "blue", "gold"]),
        (2, ["green", "blue", "gold", "red"]),
        (3, ["blue", "gold", "red", "green"]),
    ],
)
def test_a_turned_phone_shows_frames_upright(
    start: Any, sink: Sink, phone: Any, turned: int, corners: list[str]
) -> None:
    phone.displayRotation = turned
    start()
    wait_for(lambda: sink.frames)
    assert sink.corners() == corners


def test_the_front_camera_is_a_mirror_for_the_person_alone(start: Any, sink: Sink) -> None:
    source = start()
    wait_for(lambda: sink.frames)
    assert source.controls.flip and source.controls.torch
    source.flip()
    wait_for(lambda: sink.frames[-1].title == "Front camera")
    frame = sink.frames[-1]
    # Turned by 270 degrees, then left and right swapped.
    assert sink.corners() == ["blue", "green", "red", "gold"]
    np.testing.assert_array_equal(frame.photo, frame.pixels[:, ::-1])
    assert not source.controls.torch and source.controls.longest_zoom == 1.0
    source.flip()
    wait_for(lambda: sink.frames[-1].title == "Camera")


@pytest.mark.parametrize("orientation", [0, 90, 180, 270])
@pytest.mark.parametrize("display", [0, 90, 180, 270])
def test_rotation_is_that_of_android(orientation: int, display: int) -> None:
    # What Android's documentation gives for `setDisplayOrientation`.
    assert frame_rotation(orientation, display, False) == (orientation - display + 360) % 360
    mirrored_first = (360 - (orientation + display) % 360) % 360
    # Android mirrors before it turns: turning the other way before the mirror is the same.
    assert frame_rotation(orientation, display, True) == -mirrored_first % 360


@pytest.mark.parametrize(
    ("sizes", "chosen"),
    [
        ([(1920, 1080), (640, 480), (176, 144)], (640, 480)),
        ([(1920, 1080), (800, 480), (720, 480)], (720, 480)),
        ([(320, 240), (176, 144)], (320, 240)),
        ([(480, 640), (1000, 1000)], (480, 640)),
        # As long as that, but too flat.
        ([(640, 360), (1280, 720)], (1280, 720)),
    ],
)
def test_the_smallest_preview_that_is_enough_is_taken(
    sizes: list[tuple[int, int]], chosen: tuple[int, int]
) -> None:
    assert choose_size(sizes) == chosen


def test_light_and_zoom_reach_the_camera(start: Any, sink: Sink, phone: Any) -> None:
    source = start()
    wait_for(lambda: sink.frames)
    assert source.controls.longest_zoom == 4.0
    assert "set 640x480 zoom 0 flash off focus continuous-picture" in phone.log()
    source.set_torch(True)
    source.set_zoom(1.9)
    wait_for(lambda: "zoom 2 flash torch" in phone.log())
    source.set_zoom(99.0)
    source.set_torch(False)
    wait_for(lambda: "zoom 3 flash off" in phone.log())


def test_a_frozen_picture_stays_and_the_camera_too(start: Any, sink: Sink, phone: Any) -> None:
    source = start()
    wait_for(lambda: sink.frames)
    source.set_paused(True)
    time.sleep(0.1)
    count = len(sink.frames)
    time.sleep(0.1)
    assert len(sink.frames) == count and phone.openCameras == 1
    source.set_paused(False)
    wait_for(lambda: len(sink.frames) > count)


def test_out_of_sight_the_camera_is_free_for_others(start: Any, sink: Sink, phone: Any) -> None:
    source = start()
    wait_for(lambda: sink.frames)
    source.suspend()
    wait_for(lambda: phone.openCameras == 0)
    count = len(sink.frames)
    source.resume()
    wait_for(lambda: len(sink.frames) > count + 1)
    assert not sink.failures


def test_a_camera_that_another_app_took_while_out_of_sight(
    start: Any, sink: Sink, phone: Any
) -> None:
    source = start()
    wait_for(lambda: sink.frames)
    source.suspend()
    wait_for(lambda: phone.openCameras == 0)
    phone.cameraBusy = True
    source.resume()
    wait_for(lambda: sink.failures)
    assert sink.failures[0][0] == "busy" and "Close it and try again" in sink.failures[0][1]


@pytest.mark.parametrize(("code", "kind"), [(2, "busy"), (100, "stopped"), (1, "stopped")])
def test_a_camera_that_the_system_takes_away(
    start: Any, sink: Sink, java: Any, code: int, kind: str
) -> None:
    start()
    wait_for(lambda: sink.frames)
    java.autoclass("android.hardware.Camera").failWith(code)
    wait_for(lambda: sink.failures)
    assert [failure[0] for failure in sink.failures] == [kind]


def test_a_camera_that_sends_nothing(
    start: Any, sink: Sink, phone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mobile_app.camera_app.ui.sources.android_camera._PATIENCE_S", 0.1)
    phone.cameraStalls = True
    start()
    wait_for(lambda: sink.failures)
    assert sink.failures == [("stopped", "The camera sends no pictures. Try again.")]


def test_a_device_without_a_camera(start: Any, sink: Sink, phone: Any) -> None:
    phone.cameras = ""
    start()
    wait_for(lambda: sink.failures)
    assert sink.failures[0][0] == "no camera"


def test_a_device_with_a_front_camera_only(start: Any, sink: Sink, phone: Any) -> None:
    phone.cameras = "front:270"
    source = start()
    wait_for(lambda: sink.frames)
    assert sink.frames[0].title == "Front camera" and not source.controls.flip
    source.flip()
    source.set_torch(True)
    count = len(sink.frames)
    wait_for(lambda: len(sink.frames) > count + 1)
    assert not sink.failures


def test_a_frame_of_another_size_is_left_out(start: Any, sink: Sink, phone: Any) -> None:
    phone.setFrame(b"late")
    start()
    time.sleep(0.1)
    assert not sink.frames
    phone.setFrame(to_nv21(PIXELS))
    wait_for(lambda: len(sink.frames) > 1)
    assert not sink.failures


def test_the_permission_is_asked_for_with_a_reason(start: Any, sink: Sink, phone: Any) -> None:
    permissions = Permissions("refused", "granted")
    start(permissions)
    wait_for(lambda: sink.frames)
    assert sink.notices == [CAMERA_REASON]
    assert permissions.asked == [threading.current_thread().name], "only the main thread can ask"


@pytest.mark.parametrize("answer", ["refused", "blocked"])
def test_a_refusal_is_a_sentence_with_a_way_on(
    start: Any, sink: Sink, phone: Any, answer: Permission
) -> None:
    start(Permissions("refused", answer))
    wait_for(lambda: sink.failures)
    kind, message = sink.failures[0]
    assert kind == answer
    assert ("settings" in message) == (answer == "blocked")
    assert "open" not in phone.log()


def test_a_question_without_an_answer_does_not_hold_the_app(start: Any, sink: Sink) -> None:
    permissions = Permissions("refused")
    permissions.answer = None
    source = start(permissions)
    begin = time.monotonic()
    source.stop()
    assert time.monotonic() - begin < 3.0 and not sink.failures


def test_a_permission_that_is_withdrawn_later(start: Any, sink: Sink, phone: Any) -> None:
    permissions = Permissions()
    source = start(permissions)
    wait_for(lambda: sink.frames)
    source.suspend()
    wait_for(lambda: phone.openCameras == 0)
    permissions.state, phone.cameraBusy = "refused", True
    source.resume()
    wait_for(lambda: sink.failures)
    assert sink.failures[0][0] == "refused"


def test_on_android_numbers_choose_its_cameras(phone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDROID_ARGUMENT", "/data")
    monkeypatch.setattr("mobile_app.camera_app.ui.sources.current_platform", lambda: Permissions())
    assert isinstance(open_source(None), AndroidCameraSource)
    assert isinstance(open_source("1"), AndroidCameraSource)
