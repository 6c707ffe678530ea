"""Notes what went wrong, so that the customer can share it."""

from __future__ import annotations

import platform
import sys
import threading
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from .runtime.files import write_text

FILE_NAME: Final = "crash_log.txt"
MOST_CHARACTERS: Final = 64_000
"""When it is longer, what happened first goes."""


class CrashLog:
    """A text file in the app's own folder; nothing leaves it unless the customer shares it."""

    def __init__(self, folder: Path) -> None:
        """Writes nothing yet."""
        self.path = folder / FILE_NAME
        self._lock = threading.Lock()

    def watch(self) -> None:
        """Notes from now on what no code has caught, in any thread."""
        shown, shown_in_thread = sys.excepthook, threading.excepthook

        def note(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            self.note(error)
            shown(kind, error, trace)

        def note_in_thread(found: Any) -> None:
            if found.exc_value is not None:
                self.note(found.exc_value)
            shown_in_thread(found)

        sys.excepthook, threading.excepthook = note, note_in_thread

    def note(self, error: BaseException) -> None:
        """Adds an error. That this fails, on a full disk, must not fail anything else."""
        lines = traceback.format_exception(error)
        when = datetime.now(UTC).isoformat(timespec="seconds")
        system = f"Python {platform.python_version()}, {platform.platform()}"
        with suppress(Exception), self._lock:
            text = f"{self.read()}{when}  {system}\n{''.join(lines)}\n"
            write_text(self.path, text[-MOST_CHARACTERS:])

    def read(self) -> str:
        """Returns all that was noted; empty if nothing was."""
        try:
            return self.path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
