"""What is the same for a moving picture and a photo: a caption comes, and something is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from kivy.clock import mainthread

from ..history.entries import Entry
from ..history.pictures import PICTURE_SIDE, to_jpeg
from ..runtime.captioner import Caption
from ..runtime.files import write_bytes
from .description import Description, describe_result
from .screens.look import LookScreen
from .services import Services
from .sources import Frame
from .worker import CaptionResult

KEPT: Final = ("answered", "fallen back", "not sure")
"""Verdicts that are worth keeping."""

SHARED_NAME: Final = "jewelcap.jpg"


class LookSession:
    """Joins a screen that shows a picture with the worker that describes it.

    The worker calls it from its thread (`WorkerListener`); all that it does to the screen happens
    in Kivy's thread.
    """

    def __init__(
        self, services: Services, screen: LookScreen, on_wrong: Callable[[Entry], None]
    ) -> None:
        """Joins them.

        Args:
            services: What all sessions share.
            screen: Shows the picture; its `level` is the level asked for.
            on_wrong: Called with an entry that the customer wants to correct.
        """
        self.services = services
        self.screen = screen
        self._on_wrong = on_wrong
        self._shown: Frame | None = None
        self._result: CaptionResult | None = None
        self._entries: dict[int, Entry] = {}
        self.stopped = True
        screen.bind(on_choose_level=self._choose_level, on_action=lambda _, name: self.act(name))

    @property
    def standing(self) -> bool:
        """Whether the picture stands still."""
        return True

    def refresh(self) -> None:
        """Says the same again: the language or the captioners are others."""
        self._show_actions()
        if self._result is not None:
            self._say(self._result)

    @mainthread
    def captioned(self, result: CaptionResult) -> None:
        """See `WorkerListener`."""
        shown = self._shown
        if self.stopped or shown is None or result.caption.asked != self.screen.level:
            return
        # A moving picture may be captioned a moment late; one that stands still may not.
        if self.standing and result.frame_id != shown.id:
            return
        if result.frame_id < self._first_id():
            return
        steadied = self._steady(result)
        self._say(steadied)
        if self.standing:
            self._keep(shown, steadied.caption)

    @mainthread
    def frame_failed(self, error: Exception) -> None:
        """See `WorkerListener`."""
        if not self.stopped:
            self.screen.description = Description()
            self.screen.placeholder = self.services.texts.undescribed
            self.services.fail(error)

    def act(self, name: str) -> None:
        """Does what a button under the description says."""
        if self._result is None or self._shown is None:
            return
        caption = self._result.caption
        if name == "say":
            self.services.speak(caption.text)
        elif name == "share":
            self._share(caption, self._shown)
        elif name == "wrong":
            self._correct(caption, self._shown)

    def clear(self) -> None:
        """Forgets the picture."""
        self._shown = self._result = None
        self.screen.clear()

    def _first_id(self) -> int:
        return 0

    def _steady(self, result: CaptionResult) -> CaptionResult:
        return result

    def _say(self, result: CaptionResult) -> None:
        services = self.services
        self._result = result
        names = tuple(one.title if one else "" for one in (services.model, services.rival))
        self.screen.description = describe_result(result, services.texts, (names[0], names[1]))

    def _show_actions(self) -> None:
        texts = self.services.texts
        actions = [("say", texts.say), ("share", texts.share), ("wrong", texts.wrong)]
        if "speak" not in self.services.platform.actions:
            del actions[0]
        self.screen.actions = actions if self.standing and self._shown is not None else []

    def _keep(self, frame: Frame, caption: Caption) -> None:
        if frame.id in self._entries or caption.verdict not in KEPT:
            return
        if self.services.preferences.values.keep_history and self.services.history is not None:
            self.services.keep(caption, frame.pixels, lambda entry: self._kept(frame, entry))

    def _kept(self, frame: Frame, entry: Entry) -> None:
        # Of one picture one entry is enough.
        self._entries = {frame.id: entry}

    def _correct(self, caption: Caption, frame: Frame) -> None:
        entry = self._entries.get(frame.id)
        if entry is not None:
            self._on_wrong(entry)
            return

        def kept(entry: Entry) -> None:
            self._kept(frame, entry)
            self._on_wrong(entry)

        self.services.keep(caption, frame.pixels, kept)

    def _share(self, caption: Caption, frame: Frame) -> None:
        path = self.services.folder / "shared" / SHARED_NAME

        def write() -> Path:
            write_bytes(path, to_jpeg(frame.pixels, PICTURE_SIDE))
            return path

        self.services.run(write, lambda path: self.services.share(caption.text, [path]))

    def _choose_level(self, _: object, name: str) -> None:
        if name == self.screen.level:
            return
        self.screen.level = name
        self.services.prefer(level=name)
        self.level_changed()

    def level_changed(self) -> None:
        """Another level is asked for, here or on another screen."""
        self.services.worker.set_level(self.screen.level)
