from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.adb import measure
from benchmarks.benchmark_model import check_binary, parse_output
from benchmarks.engines import make_contender
from benchmarks.latency import Mode
from benchmarks.settings import AdbSettings, Settings
from pipeline.errors import JewelcapError
from tests.bundles import write_fake_bundle

from . import fake_adb
from .fake_adb_server import serve

MODE = Mode("short", rounds=2, warmups=1, least=50, seconds=0.0)
ARM64 = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00" + b"\xb7\x00" + bytes(44)
OUTPUT = """INFO: STARTING!
INFO: Signature to run: [encode]
INFO: Created TensorFlow Lite XNNPACK delegate for CPU.
INFO: Initialized session in 12.75ms.
INFO: count=37 first=14744 curr=15520 min=13164 max=18295 avg=13764.3 std=967

INFO: count=74 first=14850 curr=13315 min=13105 max=15765 avg=13520.2 std=470{more}

INFO: Inference timings in us: Init: 12750, First inference: 14744, Warmup (avg): 13764.3, \
Inference (avg): 13520.2
INFO: Memory footprint delta from the start of the tool (MB): init=8.9 overall=18.7
"""
PERCENTILES = " p5=13110 median=13400 p95=15000"


@pytest.fixture
def phone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fake phone; `adb` in its folder reaches it."""
    folder = tmp_path / "phone"
    folder.mkdir()
    monkeypatch.setenv("FAKE_PHONE", str(folder))
    (folder / "phones").write_text("List of devices attached\nSERIAL1\tdevice\n\n")
    (folder / "output-encode").write_text(OUTPUT.format(more=PERCENTILES))
    (folder / "output-decode_step").write_text(
        OUTPUT.format(more=PERCENTILES).replace("median=13400", "median=40")
    )
    command = shlex.join([sys.executable, "-S", "-E", fake_adb.__file__])
    (folder / "adb").write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    (folder / "adb").chmod(0o755)
    (folder / "benchmark_model").write_bytes(ARM64)
    return folder


@pytest.fixture
def own_adb() -> str:
    """Android's own `adb`: that of this computer, or that of adbutils."""
    spec = find_spec("adbutils")
    kept = Path(spec.origin or "").parent / "binaries" / "adb" if spec else Path("none")
    program = shutil.which("adb") or shutil.which(kept)
    if program is None:
        pytest.skip("needs adb: pip install adbutils brings it on most systems")
    return program


def settings(phone: Path, **changes: object) -> Settings:
    adb = AdbSettings(phone / "benchmark_model", adb=str(phone / "adb"))
    return Settings(MODE, adb=replace(adb, **changes))  # type: ignore[arg-type]


def warn(message: str) -> None:
    pytest.fail(message)


def test_a_captioner_is_pushed_measured_and_removed(phone: Path, tmp_path: Path) -> None:
    captioner = make_contender("captioner", write_fake_bundle(tmp_path / "a.tflite"))
    asked = replace(settings(phone, taskset="f0"), threads=(1, 4))
    one, four = measure([captioner], asked, warn)
    assert one.latency.encode is not None and one.latency.token is not None
    assert (one.latency.encode.n, one.latency.encode.mean) == (148, 13.5202)
    assert (one.latency.encode.p50, one.latency.encode.p95) == (13.4, 15.0)
    assert one.latency.encode.p90 is None
    assert one.latency.encode.process_p50 == (13.4, 13.4)
    assert one.latency.token.p50 == 0.04
    assert one.latency.photo is None
    assert one.latency.cold_load_ms == 12.75
    assert one.memory is not None and one.memory.peak_bytes == int(93.2383 * 2**20)
    assert (one.conditions.threads, four.conditions.threads) == (1, 4)
    assert one.device.cpu == "Maker One Chip 3"
    assert one.device.os == "Android 15 (API 35) arm64-v8a"
    assert (one.device.cores, one.device.cpu_features) == (2, ("asimd", "asimddp", "i8mm"))
    assert one.flags == ()
    calls = (phone / "calls").read_text()
    tool = [line for line in calls.splitlines() if "--graph" in line]
    # Two numbers of threads, two rounds of two signatures, and the memory of each.
    assert len(tool) == 2 * (2 * 2 + 1)
    assert all("taskset f0 /data/local/tmp/jewelcap/benchmark_model" in line for line in tool)
    steps = [line for line in tool if "decode_step" in line]
    assert all("--input_layer=state,token" in line for line in steps)
    assert all("--input_layer_shape=1,1:1" in line for line in steps)
    assert not list((phone / "files").rglob("captioner-0.tflite"))
    assert "SERIAL1" not in repr((one, four))


def test_a_delegate_that_did_not_run_the_model_is_flagged(phone: Path, tmp_path: Path) -> None:
    captioner = make_contender("captioner", write_fake_bundle(tmp_path / "a.tflite"))
    (record,) = measure([captioner], replace(settings(phone), delegates=("gpu",)), warn)
    assert record.conditions.delegate == "xnnpack"
    assert [flag.kind for flag in record.flags] == ["delegate"]
    for signature in ("encode", "decode_step"):
        applied = "INFO: Explicitly applied GPU delegate, and the model graph will be completely"
        (phone / f"output-{signature}").write_text(applied + "\n" + OUTPUT.format(more=""))
    (record,) = measure([captioner], replace(settings(phone), delegates=("gpu",)), warn)
    assert (record.conditions.delegate, record.flags) == ("gpu", ())
    assert "--use_gpu=true" in (phone / "calls").read_text()


