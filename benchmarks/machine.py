"""The computer that measures: what it is, and what else it does meanwhile."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from pathlib import Path
from typing import Final

from benchmarks.record import Device

CPU_FEATURES: Final = (
    "avx",
    "fma",
    "avx2",
    "avx_vnni",
    "avx512f",
    "avx512_vnni",
    "amx_int8",
    "asimd",
    "asimddp",
    "i8mm",
    "sve",
)
"""Instruction sets, as Linux names them, that matrix multiplication is fast or slow by."""


def this_device() -> Device:
    """Describes this computer."""
    release = ".".join(platform.release().split(".")[:2])
    system = " ".join(filter(None, (platform.system(), release, platform.machine())))
    flags = set((_cpuinfo("flags") or _cpuinfo("Features")).split())
    return Device(
        cpu=_cpu_name(),
        cpu_features=tuple(name for name in CPU_FEATURES if name in flags),
        cores=len(_usable_cores()),
        os=system,
        python=platform.python_version(),
    )


def load_average() -> float | None:
    """Of the last minute; None where the system has none."""
    try:
        return round(os.getloadavg()[0], 2)
    except (AttributeError, OSError):
        return None


def _usable_cores() -> set[int]:
    try:
        return os.sched_getaffinity(0)
    except AttributeError:  # Only Linux binds processes to cores.
        return set(range(os.cpu_count() or 1))


def _cpuinfo(key: str) -> str:
    """First value of a key in Linux's list of processors, empty where there is none."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    pairs = (line.partition(":") for line in lines)
    return next((value.strip() for name, _, value in pairs if name.strip() == key), "")


def _cpu_name() -> str:
    name = _cpuinfo("model name")
    if not name and platform.system() == "Darwin":
        try:
            name = subprocess.run(
                ["sysctl", "-n", "machdep.cpu.brand_string"],
                capture_output=True,
                text=True,
                check=True,
                timeout=10,
            ).stdout.strip()
        except (OSError, subprocess.SubprocessError):
            name = ""
    return name or platform.processor() or platform.machine() or "unknown"


class CpuWatch:
    """Adds up the processor time that other programs take while it watches."""

    def __init__(self) -> None:
        """Starts with nothing watched."""
        self._foreign_seconds = 0.0
        self._wall_seconds = 0.0
        self._known = True
        self._started: tuple[float, float | None, float] | None = None

    def __enter__(self) -> CpuWatch:
        self._started = (time.monotonic(), _busy_seconds(), _own_seconds())
        return self

    def __exit__(self, *error: object) -> None:
        assert self._started is not None
        wall, busy, own = self._started
        now = _busy_seconds()
        if busy is None or now is None:
            self._known = False
            return
        self._wall_seconds += time.monotonic() - wall
        self._foreign_seconds += (now - busy) - (_own_seconds() - own)

    @property
    def wall_seconds(self) -> float:
        """How long it watched."""
        return self._wall_seconds

    @property
    def foreign_cores(self) -> float | None:
        """Cores used by others on average; None where the system does not tell."""
        if not self._known or self._wall_seconds == 0.0:
            return None
        return round(max(0.0, self._foreign_seconds / self._wall_seconds), 3)


def _busy_seconds() -> float | None:
    """Time that the cores which this process may use were busy since the system started."""
    names = {f"cpu{core}" for core in _usable_cores()}
    ticks = 0
    try:
        for line in Path("/proc/stat").read_text(encoding="ascii").splitlines():
            name, *values = line.split()
            if name in names:
                # user nice system idle iowait irq softirq steal; the rest is counted in user.
                user, nice, system, _, _, irq, softirq, steal = map(int, values[:8])
                ticks += user + nice + system + irq + softirq + steal
        return ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return None


def _own_seconds() -> float:
    """Processor time of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
