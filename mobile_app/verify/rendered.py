"""Checks of what python-for-android rendered: the manifest, the Gradle file, and private.tar."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

ANDROID: Final = "{http://schemas.android.com/apk/res/android}"
TARGET_API: Final = "36"
MINIMUM_API: Final = "24"
LITERT: Final = (
    "com.google.ai.edge.litert:litert:1.4.1",
    "com.google.ai.edge.litert:litert-gpu:1.4.1",
    "com.google.ai.edge.litert:litert-gpu-api:1.4.1",
)
_P4A_FILE: Final = "p4a_env_vars.txt"


def manifest_problems(path: Path, release: bool) -> list[str]:
    """Names what is wrong with an AndroidManifest.xml; empty where nothing is."""
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        return [f"the manifest is no XML: {error}"]
    problems = []
    sdk, application = root.find("uses-sdk"), root.find("application")
    if sdk is None or application is None:
        return ["the manifest has no uses-sdk or no application"]
    for name, wanted in (("minSdkVersion", MINIMUM_API), ("targetSdkVersion", TARGET_API)):
        if (value := sdk.get(ANDROID + name)) != wanted:
            problems.append(f"{name} is {value}, not {wanted}")
    permissions = {each.get(f"{ANDROID}name") for each in root.iter("uses-permission")}
    if permissions != {"android.permission.CAMERA"}:
        problems.append(f"the permissions are {sorted(map(str, permissions))}, not CAMERA alone")
    features = {
        each.get(f"{ANDROID}name"): each.get(f"{ANDROID}required")
        for each in root.iter("uses-feature")
        if each.get(f"{ANDROID}name")
    }
    if features.get("android.hardware.camera.any") != "false":
        problems.append("the camera is not named as optional")
    if (application.get(f"{ANDROID}debuggable") == "true") == release:
        problems.append("the release is debuggable" if release else "the debug build is not")
    if application.get(f"{ANDROID}allowBackup") != "false":
        problems.append("photos may go into backups")
    activity = application.find("activity")
    if activity is None or activity.get(f"{ANDROID}screenOrientation") != "unspecified":
        problems.append("the window does not turn with the phone")
    return problems


def gradle_problems(text: str, signed: bool) -> list[str]:
    """Names what is wrong with a build.gradle; empty where nothing is."""
    problems = []
    for key, wanted in (
        ("compileSdkVersion", TARGET_API),
        ("targetSdkVersion", TARGET_API),
        ("minSdkVersion", MINIMUM_API),
    ):
        match = re.search(rf"\b{key}\s+(\d+)", text)
        if match is None or match[1] != wanted:
            problems.append(f"{key} is {match[1] if match else 'missing'}, not {wanted}")
    found = re.findall(r"implementation '([^']+)'", text)
    if sorted(found) != sorted(LITERT):
        problems.append(f"the libraries are {found}, not {list(LITERT)}")
    if not re.search(r'noCompress\s+"tflite"', text):
        problems.append('noCompress "tflite" is missing')
    if ("signingConfig signingConfigs.release" in text) != signed:
        problems.append("the release is not signed" if signed else "it is signed unasked")
    return problems


def tar_problems(path: Path, staged: Mapping[str, int]) -> list[str]:
    """Names what is wrong with a private.tar; empty where nothing is.

    Args:
        path: The archive.
        staged: Path -> size in bytes of the staged files, whose modules are compiled in it.
    """
    wanted = {f"{name}c" if name.endswith(".py") else name for name in staged} | {_P4A_FILE}
    with tarfile.open(path) as archive:
        sizes = {each.name: each.size for each in archive if each.isfile()}
    problems = [f"{name} is missing" for name in sorted(wanted - set(sizes))]
    problems += [f"{name} is not of the staged tree" for name in sorted(set(sizes) - wanted)]
    problems += [
        f"{name} has {sizes[name]} bytes, not {size}"
        for name, size in staged.items()
        if name in sizes and sizes[name] != size
    ]
    return problems


def recipe_problems(order: Iterable[str], modules: Iterable[str], bootstrap: str) -> list[str]:
    """Names what is wrong with how requirements were resolved; empty where nothing is."""
    names = {name.lower() for name in order}
    needed = {"python3", "hostpython3", "sdl2", "kivy", "numpy", "pillow", "pyjnius", "android"}
    problems = [f"the recipe {name} is not built" for name in sorted(needed - names)]
    pure = {"certifi", "chardet", "filetype", "idna", "requests", "six", "urllib3"}
    problems += [f"{name} has no recipe" for name in sorted(set(modules) - pure)]
    if bootstrap != "sdl2":
        problems.append(f"the bootstrap is {bootstrap}, not sdl2")
    return problems
