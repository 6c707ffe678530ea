"""Runs the page's modules in Node.js, so that they can be compared with Python's."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

SOURCES = Path(__file__).parents[3] / "export" / "web" / "page" / "js"

Run = Callable[..., Any]
"""(script, payload) -> what the script returns; it sees the payload as `data`."""


def find_node() -> str | None:
    """The system's Node.js, or the one that Playwright brings along."""
    if found := shutil.which("node"):
        return found
    playwright = find_spec("playwright")
    if playwright is None or playwright.origin is None:
        return None
    return shutil.which("node", path=Path(playwright.origin).parent / "driver")


def make_runner(folder: Path) -> Run:
    """Copies the modules to where Node.js takes them as such."""
    program = find_node()
    if program is None:
        pytest.skip("no Node.js: `pip install 'jewelcap[web]'` brings one along")
    shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')

    def run(script: str, data: Any = None) -> Any:
        text = (
            "import { readFileSync } from 'node:fs';\n"
            "const data = JSON.parse(readFileSync(0, 'utf8'));\n"
            "const bytes = (text) => Uint8Array.from(Buffer.from(text, 'base64'));\n"
            "const result = await (async () => {\n"
            f"{script}\n"
            "})();\nprocess.stdout.write(JSON.stringify(result));\n"
        )
        (folder / "run.js").write_text(text)
        done = subprocess.run(
            [program, "run.js"],
            cwd=folder,
            input=json.dumps(data),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
