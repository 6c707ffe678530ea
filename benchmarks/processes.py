"""Starts the measured processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.latency import Job, Samples
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.errors import JewelcapError

_TIMEOUT_SECONDS: Final = 3600.0
_PACKAGES: Final = Path(__file__).resolve().parent.parent


def run_in_new_process(job: Job) -> Samples:
    """Measures in a process that imports nothing but what the engine needs.

    Raises:
        JewelcapError: The process failed; its last line says why.
    """
    with tempfile.TemporaryDirectory(prefix="jewelcap-") as folder:
        question, answer = Path(folder) / "job.json", Path(folder) / "samples.json"
        # A checkout that is not installed must be found by the new process, too.
        paths = [str(_PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
        job = replace(job, started_ns=time.time_ns())
        question.write_text(dump_json(job), encoding="utf-8")
        try:
            result = subprocess.run(
                [sys.executable, "-m", "benchmarks.worker", str(question), str(answer)],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise JewelcapError(
                f"{job.path}: not measured within {_TIMEOUT_SECONDS:.0f} seconds"
            ) from None
        if result.returncode or not answer.is_file():
            raise JewelcapError(f"{job.path}: {_reason(result.returncode, result.stderr)}")
        return load_json(Samples, answer.read_bytes(), "samples of the measured process")


def _reason(code: int, stderr: str) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        return f"the measured process was ended by {name}; is there enough memory?"
    lines = [line for line in stderr.splitlines() if line.strip()]
    return f"the measured process failed ({lines[-1] if lines else f'exit code {code}'})"
