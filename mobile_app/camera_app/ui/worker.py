"""Captions frames in a thread of its own, so that the screen never waits for the model."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from PIL import Image

from ..runtime.captioner import Caption
from ..runtime.decode import Encoded
from ..runtime.errors import ImageError, JewelcapError
from ..runtime.preprocess import Pixels
from .sources import Frame

ALTERNATIVES: Final = 4
"""Captions that beam search looks for beside the one that is given."""

ALTERNATIVES_EVERY_S: Final = 0.3
"""Least time between two beam searches over passing frames, of which nobody reads each one's
alternatives: searching at every frame stops the preview and empties the battery."""

_LOG: Final = logging.getLogger(__name__)


class StateCaptioner(Protocol):
    """What the worker needs of a `Captioner`."""

    def encode(self, image: Path | bytes | Image.Image | Pixels) -> Encoded:
        """Encodes a photo to what the decoder starts from."""

    def caption(self, encoded: Encoded, level: str, language: str = "en") -> Caption:
        """Describes an encoded photo."""

    def alternatives(
        self, encoded: Encoded, level: str, language: str = "en", width: int = 3
    ) -> tuple[Caption, ...]:
        """Returns the most probable captions of an encoded photo, the best first."""

    def close(self) -> None:
        """Frees the model's memory."""


@dataclass(frozen=True)
class CaptionResult:
    """A described frame.

    Attributes:
        frame_id: `Frame.id` of the frame.
        caption: Its description.
        encode_ms: Milliseconds that preprocessing and encoding took.
        decode_ms: Milliseconds that decoding took.
        alternatives: The most probable captions at the level asked for, where the captioner is
            not sure and where they were asked for.
        rival: What the captioner that it is compared with says of the same frame.
        rival_ms: Milliseconds that this took.
    """

    frame_id: int
    caption: Caption
    encode_ms: float
    decode_ms: float
    alternatives: tuple[Caption, ...] = ()
    rival: Caption | None = None
    rival_ms: float = 0.0


class WorkerListener(Protocol):
    """Receives what the worker did; called in the worker's thread."""

    def captioned(self, result: CaptionResult) -> None:
        """A frame has been described, or described again at another level."""

    def frame_failed(self, error: Exception) -> None:
        """A frame could not be described; the worker goes on with the next one."""


@dataclass(frozen=True)
class _EncodedFrame:
    frame_id: int
    encoded: Encoded
    milliseconds: float
    rival: Encoded | None
    rival_ms: float


@dataclass(frozen=True)
class _Opening:
    """A captioner to be opened in the thread."""

    open_captioner: Callable[[], StateCaptioner]
    is_rival: bool
    on_done: Callable[[Exception | None], None]


