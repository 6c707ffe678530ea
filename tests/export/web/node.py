"""Runs the page's modules in Node.js, so that they can be compared with Python's."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SOURCES = Path(__file__).parents[3] / "export" / "web" / "page" / "js"
NODE = shutil.which("node")

Run = Callable[..., Any]
"""(script, payload) -> what the script returns; it sees the payload as `data`."""


def make_runner(folder: Path) -> Run:
    """Copies the modules to where Node.js takes them as such."""
    if NODE is None:
        pytest.skip("no Node.js: `apt install nodejs`")
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
            [str(NODE), "run.js"],
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
