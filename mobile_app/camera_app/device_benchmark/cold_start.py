"""From the start of the app's process to its first caption."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

_STAT: Final = Path("/proc/self/stat")
_START_FIELD: Final = 19
"""Place of the process's start among the fields after the program's name, which ends in `)`."""


def process_age_s(stat: Path = _STAT) -> float | None:
    """Returns how long this process has run, in seconds.

    Args:
        stat: Where Linux, and so Android, tells when it started.

    Returns:
        None where it does not tell.
    """
    try:
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        started_s = int(fields[_START_FIELD]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started_s)
    except (OSError, ValueError, IndexError, AttributeError):
        return None


class ColdStart:
    """Notes the age of the process when the first caption comes."""

    def __init__(self, age_s: Callable[[], float | None] = process_age_s) -> None:
        """Notes nothing yet.

        Args:
            age_s: Returns the age in seconds.
        """
        self._age_s = age_s
        self._noted = False
        self.milliseconds: float | None = None

    def note(self) -> None:
        """A caption has come; only the first one counts."""
        if not self._noted:
            self._noted = True
            age_s = self._age_s()
            self.milliseconds = None if age_s is None else age_s * 1000.0
