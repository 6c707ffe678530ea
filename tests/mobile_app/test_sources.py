"""Folders of photos, videos and cameras as sources of frames."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.ui.sources import Frame, FrameSource, open_source
from mobile_app.camera_app.ui.sources.frame_source import DISPLAY_SIDE
from mobile_app.camera_app.ui.sources.opencv_source import CameraSource, VideoSource
from mobile_app.camera_app.ui.sources.photo_source import PhotoSource

COLORS = {"a": (200, 40, 40), "b": (40, 200, 40), "c": (40, 40, 200)}

Run = Callable[[FrameSource], FrameSource]
"""Starts a source and returns it."""


class Sink:
    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.notices: list[str] = []
        self.failures: list[str] = []
        self.kinds: list[str] = []

    def show_frame(self, frame: Frame) -> None:
        self.frames.append(frame)

    def show_notice(self, message: str) -> None:
        self.notices.append(message)

    def source_failed(self, message: str, kind: str = "unreadable") -> None:
        self.failures.append(message)
        self.kinds.append(kind)

    @property
    def titles(self) -> list[str]:
        return [frame.title for frame in self.frames]


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + 10.0
    while not condition():
        assert time.monotonic() < end, "nothing happened within ten seconds"
        time.sleep(0.002)


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def run(sink: Sink) -> Iterator[Run]:
    """Starts sources, and checks that stopping them ends their threads."""
    started: list[FrameSource] = []

    def start(source: FrameSource) -> FrameSource:
        source.start(sink)
        started.append(source)
        return source

    yield start
    for source in started:
        source.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "frame-source"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, color in COLORS.items():
        Image.new("RGB", (60, 40), color).save(tmp_path / f"{name}.png")
    return tmp_path


def test_a_photo_comes_with_its_file(folder: Path, sink: Sink, run: Run) -> None:
    run(open_source(str(folder)))
    wait_for(lambda: sink.frames)
    frame = sink.frames[0]
    assert frame.photo == (folder / "a.png").read_bytes()
    assert frame.pixels.shape == (40, 60, 3) and frame.pixels.dtype == np.uint8
    assert tuple(frame.pixels[0, 0]) == COLORS["a"]
    assert frame.still and frame.title == "1/3 · a.png"


def test_steps_go_round_in_both_directions(folder: Path, sink: Sink, run: Run) -> None:
    source = run(PhotoSource(folder))
    assert source.steps
    for count, offset in enumerate((1, 1, 1, -1), 1):
        wait_for(lambda count=count: len(sink.frames) == count)
        source.step(offset)
    wait_for(lambda: len(sink.frames) == 5)
    assert [title[-5] for title in sink.titles] == ["a", "b", "c", "a", "c"]
    assert len({frame.id for frame in sink.frames}) == 5


def test_photos_follow_each_other_until_paused(folder: Path, sink: Sink, run: Run) -> None:
    source = run(PhotoSource(folder, seconds=0.02))
    wait_for(lambda: len(sink.frames) >= 4)
    assert [title[-5] for title in sink.titles[:4]] == ["a", "b", "c", "a"]
    source.set_paused(True)
    time.sleep(0.1)
    count = len(sink.frames)
    time.sleep(0.2)
    assert len(sink.frames) == count
    source.step(1)
    wait_for(lambda: len(sink.frames) == count + 1)
    source.set_paused(False)
    wait_for(lambda: len(sink.frames) >= count + 3)


def test_a_photo_alone_is_shown_once(folder: Path, sink: Sink, run: Run) -> None:
    run(PhotoSource(folder / "b.png", seconds=0.01))
    wait_for(lambda: sink.frames)
    time.sleep(0.1)
    assert sink.titles == ["1/1 · b.png"]


def test_large_photos_are_shown_smaller(tmp_path: Path, sink: Sink, run: Run) -> None:
    Image.new("RGB", (3000, 2000), "red").save(tmp_path / "large.jpg")
    run(open_source(str(tmp_path / "large.jpg")))
    wait_for(lambda: sink.frames)
    height, width = sink.frames[0].pixels.shape[:2]
    assert width == DISPLAY_SIDE and abs(height - DISPLAY_SIDE * 2 / 3) <= 1


def test_a_damaged_photo_is_skipped_and_named_once(folder: Path, sink: Sink, run: Run) -> None:
    (folder / "b.png").write_bytes((folder / "b.png").read_bytes()[:60])
    source = run(PhotoSource(folder, seconds=0.02))
    wait_for(lambda: len(sink.frames) >= 5)
    source.set_paused(True)
    time.sleep(0.1)
    assert {title[-5] for title in sink.titles} == {"a", "c"}
    assert len(sink.notices) == 1
    assert sink.notices[0].startswith("b.png is ") and sink.notices[0].endswith(", skipped")
    count = len(sink.frames)
    back = "a" if sink.titles[-1].endswith("c.png") else "c"
    source.step(-1)
    wait_for(lambda: len(sink.frames) == count + 1)
    assert sink.titles[-1][-5] == back


def test_a_photo_that_vanished_is_skipped(folder: Path, sink: Sink, run: Run) -> None:
    source = run(PhotoSource(folder))
    wait_for(lambda: sink.frames)
    (folder / "b.png").unlink()
    source.step(1)
    wait_for(lambda: len(sink.frames) == 2)
    assert sink.titles[-1] == "3/3 · c.png"
    assert sink.notices == ["b.png cannot be read (No such file or directory), skipped"]


def test_a_folder_of_damaged_photos_only(tmp_path: Path, sink: Sink, run: Run) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    (tmp_path / "b.jpg").touch()
    run(PhotoSource(tmp_path))
    wait_for(lambda: sink.failures)
    assert len(sink.notices) == 2 and not sink.frames
    assert "None of the photos" in sink.failures[0]


def test_an_empty_folder(tmp_path: Path, sink: Sink, run: Run) -> None:
    run(open_source(str(tmp_path)))
    wait_for(lambda: sink.failures)
    assert "no pictures in this folder" in sink.failures[0]


@pytest.mark.parametrize("name", ["missing", "missing.jpg", "missing.mp4", "-1", "1.5"])
def test_a_source_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(JewelcapError, match="no such"):
        open_source(str(tmp_path / name))


def test_names_of_sources(tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    video.touch()
    assert isinstance(open_source(None), CameraSource)
    assert isinstance(open_source("2"), CameraSource)
    assert isinstance(open_source(str(video)), VideoSource)
    assert isinstance(open_source(str(tmp_path)), PhotoSource)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Five frames of falling brightness, red the strongest, at 50 frames a second."""
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 50.0, (64, 48))
    assert writer.isOpened()
    for index in range(5):
        frame = np.zeros((48, 64, 3), np.uint8)
        frame[..., 2] = 240 - 40 * index
        writer.write(frame)
    writer.release()
    return path


