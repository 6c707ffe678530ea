"""How to measure, whatever the target; in a module of its own, because all targets import it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.latency import Mode
from pipeline.errors import JewelcapError

Warn = Callable[[str], None]

MAX_THREADS = 256


@dataclass(frozen=True)
class AdbSettings:
    """How the phone is reached; see `benchmarks.adb`.

    Attributes:
        binary: TFLite's `benchmark_model` for the phone's processor; None to find none.
        serial: Of the phone, where several are connected.
        adb: The program.
        taskset: Affinity mask such as `f0`, to stay on a phone's fast cores; empty for none.
    """

    binary: Path | None = None
    serial: str = ""
    adb: str = "adb"
    taskset: str = ""


@dataclass(frozen=True)
class Settings:
    """How to measure.

    Attributes:
        mode: How long.
        threads: Numbers of threads, each measured apart.
        photos: Folder of photos; None for generated ones.
        seed: Of generated photos, and of the choice in a folder.
        delegates: What shall run the model, each measured apart; what a target or an engine
            does not have is left out there.
        sustained_seconds: How long photos are described without a pause; 0 for not.
        keep: Folder of the records, where an interrupted measurement is kept; None for nowhere.
        adb: How the phone is reached.
    """

    mode: Mode
    threads: tuple[int, ...] = (1,)
    photos: Path | None = None
    seed: int = 0
    delegates: tuple[str, ...] = ("xnnpack",)
    sustained_seconds: float = 0.0
    keep: Path | None = None
    adb: AdbSettings = field(default_factory=AdbSettings)


def parse_threads(text: str) -> tuple[int, ...]:
    """Reads `2`, `1-4` or `all`, which is 1 to the cores of this computer.

    Raises:
        JewelcapError: It is none of these.
    """
    if text == "all":
        return tuple(range(1, (os.cpu_count() or 1) + 1))
    found = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last <= MAX_THREADS:
        raise JewelcapError(f"threads {text!r}: give 2, 1-4 or all, up to {MAX_THREADS}")
    return tuple(range(first, last + 1))
