"""The seam between the app and whatever delivers pictures."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from ...runtime.errors import JewelcapError
from ...runtime.preprocess import Pixels

DISPLAY_SIDE: Final = 1280
"""Longest side, in pixels, of what is sent to the screen."""

_LOG: Final = logging.getLogger(__name__)

_next_id = itertools.count(1).__next__

FailureKind = Literal["no camera", "refused", "blocked", "busy", "stopped", "unreadable"]
"""Why a source ended. `refused` and `blocked` are `Permission`s of the camera."""


class SourceError(JewelcapError):
    """No more pictures can come.

    Attributes:
        kind: Why, for an app that has its own words for it.
    """

    def __init__(self, message: str, kind: FailureKind) -> None:
        """Takes the message for a person and the kind."""
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Controls:
    """What can be changed about a camera while it runs.

    Attributes:
        torch: Whether it has a light.
        flip: Whether there is another camera to change to.
        longest_zoom: Largest factor that `set_zoom` takes; 1 where it does not zoom.
    """

    torch: bool = False
    flip: bool = False
    longest_zoom: float = 1.0


def clip_zoom(factor: float, controls: Controls) -> float:
    """Brings a factor into what a camera takes."""
    return min(controls.longest_zoom, max(1.0, factor))


def crop_to_zoom(pixels: Pixels, factor: float) -> Pixels:
    """Returns the middle of a picture, [h, w, ...], of a 1/factor of each side, as a view."""
    height, width = pixels.shape[:2]
    rows, columns = max(1, round(height / factor)), max(1, round(width / factor))
    top, left = (height - rows) // 2, (width - columns) // 2
    return pixels[top : top + rows, left : left + columns]


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
        received_s: When the picture came in, on the clock of `time.perf_counter`, in seconds.
    """

    pixels: Pixels
    photo: Pixels | bytes
    title: str = ""
    still: bool = False
    id: int = field(default_factory=_next_id)
    received_s: float = field(default_factory=time.perf_counter)


class FrameSink(Protocol):
    """Receives what a source has; called in any thread."""

    def show_frame(self, frame: Frame) -> None:
        """A new picture."""

    def show_notice(self, message: str) -> None:
        """Something worth a line; the source goes on."""

    def source_failed(self, message: str, kind: FailureKind = "unreadable") -> None:
        """No more pictures will come; the message says why and what to do."""


class FrameSource(Protocol):
    """Delivers frames to a sink from `start` to `stop`. A source is used once."""

    steps: bool
    """Whether `step` moves to other pictures."""

    @property
    def controls(self) -> Controls:
        """What can be changed; known when the first frame has come, and anew after `flip`."""

    def start(self, sink: FrameSink) -> None:
        """Opens the camera or the files and begins to deliver."""

    def set_paused(self, paused: bool) -> None:
        """While paused no frame comes, but those that `step` asks for."""

    def step(self, offset: int) -> None:
        """Shows the picture that lies `offset` further; nothing where `steps` is False."""

    def set_torch(self, on: bool) -> None:
        """Turns the light on or off; nothing where there is none."""

    def flip(self) -> None:
        """Changes to the next camera; nothing where there is one."""

    def set_zoom(self, factor: float) -> None:
        """Enlarges the middle of the picture; the factor is brought into what `controls` says."""

    def suspend(self) -> None:
        """Lets go of the camera while the app is out of sight, without an end of the source."""

    def resume(self) -> None:
        """Takes the camera again after `suspend`."""

    def stop(self) -> None:
        """Closes everything. No frame comes after it has returned."""


class ThreadedSource(ABC):
    """A source that reads in a thread of its own, so that the screen never waits for it."""

    steps = False
    controls = Controls()

    def __init__(self) -> None:
        """Prepares the thread; nothing is opened before `start`."""
        self._changed = threading.Condition()
        self._frozen = False
        self._suspended = False
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
            self._frozen = paused
            self._changed.notify()

    def step(self, offset: int) -> None:  # noqa: B027 - most sources have none
        """See `FrameSource.step`; for sources of one moving picture."""

    def set_torch(self, on: bool) -> None:  # noqa: B027 - most sources have none
        """See `FrameSource.set_torch`; for sources without one."""

    def flip(self) -> None:  # noqa: B027 - most sources have none
        """See `FrameSource.flip`; for sources that have one camera."""

    def set_zoom(self, factor: float) -> None:  # noqa: B027 - most sources have none
        """See `FrameSource.set_zoom`; for sources that cannot."""

    def suspend(self) -> None:
        """See `FrameSource.suspend`; for files it is a pause beside that of `set_paused`."""
        with self._changed:
            self._suspended = True
            self._changed.notify()

    def resume(self) -> None:
        """See `FrameSource.resume`."""
        with self._changed:
            self._suspended = False
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

    @property
    def _paused(self) -> bool:
        return self._frozen or self._suspended

    def _run(self, sink: FrameSink) -> None:
        try:
            self.deliver(sink)
        except SourceError as error:
            sink.source_failed(str(error), error.kind)
        except JewelcapError as error:
            sink.source_failed(str(error))
        except Exception as error:
            _LOG.error("source failed", exc_info=error)
            sink.source_failed(f"Something went wrong ({type(error).__name__}: {error})")
