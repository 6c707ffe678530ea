"""Stands in for `adb`: a phone whose files are in a folder and whose benchmark_model answers.

Called as `python fake_adb.py …`; the folder is in FAKE_PHONE. `phones` in it has the answer of
`adb devices`, and `output` what benchmark_model prints. All calls are added to `calls`.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

PHONE = Path(os.environ.get("FAKE_PHONE", "."))
PROPERTIES = {
    "ro.product.manufacturer": "Maker",
    "ro.product.model": "One",
    "ro.soc.model": "Chip 3",
    "ro.build.version.release": "15",
    "ro.build.version.sdk": "35",
    "ro.product.cpu.abi": "arm64-v8a",
}
CPUINFO = "processor\t: 0\nFeatures\t: fp asimd asimddp i8mm\n\nprocessor\t: 1\nFeatures\t: fp\n"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def inside(path: str) -> Path:
    return PHONE / "files" / path.lstrip("/")


def shell(words: list[str]) -> int:
    if words[0] == "taskset":
        words = words[2:]
    name, *rest = words
    if name == "getprop":
        say(PROPERTIES.get(rest[0], ""))
    elif name == "cat":
        say(CPUINFO)
    elif name == "mkdir":
        inside(rest[-1]).mkdir(parents=True, exist_ok=True)
    elif name == "chmod":
        inside(rest[-1]).chmod(0o755)
    elif name == "rm":
        shutil.rmtree(inside(rest[-1]))
    elif name.endswith("/benchmark_model"):
        flags = dict(word.partition("=")[::2] for word in rest)
        if not os.access(inside(name), os.X_OK) or not inside(flags["--graph"]).is_file():
            say("ERROR: Failed to load the model")
            return 1
        signature = flags["--signature_to_run_for"]
        say((PHONE / f"output-{signature}").read_text())
        if "--report_peak_memory_footprint" in flags:
            say("INFO: Overall peak memory footprint (MB) via periodic monitoring: 93.2383")
    else:
        say(f"/system/bin/sh: {name}: inaccessible or not found")
        return 127
    return 0


def main(words: list[str]) -> int:
    with (PHONE / "calls").open("a") as calls:
        calls.write(shlex.join(words) + "\n")
    if words == ["devices"]:
        say((PHONE / "phones").read_text())
        return 0
    option, serial, verb, *rest = words
    assert option == "-s" and serial
    if verb == "push":
        shutil.copyfile(rest[0], inside(rest[1]))
        say(f"{rest[0]}: 1 file pushed")
        return 0
    assert verb == "shell" and len(rest) == 1
    return shell(shlex.split(rest[0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
