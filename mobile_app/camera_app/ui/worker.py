"""Captions frames in a thread of its own, so that the screen never waits for the model."""

from __future__ import annotations

import logging
import threading
import time
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

_LOG: Final = logging.getLogger(__name__)


class StateCaptioner(Protocol):
    """What the worker needs of a `Captioner`."""

    def encode(self, image: Path | bytes | Image.Image | Pixels) -> Encoded:
        """Encodes a photo to what the decoder starts from."""

    def caption(self, encoded: Encoded, level: str, language: str = "en") -> Caption:
        """Describes an encoded photo."""


@dataclass(frozen=True)
class CaptionResult:
    """A described frame.

    Attributes:
        frame_id: `Frame.id` of the frame.
        caption: Its description.
        encode_ms: Milliseconds that preprocessing and encoding took.
        decode_ms: Milliseconds that decoding took.
    """

    frame_id: int
    caption: Caption
    encode_ms: float
    decode_ms: float


class WorkerListener(Protocol):
    """Receives what the worker did; called in the worker's thread."""

    def captioned(self, result: CaptionResult) -> None:
        """A frame has been described, or described again at another level."""

    def frame_failed(self, message: str) -> None:
        """A frame could not be described; the worker goes on with the next one."""

    def worker_failed(self, message: str) -> None:
        """The captioner could not be opened; the worker has ended."""


@dataclass(frozen=True)
class _EncodedFrame:
    frame_id: int
    encoded: Encoded
    milliseconds: float


class CaptionWorker:
    """Describes the newest frame that it was given; frames it has no time for are dropped."""

    def __init__(
        self,
        open_captioner: Callable[[], StateCaptioner],
        level: str,
        language: str,
        listener: WorkerListener,
    ) -> None:
        """Prepares the thread; nothing runs before `start`.

        Args:
            open_captioner: Called in the thread, which alone uses what it returns.
            level: Level to begin with.
            language: ISO 639-1 code of the captions.
            listener: Receives results and failures.
        """
        self._open_captioner = open_captioner
        self._level = level
        self._language = language
        self._listener = listener
        self._changed = threading.Condition()
        self._waiting: Frame | None = None
        self._level_changed = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="caption-worker", daemon=True)

    def start(self) -> None:
        """Starts the thread, which opens its captioner first."""
        self._thread.start()

    def submit(self, frame: Frame) -> None:
        """Asks for the caption of a frame, in place of one that still waits."""
        with self._changed:
            self._waiting = frame
            self._changed.notify()

    def set_level(self, level: str) -> None:
        """Changes the level; the last frame is decoded again without being encoded again."""
        with self._changed:
            self._level = level
            self._level_changed = True
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

    def _run(self) -> None:
        try:
            captioner = self._open_captioner()
        except Exception as error:
            self._listener.worker_failed(_message(error))
            return
        encoded: _EncodedFrame | None = None
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._stopping or self._level_changed or self._waiting is not None
                )
                if self._stopping:
                    return
                frame, self._waiting = self._waiting, None
                level, self._level_changed = self._level, False
            try:
                if frame is not None and (encoded is None or encoded.frame_id != frame.id):
                    encoded = None
                    encoded = _encode(captioner, frame)
                if encoded is not None:
                    self._listener.captioned(self._describe(captioner, encoded, level))
            except Exception as error:
                self._listener.frame_failed(_message(error))

    def _describe(
        self, captioner: StateCaptioner, encoded: _EncodedFrame, level: str
    ) -> CaptionResult:
        begin = time.perf_counter()
        caption = captioner.caption(encoded.encoded, level, self._language)
        return CaptionResult(encoded.frame_id, caption, encoded.milliseconds, _since(begin))


def _encode(captioner: StateCaptioner, frame: Frame) -> _EncodedFrame:
    begin = time.perf_counter()
    # A backend may hand out a view of memory that its next call overwrites.
    encoded = captioner.encode(frame.photo).copy()
    return _EncodedFrame(frame.id, encoded, _since(begin))


def _since(begin: float) -> float:
    return (time.perf_counter() - begin) * 1000.0


def _message(error: Exception) -> str:
    if isinstance(error, ImageError):
        return f"This picture {error}"
    if isinstance(error, JewelcapError):
        return str(error)
    _LOG.error("captioning failed", exc_info=error)
    return f"Something went wrong ({type(error).__name__}: {error})"
