"""Calls the program as a person would, and Python in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from pipeline.cli import main

REPOSITORY = Path(__file__).parent.parent


def jewelcap(*arguments: object) -> Result:
    """Runs a command in this process; its exit code, `stdout` and `stderr` are in the result."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def assert_fails(result: Result, *words: str, code: int = 1) -> None:
    """Asserts that a command ended in one clear message instead of a traceback."""
    assert isinstance(result.exception, SystemExit), f"{result.exception!r}\n{result.output}"
    assert result.exit_code == code, result.output
    last = result.stderr.rstrip().splitlines()[-1]
    assert last.startswith("Error: "), result.stderr
    assert "Traceback" not in result.output
    for word in words:
        assert word in last, last


def assert_done(result: Result) -> None:
    """Asserts that a command succeeded."""
    assert result.exit_code == 0, f"{result.exception!r}\n{result.output}"


def run_python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs Python code in a fresh process, from the repository."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
