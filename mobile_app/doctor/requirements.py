"""The `requirements` of a spec: do the recipes exist, and do the versions fit them and the app?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .findings import Findings, shown
from .spec_file import Spec
from .toolchain import PYTHON, known_toolchain, nearest

KEY: Final = "requirements"
_SHAPE: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[\w,-]*\])?(==(v?[0-9][\w.+]*))?")
_NEEDED: Final = {
    "python3": "the interpreter",
    "kivy": "the screens",
    "numpy": "preprocessing and decoding",
    "pillow": "reading photos",
    "pyjnius": "LiteRT, the camera and the system are called by it",
}
_DEAD_ENDS: Final = {
    "tensorflow": "it is not built for Android; the app runs the model by LiteRT's Java library",
    "tflite-runtime": "its recipe is of 2021 and no longer builds",
    "ai-edge-litert": "it has no Android wheels; the app calls LiteRT's Java library",
    "keras": "the phone runs an exported model",
    "opencv-python": "it has no Android wheels; the recipe is opencv, and the app needs none",
    "opencv-python-headless": "it has no Android wheels, and the app needs none",
    "python2": "python-for-android has dropped it",
}
_OTHER_NAMES: Final = {"pil": "pillow", "python": "python3"}


@dataclass(frozen=True)
class Requirement:
    """One entry.

    Attributes:
        name: In lower case.
        version: What stands behind `==`; the empty string without it.
    """

    name: str
    version: str


def check_requirements(spec: Spec, findings: Findings) -> list[Requirement]:
    """Checks every entry, and that none is missing; returns those that can be read."""
    entries = spec.items(KEY)
    if not entries:
        findings.error(
            "no-requirements",
            "there are none",
            "python-for-android then builds an interpreter without kivy, numpy and pillow",
            "copy the line of the project's own buildozer.spec",
            KEY,
        )
        return []
    found = [each for entry in entries if (each := _parse(entry, findings)) is not None]
    versions: dict[str, str] = {}
    for requirement in found:
        before = versions.setdefault(requirement.name, requirement.version)
        if before != requirement.version:
            findings.error(
                "contradiction",
                f"{requirement.name} is asked for as {before or 'any version'} and as "
                f"{requirement.version or 'any version'}",
                "python-for-android takes whichever it reads last",
                "keep one",
                KEY,
            )
        _check_recipe(requirement, findings)
    for name, purpose in _NEEDED.items():
        if name not in versions:
            findings.error(
                "missing-requirement",
                f"{name} is not among them",
                f"the app needs it: {purpose}",
                f"add {name}=={known_toolchain().recipes[name].version}",
                KEY,
            )
    host = versions.get("hostpython3", "")
    if host and versions.get("python3") and host != versions["python3"]:
        findings.error(
            "contradiction",
            f"python3 is {versions['python3']} and hostpython3 is {host}",
            "modules are compiled by one for the other; their byte code must be the same",
            "give both the same version",
            KEY,
        )
    if not findings.errors:
        findings.good("requirements", f"{len(found)} requirements have recipes and fit them", KEY)
    return found


def _parse(entry: str, findings: Findings) -> Requirement | None:
    if not entry:
        findings.error(
            "empty-requirement",
            "there is an empty entry: a comma too many",
            "python-for-android looks for a recipe without a name",
            "delete the comma",
            KEY,
        )
        return None
    match = _SHAPE.fullmatch(entry)
    if match:
        return Requirement(match[1].lower(), match[3] or "")
    if entry.startswith(("git+", "http://", "https://", "/", ".")):
        findings.warning(
            "requirement-url",
            f"{shown(entry)} is fetched from there on every clean build",
            "what lies there may change, and no recipe compiles it",
            "pin a release of a recipe",
            KEY,
        )
        return None
    if "==" in entry and " " in entry:
        rule = "spaces belong around no part of it: python-for-android takes them into the name"
    elif re.search(r"[<>~!]=?|=", entry):
        rule = "python-for-android knows `==` only and takes the rest into the name"
    else:
        rule = "a name has letters, digits, dots and dashes; entries are separated by commas"
    findings.error(
        "requirement-syntax",
        f"{shown(entry)} is no requirement",
        rule,
        "write name==version, separated by commas",
        KEY,
    )
    return None


def _check_recipe(requirement: Requirement, findings: Findings) -> None:
    name, version = requirement.name, requirement.version
    recipes = known_toolchain().recipes
    if name in _DEAD_ENDS:
        findings.error(
            "dead-end", f"{name} cannot go on the phone", _DEAD_ENDS[name], "delete it", KEY
        )
        return
    recipe = recipes.get(name)
    if recipe is None:
        meant = _OTHER_NAMES.get(name) or nearest(name, recipes)
        if meant:
            findings.error(
                "misspelt-requirement",
                f"python-for-android has no recipe {name}; {meant} was probably meant",
                "it would ask PyPI for it, and fail or install something else",
                f"write {meant}",
                KEY,
            )
        else:
            findings.warning(
                "no-recipe",
                f"python-for-android has no recipe {name}",
                "it is installed by pip, which works for pure Python only",
                "delete it if the app does not import it; else make sure that it has a pure wheel",
                KEY,
            )
        return
    if not version:
        if recipe.version is not None:
            findings.warning(
                "unpinned",
                f"{name} has no version",
                "the build changes when the recipe does",
                f"write {name}=={recipe.version}",
                KEY,
            )
    elif recipe.git and recipe.version == f"v{version}":
        findings.error(
            "git-tag",
            f"{name}=={version} names no Git tag",
            "this recipe checks the version out by Git, and the tag begins with v",
            f"write {name}=={recipe.version}",
            KEY,
        )
    elif recipe.version is not None and version != recipe.version:
        why = f"the recipe and its patches are for {recipe.version}"
        if name in ("python3", "hostpython3") and not version.startswith(f"{PYTHON}."):
            why += f", and the app is tested on Python {PYTHON}"
        findings.error(
            "recipe-version",
            f"{name}=={version} is not what the recipe builds",
            why,
            f"write {name}=={recipe.version}",
            KEY,
        )
