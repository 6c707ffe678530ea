"""The seam between the app and whatever delivers pictures."""

from __future__ import annotations

import itertools
import logging
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Final, Protocol

from ...runtime.errors import JewelcapError
from ...runtime.preprocess import Pixels

DISPLAY_SIDE: Final = 1280
"""Longest side, in pixels, of what is sent to the screen."""

_LOG: Final = logging.getLogger(__name__)

_next_id = itertools.count(1).__next__


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture on its way to the screen and to the captioner.

    Attributes:
        pixels: What the screen shows, uint8[h, w, 3] in RGB.
        photo: What the captioner is given: the pixels, or the bytes of a photo's file, so that
            the app says of a photo exactly what `jewelcap describe` says.
        title: Name for people; may be empty.
        still: Whether it is one photo among others rather than a moment of a moving picture.
        id: Unique within the process, growing.
    """

    pixels: Pixels
    photo: Pixels | bytes
    title: str = ""
    still: bool = False
    id: int = field(default_factory=_next_id)


class FrameSink(Protocol):
    """Receives what a source has; called in any thread."""

    def show_frame(self, frame: Frame) -> None:
        """A new picture."""

    def show_notice(self, message: str) -> None:
        """Something worth a line; the source goes on."""

    def source_failed(self, message: str) -> None:
        """No more pictures will come; the message says why and what to do."""


class FrameSource(Protocol):
    """Delivers frames to a sink from `start` to `stop`. A source is used once."""

    steps: bool
    """Whether `step` moves to other pictures."""

    def start(self, sink: FrameSink) -> None:
        """Opens the camera or the files and begins to deliver."""

    def set_paused(self, paused: bool) -> None:
        """While paused no frame comes, but those that `step` asks for."""

    def step(self, offset: int) -> None:
        """Shows the picture that lies `offset` further; nothing where `steps` is False."""

    def stop(self) -> None:
        """Closes everything. No frame comes after it has returned."""


class ThreadedSource(ABC):
    """A source that reads in a thread of its own, so that the screen never waits for it."""

    steps = False

    def __init__(self) -> None:
        """Prepares the thread; nothing is opened before `start`."""
        self._changed = threading.Condition()
        self._paused = False
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self, sink: FrameSink) -> None:
        """See `FrameSource.start`."""
        self._thread = threading.Thread(
            target=self._run, args=(sink,), name="frame-source", daemon=True
        )
        self._thread.start()

    def set_paused(self, paused: bool) -> None:
        """See `FrameSource.set_paused`."""
        with self._changed:
            self._paused = paused
            self._changed.notify()

    def stop(self) -> None:
        """See `FrameSource.stop`. Waits five seconds at most for a camera that hangs."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(5.0)

    @abstractmethod
    def deliver(self, sink: FrameSink) -> None:
        """Delivers until `self._stopping`; runs in the thread.

        Raises:
            JewelcapError: No more pictures can come.
        """

    def _run(self, sink: FrameSink) -> None:
        try:
            self.deliver(sink)
        except JewelcapError as error:
            sink.source_failed(str(error))
        except Exception as error:
            _LOG.error("source failed", exc_info=error)
            sink.source_failed(f"Something went wrong ({type(error).__name__}: {error})")