@pytest.mark.parametrize(
    ("phones", "serial", "reason"),
    [
        ("List of devices attached\n", "", "no phone is connected: plug one in"),
        ("List\nA\tdevice\nB\tdevice\n", "", "give --serial: A, B"),
        ("List\nA\tdevice\n", "C", "no phone 'C'; connected: A"),
        ("List\nA\tunauthorized\n", "", "allow USB debugging from this computer"),
        ("List\nA\tdevice\nB\toffline\n", "B", "phone B is offline: unplug it"),
    ],
)
def test_a_phone_that_cannot_be_used_is_an_error_with_a_remedy(
    phone: Path, phones: str, serial: str, reason: str
) -> None:
    (phone / "phones").write_text(phones)
    with pytest.raises(JewelcapError, match=reason):
        measure([], settings(phone, serial=serial), warn)


def test_one_usable_phone_is_found_among_others(phone: Path) -> None:
    (phone / "phones").write_text("List\nA\tunauthorized\nB\tdevice\n")
    assert measure([], settings(phone), warn) == ()


def test_without_adb_the_message_says_where_to_get_it(phone: Path) -> None:
    with pytest.raises(JewelcapError, match="apt-get install adb"):
        measure([], settings(phone, adb=str(phone / "no-adb")), warn)


def test_androids_own_adb_measures_the_same(
    phone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_adb: str
) -> None:
    captioner = make_contender("captioner", write_fake_bundle(tmp_path / "a.tflite"))
    (expected,) = measure([captioner], settings(phone), warn)
    with serve(phone) as port:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(port))
        (found,) = measure([captioner], settings(phone, adb=own_adb), warn)
    assert (found.latency, found.memory) == (expected.latency, expected.memory)
    assert (found.device, found.flags) == (expected.device, expected.flags)
    asked = (phone / "asked").read_text().splitlines()
    assert "sync:" in asked and "host:devices" in asked
    assert sum("--graph=" in line for line in asked) == 5
    assert not list((phone / "files").rglob("captioner-0.tflite"))


@pytest.mark.parametrize(
    ("phones", "reason"),
    [
        ("List of devices attached\n", "no phone is connected"),
        ("List of devices attached\nA\tunauthorized\n", "allow USB debugging"),
        ("List of devices attached\nA\tdevice\nB\tdevice\n", "give --serial: A, B"),
    ],
)
def test_androids_own_adb_tells_why_no_phone_can_be_used(
    phone: Path, monkeypatch: pytest.MonkeyPatch, own_adb: str, phones: str, reason: str
) -> None:
    (phone / "phones").write_text(phones)
    with serve(phone) as port, pytest.raises(JewelcapError, match=reason):
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(port))
        measure([], settings(phone, adb=own_adb), warn)


def test_a_tool_that_fails_is_quoted_by_androids_own_adb(
    phone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_adb: str
) -> None:
    captioner = make_contender("captioner", write_fake_bundle(tmp_path / "a.tflite"))
    monkeypatch.setattr("benchmarks.adb._TOOL", "missing_tool")
    with serve(phone) as port, pytest.raises(JewelcapError, match="inaccessible or not found"):
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(port))
        measure([captioner], settings(phone, adb=own_adb), warn)
    assert not list((phone / "files").rglob("missing_tool"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (None, "gone: cannot be read"),
        (b"", "no program for a phone"),
        (b"#!/bin/sh\necho hello, phone\n", "no program for a phone"),
        (ARM64[:18] + b"\x3e\x00", "made for x86_64, the phone has arm64-v8a"),
        (ARM64[:18] + b"\xff\x00", "made for another processor"),
    ],
)
def test_a_binary_that_the_phone_cannot_run_is_refused(
    tmp_path: Path, data: bytes | None, reason: str
) -> None:
    path = tmp_path / "gone"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(JewelcapError, match=reason):
        check_binary(path, "arm64-v8a")
    with pytest.raises(JewelcapError, match=r"by --binary; build it"):
        check_binary(None, "arm64-v8a")


def test_a_tool_that_fails_is_quoted(phone: Path, tmp_path: Path) -> None:
    captioner = make_contender("captioner", write_fake_bundle(tmp_path / "a.tflite"))
    (phone / "output-encode").write_text("INFO: STARTING!\nERROR: no such signature\nbye\n")
    with pytest.raises(JewelcapError, match="measured nothing: ERROR: no such signature"):
        measure([captioner], settings(phone), warn)
    # What was pushed is removed all the same.
    assert not list((phone / "files").rglob("benchmark_model"))


def test_output_of_builds_without_percentiles_is_read() -> None:
    run = parse_output(OUTPUT.format(more=""), "xnnpack")
    assert (run.n, run.mean_ms, run.median_ms, run.p95_ms) == (74, 13.5202, 13.5202, None)
    assert (run.init_ms, run.peak_bytes, run.delegate) == (12.75, None, "xnnpack")
    with pytest.raises(JewelcapError, match="it printed nothing"):
        parse_output("", "none")


def short_output(counts: str) -> str:
    return f"INFO: count=1 curr=900\nINFO: {counts}\n"


def test_a_build_that_prints_one_time_for_all_runs_is_read() -> None:
    run = parse_output(short_output("count=25 curr=12 (all same)"), "none")
    assert (run.n, run.mean_ms, run.median_ms, run.p95_ms) == (25, 0.012, 0.012, None)


@pytest.mark.parametrize(
    "counts", ["count=25 min=3", "count=25 curr=0 (all same)", "count=0 avg=5"]
)
def test_runs_without_a_time_are_a_failure(counts: str) -> None:
    with pytest.raises(JewelcapError, match="benchmark_model measured nothing"):
        parse_output(short_output(counts), "none")
