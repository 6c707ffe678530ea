"""Joins a source, the caption worker and the live screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock, mainthread

from ..runtime.bundle import BundleManifest
from .screens.live import LiveScreen
from .sources import FailureKind, Frame, FrameSource
from .texts import Texts
from .worker import CaptionResult, CaptionWorker, StateCaptioner


class LiveSession:
    """One source looked at by one captioner, from `start` to `stop`.

    The source and the worker call it from their threads (`FrameSink`, `WorkerListener`); all that
    it does to the screen happens in Kivy's thread.
    """

    def __init__(
        self,
        source: FrameSource,
        open_captioner: Callable[[], StateCaptioner],
        manifest: BundleManifest,
        screen: LiveScreen,
        texts: Texts,
        language: str,
        on_failure: Callable[[str, str], None],
    ) -> None:
        """Joins the parts; nothing runs before `start`.

        Args:
            source: Where frames come from.
            open_captioner: Opens the captioner, in the worker's thread.
            manifest: Of that captioner.
            screen: Shows frames and captions; its `level` is the level to begin with.
            texts: What is said beside captions.
            language: ISO 639-1 code of the captions.
            on_failure: Called in Kivy's thread with a heading and a message when nothing more
                can come.
        """
        self._source = source
        self._worker = CaptionWorker(open_captioner, screen.level, language, self)
        self._manifest = manifest
        self._screen = screen
        self._texts = texts
        self._on_failure = on_failure
        self._newest: Frame | None = None
        self._shown: Frame | None = None
        self._show_newest = Clock.create_trigger(self._take_newest)
        self._stopped = False

    def start(self) -> None:
        """Begins to look."""
        self._screen.clear()
        self._screen.levels = list(self._manifest.levels)
        self._screen.steps = self._source.steps
        self._screen.footer = self._footer()
        self._screen.bind(
            on_freeze=self._toggle_freeze, on_step=self._step, on_choose_level=self._choose_level
        )
        self._worker.start()
        self._source.start(self)

    def stop(self) -> None:
        """Ends both threads and lets go of the screen."""
        self._stopped = True
        self._screen.unbind(
            on_freeze=self._toggle_freeze, on_step=self._step, on_choose_level=self._choose_level
        )
        self._source.stop()
        self._worker.stop()

    def show_frame(self, frame: Frame) -> None:
        """See `FrameSink`."""
        # Frames that come faster than the screen can show them replace each other.
        self._newest = frame
        self._show_newest()

    @mainthread
    def show_notice(self, message: str) -> None:
        """See `FrameSink`."""
        if not self._stopped:
            self._screen.show_notice(message)

    @mainthread
    def source_failed(self, message: str, kind: FailureKind = "unreadable") -> None:
        """See `FrameSink`."""
        if not self._stopped:
            self._on_failure(self._texts.source_failed, message)

    @mainthread
    def captioned(self, result: CaptionResult) -> None:
        """See `WorkerListener`."""
        if self._stopped or self._shown is None:
            return
        # A moving picture may be captioned a moment late; a photo that stands still may not.
        stands = self._shown.still or self._screen.frozen
        if result.caption.asked != self._screen.level or (
            stands and result.frame_id != self._shown.id
        ):
            return
        self._screen.caption = result.caption.text or self._texts.nothing
        self._screen.confidence = result.caption.confidence
        self._screen.footer = self._footer(result.encode_ms)

    @mainthread
    def frame_failed(self, message: str) -> None:
        """See `WorkerListener`."""
        if not self._stopped:
            self._screen.caption = ""
            self._screen.placeholder = self._texts.undescribed
            self._screen.show_notice(message)

    @mainthread
    def worker_failed(self, message: str) -> None:
        """See `WorkerListener`."""
        if not self._stopped:
            self._on_failure(self._texts.model_failed, message)

    def _take_newest(self, _: float) -> None:
        frame, self._newest = self._newest, None
        # A frame that was under way when the picture was frozen comes too late.
        if frame is None or self._stopped or (self._screen.frozen and not frame.still):
            return
        self._shown = frame
        self._screen.show(frame.pixels)
        self._screen.title = frame.title
        self._screen.placeholder = self._texts.looking
        if frame.still:
            self._screen.caption = ""
        self._worker.submit(frame)

    def _toggle_freeze(self, *_: Any) -> None:
        if self._shown is None:
            return
        self._screen.frozen = not self._screen.frozen
        self._source.set_paused(self._screen.frozen)

    def _step(self, _: Any, offset: int) -> None:
        self._source.step(offset)

    def _choose_level(self, _: Any, name: str) -> None:
        if name != self._screen.level:
            self._screen.level = name
            self._worker.set_level(name)

    def _footer(self, encode_ms: float | None = None) -> str:
        parts = [self._manifest.name, self._manifest.variant]
        if encode_ms is not None:
            parts.append(f"{encode_ms:.1f} ms")
        return "  ·  ".join(parts)
