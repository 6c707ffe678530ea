"""Peak memory of this process. Imports the standard library only: it is read before all else."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_memory_bytes() -> int | None:
    """Most memory that this process had resident so far; None where the system does not tell.

    On Linux it is read from `/proc`, since `getrusage` hands a new program the peak of the one
    that started it: a small process started by a large one would look large.
    """
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
