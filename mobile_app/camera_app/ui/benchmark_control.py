"""Joins the benchmark screen with the measuring, which runs in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from .. import __version__
from ..device_benchmark import (
    CameraFrames,
    ColdStart,
    Frames,
    PictureFrames,
    Setting,
    StoppedError,
    measure_device,
)
from ..library.trial import known_picture
from ..runtime.captioner import Captioner
from ..runtime.device_report import DeviceReport
from ..runtime.errors import JewelcapError
from ..runtime.files import write_text
from ..runtime.interpreter import default_backend
from ..runtime.schema import dump_json
from .description import Description
from .figures import other_rows, timing_rows
from .screens.benchmark import BenchmarkScreen
from .services import Services, in_kivys_thread
from .sources import FrameSource, open_source
from .sources.photo_source import PhotoSource
from .texts.benchmark import BENCHMARK_TEXTS

COUNTED_FRAMES: Final = 100
THREADS: Final = (1, 2, 4)


class BenchmarkControl:
    """Measures the captioner in use. The camera has to be free meanwhile."""

    def __init__(self, services: Services, source: str | None, level: Callable[[], str]) -> None:
        """Makes the screen.

        Args:
            services: What all sessions share.
            source: As `open_source` takes it.
            level: Returns the description level that is in use.
        """
        self.services = services
        self.screen = BenchmarkScreen(name="benchmark")
        self.cold_start = ColdStart()
        self._source_name = source
        self._level = level
        self._source: FrameSource | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._report: DeviceReport | None = None
        screen = self.screen
        screen.backends = [f"{default_backend()} {threads}" for threads in THREADS]
        if services.platform.name == "android":
            screen.backends.append(f"android_gpu {THREADS[-1]}")
        screen.backend = screen.backends[0]
        screen.bind(
            on_choose=lambda _, name, value: setattr(screen, name, value),
            on_start=lambda *_: self.start(),
            on_end=lambda *_: self.end(),
            on_export=lambda *_: self.export(),
        )

    def hear(self, said: Description) -> None:
        """Something is said of a picture; the first caption ends the start of the app."""
        if said.caption:
            self.cold_start.note()

    def refresh(self) -> None:
        """Speaks the language of the app."""
        words = BENCHMARK_TEXTS[self.services.language]
        screen = self.screen
        screen.words = words
        names = {f"{default_backend()} {n}": words.cpu.format(threads=n) for n in THREADS}
        screen.backend_names = {**names, f"android_gpu {THREADS[-1]}": words.gpu}
        self._show()

    def start(self) -> None:
        """Begins to measure; only Python's main thread can open an Android camera."""
        model, screen = self.services.model, self.screen
        if model is None or self._thread is not None:
            return
        self._report = None
        self._show()
        screen.note, screen.running, screen.share = "", True, 0.0
        self._stop = threading.Event()
        try:
            frames = self._open_frames()
        except JewelcapError as error:
            self._finish(None, error)
            return
        backend, _, threads = screen.backend.partition(" ")
        setting = Setting(
            level=self._level(),
            frames=COUNTED_FRAMES,
            sustained_s=float(screen.seconds),
            app_version=__version__,
            cold_start_ms=self.cold_start.milliseconds,
        )
        self.services.platform.keep_screen_on(True)
        self._thread = threading.Thread(
            target=self._measure,
            args=(model.path, int(threads), backend, frames, setting, self._stop),
            name="device-benchmark",
            daemon=True,
        )
        self._thread.start()

    def end(self) -> None:
        """Ends the measurement that runs, if one does; without figures."""
        self._stop.set()

    def close(self) -> None:
        """Ends the measurement and waits for its thread."""
        self.end()
        if self._thread is not None:
            self._thread.join(5.0)
        self._close_source()

    def export(self) -> None:
        """Writes the figures to a file and hands it over."""
        report = self._report
        if report is None:
            return
        name = report.started.partition("+")[0].replace(":", "")
        path = self.services.folder / "benchmarks" / f"jewelcap-{name}.json"

        def write() -> Path:
            write_text(path, dump_json(report))
            return path

        self.services.run(write, lambda path: self.services.share("", [path]))

    def _open_frames(self) -> Frames:
        if self.screen.pictures == "camera":
            source = open_source(self._source_name)
            if not isinstance(source, PhotoSource):
                frames = CameraFrames()
                self._source = source
                source.start(frames)
                return frames
        return PictureFrames([known_picture()])

    def _measure(
        self,
        path: Path,
        threads: int,
        backend: str,
        frames: Frames,
        setting: Setting,
        stop: threading.Event,
    ) -> None:
        report: DeviceReport | None = None
        failure: Exception | None = None
        try:
            report = measure_device(
                lambda: Captioner.open(path, threads, backend),
                frames,
                self.services.platform,
                setting,
                self._progress,
                stop,
            )
        except Exception as error:
            failure = error
        in_kivys_thread(lambda: self._finish(report, failure))

    def _progress(self, phase: str, share: float) -> None:
        words = self.screen.words
        text = {"open": words.opening, "frames": words.counting}.get(phase, words.sustaining)

        def show() -> None:
            self.screen.phase, self.screen.share = text, share

        in_kivys_thread(show)

    def _finish(self, report: DeviceReport | None, failure: Exception | None) -> None:
        self._thread = None
        self._close_source()
        self.services.platform.keep_screen_on(False)
        self.screen.running = False
        self._report = report
        if failure is not None and not isinstance(failure, StoppedError):
            self.screen.note = self.services.say(failure)
        self._show()

    def _show(self) -> None:
        report, words = self._report, self.screen.words
        if report is None:
            self.screen.show_figures([], [])
            return
        self.screen.note = report.runtime.delegate_note
        self.screen.show_figures(timing_rows(report, words), other_rows(report, words))

    def _close_source(self) -> None:
        source, self._source = self._source, None
        if source is not None:
            source.stop()
