"""Records from what the app's benchmark screen measured and exported on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.engines import Contender
from benchmarks.record import (
    BenchmarkRecord,
    Conditions,
    Device,
    Flag,
    Latencies,
    Memory,
    PhotoSet,
)
from benchmarks.record_files import public_command
from benchmarks.settings import Settings, Warn
from benchmarks.validity import validity_flags
from mobile_app.camera_app.runtime.device_report import (
    MAX_REPORT_BYTES,
    DeviceReport,
    parse_report,
)
from pipeline.errors import JewelcapError
from pipeline.provenance import command_line, git_commit


def read_report(path: Path) -> DeviceReport:
    """Reads a report that the app exported.

    Raises:
        JewelcapError: It is missing, too long, or no report of this version.
    """
    try:
        if path.stat().st_size > MAX_REPORT_BYTES:
            raise JewelcapError(f"{path}: too long for a report of the app")
        text = path.read_bytes()
    except OSError as error:
        raise JewelcapError(f"{path}: cannot be read ({error.strerror or error})") from None
    return parse_report(text, str(path))


def report_contender(path: Path) -> Contender:
    """What a report is about.

    Raises:
        JewelcapError: As `read_report`.
    """
    return Contender("app_report", path, read_report(path).model)


def measure(
    contenders: Sequence[Contender], settings: Settings, warn: Warn
) -> tuple[BenchmarkRecord, ...]:
    """Reads reports; measures nothing. See `benchmarks.targets.Measure`."""
    return tuple(record_of(read_report(one.path)) for one in contenders)


def record_of(report: DeviceReport) -> BenchmarkRecord:
    """A report as a record: a frame takes the place of a photo file."""
    phone, runtime = report.phone, report.runtime
    device = Device(
        cpu=" ".join(filter(None, (phone.manufacturer, phone.model, phone.soc))) or "unknown phone",
        cpu_features=phone.cpu_features,
        cores=phone.cores,
        os=" ".join(filter(None, (phone.os, phone.abi))),
        python="",
    )
    latency = Latencies(
        encode=report.encode,
        token=report.token,
        decode=report.decode,
        photo=report.frame,
        tokens_per_caption=report.tokens_per_caption,
        cold_load_ms=report.load_ms,
        first_call_ms=report.first_frame_ms,
        cold_start_ms=report.cold_start_ms,
    )
    peak = report.peak_memory_bytes
    return BenchmarkRecord(
        model=report.model,
        device=device,
        conditions=Conditions(
            target="app",
            runtime=runtime.name,
            threads=runtime.threads,
            mode=report.frames,
            processes=1,
            photos=_frames(report),
            load_average=None,
            foreign_cores=None,
            delegate=runtime.delegate_used,
        ),
        latency=latency,
        memory=None if peak is None else Memory(peak, None),
        accuracy=None,
        flags=_flags(report, latency),
        command=public_command(command_line()),
        git_commit=git_commit(),
        code_version=report.app_version,
        started=report.started,
        sustained=report.sustained,
    )


def _frames(report: DeviceReport) -> PhotoSet:
    megapixels = round(report.frame_width * report.frame_height / 1e6, 3)
    return PhotoSet("frames", report.frame.n if report.frame else 0, megapixels, 0)


def _flags(report: DeviceReport, latency: Latencies) -> tuple[Flag, ...]:
    flags = validity_flags(latency, report.phone.cores, None, None, report.sustained)
    runtime, power = report.runtime, report.power
    if runtime.delegate_used != runtime.delegate_asked:
        reason = f" ({runtime.delegate_note})" if runtime.delegate_note else ""
        detail = f"{runtime.delegate_used} ran what {runtime.delegate_asked} was asked to{reason}"
        flags += (Flag("delegate", detail),)
    if power.power_saving:
        flags += (Flag("throttled", "the phone was saving power"),)
    return flags
