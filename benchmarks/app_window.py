"""The measured window of the app: `python -m benchmarks.app_window JOB RESULT`, both JSON files."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.errors import JewelcapError
from pipeline.files import write_text

Part = Literal["start", "stall", "live", "photos"]

STRETCH_S: Final = 10.0
"""With captions and without take turns of this length."""

_SAMPLE_S: Final = 2.0
_PHOTOS_A_SAMPLE: Final = 10
_PATIENCE_S: Final = 120.0

Script = Iterator[Callable[[], Any]]
"""What is to be waited for, one after another."""


@dataclass(frozen=True)
class WindowJob:
    """What the window is to do.

    Attributes:
        part: Which figures.
        model: The captioner.
        source: As `jewelcap app --source`.
        folder: Where the app keeps what is its own; empty.
        seconds: How long to watch.
        warm_up: Seconds, or photos, before anything counts.
        photos: To be opened one after another.
    """

    part: Part
    model: str
    source: str
    folder: str
    seconds: float = 0.0
    warm_up: float = 0.0
    photos: tuple[str, ...] = ()


@dataclass(frozen=True)
class WindowSamples:
    """What was seen.

    Attributes:
        renderer: What draws, as OpenGL names it.
        side: Of the square of a frame that is described, in pixels.
        start_ms: From the start of the process to the first caption.
        seconds: How long it was watched.
        pictures: New pictures on the screen.
        path_ms: By caption, from the frame that is handed to the worker.
        seen_ms: By caption, from the frame that came in.
        gaps_ms: Between frames of the interface, while frames are captioned.
        bare_gaps_ms: The same while they are not.
        memory_bytes: Resident, one after another.
    """

    renderer: str
    side: int
    start_ms: float | None
    seconds: float
    pictures: int
    path_ms: tuple[float, ...]
    seen_ms: tuple[float, ...]
    gaps_ms: tuple[float, ...]
    bare_gaps_ms: tuple[float, ...]
    memory_bytes: tuple[int, ...]


class Probe:
    """Watches the app from outside of its code."""

    def __init__(self, app: Any) -> None:
        """Joins the app's live session, worker and window."""
        from kivy.clock import Clock
        from kivy.core.window import Window

        self._app = app
        self._handed: dict[int, tuple[float, float]] = {}
        self._last: float | None = None
        self._new_picture = False
        self.captioning = self._counting = True
        self.side = 0
        self.clear()
        session, worker, screen = app.live, app.services.worker, app.live_screen
        submit, captioned, show = worker.submit, session.captioned, screen.show

        def handing(frame: Any, detailed: bool = False) -> None:
            if self.captioning:
                if len(self._handed) > 100:
                    self._handed.clear()
                self._handed[frame.id] = (time.perf_counter(), frame.received_s)
                if not frame.still:
                    self.side = len(frame.photo)
                submit(frame, detailed)

        def hearing(result: Any) -> None:
            now = time.perf_counter()
            handed = self._handed.pop(result.frame_id, None)
            if handed is not None:
                self.path_ms.append((now - handed[0]) * 1000.0)
                self.seen_ms.append((now - handed[1]) * 1000.0)
            captioned(result)

        def showing(pixels: Any, fill: bool) -> None:
            self._new_picture = True
            show(pixels, fill)

        worker.submit, session.captioned, screen.show = handing, hearing, showing
        Window.bind(on_flip=self._flip)
        Clock.schedule_interval(self._tick, 0)

    def clear(self) -> None:
        """What was seen so far does not count."""
        self.begun = time.perf_counter()
        self.pictures = 0
        self.path_ms: list[float] = []
        self.seen_ms: list[float] = []
        self.gaps_ms: list[float] = []
        self.bare_gaps_ms: list[float] = []
        self.memory: list[int] = []

    def take_turns(self, captioning: bool) -> None:
        """Has frames captioned or not; gaps count again after `count`."""
        self.captioning, self._counting = captioning, False

    def count(self) -> None:
        """Has gaps count from here on."""
        self._counting, self._last = True, None

    def read_memory(self) -> None:
        """Notes the memory of the process."""
        memory = self._app.services.platform.memory()
        if memory is not None:
            self.memory.append(memory.used_bytes)

    def _flip(self, *_: Any) -> None:
        if self._new_picture:
            self._new_picture = False
            self.pictures += 1

    def _tick(self, _: float) -> None:
        now = time.perf_counter()
        if self._last is not None and self._counting:
            gaps = self.gaps_ms if self.captioning else self.bare_gaps_ms
            gaps.append((now - self._last) * 1000.0)
        self._last = now


