"""Measures on a connected phone by TFLite's own benchmark_model.

It times the two signatures on random inputs: the encoder, and one decoding step. It knows nothing
of photos, so a whole photo is measured by the app itself (`benchmarks.app_report`).
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.adb_phone import FOLDER, AdbPhone, find_phone
from benchmarks.benchmark_model import FLAGS, ToolRun, check_binary, joined_runs, parse_output
from benchmarks.engines import Contender
from benchmarks.latency import Mode
from benchmarks.record import (
    BenchmarkRecord,
    Conditions,
    Device,
    Flag,
    Latencies,
    Memory,
)
from benchmarks.record_files import public_command
from benchmarks.settings import Settings, Warn
from benchmarks.validity import validity_flags
from mobile_app.camera_app.runtime.bundle import BundleManifest, read_bundle
from pipeline import __version__
from pipeline.progress import track
from pipeline.provenance import command_line, git_commit

_TOOL: Final = "benchmark_model"
_MEMORY_RUNS: Final = 5


@dataclass(frozen=True)
class _Case:
    contender: int
    threads: int
    delegate: str


@dataclass(frozen=True)
class _Measured:
    """Calls of the tool for one case."""

    encode: list[ToolRun]
    token: list[ToolRun]


def measure(
    contenders: Sequence[Contender], settings: Settings, warn: Warn
) -> tuple[BenchmarkRecord, ...]:
    """Measures captioner files on a phone, in turn. See `benchmarks.targets.Measure`.

    Raises:
        JewelcapError: adb, a phone or the binary is missing, or the tool failed.
    """
    started = datetime.now(UTC).isoformat(timespec="seconds")
    mode = settings.mode
    cases = [
        _Case(index, threads, delegate)
        for threads in settings.threads
        for index in range(len(contenders))
        for delegate in settings.delegates
    ]
    measured = {case: _Measured([], []) for case in cases}
    memory: dict[_Case, int | None] = {}
    with find_phone(settings.adb.adb, settings.adb.serial) as phone:
        binary = check_binary(settings.adb.binary, phone.abi())
        device = phone.device()
        phone.shell("chmod", "755", phone.push(binary, _TOOL))
        for index, contender in enumerate(contenders):
            phone.push(contender.path, _graph(index))
        tool = _Tool(phone, contenders, settings.adb.taskset, mode)
        turns = [case for _ in range(mode.rounds) for case in cases]
        for case in track(turns, "benchmark", len(turns)):
            measured[case].encode.append(tool.run(case, "encode"))
            measured[case].token.append(tool.run(case, "decode_step"))
        for case in cases:
            # Apart, because watching the memory slows the tool down.
            memory[case] = tool.peak_bytes(case)
    return tuple(
        _record(
            contenders[case.contender], case, measured[case], memory[case], device, mode, started
        )
        for case in cases
    )


def _graph(index: int) -> str:
    return f"captioner-{index}.tflite"


class _Tool:
    """benchmark_model on the phone."""

    def __init__(
        self, phone: AdbPhone, contenders: Sequence[Contender], taskset: str, mode: Mode
    ) -> None:
        self._phone = phone
        self._prefix = ["taskset", taskset] if taskset else []
        self._mode = mode
        self._inputs = [_step_inputs(one.path) for one in contenders]

    def run(self, case: _Case, signature: str) -> ToolRun:
        """Times a signature."""
        mode = self._mode
        return self._call(
            case,
            signature,
            f"--warmup_runs={mode.warmups}",
            f"--num_runs={mode.least}",
            f"--min_secs={mode.seconds}",
        )

    def peak_bytes(self, case: _Case) -> int | None:
        """Most memory of the tool while it runs the encoder."""
        watch = ("--report_peak_memory_footprint=true", "--memory_footprint_check_interval_ms=5")
        runs = f"--num_runs={_MEMORY_RUNS}", "--min_secs=0.5"
        return self._call(case, "encode", *watch, *runs).peak_bytes

    def _call(self, case: _Case, signature: str, *more: str) -> ToolRun:
        inputs = self._inputs[case.contender] if signature == "decode_step" else ()
        text = self._phone.shell(
            *self._prefix,
            f"{FOLDER}/{_TOOL}",
            f"--graph={FOLDER}/{_graph(case.contender)}",
            f"--signature_to_run_for={signature}",
            f"--num_threads={case.threads}",
            *FLAGS[case.delegate],
            *inputs,
            *more,
        )
        return parse_output(text, case.delegate)


def _step_inputs(path: Path) -> tuple[str, ...]:
    """Tells the tool which tokens there are: its own random ones may be none of the model's."""
    bundle = read_bundle(path)
    shapes = _step_shapes(bundle.manifest)
    return (
        f"--input_layer={','.join(shapes)}",
        f"--input_layer_shape={':'.join(shapes.values())}",
        f"--input_layer_value_range=token,0,{len(bundle.vocabulary) - 1}",
    )


def _step_shapes(manifest: BundleManifest) -> dict[str, str]:
    """Inputs of a decoding step in the order of the graph, which is that of their names."""
    shapes = {"state": f"1,{manifest.state_size}", "token": "1"}
    if manifest.feature_shape:
        shapes["features"] = ",".join(map(str, (1, *manifest.feature_shape)))
    return dict(sorted(shapes.items()))


def _record(
    contender: Contender,
    case: _Case,
    measured: _Measured,
    peak_bytes: int | None,
    device: Device,
    mode: Mode,
    started: str,
) -> BenchmarkRecord:
    loads = [run.init_ms for run in measured.encode if run.init_ms is not None]
    latency = Latencies(
        encode=joined_runs(measured.encode),
        token=joined_runs(measured.token),
        decode=None,
        photo=None,
        tokens_per_caption=None,
        cold_load_ms=round(statistics.median(loads), 3) if loads else None,
        first_call_ms=None,
    )
    used = measured.encode[0].delegate
    flags = validity_flags(latency, device.cores, None, None)
    if used != case.delegate:
        flags += (Flag("delegate", f"{used} ran what {case.delegate} was asked to"),)
    return BenchmarkRecord(
        model=contender.model,
        device=device,
        conditions=Conditions(
            target="adb",
            runtime="TFLite benchmark_model",
            threads=case.threads,
            mode=mode.name,
            processes=len(measured.encode),
            photos=None,
            load_average=None,
            foreign_cores=None,
            delegate=used,
        ),
        latency=latency,
        memory=None if peak_bytes is None else Memory(peak_bytes, None),
        accuracy=None,
        flags=flags,
        command=public_command(command_line()),
        git_commit=git_commit(),
        code_version=__version__,
        started=started,
    )
