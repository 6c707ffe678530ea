"""Joins a source of moving pictures, the caption worker and the live screen."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from kivy.clock import Clock, mainthread

from ..history.entries import Entry
from ..runtime.captioner import Caption
from .description import Description
from .framing import aimed, visible
from .look_session import LookSession
from .screens.live import LiveScreen
from .services import Services
from .sources import Controls, FailureKind, Frame, FrameSource
from .steady import Steadier
from .worker import CaptionResult

CAPTION_EVERY_S: Final = 0.06
"""Least time between two captioned frames of a camera: nobody reads more, and a phone that
captions each of thirty frames a second grows hot and shows fewer of them."""


class LiveSession(LookSession):
    """Looks at a source from `start` to `stop`; one after another may be started."""

    screen: LiveScreen

    def __init__(
        self,
        services: Services,
        screen: LiveScreen,
        on_wrong: Callable[[Entry], None],
        on_failure: Callable[[str, FailureKind], None],
    ) -> None:
        """Joins the parts; nothing runs before `start`.

        Args:
            services: What all sessions share.
            screen: Shows frames and captions.
            on_wrong: As `LookSession`.
            on_failure: Called in Kivy's thread when no more pictures can come.
        """
        super().__init__(services, screen, on_wrong)
        self._on_failure = on_failure
        self._source: FrameSource | None = None
        self._steadier = Steadier()
        self._newest: Frame | None = None
        self._first = 0
        self._zoom = 1.0
        self._submitted = -math.inf
        self._controls = Controls()
        self._show_newest = Clock.create_trigger(self._take_newest)
        # After the window has drawn the frame: drawing and captioning at once slow each other.
        self._submit = Clock.create_trigger(self._describe_shown)
        screen.bind(
            on_freeze=lambda *_: self.toggle_freeze(),
            on_step=lambda _, offset: self._step(offset),
            on_tool=lambda _, name: self.use_tool(name),
        )

    @property
    def standing(self) -> bool:
        """See `LookSession.standing`."""
        return self.screen.frozen or (self._shown is not None and self._shown.still)

    def start(self, source: FrameSource) -> None:
        """Begins to look at a source."""
        self.clear()
        self.stopped = False
        self._source = source
        self._first = 0
        self._zoom = 1.0
        self._submitted = -math.inf
        self._controls = Controls()
        self.screen.tools = []
        self.screen.steps = source.steps
        self.screen.placeholder = self.services.texts.waiting
        self.services.platform.keep_screen_on(True)
        source.start(self)

    def stop(self) -> None:
        """Ends the source."""
        self.stopped = True
        if self._source is not None:
            self._source.stop()
            self._source = None
            self.services.platform.keep_screen_on(False)

    def suspend(self) -> None:
        """Lets go of the camera while nobody looks."""
        if self._source is not None:
            self._source.suspend()
            self.services.platform.keep_screen_on(False)

    def resume(self) -> None:
        """Takes the camera again."""
        if self._source is not None:
            self._source.resume()
            self.services.platform.keep_screen_on(True)
        if self._shown is not None and self.standing:
            self.services.worker.submit(self._shown, detailed=True)

    def refresh(self) -> None:
        """See `LookSession.refresh`."""
        super().refresh()
        self._steadier.forget()
        if self._shown is None:
            self.screen.placeholder = self.services.texts.waiting
        self._show_hint()

    def level_changed(self) -> None:
        """See `LookSession.level_changed`."""
        self._steadier.forget()
        super().level_changed()

    def show_frame(self, frame: Frame) -> None:
        """See `FrameSink`."""
        # Frames that come faster than the screen can show them replace each other.
        self._newest = frame
        self._show_newest()

    @mainthread
    def show_notice(self, message: str) -> None:
        """See `FrameSink`."""
        if not self.stopped:
            self.services.tell(message)

    @mainthread
    def source_failed(self, message: str, kind: FailureKind = "unreadable") -> None:
        """See `FrameSink`."""
        if not self.stopped:
            self.stop()
            self._on_failure(message, kind)

    def toggle_freeze(self) -> None:
        """Holds the picture, or lets it go on."""
        if self._shown is None or self._source is None:
            return
        self.screen.frozen = not self.screen.frozen
        self._source.set_paused(self.screen.frozen)
        if self.screen.frozen:
            # What stands is described by itself, with all that it may be.
            self.services.worker.submit(self._shown, detailed=True)
        else:
            self._steadier.forget()
        self._show_actions()
        self._show_hint()

    def use_tool(self, name: str) -> None:
        """Changes the camera's light, lens or zoom."""
        if self._source is None:
            return
        if name == "torch":
            self.screen.torch = not self.screen.torch
            self._source.set_torch(self.screen.torch)
        elif name == "flip":
            self.screen.torch = False
            self._source.flip()
            self._steadier.forget()
        elif name == "zoom":
            steps = [1.0, *(z for z in (1.5, 2.0, 3.0) if z <= self._controls.longest_zoom)]
            self._zoom = steps[(steps.index(self._zoom) + 1) % len(steps)]
            self._source.set_zoom(self._zoom)
        self._show_tools()

    def _first_id(self) -> int:
        return self._first

    def _steady(self, result: CaptionResult) -> CaptionResult:
        if self.standing:
            return result
        caption = self._steadier.add(result.caption, time.monotonic(), result.alternatives)
        return replace(result, caption=caption, alternatives=self._steadier.alternatives)

    def _keep(self, frame: Frame, caption: Caption) -> None:
        # Of photos that come one after another, those are kept that somebody held.
        if self.screen.frozen:
            super()._keep(frame, caption)

    def _take_newest(self, _: float) -> None:
        frame, self._newest = self._newest, None
        # A frame that was under way when the picture was frozen comes too late.
        if frame is None or self.stopped or (self.screen.frozen and not frame.still):
            return
        was_standing = self.standing
        self._first = self._first or frame.id
        if not frame.still:
            shown = visible(frame.pixels, self.screen.aspect)
            frame = replace(frame, pixels=shown, photo=aimed(shown))
        self._shown = frame
        self.screen.show(frame.pixels, fill=not frame.still)
        self.screen.title = frame.title if frame.still else ""
        self.screen.placeholder = self.services.texts.looking
        now, is_new = time.monotonic(), frame.still or self._steadier.see(frame.pixels)
        if is_new:
            self.screen.description = Description()
            self._result = None
        if is_new or now - self._submitted >= CAPTION_EVERY_S:
            self._submitted = now
            self._submit()
        if self.standing != was_standing or not self.screen.hint:
            self._show_actions()
            self._show_hint()
        if self._source is not None and self._source.controls != self._controls:
            self._controls = self._source.controls
            self._show_tools()

    def _describe_shown(self, _: float) -> None:
        if self._shown is not None and not self.stopped:
            self.services.worker.submit(self._shown, detailed=self.standing)

    def _show_tools(self) -> None:
        controls, tools = self._controls, []
        if controls.longest_zoom >= 1.5:
            tools.append(("zoom", f"{self._zoom:g}x", self._zoom > 1.0))
        if controls.torch:
            tools.append(("torch", "", self.screen.torch))
        if controls.flip:
            tools.append(("flip", "", False))
        self.screen.tools = tools

    def _show_hint(self) -> None:
        texts = self.services.texts
        if self._shown is None:
            self.screen.hint = ""
        else:
            self.screen.hint = texts.frozen if self.screen.frozen else texts.tap_to_freeze

    def _step(self, offset: int) -> None:
        if self._source is not None:
            self._source.step(offset)