class CaptionWorker:
    """Describes the newest frame that it was given; frames it has no time for are dropped."""

    def __init__(self, level: str, language: str, listener: WorkerListener) -> None:
        """Prepares the thread; nothing runs before `start`.

        Args:
            level: Level to begin with.
            language: ISO 639-1 code of the captions.
            listener: Receives results and failures.
        """
        self._level = level
        self._language = language
        self.listener = listener
        self._changed = threading.Condition()
        self._openings: deque[_Opening] = deque()
        self._waiting: Frame | None = None
        self._detailed = False
        self._again = False
        self._stopping = False
        self._captioner: StateCaptioner | None = None
        self._rival: StateCaptioner | None = None
        self._retired: list[StateCaptioner] = []
        self._searched_at = -math.inf
        self._thread = threading.Thread(target=self._run, name="caption-worker", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def open(
        self,
        open_captioner: Callable[[], StateCaptioner],
        on_done: Callable[[Exception | None], None],
    ) -> None:
        """Puts a captioner in the place of the one in use, which stays when this fails.

        Args:
            open_captioner: Called in the thread, which alone uses what it returns.
            on_done: Called in the thread, with what went wrong or None.
        """
        self._enqueue(_Opening(open_captioner, False, on_done))

    def open_rival(
        self,
        open_captioner: Callable[[], StateCaptioner],
        on_done: Callable[[Exception | None], None],
    ) -> None:
        """Has a second captioner describe each frame as well; as `open` otherwise."""
        self._enqueue(_Opening(open_captioner, True, on_done))

    def close_rival(self) -> None:
        """Ends the comparison."""
        with self._changed:
            self._retire(self._rival)
            self._rival = None
            self._changed.notify()

    def submit(self, frame: Frame, detailed: bool = False) -> None:
        """Asks for the caption of a frame, in place of one that still waits.

        Args:
            frame: The frame. One that was encoded last is decoded again at most.
            detailed: Whether alternatives are wanted in any case. Of passing frames only those
                that leave doubt have any, and one in `ALTERNATIVES_EVERY_S` at most.
        """
        with self._changed:
            self._waiting = frame
            self._detailed = detailed
            self._changed.notify()

    def set_level(self, level: str) -> None:
        """Changes the level; the last frame is decoded again without being encoded again."""
        with self._changed:
            self._level = level
            self._again = True
            self._changed.notify()

    def set_language(self, language: str) -> None:
        """Changes the language of captions; as `set_level` otherwise."""
        with self._changed:
            self._language = language
            self._again = True
            self._changed.notify()

    def stop(self, timeout: float = 5.0) -> bool:
        """Ends the thread after the frame it is working on.

        Args:
            timeout: Seconds to wait for it.

        Returns:
            Whether it has ended.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _enqueue(self, opening: _Opening) -> None:
        with self._changed:
            self._openings.append(opening)
            self._changed.notify()

    def _has_work(self) -> bool:
        asked = self._again or self._waiting is not None
        return bool(
            self._stopping
            or self._openings
            or self._retired
            or (asked and self._captioner is not None)
        )

    def _retire(self, captioner: StateCaptioner | None) -> None:
        # It may be at work; its own thread closes it.
        if captioner is not None:
            self._retired.append(captioner)

    def _run(self) -> None:
        encoded: _EncodedFrame | None = None
        last: Frame | None = None
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work)
                if self._stopping:
                    self._retire(self._captioner)
                    self._retire(self._rival)
                retired, self._retired = self._retired, []
                ended = self._stopping
                opening = frame = None
                if self._openings:
                    opening = self._openings.popleft()
                elif not retired:
                    frame, self._waiting = self._waiting, None
                    self._again = False
            for captioner in retired:
                captioner.close()
            if ended:
                return
            if opening is not None:
                self._open(opening)
                # What stands on the screen is described by the captioner that is there now.
                encoded = None
                with self._changed:
                    self._waiting = self._waiting or last
                continue
            if retired:
                continue
            try:
                if frame is not None:
                    last = frame
                    if encoded is None or encoded.frame_id != frame.id:
                        encoded = None
                        encoded = self._encode(frame)
                if encoded is not None:
                    self.listener.captioned(self._describe(encoded))
            except Exception as error:
                self._report(error)

    def _report(self, error: Exception) -> None:
        if not isinstance(error, JewelcapError):
            _LOG.error("captioning failed", exc_info=error)
        self.listener.frame_failed(error)

    def _open(self, opening: _Opening) -> None:
        try:
            captioner = opening.open_captioner()
        except Exception as error:
            if not isinstance(error, JewelcapError):
                _LOG.error("no captioner", exc_info=error)
            opening.on_done(error)
            return
        with self._changed:
            if opening.is_rival:
                self._retire(self._rival)
                self._rival = captioner
            else:
                self._retire(self._captioner)
                self._captioner = captioner
        opening.on_done(None)

    def _encode(self, frame: Frame) -> _EncodedFrame:
        assert self._captioner is not None
        begin = time.perf_counter()
        # A backend may hand out a view of memory that its next call overwrites.
        encoded = self._captioner.encode(frame.photo).copy()
        middle = time.perf_counter()
        rival = self._rival
        other = rival.encode(frame.photo).copy() if rival is not None else None
        return _EncodedFrame(
            frame.id, encoded, (middle - begin) * 1000.0, other, _since(middle) if rival else 0.0
        )

    def _describe(self, frame: _EncodedFrame) -> CaptionResult:
        assert self._captioner is not None
        level, language, detailed = self._level, self._language, self._detailed
        begin = time.perf_counter()
        caption = self._captioner.caption(frame.encoded, level, language)
        decode_ms = _since(begin)
        alternatives: tuple[Caption, ...] = ()
        doubtful = caption.verdict in ("fallen back", "not sure")
        due = doubtful and begin - self._searched_at >= ALTERNATIVES_EVERY_S
        if due and not detailed:
            self._searched_at = begin
        if due or detailed:
            alternatives = self._captioner.alternatives(
                frame.encoded, level, language, ALTERNATIVES
            )
        rival, other, rival_ms = self._rival, None, frame.rival_ms
        if rival is not None and frame.rival is not None:
            begin = time.perf_counter()
            other = rival.caption(frame.rival, level, language)
            rival_ms += _since(begin)
        return CaptionResult(
            frame.frame_id, caption, frame.milliseconds, decode_ms, alternatives, other, rival_ms
        )


def _since(begin: float) -> float:
    return (time.perf_counter() - begin) * 1000.0


def explain(error: Exception) -> str:
    """Returns what to say of an error that a frame or a file has caused."""
    if isinstance(error, ImageError):
        return f"This picture {error}"
    if isinstance(error, JewelcapError):
        return str(error)
    return f"Something went wrong ({type(error).__name__}: {error})"
