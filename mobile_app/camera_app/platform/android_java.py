"""Java's classes, and its thread of the user interface."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from .base import NotAvailableError

_CLASSES: Final = (
    "android.content.ContentResolver",
    "android.content.ContentValues",
    "android.content.Intent",
    "android.content.IntentFilter",
    "android.graphics.Insets",
    "android.net.Uri",
    "android.os.Build",
    "android.os.Build$VERSION",
    "android.os.ParcelFileDescriptor",
    "android.os.PowerManager",
    "android.speech.tts.TextToSpeech",
    "android.view.WindowInsets$Type",
    "java.util.ArrayList",
    "java.util.Locale",
)

_LOG: Final = logging.getLogger(__name__)


class Java:
    """The classes that are used by name, and the app's activity.

    Attributes:
        activity: `PythonActivity.mActivity`.
        api: Android's API level.
        error: What pyjnius raises for Java's exceptions.
    """

    def __init__(self) -> None:
        """Finds the classes; some of them are missing on older systems."""
        from jnius import JavaException, autoclass, cast

        self.error: type[Exception] = JavaException
        self.cast: Callable[[str, Any], Any] = cast
        self.activity: Any = autoclass("org.kivy.android.PythonActivity").mActivity
        self._classes: dict[str, Any] = {}
        for name in _CLASSES:
            try:
                self._classes[name] = autoclass(name)
            except JavaException:
                _LOG.info("this system has no %s", name)
        self.api = int(self.find("android.os.Build$VERSION").SDK_INT)

    def find(self, name: str) -> Any:
        """Returns a class of `_CLASSES`.

        Raises:
            NotAvailableError: This version of Android lacks it.
        """
        if name not in self._classes:
            raise NotAvailableError(f"This version of Android has no {name}.")
        return self._classes[name]

    def start(self, intent: Any, refusal: str, request: int | None = None) -> None:
        """Opens another app's screen.

        Args:
            intent: Which.
            refusal: What to say where there is none.
            request: Number by which its answer is known; None where none is awaited.

        Raises:
            NotAvailableError: No app has such a screen.
        """
        try:
            if request is None:
                self.activity.startActivity(intent)
            else:
                self.activity.startActivityForResult(intent, request)
        except self.error as error:
            _LOG.warning("no screen for an intent: %s", error)
            raise NotAvailableError(refusal) from None


class UiThread:
    """Runs functions in Java's main thread, which alone may touch the window."""

    def __init__(self, java: Java) -> None:
        """Makes the one callback that all functions go through."""
        from jnius import PythonJavaClass, java_method

        waiting: deque[Callable[[], Any]] = deque()

        class Runner(PythonJavaClass):
            """Runs the function that has waited longest."""

            __javainterfaces__ = ("java/lang/Runnable",)

            @java_method("()V")
            def run(self) -> None:
                try:
                    waiting.popleft()()
                except Exception as error:
                    # Java would end the app.
                    _LOG.error("in Java's main thread", exc_info=error)

        self._java = java
        self._waiting = waiting
        self._runner = Runner()

    def run(self, function: Callable[[], Any]) -> None:
        """Runs a function soon; returns at once."""
        self._waiting.append(function)
        self._java.activity.runOnUiThread(self._runner)
