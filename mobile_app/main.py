"""Entry point of the app: what Android starts, and `python mobile_app/main.py` on a desktop.

The captioner is the one chosen in the app, or the first argument.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any


def _import(module: str) -> Any:
    # On the phone this folder is the root of the program; here it is the package `mobile_app`.
    return importlib.import_module(f"{__package__}.{module}" if __package__ else module)


def main(arguments: list[str]) -> int:
    """Runs the app until it is closed; returns the exit status."""
    launch = _import("camera_app.ui.launch")
    settings = _import("camera_app.ui.settings")
    errors = _import("camera_app.runtime.errors")
    model = Path(arguments[0]) if arguments else None
    try:
        launch.run_app(settings.AppSettings(model))
    except errors.JewelcapError as error:
        print(error, file=sys.stderr)  # noqa: T201 - there is no window to show it in
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
