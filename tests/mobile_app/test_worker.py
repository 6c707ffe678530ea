"""The caption worker, with a captioner that needs neither a model nor a window."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mobile_app.camera_app.runtime.captioner import Caption
from mobile_app.camera_app.runtime.confidence import Verdict
from mobile_app.camera_app.runtime.errors import BundleError, ImageError
from mobile_app.camera_app.ui.sources import Frame
from mobile_app.camera_app.ui.worker import (
    ALTERNATIVES,
    CaptionResult,
    CaptionWorker,
    explain,
)


class FakeCaptioner:
    """Says the level and the first pixel; counts its calls and remembers its threads."""

    def __init__(self) -> None:
        self.encoded: list[int] = []
        self.threads: set[int] = set()
        self.gate = threading.Event()
        self.gate.set()
        self.error: Exception | None = None
        self.verdict: Verdict = "answered"
        self.closed_in: list[int] = []

    def encode(self, image: Any) -> Any:
        self.threads.add(threading.get_ident())
        self.encoded.append(int(image[0, 0, 0]))
        assert self.gate.wait(10)
        if self.error is not None:
            raise self.error
        return np.full((1, 1), image[0, 0, 0], np.float32)

    def caption(self, state: Any, level: str, language: str = "en") -> Caption:
        return Caption(f"{level} {int(state[0, 0])}", (), level, language, 0.5, level, self.verdict)

    def alternatives(
        self, state: Any, level: str, language: str = "en", width: int = 3
    ) -> tuple[Caption, ...]:
        caption = self.caption(state, level, language)
        return tuple(replace(caption, text=f"{caption.text} or {i}") for i in range(width))

    def close(self) -> None:
        self.closed_in.append(threading.get_ident())


class Listener:
    def __init__(self) -> None:
        self.results: list[CaptionResult] = []
        self.frame_errors: list[str] = []
        self.openings: list[str] = []

    def captioned(self, result: CaptionResult) -> None:
        self.results.append(result)

    def frame_failed(self, error: Exception) -> None:
        self.frame_errors.append(explain(error))

    def opened(self, error: Exception | None) -> None:
        self.openings.append(explain(error) if error is not None else "")

    @property
    def texts(self) -> list[str]:
        return [result.caption.text for result in self.results]


def frame(value: int) -> Frame:
    pixels = np.full((4, 4, 3), value, np.uint8)
    return Frame(pixels, pixels)


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + 10.0
    while not condition():
        assert time.monotonic() < end, "nothing happened within ten seconds"
        time.sleep(0.002)


@pytest.fixture
def fake() -> FakeCaptioner:
    return FakeCaptioner()


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def worker(fake: FakeCaptioner, listener: Listener) -> Any:
    worker = CaptionWorker("basic", "en", listener)
    worker.start()
    worker.open(lambda: fake, listener.opened)
    yield worker
    fake.gate.set()
    assert worker.stop()


def test_describes_a_frame(worker: CaptionWorker, fake: FakeCaptioner, listener: Listener) -> None:
    shown = frame(7)
    worker.submit(shown)
    wait_for(lambda: listener.results)
    result = listener.results[0]
    assert (result.frame_id, result.caption.text) == (shown.id, "basic 7")
    assert result.encode_ms >= 0.0 and result.decode_ms >= 0.0
    assert fake.threads and threading.get_ident() not in fake.threads


def test_level_change_decodes_again_without_encoding(
    worker: CaptionWorker, fake: FakeCaptioner, listener: Listener
) -> None:
    worker.submit(frame(7))
    wait_for(lambda: listener.results)
    worker.set_level("complete")
    wait_for(lambda: len(listener.results) == 2)
    assert listener.texts == ["basic 7", "complete 7"]
    assert fake.encoded == [7]
    assert listener.results[0].frame_id == listener.results[1].frame_id


def test_same_frame_is_not_encoded_twice(
    worker: CaptionWorker, fake: FakeCaptioner, listener: Listener
) -> None:
    shown = frame(7)
    for count in (1, 2):
        worker.submit(shown)
        wait_for(lambda count=count: len(listener.results) == count)
    assert fake.encoded == [7]


def test_only_the_newest_waiting_frame_is_described(
    worker: CaptionWorker, fake: FakeCaptioner, listener: Listener
) -> None:
    fake.gate.clear()
    worker.submit(frame(1))
    wait_for(lambda: fake.encoded == [1])
    for value in (2, 3, 4):
        worker.submit(frame(value))
    fake.gate.set()
    wait_for(lambda: len(listener.results) == 2)
    assert listener.texts == ["basic 1", "basic 4"]
    assert fake.encoded == [1, 4]


def test_level_set_before_any_frame(worker: CaptionWorker, listener: Listener) -> None:
    worker.set_level("normal")
    worker.submit(frame(3))
    wait_for(lambda: listener.results)
    assert listener.texts == ["normal 3"]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ImageError("is damaged"), "This picture is damaged"),
        (RuntimeError("tensor"), "Something went wrong (RuntimeError: tensor)"),
        (MemoryError(), "Something went wrong (MemoryError: )"),
    ],
)
def test_a_failing_frame_is_reported_and_the_next_one_described(
    worker: CaptionWorker,
    fake: FakeCaptioner,
    listener: Listener,
    error: Exception,
    message: str,
) -> None:
    fake.error = error
    worker.submit(frame(1))
    wait_for(lambda: listener.frame_errors)
    assert listener.frame_errors == [message]
    fake.error = None
    worker.submit(frame(2))
    wait_for(lambda: listener.results)
    assert listener.texts == ["basic 2"]


def test_nothing_of_an_older_frame_after_a_failing_one(
    worker: CaptionWorker, fake: FakeCaptioner, listener: Listener
) -> None:
    worker.submit(frame(1))
    wait_for(lambda: listener.results)
    fake.error = ImageError("is damaged")
    worker.submit(frame(2))
    wait_for(lambda: listener.frame_errors)
    worker.set_level("complete")
    fake.error = None
    worker.submit(frame(3))
    wait_for(lambda: len(listener.results) == 2)
    assert listener.texts == ["basic 1", "complete 3"]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (BundleError("x.tflite: truncated"), "x.tflite: truncated"),
        (OSError("gone"), "Something went wrong (OSError: gone)"),
    ],
)
def test_a_captioner_that_does_not_open_leaves_the_one_in_use(
    worker: CaptionWorker,
    fake: FakeCaptioner,
    listener: Listener,
    error: Exception,
    message: str,
) -> None:
    def fail() -> FakeCaptioner:
        raise error

    worker.open(fail, listener.opened)
    worker.submit(frame(1))
    wait_for(lambda: listener.results)
    assert listener.openings == ["", message]
    assert listener.texts == ["basic 1"]


def test_another_captioner_describes_what_stands_on_the_screen(
    worker: CaptionWorker, fake: FakeCaptioner, listener: Listener
) -> None:
    other = FakeCaptioner()
    worker.submit(frame(7))
    wait_for(lambda: listener.results)
    worker.open(lambda: other, listener.opened)
    wait_for(lambda: len(listener.results) == 2)
    assert (fake.encoded, other.encoded) == ([7], [7])
    assert listener.results[0].frame_id == listener.results[1].frame_id


def test_two_captioners_describe_the_same_frame(
    worker: CaptionWorker, fake: FakeCaptioner, listener: Listener
) -> None:
    rival = FakeCaptioner()
    worker.open_rival(lambda: rival, listener.opened)
    wait_for(lambda: len(listener.openings) == 2)
    worker.submit(frame(7))
    wait_for(lambda: listener.results)
    assert (fake.encoded, rival.encoded) == ([7], [7])
    assert listener.results[0].rival is not None
    assert listener.results[0].rival.text == listener.results[0].caption.text
    worker.close_rival()
    worker.submit(frame(8))
    wait_for(lambda: len(listener.results) == 2)
    assert listener.results[1].rival is None and rival.encoded == [7]


def test_captioners_that_are_no_longer_used_are_closed_in_the_thread_that_used_them(
    worker: CaptionWorker, fake: FakeCaptioner, listener: Listener
) -> None:
    rivals = [FakeCaptioner(), FakeCaptioner()]
    for rival in rivals:
        worker.open_rival(lambda rival=rival: rival, listener.opened)
    worker.submit(frame(7))
    wait_for(lambda: listener.results and rivals[0].closed_in)
    assert not fake.closed_in and not rivals[1].closed_in
    worker.close_rival()
    wait_for(lambda: rivals[1].closed_in)
    worker.open(lambda: rivals[0], listener.opened)
    wait_for(lambda: fake.closed_in)
    assert worker.stop()
    assert {*fake.closed_in, *rivals[1].closed_in} == fake.threads
    # Opened again, so closed again.
    assert len(rivals[0].closed_in) == 2


def test_alternatives_come_where_they_are_asked_for_or_needed(
    worker: CaptionWorker, fake: FakeCaptioner, listener: Listener
) -> None:
    worker.submit(frame(1))
    wait_for(lambda: len(listener.results) == 1)
    worker.submit(frame(2), detailed=True)
    wait_for(lambda: len(listener.results) == 2)
    fake.verdict = "not sure"
    worker.submit(frame(3))
    wait_for(lambda: len(listener.results) == 3)
    assert [len(result.alternatives) for result in listener.results] == [
        0,
        ALTERNATIVES,
        ALTERNATIVES,
    ]


def test_passing_frames_share_a_search_for_alternatives(
    worker: CaptionWorker,
    fake: FakeCaptioner,
    listener: Listener,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mobile_app.camera_app.ui.worker.ALTERNATIVES_EVERY_S", 3600.0)
    fake.verdict = "not sure"
    for number, detailed in enumerate((False, False, True)):
        worker.submit(frame(number), detailed=detailed)
        wait_for(lambda number=number: len(listener.results) == number + 1)
    assert [len(result.alternatives) for result in listener.results] == [
        ALTERNATIVES,
        0,
        ALTERNATIVES,
    ]


def test_another_language_decodes_again_without_encoding(
    worker: CaptionWorker, fake: FakeCaptioner, listener: Listener
) -> None:
    worker.submit(frame(7))
    wait_for(lambda: listener.results)
    worker.set_language("es")
    wait_for(lambda: len(listener.results) == 2)
    assert [result.caption.language for result in listener.results] == ["en", "es"]
    assert fake.encoded == [7]


def test_frames_wait_for_the_first_captioner(fake: FakeCaptioner, listener: Listener) -> None:
    worker = CaptionWorker("basic", "en", listener)
    worker.start()
    worker.submit(frame(5))
    worker.open(lambda: fake, listener.opened)
    wait_for(lambda: listener.results)
    assert listener.texts == ["basic 5"]
    assert worker.stop()


def test_stop_waits_for_the_frame_under_way(
    worker: CaptionWorker, fake: FakeCaptioner, listener: Listener
) -> None:
    fake.gate.clear()
    worker.submit(frame(1))
    wait_for(lambda: fake.encoded)
    worker.submit(frame(2))
    assert not worker.stop(timeout=0.05)
    fake.gate.set()
    assert worker.stop()
    assert fake.encoded == [1]


def test_stop_without_start(listener: Listener) -> None:
    assert CaptionWorker("basic", "en", listener).stop()
