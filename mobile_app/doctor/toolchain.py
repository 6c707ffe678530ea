"""What is known of the tools that build the app; `mobile_app/verify` asks them for the table."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

P4A_COMMIT: Final = "58d21141f17c889bf8585f5665921d72028f8831"
"""Release v2026.05.09 of python-for-android."""

PYTHON: Final = "3.14"
PYC_MAGIC: Final = 3627
"""Number at the head of each module that this Python has compiled."""
TARGET_API: Final = 36
"""What Google Play asks of new apps and updates since 2026-08-31."""
MINIMUM_API: Final = 24
NDK: Final = "28c"
PAGE_BYTES: Final = 16384
LITERT: Final = "com.google.ai.edge.litert:litert"
LITERT_VERSION: Final = "1.4.1"
ARCHS: Final[dict[str, tuple[int, int]]] = {
    "arm64-v8a": (64, 183),
    "armeabi-v7a": (32, 40),
    "x86_64": (64, 62),
    "x86": (32, 3),
}
"""ABI -> bits and machine number of its ELF files."""

EMBEDDED_MODEL: Final = "camera_app/models/embedded.captioner"
"""Where the app looks for the captioner that it brings, from the root of the staged tree."""
MODEL_SUFFIXES: Final = (".captioner", ".tflite")


@dataclass(frozen=True)
class Recipe:
    """A recipe of python-for-android.

    Attributes:
        version: Its version; None where it has none.
        git: Whether that is a Git tag that is checked out, rather than a part of a URL.
    """

    version: str | None
    git: bool


@dataclass(frozen=True)
class Toolchain:
    """The pinned buildozer and python-for-android."""

    buildozer: str
    python_for_android: str
    spec_keys: frozenset[str]
    recipes: dict[str, Recipe]


@cache
def known_toolchain() -> Toolchain:
    """Reads the table beside this module."""
    table = json.loads(Path(__file__).with_name("toolchain.json").read_text(encoding="utf-8"))
    return Toolchain(
        table["buildozer"],
        table["python_for_android"],
        frozenset(table["spec_keys"]),
        {name: Recipe(row["version"], row["git"]) for name, row in table["recipes"].items()},
    )


def ndk_revision(folder: Path) -> int | None:
    """Release of the NDK in a folder; None where there is none."""
    try:
        text = (folder / "source.properties").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    match = re.search(r"Pkg\.Revision\s*=\s*(\d+)\.", text)
    return int(match[1]) if match else None


def nearest(name: str, known: Iterable[str], cutoff: float = 0.75) -> str | None:
    """The known name that `name` was probably meant to be."""
    found = difflib.get_close_matches(name, list(known), 1, cutoff)
    return found[0] if found else None
