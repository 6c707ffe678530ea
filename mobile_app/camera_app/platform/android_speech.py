"""Android's engine for reading aloud."""

from __future__ import annotations

import logging
import threading
from typing import Any, Final

from .android_java import Java
from .base import NotAvailableError

_SUCCESS: Final = 0
_FLUSH: Final = 0

_LOG: Final = logging.getLogger(__name__)


class Speech:
    """Starts the engine with the first text; what is said until it is ready waits, the last one."""

    def __init__(self, java: Java) -> None:
        """Prepares the callback; nothing is started."""
        from jnius import PythonJavaClass, java_method

        ready = self._hear

        class Listener(PythonJavaClass):
            """Told when the engine is ready."""

            __javainterfaces__ = ("android/speech/tts/TextToSpeech$OnInitListener",)

            @java_method("(I)V")
            def onInit(self, status: int) -> None:  # noqa: N802 - Java's name
                ready(status)

        self._java = java
        self._listener = Listener()
        self._lock = threading.Lock()
        self._engine: Any = None
        self._status: int | None = None
        self._waiting: tuple[str, str] | None = None

    def speak(self, text: str, language: str) -> None:
        """Reads a text; see `Platform.speak`."""
        with self._lock:
            if self._engine is None:
                self._engine = self._java.find("android.speech.tts.TextToSpeech")(
                    self._java.activity, self._listener
                )
            if self._status is None:
                self._waiting = text, language
                return
        self._read(text, language)

    def stop(self) -> None:
        """Ends the text that is read, and forgets the one that waits."""
        with self._lock:
            self._waiting = None
            if self._status == _SUCCESS:
                self._engine.stop()

    def _hear(self, status: int) -> None:
        with self._lock:
            self._status = status
            waiting, self._waiting = self._waiting, None
        if waiting is not None:
            try:
                self._read(*waiting)
            except NotAvailableError as error:
                # Whoever asked has gone on; the next question is answered so at once.
                _LOG.warning("%s", error)

    def _read(self, text: str, language: str) -> None:
        if self._status != _SUCCESS:
            raise NotAvailableError(
                "The phone's text-to-speech does not start. Look at it in the system's settings."
            )
        voice = self._java.find("java.util.Locale")(language)
        if self._engine.setLanguage(voice) < 0:
            raise NotAvailableError(
                f"The phone has no voice for the language {language!r}. Install one in the "
                "system's settings, under text-to-speech."
            )
        self._engine.speak(text, _FLUSH, None, "caption")
