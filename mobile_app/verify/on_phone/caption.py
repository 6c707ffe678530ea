"""Captions photos by the staged tree alone: `caption.py TREE PHOTO…`, printed as JSON.

It runs in Pythons that know nothing of this project, as the phone's does.
"""

from __future__ import annotations

import importlib
import json
import platform
import sys
from pathlib import Path

ABSENT = ("_bz2", "_lzma", "_zstd", "_curses", "_tkinter", "readline")
"""Parts of the standard library that Python on Android is built without."""


def main(tree: str, *photos: str) -> None:
    """Describes each photo at each level in each language, also where it may keep silent."""
    # What is None here cannot be imported.
    sys.modules.update(dict.fromkeys(ABSENT))  # type: ignore[arg-type]
    sys.path.insert(0, tree)
    languages = importlib.import_module("camera_app.runtime.languages").LANGUAGES
    captioner = importlib.import_module("camera_app.runtime.captioner").Captioner.open(
        Path(tree) / "camera_app/models/embedded.captioner"
    )
    captions = []
    for photo in photos:
        encoded = captioner.encode(Path(photo))
        captions.append(
            [
                captioner.caption(encoded, level, language, abstain=abstain).text
                for abstain in (False, True)
                for level in captioner.bundle.manifest.levels
                for language in languages
            ]
        )
    result = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "captions": captions,
        "modules": sorted({name.partition(".")[0] for name in sys.modules}),
    }
    print(json.dumps(result))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
