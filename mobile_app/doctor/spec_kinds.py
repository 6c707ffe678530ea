"""Values of a spec by their kind: what is yes or no, a color, or a file that must exist."""

from __future__ import annotations

import re
from typing import Final

from .findings import Findings, shown
from .spec_file import Spec

_BOOLEANS: Final = (
    "fullscreen",
    "android.accept_sdk_license",
    "android.allow_backup",
    "android.copy_libs",
    "android.enable_androidx",
    "android.home_app",
    "android.skip_update",
    "android.wakelock",
)
_WORDS: Final = ("1", "yes", "true", "on", "0", "no", "false", "off")
_PATHS: Final = (
    "android.add_aars",
    "android.add_src",
    "android.backup_rules",
    "android.blacklist_src",
    "android.manifest.intent_filters",
    "android.ndk_path",
    "android.presplash_lottie",
    "android.sdk_path",
    "android.whitelist_src",
    "p4a.hook",
    "p4a.local_recipes",
)
_COLOR: Final = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[a-z]+")


def check_kinds(spec: Spec, findings: Findings) -> None:
    """Checks every value whose kind is all that matters."""
    for key in _BOOLEANS:
        value = spec.get(key)
        if value and value.lower() not in _WORDS:
            findings.error(
                "boolean",
                f"{shown(value)} is neither yes nor no",
                "buildozer stops on it",
                "write True or False",
                key,
            )
    for key in _PATHS:
        for value in spec.items(key):
            if value and not (spec.folder / value).expanduser().exists():
                findings.error(
                    "missing-file",
                    f"{shown(value)} does not exist",
                    "buildozer stops when it comes to it, or fetches its own in its place",
                    "correct the path, or delete the key",
                    key,
                )
    color = spec.get("android.presplash_color")
    if color and not _COLOR.fullmatch(color):
        findings.error(
            "color",
            f"{shown(color)} is no color",
            "it is written into a resource, which then does not compile",
            "write it like #121013",
            "android.presplash_color",
        )
