"""Values of a spec by their kind: what is yes or no, a color, or a file that must exist."""

from __future__ import annotations

import re
from pathlib import Path
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
_SCREEN_TEXT: Final = (
    "unspecified behind landscape portrait reverseLandscape reversePortrait sensorLandscape "
    "sensorPortrait userLandscape userPortrait sensor fullSensor nosensor user fullUser locked"
)
_LAUNCH_TEXT: Final = "standard singleTop singleTask singleInstance singleInstancePerTask"
_CHOICES: Final = {
    "android.manifest.launch_mode": ["standard", "singleTop", "singleTask", "singleInstance"],
    "android.manifest.orientation": _SCREEN_TEXT.split(),
    "android.display_cutout": ["never", "default", "shortedges"],
}
_COPIES: Final = ("android.add_assets", "android.add_resources")
"""Lists of SOURCE or SOURCE:DESTINATION."""
_GLOBS: Final = ("android.add_jars",)
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
    for key, words in _CHOICES.items():
        value = spec.get(key)
        if value and value not in words and value.lower() not in words:
            findings.error(
                "choice",
                f"{shown(value)} is none of {', '.join(words)}",
                "the manifest does not compile, or Android ignores it",
                "write one of them, or delete the key",
                key,
            )
    for key in (*_COPIES, *_GLOBS):
        for value in spec.items(key):
            source = value.partition(":")[0] if key in _COPIES else value
            if not source or not _exists(spec, source):
                findings.error(
                    "missing-file",
                    f"{shown(source)} does not exist",
                    "buildozer stops when it comes to it",
                    "correct the path, or delete the key",
                    key,
                )
    for value in spec.items("android.meta_data"):
        if "=" not in value:
            findings.error(
                "meta-data",
                f"{shown(value)} is no name and value",
                "python-for-android stops on it",
                "write name=value",
                "android.meta_data",
            )
    _check_services(spec, findings)
    _check_build_dir(spec, findings)
    color = spec.get("android.presplash_color")
    if color and not _COLOR.fullmatch(color):
        findings.error(
            "color",
            f"{shown(color)} is no color",
            "it is written into a resource, which then does not compile",
            "write it like #121013",
            "android.presplash_color",
        )


def _exists(spec: Spec, pattern: str) -> bool:
    path = spec.folder / Path(pattern).expanduser()
    anchor = Path(path.anchor)
    return path.exists() or any(anchor.glob(path.relative_to(anchor).as_posix()))


def _check_services(spec: Spec, findings: Findings) -> None:
    source = spec.path("source.dir") or spec.folder
    for value in spec.items("services"):
        name, _, rest = value.partition(":")
        file = rest.partition(":")[0]
        if not name or not file or not (source / file).is_file():
            findings.error(
                "service",
                f"{shown(value)}: there is no module {shown(file)}",
                "a service is NAME:FILE, and the file starts as a process of its own",
                "delete it: the app has no service",
                "services",
            )


def _check_build_dir(spec: Spec, findings: Findings) -> None:
    """A build folder among the sources is staged into the app by the next build."""
    value, source = spec.tools.get("build_dir", "").strip(), spec.path("source.dir")
    if not value or source is None:
        return
    folder = (spec.folder / Path(value).expanduser()).resolve()
    if folder.is_relative_to(source.resolve()):
        parts = folder.relative_to(source.resolve()).parts
        hidden = any(part.startswith(".") for part in parts)
        out = parts and parts[0].lower() in [x.lower() for x in spec.items("source.exclude_dirs")]
        if not hidden and not out:
            findings.error(
                "build-dir",
                f"{shown(value)} lies among the app's own files",
                "the next build stages what this one has made, compilers and all",
                "delete the key (.buildozer is left out), or name the folder in "
                "source.exclude_dirs",
                "build_dir",
            )
