"""The app's side of a spec: name, version, source, pictures and orientation."""

from __future__ import annotations

import re
from typing import Final

from PIL import Image

from .findings import Findings, shown
from .spec_file import Spec

_ORIENTATIONS: Final = ("portrait", "landscape", "portrait-reverse", "landscape-reverse", "all")
_SIDES: Final = ("foreground", "background")
_JAVA_TEXT: Final = (
    "abstract boolean break byte case catch char class const default do double else enum extends "
    "final float for goto if import int interface long native new package private protected "
    "public return short static super switch this throw try void volatile while"
)
_JAVA_WORDS: Final = frozenset(_JAVA_TEXT.split())
_MAX_VERSION_CODE: Final = 2_100_000_000


def check_app(spec: Spec, findings: Findings) -> None:
    """Checks what the app is called and made of."""
    _check_names(spec, findings)
    _check_version(spec, findings)
    _check_source(spec, findings)
    for key, square in (
        ("icon.filename", True),
        ("icon.adaptive_foreground.filename", True),
        ("icon.adaptive_background.filename", True),
        ("presplash.filename", False),
    ):
        _check_picture(spec, key, square, findings)
    adaptive = [bool(spec.get(f"icon.adaptive_{side}.filename")) for side in _SIDES]
    if any(adaptive) and not all(adaptive):
        findings.warning(
            "picture",
            "one side of the adaptive icon is missing",
            "python-for-android then ignores the other, and phones show the plain icon",
            "name both, or neither",
            f"icon.adaptive_{_SIDES[adaptive.index(False)]}.filename",
        )
    for value in spec.items("orientation") or ("landscape",):
        if value not in _ORIENTATIONS:
            findings.error(
                "orientation",
                f"{shown(value)} is no orientation",
                "buildozer stops on it",
                f"use {', '.join(_ORIENTATIONS)}",
                "orientation",
            )
    if spec.get("android.allow_backup", "true").lower() not in ("0", "false", "no", "off"):
        findings.warning(
            "backup",
            "Android may back the app's data up",
            "the history holds people's photos, which then lie in the cloud",
            "write android.allow_backup = False",
            "android.allow_backup",
        )


def _check_names(spec: Spec, findings: Findings) -> None:
    if not spec.get("title"):
        findings.error("title", "there is none", "buildozer stops", "write title = …", "title")
    elif re.search(r"[&<>'\"\\]|^[@?]", spec.get("title")):
        findings.error(
            "title",
            f"{shown(spec.get('title'))} holds a character of XML",
            "python-for-android writes it into strings.xml as it is, which then is none",
            "leave out & < > ' \" and backslashes",
            "title",
        )
    name, domain = spec.get("package.name"), spec.get("package.domain", "")
    package = f"{domain}.{name}" if domain else name
    parts = package.split(".")
    right = all(re.fullmatch(r"[a-z][a-z0-9_]*", part) for part in parts)
    if len(parts) < 2 or not right or not _JAVA_WORDS.isdisjoint(parts):
        findings.error(
            "package-name",
            f"the package is {shown(package)}",
            "it is a Java package of two parts or more: small letters, digits and underscores, "
            "none of them a word of Java",
            "write package.name = jewelcap and package.domain = org.example",
            "package.name",
        )
    elif domain in ("org.test", "com.example", "org.example"):
        findings.warning(
            "package-name",
            f"the domain is the example {domain}",
            "Google Play refuses it, and the name cannot be changed once published",
            "write a domain of your own, in reverse",
            "package.domain",
        )


def _check_version(spec: Spec, findings: Findings) -> None:
    version, code = spec.get("version"), spec.get("android.numeric_version")
    if not version and not (spec.get("version.regex") and spec.get("version.filename")):
        findings.error(
            "version", "there is none", "buildozer stops", "write version = …", "version"
        )
    elif version and spec.get("version.regex"):
        findings.error(
            "version",
            "version and version.regex are both set",
            "buildozer takes only one",
            "delete one",
            "version",
        )
    elif version and not code and not re.fullmatch(r"\d{1,2}(\.\d{1,2}){0,2}", version, re.ASCII):
        findings.error(
            "version",
            f"{shown(version)} gives no version code",
            "python-for-android makes the code of up to three numbers below 100",
            "write it like 1.2.3, or set android.numeric_version",
            "version",
        )
    if code and (not re.fullmatch(r"\d{1,10}", code, re.ASCII) or int(code) > _MAX_VERSION_CODE):
        findings.error(
            "version",
            f"{shown(code)} is no version code",
            f"it is a whole number of at most {_MAX_VERSION_CODE}",
            "delete it: it is made of the version",
            "android.numeric_version",
        )


def _check_source(spec: Spec, findings: Findings) -> None:
    source = spec.path("source.dir")
    if source is None or not source.is_dir():
        findings.error(
            "source",
            f"{spec.get('source.dir') or 'nothing'} is no folder",
            "buildozer takes the app from it",
            "write source.dir = .",
            "source.dir",
        )
    elif not (source / "main.py").is_file():
        findings.error(
            "source",
            f"there is no main.py in {spec.get('source.dir')}",
            "Android starts the app by it",
            "let source.dir be the folder of main.py",
            "source.dir",
        )
    suffixes = {item.lstrip(".").lower() for item in spec.items("source.include_exts")}
    if suffixes:
        for suffix in ("py", "kv", "json", "captioner"):
            if suffix not in suffixes:
                findings.error(
                    "include-exts",
                    f"files *.{suffix} are left out",
                    "the app does not start without them",
                    f"add {suffix}",
                    "source.include_exts",
                )
        wrong = [
            item for item in spec.items("source.include_exts") if not re.fullmatch(r"\w+", item)
        ]
        if wrong:
            findings.error(
                "include-exts",
                f"{shown(wrong[0])} is no ending",
                "buildozer compares what follows the last dot of a name: no such file is staged",
                "write py, kv, json: without dots and stars, separated by commas",
                "source.include_exts",
            )


def _check_picture(spec: Spec, key: str, square: bool, findings: Findings) -> None:
    path = spec.path(key)
    if path is None:
        if key in ("icon.filename", "presplash.filename"):
            findings.warning(
                "picture",
                "there is none",
                "the app shows Kivy's",
                "name a PNG of 512 by 512 pixels",
                key,
            )
        return
    try:
        if not path.is_file():
            raise FileNotFoundError
        with Image.open(path) as image:
            size, kind = image.size, image.format
            image.verify()
    except Exception as error:
        findings.error(
            "picture",
            f"{path.name} is no picture ({type(error).__name__})",
            "the build stops at it",
            "correct the path, or draw it anew",
            key,
        )
        return
    if square and (size[0] != size[1] or kind != "PNG" or size[0] < 192):
        findings.error(
            "picture",
            f"{path.name} is a {kind} of {size[0]} by {size[1]} pixels",
            "an icon is a square PNG of 192 pixels or more",
            "draw it anew",
            key,
        )