def _live(job: WindowJob, app: Any, probe: Probe) -> Script:
    yield lambda: app.live_screen.caption
    yield _after(job.warm_up)
    probe.clear()
    end = time.perf_counter() + job.seconds
    while time.perf_counter() < end:
        probe.read_memory()
        yield _after(min(_SAMPLE_S, max(0.0, end - time.perf_counter())))


def _stall(job: WindowJob, app: Any, probe: Probe) -> Script:
    yield lambda: app.live_screen.caption
    yield _after(job.warm_up)
    probe.clear()
    for _ in range(max(1, round(job.seconds / STRETCH_S))):
        for captioning in (True, False):
            probe.take_turns(captioning)
            # What is under way must not reach into the other's time.
            yield _after(0.5)
            probe.count()
            yield _after(min(STRETCH_S, job.seconds))


def _photos(job: WindowJob, app: Any, probe: Probe) -> Script:
    for number, photo in enumerate(job.photos):
        if number == job.warm_up:
            probe.clear()
        app.open_photo(Path(photo))
        yield lambda: app.photo_screen.description.tone != "idle"
        if number % _PHOTOS_A_SAMPLE == 0:
            probe.read_memory()


def _start(job: WindowJob, app: Any, probe: Probe) -> Script:
    yield lambda: app.live_screen.caption


_SCRIPTS: Final[dict[str, Callable[[WindowJob, Any, Probe], Script]]] = {
    "start": _start,
    "stall": _stall,
    "live": _live,
    "photos": _photos,
}


def _after(seconds: float) -> Callable[[], bool]:
    due = time.perf_counter() + seconds
    return lambda: time.perf_counter() >= due


def watch(job: WindowJob) -> WindowSamples:
    """Runs the app until the job is done.

    Raises:
        JewelcapError: What was waited for did not come.
    """
    from mobile_app.camera_app.preferences import PreferencesFile
    from mobile_app.camera_app.ui.launch import prepare_window
    from mobile_app.camera_app.ui.settings import AppSettings

    PreferencesFile(Path(job.folder)).change(welcomed=True)
    prepare_window()
    from kivy.clock import Clock
    from kivy.graphics.opengl import GL_RENDERER, glGetString

    from mobile_app.camera_app.ui.app import JewelcapApp

    settings = AppSettings(Path(job.model), job.source, None, "en", Path(job.folder))
    app = JewelcapApp(settings)
    failure: list[Exception] = []
    seen: dict[str, Any] = {}

    def begin() -> None:
        probe = Probe(app)
        script = _SCRIPTS[job.part](job, app, probe)
        awaited, since = next(script), time.perf_counter()

        def step(_: float) -> None:
            nonlocal awaited, since
            try:
                while awaited():
                    awaited, since = next(script), time.perf_counter()
                if time.perf_counter() - since > _PATIENCE_S:
                    problem = app.live_screen.problem
                    said = f"{problem.heading} {problem.detail}".strip()
                    raise JewelcapError(f"the app shows no caption {said}".strip())
            except StopIteration:
                seen["seconds"] = time.perf_counter() - probe.begun
                seen["probe"] = probe
                seen["renderer"] = bytes(glGetString(GL_RENDERER)).decode("ascii", "replace")
                seen["start_ms"] = app.benchmark.cold_start.milliseconds
                app.stop()
            except Exception as error:
                failure.append(error)
                app.stop()

        Clock.schedule_interval(step, 0)

    app.bind(on_start=lambda *_: begin())
    app.run()
    if failure:
        raise failure[0]
    if not seen:
        raise JewelcapError("the window was closed before all was measured")
    probe = seen["probe"]
    return WindowSamples(
        renderer=seen["renderer"].rstrip("\0"),
        side=probe.side,
        start_ms=seen["start_ms"],
        seconds=seen["seconds"],
        pictures=probe.pictures,
        path_ms=tuple(probe.path_ms),
        seen_ms=tuple(probe.seen_ms),
        gaps_ms=tuple(probe.gaps_ms),
        bare_gaps_ms=tuple(probe.bare_gaps_ms),
        memory_bytes=tuple(probe.memory),
    )


def main(job_path: str, result_path: str) -> int:
    """Does the job; returns the exit code, after one line on standard error if it failed."""
    try:
        job = load_json(WindowJob, Path(job_path).read_bytes(), job_path)
        write_text(Path(result_path), dump_json(watch(job)))
    except JewelcapError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
