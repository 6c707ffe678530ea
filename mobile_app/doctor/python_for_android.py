"""The python-for-android that a spec names: its bootstrap, its source, and its arguments."""

from __future__ import annotations

import re
import shlex
from typing import Final

from .findings import Findings, shown
from .spec_file import Spec
from .toolchain import P4A_COMMIT

_FORK: Final = "kivy"
_URL: Final = "https://github.com/kivy/python-for-android.git"
_CLASSES: Final = {
    "android.entrypoint": "org.kivy.android.PythonActivity",
    "android.activity_class_name": "org.kivy.android.PythonActivity",
    "android.service_class_name": "org.kivy.android.PythonService",
}


def check_python_for_android(spec: Spec, findings: Findings) -> None:
    """Checks where python-for-android comes from, and what it is told beside the other keys."""
    _check_arguments(spec, findings)
    bootstrap = spec.get("p4a.bootstrap", "sdl2")
    if bootstrap != "sdl2":
        findings.error(
            "bootstrap",
            f"the bootstrap is {shown(bootstrap)}",
            "kivy 2.3.1 and the app's window need SDL2",
            "write p4a.bootstrap = sdl2",
            "p4a.bootstrap",
        )
    if spec.get("p4a.source_dir"):
        if not (folder := spec.path("p4a.source_dir")) or not folder.is_dir():
            findings.error(
                "p4a",
                f"{spec.get('p4a.source_dir')} is no folder",
                "buildozer takes python-for-android from it",
                "delete the key, or clone python-for-android there",
                "p4a.source_dir",
            )
        return
    for key in ("p4a.fork", "p4a.url"):
        if (value := spec.get(key)) and value not in (_FORK, _URL):
            findings.warning(
                "p4a",
                f"python-for-android comes from {shown(value)}",
                "what is said here of recipes was read in the project's own",
                "delete the key, unless that is meant",
                key,
            )
    commit = spec.get("p4a.commit", "HEAD")
    if commit == "HEAD" or not re.fullmatch(r"[0-9a-f]{40}", commit):
        findings.error(
            "p4a",
            f"the commit of python-for-android is {shown(commit)}",
            "the recipes, and with them the versions, are those of the day of the build",
            f"write p4a.commit = {P4A_COMMIT}",
            "p4a.commit",
        )
    elif commit != P4A_COMMIT:
        findings.warning(
            "p4a",
            f"python-for-android is at {commit[:12]}",
            f"what is said here of recipes was read at {P4A_COMMIT[:12]}",
            f"write p4a.commit = {P4A_COMMIT}, or make the table anew",
            "p4a.commit",
        )
    if (branch := spec.get("p4a.branch", "master")) not in ("master", "develop"):
        findings.warning(
            "p4a",
            f"the branch of python-for-android is {shown(branch)}",
            "with a tag buildozer clones python-for-android anew on every run",
            "write p4a.branch = master; the commit says which state is taken",
            "p4a.branch",
        )


def _check_arguments(spec: Spec, findings: Findings) -> None:
    if extra := spec.get("p4a.extra_args"):
        try:
            shlex.split(extra)
        except ValueError as error:
            findings.error(
                "p4a",
                f"{shown(extra)} cannot be read: {error}",
                "buildozer stops on it",
                "close the quotes",
                "p4a.extra_args",
            )
        else:
            findings.warning(
                "p4a",
                f"python-for-android is also told {shown(extra)}",
                "that can replace what other keys say, and doctor does not look into it",
                "delete it, unless it is meant",
                "p4a.extra_args",
            )
    if spec.get("android.no-byte-compile-python"):
        findings.warning(
            "byte-code",
            "modules are not compiled",
            "buildozer takes any word here as yes, False too; the app starts slower",
            "delete the key",
            "android.no-byte-compile-python",
        )
    for key, usual in _CLASSES.items():
        if (value := spec.get(key, usual)) != usual and not spec.items("android.add_src"):
            findings.error(
                "java-class",
                f"{shown(value)} is no class of the sdl2 bootstrap",
                "Android stops with ClassNotFoundException",
                f"delete the key, or write {usual}",
                key,
            )
