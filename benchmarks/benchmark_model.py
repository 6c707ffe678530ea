"""TFLite's own benchmark_model: how it is called, and what it prints."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mobile_app.camera_app.runtime.device_report import Latency
from pipeline.errors import JewelcapError

_ELF_MACHINES: Final = {0x28: "armeabi-v7a", 0xB7: "arm64-v8a", 0x03: "x86", 0x3E: "x86_64"}
"""Android's names of the machines in ELF headers."""

FLAGS: Final = {
    "xnnpack": ("--use_xnnpack=true",),
    "none": ("--use_xnnpack=false",),
    "gpu": ("--use_gpu=true",),
}
"""How each delegate is asked for."""

_APPLIED: Final = {
    "gpu": re.compile(r"applied GPU delegate|GPU delegate kernels", re.IGNORECASE),
    "xnnpack": re.compile(r"XNNPACK delegate", re.IGNORECASE),
}
"""What it prints when a delegate really runs the model."""


@dataclass(frozen=True)
class ToolRun:
    """What one call of the tool measured.

    Attributes:
        n: Inferences after the warm-up.
        mean_ms: Their mean.
        median_ms: Their median; the mean where this build does not print it.
        p95_ms: 95th percentile; None where this build does not print it.
        init_ms: Loading the model.
        peak_bytes: Most memory, where it was asked for.
        delegate: What ran the model.
    """

    n: int
    mean_ms: float
    median_ms: float
    p95_ms: float | None
    init_ms: float | None
    peak_bytes: int | None
    delegate: str


def check_binary(path: Path | None, abi: str) -> Path:
    """Makes sure that the tool is there and made for the phone.

    Args:
        path: As given by the user.
        abi: Of the phone.

    Raises:
        JewelcapError: It is not.
    """
    remedy = (
        "build it from TensorFlow's source, `bazel build -c opt --config=android_arm64 "
        "//tensorflow/lite/tools/benchmark:benchmark_model`, or take the nightly binary that "
        "the LiteRT documentation links to"
    )
    if path is None:
        raise JewelcapError(f"give TFLite's benchmark_model for {abi} by --binary; {remedy}")
    try:
        with path.open("rb") as file:
            head = file.read(20)
    except OSError as error:
        raise JewelcapError(f"{path}: cannot be read ({error.strerror or error})") from None
    if head[:4] != b"\x7fELF" or len(head) < 20:
        raise JewelcapError(f"{path}: no program for a phone; {remedy}")
    machine = _ELF_MACHINES.get(int.from_bytes(head[18:20], "little"), "another processor")
    if machine != abi:
        raise JewelcapError(f"{path}: made for {machine}, the phone has {abi}; {remedy}")
    return path


def parse_output(text: str, asked: str) -> ToolRun:
    """Reads what the tool printed.

    Args:
        text: Standard output and error.
        asked: The delegate that was asked for.

    Raises:
        JewelcapError: It ended before it measured.
    """
    counts = [
        dict(re.findall(r"(\w+)=([0-9.eE+-]+)", line))
        for line in text.splitlines()
        if re.search(r"\bcount=\d+ ", line)
    ]
    # The first is the warm-up. Where all took the same, or there was one, only `curr` is printed.
    figures: dict[str, str] = counts[-1] if len(counts) > 1 else {}
    mean = _number(figures.get("avg", figures.get("curr", ""))) / 1e3
    if mean <= 0.0 or figures["count"] == "0":
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR")]
        reason = (errors or lines or ["it printed nothing"])[-1]
        raise JewelcapError(f"benchmark_model measured nothing: {reason}")
    init = re.search(r"Init: (\d+)", text)
    peak = re.search(r"peak memory footprint \(MB\)[^:]*: ([0-9.]+)", text)
    applied = asked not in _APPLIED or _APPLIED[asked].search(text) is not None
    return ToolRun(
        n=int(figures["count"]),
        mean_ms=mean,
        median_ms=_number(figures.get("median", "")) / 1e3 or mean,
        p95_ms=_number(figures.get("p95", "")) / 1e3 or None,
        init_ms=int(init[1]) / 1e3 if init else None,
        peak_bytes=int(float(peak[1]) * 2**20) if peak else None,
        delegate=asked if applied else "none" if asked == "xnnpack" else "xnnpack",
    )


def _number(text: str) -> float:
    """0 of what is no positive number: the tool measured nothing there."""
    try:
        return max(float(text), 0.0)
    except ValueError:
        return 0.0


def joined_runs(runs: Sequence[ToolRun]) -> Latency:
    """Several calls as one distribution: the median of their medians, the mean of all."""
    n = sum(run.n for run in runs)
    tails = [run.p95_ms for run in runs if run.p95_ms is not None]
    return Latency(
        n=n,
        mean=round(sum(run.n * run.mean_ms for run in runs) / n, 6),
        p50=round(statistics.median(run.median_ms for run in runs), 6),
        p90=None,
        p99=None,
        p95=round(statistics.median(tails), 6) if tails else None,
        process_p50=tuple(round(run.median_ms, 6) for run in runs),
    )
