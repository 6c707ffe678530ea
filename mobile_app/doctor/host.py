"""Whether this computer can build: Java, SDK, NDK, Cython, tools, disk."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from .findings import Findings
from .toolchain import NDK, TARGET_API, known_toolchain, ndk_revision

_TOOLS: Final = {
    "git": "git",
    "zip": "zip",
    "unzip": "unzip",
    "gcc": "build-essential",
    "g++": "build-essential",
    "make": "build-essential",
    "patch": "patch",
    "autoconf": "autoconf",
    "automake": "automake",
    "libtoolize": "libtool",
    "pkg-config": "pkg-config",
    "cmake": "cmake",
}
"""Program -> the package of Debian and Ubuntu that has it."""
_NEEDED_BYTES: Final = 15_000_000_000
_JAVA: Final = 17
_NEWEST_JAVA: Final = 24
"""That python-for-android's Gradle, 8.14, runs on."""
_PLATFORM: Final = Path(".buildozer/android/platform")


def check_host(folder: Path, findings: Findings) -> None:
    """Checks the computer.

    Args:
        folder: Where the build would be made; its disk is looked at.
        findings: What is found is added here.
    """
    if sys.platform not in ("linux", "darwin"):
        findings.error(
            "system",
            f"this is {platform.system()}",
            "python-for-android builds on Linux and macOS",
            "use Ubuntu in WSL 2, or the workflow android.yml",
        )
    if " " in str(folder.resolve()):
        findings.error(
            "path",
            f"the path {folder.resolve()} has a space in it",
            "python-for-android builds in no such folder, and stops",
            "move the project, or set build_dir in [buildozer] to a path without spaces",
        )
    _check_java(findings)
    _check_tools(findings)
    _check_packager(findings)
    _check_sdk(findings)
    _check_ndk(findings)
    free = shutil.disk_usage(folder if folder.is_dir() else Path.cwd()).free
    if free < _NEEDED_BYTES:
        findings.error(
            "disk",
            f"{free / 1e9:.0f} GB are free",
            "SDK, NDK and the compiled recipes take about 15 GB",
            "free some space, or set build_dir in [buildozer] to another disk",
        )
    else:
        findings.good("disk", f"{free / 1e9:.0f} GB are free")


def _output(*command: str) -> str | None:
    program = shutil.which(command[0])
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *command[1:]],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=30,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout + done.stderr if done.returncode == 0 else None


def _check_java(findings: Findings) -> None:
    remedy = f"sudo apt-get install openjdk-{_JAVA}-jdk-headless"
    home = os.environ.get("JAVA_HOME", "")
    if home and not (Path(home) / "bin/java").exists():
        findings.error(
            "java", f"JAVA_HOME={home} has no bin/java", "Gradle starts Java from there", remedy
        )
        return
    said = _output(str(Path(home) / "bin/javac") if home else "javac", "-version")
    match = re.search(r"javac (\d+)", said or "")
    if not match:
        findings.error("java", "there is no Java compiler", "Gradle compiles with it", remedy)
    elif int(match[1]) < _JAVA:
        findings.error(
            "java",
            f"Java is {match[1]}",
            f"the Android Gradle plugin 8.11 needs {_JAVA}",
            remedy,
        )
    elif int(match[1]) > _NEWEST_JAVA:
        findings.error(
            "java",
            f"Java is {match[1]}",
            f"the build's Gradle 8.14 runs on Java up to {_NEWEST_JAVA}",
            f"{remedy}, and set JAVA_HOME to it",
        )
    else:
        findings.good("java", f"Java {match[1]}")


def _check_tools(findings: Findings) -> None:
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        findings.error(
            "tools",
            f"these programs are missing: {', '.join(missing)}",
            "recipes are fetched, configured and compiled by them",
            f"sudo apt-get install {' '.join(dict.fromkeys(_TOOLS[tool] for tool in missing))}",
        )
    else:
        findings.good("tools", "all programs that recipes call are there")


def _check_packager(findings: Findings) -> None:
    right = known_toolchain().buildozer
    said = _output("buildozer", "--version")
    match = re.search(r"(\d+\.[\w.]+)", said or "")
    remedy = f"pip install buildozer=={right} 'cython<3.1'"
    if not match:
        findings.warning("buildozer", "buildozer is not installed", "it runs the build", remedy)
    elif match[1] != right:
        findings.warning(
            "buildozer",
            f"buildozer is {match[1]}",
            f"the spec is written for {right}, and newer ones rename keys",
            remedy,
        )
    else:
        findings.good("buildozer", f"buildozer {match[1]}")
    said = _output("cython", "--version")
    match = re.search(r"(\d+)\.(\d+)", said or "")
    if not match:
        findings.warning(
            "cython", "Cython is not installed", "buildozer looks for it and stops", remedy
        )
    elif (int(match[1]), int(match[2])) > (3, 1):
        findings.warning(
            "cython",
            f"Cython is {match[0]}",
            "pyjnius 1.7.0 needs one before 3.2 and kivy 2.3.1 one up to 3.0.12; their recipes "
            "fetch their own, but other recipes take this one",
            remedy,
        )
    else:
        findings.good("cython", f"Cython {match[0]}")


def _check_sdk(findings: Findings) -> None:
    named = os.environ.get("ANDROID_HOME") or os.environ.get("ANDROIDSDK")
    folder = Path(named) if named else Path.home() / _PLATFORM / "android-sdk"
    if not folder.is_dir():
        add = findings.error if named else findings.warning
        add(
            "sdk",
            f"there is no Android SDK at {folder}",
            "buildozer fetches it at the first build, which needs the network",
            "correct ANDROID_HOME" if named else "leave that to buildozer",
        )
        return
    levels = sorted(path.name for path in folder.glob("platforms/android-*"))
    if f"android-{TARGET_API}" not in levels:
        findings.warning(
            "sdk",
            f"the SDK has no platform {TARGET_API} ({', '.join(levels) or 'none at all'})",
            "buildozer fetches it at the next build, which needs the network",
            f"sdkmanager 'platforms;android-{TARGET_API}'",
            str(folder),
        )
    else:
        findings.good("sdk", f"platform {TARGET_API}", str(folder))


def _check_ndk(findings: Findings) -> None:
    named = os.environ.get("ANDROIDNDK") or os.environ.get("ANDROID_NDK_HOME")
    folder = Path(named) if named else Path.home() / _PLATFORM / f"android-ndk-r{NDK}"
    revision = ndk_revision(folder)
    if revision is None:
        add = findings.error if named else findings.warning
        add(
            "ndk",
            f"there is no NDK at {folder}",
            "buildozer fetches it at the first build, which needs the network",
            "correct the variable" if named else "leave that to buildozer",
        )
    elif revision < 28:
        findings.error(
            "page-size",
            f"the NDK is r{revision}",
            "before r28 libraries are aligned to pages of 4 KB; Google Play refuses them",
            f"install NDK r{NDK}",
            str(folder),
        )
    else:
        findings.good("ndk", f"NDK r{revision}", str(folder))
