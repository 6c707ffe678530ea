"""Reasons to doubt a measurement, with the limits that they follow from."""

from __future__ import annotations

from typing import Final

from benchmarks.record import Flag, Latencies, Latency, Sustained

MIN_SAMPLES: Final = 30
"""Fewer samples than this of any latency are flagged."""

MAX_SPREAD: Final = 1.5
"""p90 / p50 of the encoder, whose work is always the same, above which a machine is noisy."""

MAX_PROCESS_SPREAD: Final = 1.15
"""Slowest over fastest process's median of encoder or photo, above which a machine is noisy.

The usual range of five equally noisy processes is 2.3 standard deviations, and the 99 % interval
of the ratio of two such measurements reaches 2.1 to each side: above this limit, `--compare` can
tell no change of less than about 14 %, which is more than its usual tolerance. Token and decode
are not asked: they take microseconds, and vary more on the quietest machine.
"""

MAX_SLOWDOWN: Final = 1.15
"""Last stretch of a sustained run over its first, above which a device counts as throttled."""

MAX_FOREIGN_SHARE: Final = 0.25
"""Share of all cores that other programs may use before a machine counts as busy."""


def validity_flags(
    latency: Latencies,
    cores: int,
    load_average: float | None,
    foreign_cores: float | None,
    sustained: Sustained | None = None,
) -> tuple[Flag, ...]:
    """Says why a measurement may be wrong.

    Args:
        latency: What was measured.
        cores: Logical cores of the machine.
        load_average: Before the start; asked only where `foreign_cores` is not known, since it
            also counts what this program did in the last minute.
        foreign_cores: Cores used by other programs meanwhile.
        sustained: Photos without a pause.
    """
    flags = []
    for name in ("encode", "token", "decode", "photo"):
        measured: Latency | None = getattr(latency, name)
        if measured is not None and measured.n < MIN_SAMPLES:
            flags.append(
                Flag("few_samples", f"{measured.n} samples of {name}, {MIN_SAMPLES} are needed")
            )
    if latency.encode is not None and latency.encode.p90 is not None:
        spread = latency.encode.p90 / latency.encode.p50
        if spread > MAX_SPREAD:
            flags.append(Flag("noisy", f"encode p90 is {spread:.2f} times p50, above {MAX_SPREAD}"))
    flags += process_flags(latency)
    limit = MAX_FOREIGN_SHARE * cores
    if foreign_cores is not None:
        if foreign_cores > limit:
            used = f"other programs used {foreign_cores:.2f} of {cores} cores"
            flags.append(Flag("busy", f"{used}, above {limit:.2f}"))
    elif load_average is not None and load_average > limit:
        flags.append(Flag("busy", f"load average {load_average:.2f} at the start, above {limit}"))
    if sustained is not None and sustained.slowdown > MAX_SLOWDOWN:
        last = f"the last of its stretches took {sustained.slowdown:.2f} times as long as the first"
        flags.append(Flag("throttled", f"{last}, above {MAX_SLOWDOWN}"))
    return tuple(flags)


def process_flags(latency: Latencies) -> tuple[Flag, ...]:
    """Says where the processes of a measurement, which did the same work, took different times."""
    flags = []
    for name in ("encode", "photo"):
        measured: Latency | None = getattr(latency, name)
        medians = measured.process_p50 if measured is not None else ()
        spread = max(medians) / min(medians) if medians else 1.0
        if spread > MAX_PROCESS_SPREAD:
            told = f"{name} p50 of the slowest process is {spread:.2f} times that of the fastest"
            flags.append(Flag("noisy", f"{told}, above {MAX_PROCESS_SPREAD}"))
    return tuple(flags)
