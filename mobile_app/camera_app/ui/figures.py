"""What the benchmark screen says of a report. No module of Kivy is needed for that."""

from __future__ import annotations

from ..runtime.device_report import DeviceReport, Latency, Runtime
from .texts.benchmark import BenchmarkTexts

Row = tuple[str, str]
"""(what, how much)."""


def timing_rows(report: DeviceReport, texts: BenchmarkTexts) -> list[Row]:
    """Returns the distributions: medians and two percentiles, in milliseconds."""
    parts = (
        (texts.preprocess, report.preprocess),
        (texts.encode, report.encode),
        (texts.token, report.token),
        (texts.caption, report.decode),
        (texts.frame, report.frame),
    )
    return [(name, _percentiles(latency)) for name, latency in parts if latency is not None]


def other_rows(report: DeviceReport, texts: BenchmarkTexts) -> list[Row]:
    """Returns the single figures, those that the system tells."""
    rows = [(texts.delegate, ran_on(report.runtime, texts))]
    for name, ms in (
        (texts.cold_start, report.cold_start_ms),
        (texts.load, report.load_ms),
        (texts.first_frame, report.first_frame_ms),
    ):
        if ms is not None:
            rows.append((name, _duration(ms)))
    if report.sustained is not None:
        last = report.sustained.windows[-1]
        rows.append((texts.rate, f"{1000.0 / last.p50_ms:.1f}"))
        rows.append((texts.slowdown, f"{max(0.0, report.sustained.slowdown - 1.0):.0%}"))
    if report.peak_memory_bytes is not None:
        rows.append((texts.memory, f"{report.peak_memory_bytes / 1e6:.0f} MB"))
    power = report.power
    if power.battery_start is not None and power.battery_end is not None:
        rows.append((texts.battery, f"{power.battery_start:.0%} → {power.battery_end:.0%}"))
    if power.thermal_start is not None and power.thermal_end is not None:
        heats = [texts.heats.get(one, one) for one in (power.thermal_start, power.thermal_end)]
        rows.append((texts.heat, " → ".join(heats)))
    return rows


def ran_on(runtime: Runtime, texts: BenchmarkTexts) -> str:
    """Returns what really ran the encoder."""
    single = runtime.delegate_used == "xnnpack" and runtime.threads == 1
    known = texts.delegates.get("one" if single else runtime.delegate_used)
    return known.format(threads=runtime.threads) if known else runtime.delegate_used


def _percentiles(latency: Latency) -> str:
    told = (latency.p50, latency.p90, latency.p99)
    return " · ".join(_figure(ms) for ms in told if ms is not None)


def _figure(ms: float) -> str:
    return f"{ms:.2f}" if ms < 1.0 else (f"{ms:.1f}" if ms < 100.0 else f"{ms:.0f}")


def _duration(ms: float) -> str:
    return f"{ms / 1000.0:.2f} s" if ms >= 1000.0 else f"{ms:.0f} ms"
