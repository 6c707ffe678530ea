"""Imports what the staged app needs to open its window: `start.py TREE`, printed as JSON.

Processor time says which part costs most here; it says nothing of a phone.
"""

from __future__ import annotations

import importlib
import json
import sys
import time


def main(tree: str) -> None:
    """Imports part by part and measures each."""
    sys.path.insert(0, tree)
    before = len(sys.modules)
    cpu_ms = {}
    for part in ("numpy", "PIL.Image", "kivy", "app"):
        started = time.process_time()
        if part == "kivy":
            importlib.import_module("camera_app.ui.launch").prepare_window()
        elif part == "app":
            importlib.import_module("camera_app.ui.app")
        else:
            importlib.import_module(part)
        cpu_ms[part] = round((time.process_time() - started) * 1000)
    modules = sorted({name.partition(".")[0] for name in sys.modules})
    result = {"cpu_ms": cpu_ms, "modules": len(sys.modules) - before, "packages": modules}
    print(json.dumps(result))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