def test_a_video_begins_again_at_its_end(video: Path, sink: Sink, run: Run) -> None:
    begin = time.monotonic()
    source = run(open_source(str(video)))
    wait_for(lambda: len(sink.frames) >= 12)
    seconds = time.monotonic() - begin
    reds = [int(frame.pixels[24, 32, 0]) for frame in sink.frames[:12]]
    assert np.allclose(reds, [240 - 40 * (index % 5) for index in range(12)], atol=12)
    assert int(sink.frames[0].pixels[24, 32, 2]) < 30, "red and blue are swapped"
    assert seconds >= 9 / 50.0, "the video runs faster than its own speed"
    assert not source.steps and not sink.frames[0].still
    assert sink.titles[0] == "clip.avi"


def test_a_paused_video_stands_still(video: Path, sink: Sink, run: Run) -> None:
    source = run(VideoSource(video))
    wait_for(lambda: sink.frames)
    source.set_paused(True)
    time.sleep(0.1)
    count = len(sink.frames)
    time.sleep(0.1)
    assert len(sink.frames) == count
    source.set_paused(False)
    wait_for(lambda: len(sink.frames) > count)


@pytest.mark.parametrize("content", [b"", b"no video at all" * 50])
def test_a_file_that_is_no_video(tmp_path: Path, sink: Sink, run: Run, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    run(open_source(str(path)))
    wait_for(lambda: sink.failures)
    assert "clip.mp4 is no video" in sink.failures[0] and not sink.frames


@pytest.mark.parametrize(("index", "message"), [(0, "No camera"), (97, "There is no camera 97")])
def test_a_missing_camera(
    sink: Sink,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    index: int,
    message: str,
) -> None:
    # Without a device, also where the computer has a camera.
    monkeypatch.setattr(cv2, "VideoCapture", lambda _: FakeCapture(opened=False))
    run(CameraSource(index))
    wait_for(lambda: sink.failures)
    assert sink.failures[0].startswith(message)
    assert "--source FOLDER" in sink.failures[0] and sink.kinds == ["no camera"]


class FakeCapture:
    """A camera of three pictures that is unplugged then."""

    def __init__(self, opened: bool = True) -> None:
        self.opened = opened
        self.left = 3
        self.released = False

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.opened

    def read(self) -> tuple[bool, Any]:
        self.left -= 1
        return (False, None) if self.left < 0 else (True, np.full((2000, 1000, 3), 9, np.uint8))

    def release(self) -> None:
        self.released = True


def test_a_camera_that_is_unplugged(sink: Sink, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = FakeCapture()
    monkeypatch.setattr(cv2, "VideoCapture", lambda _: capture)
    run(CameraSource(0))
    wait_for(lambda: sink.failures)
    assert len(sink.frames) == 3 and capture.released
    assert sink.frames[0].pixels.shape == (DISPLAY_SIDE, DISPLAY_SIDE // 2, 3)
    assert sink.failures[0].startswith("The camera stopped") and sink.kinds == ["stopped"]


class EndlessCapture(FakeCapture):
    """A camera that goes on until it is released."""

    def read(self) -> tuple[bool, Any]:
        time.sleep(0.002)
        return True, np.zeros((4, 4, 3), np.uint8)


def test_out_of_sight_a_camera_is_free_for_others(
    sink: Sink, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[EndlessCapture] = []

    def capture(_: int) -> EndlessCapture:
        assert all(one.released for one in opened)
        opened.append(EndlessCapture())
        return opened[-1]

    monkeypatch.setattr(cv2, "VideoCapture", capture)
    source = run(CameraSource(0))
    wait_for(lambda: sink.frames)
    source.suspend()
    wait_for(lambda: opened[0].released)
    count = len(sink.frames)
    source.resume()
    wait_for(lambda: len(sink.frames) > count)
    assert len(opened) == 2 and not sink.failures


def test_a_camera_zooms_into_the_middle(
    sink: Sink, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", lambda _: FakeCapture())
    source = CameraSource(0)
    assert source.controls.longest_zoom > 2.0 and not source.controls.torch
    source.set_zoom(2.0)
    run(source)
    wait_for(lambda: sink.frames)
    assert sink.frames[0].pixels.shape == (1000, 500, 3)
    source.set_zoom(1e9)
    assert source._zoom == source.controls.longest_zoom


def test_a_frozen_video_that_went_out_of_sight_comes_back_frozen(
    video: Path, sink: Sink, run: Run
) -> None:
    source = run(VideoSource(video))
    wait_for(lambda: sink.frames)
    source.set_paused(True)
    source.suspend()
    source.resume()
    time.sleep(0.1)
    count = len(sink.frames)
    time.sleep(0.1)
    assert len(sink.frames) == count
    source.set_paused(False)
    wait_for(lambda: len(sink.frames) > count)


def test_a_camera_without_opencv(sink: Sink, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    run(CameraSource(0))
    wait_for(lambda: sink.failures)
    assert "pip install 'jewelcap[app]'" in sink.failures[0]


def test_an_unexpected_error_is_reported(
    sink: Sink, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise RuntimeError("driver")

    monkeypatch.setattr(cv2, "VideoCapture", fail)
    run(CameraSource(0))
    wait_for(lambda: sink.failures)
    assert sink.failures == ["Something went wrong (RuntimeError: driver)"]
