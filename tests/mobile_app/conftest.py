"""Java for the tests of the app's Android side: a real virtual machine with stub classes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

JAVA = Path(__file__).with_name("java")


@pytest.fixture(scope="session")
def java(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The module `jnius` with a virtual machine that knows the stub classes of `java/`.

    A process has one virtual machine, so nothing may import `jnius` before this.
    """
    jnius_config = pytest.importorskip("jnius_config", reason="needs pyjnius")
    compiler = shutil.which("javac")
    if compiler is None:
        pytest.skip("needs a JDK, such as Debian's openjdk-17-jdk-headless")
    classes = tmp_path_factory.mktemp("classes")
    sources = sorted(map(str, JAVA.rglob("*.java")))
    done = subprocess.run(
        [compiler, "-J-XX:TieredStopAtLevel=1", "-proc:none", "-nowarn", "-d", classes, *sources],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    jnius_config.set_classpath(str(classes))
    jnius_config.set_options(
        # Python keeps its signals.
        "-Xrs",
        "-Xmx256m",
        "-XX:TieredStopAtLevel=1",
        f"-Dstub.python={sys.executable}",
        f"-Dstub.server={Path(__file__).with_name('litert_server.py')}",
    )
    import jnius

    return jnius
