"""Memory as Linux tells it; Android is one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from .base import Memory

_PROC: Final = Path("/proc")


def _kilobytes(path: Path) -> dict[str, int]:
    found = {}
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        name, _, value = line.partition(":")
        fields = value.split()
        if len(fields) == 2 and fields[0].isdigit() and fields[1] == "kB":
            found[name] = int(fields[0])
    return found


def read_memory(proc: Path = _PROC) -> Memory | None:
    """Reads the memory of this process and of the device.

    Args:
        proc: Where the kernel shows it.

    Returns:
        None where there is no such file, or one that says something else.
    """
    try:
        own, device = _kilobytes(proc / "self" / "status"), _kilobytes(proc / "meminfo")
        return Memory(
            used_bytes=own["VmRSS"] * 1024,
            peak_bytes=own["VmHWM"] * 1024,
            available_bytes=device["MemAvailable"] * 1024,
            total_bytes=device["MemTotal"] * 1024,
        )
    except (OSError, KeyError):
        return None


def read_cpu_features(proc: Path = _PROC) -> tuple[str, ...]:
    """Reads which sets of instructions the processor has, by Linux's names.

    Args:
        proc: Where the kernel shows it.

    Returns:
        Nothing where it does not tell.
    """
    try:
        lines = (proc / "cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return ()
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip() in ("Features", "flags"):
            return tuple(value.split())
    return ()
