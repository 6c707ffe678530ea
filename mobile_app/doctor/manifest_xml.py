"""The file of android.extra_manifest_xml, and what a spec adds to <application>."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from .findings import Findings, shown
from .permissions import PERMISSIONS
from .spec_file import Spec

NAMESPACE: Final = "http://schemas.android.com/apk/res/android"
_KEY: Final = "android.extra_manifest_xml"
_MAX_BYTES: Final = 200_000


def check_extra_manifest(spec: Spec, findings: Findings) -> None:
    """Checks that the camera is named as a feature that a device may lack."""
    arguments = spec.path("android.extra_manifest_application_arguments")
    if arguments is not None:
        text = _read(arguments, "android.extra_manifest_application_arguments", findings)
        if text and re.search(r'debuggable\s*=\s*"true"', text):
            findings.error(
                "debuggable",
                'android:debuggable="true" is set for every build',
                "Google Play refuses it, and anyone with a cable reads the app's data",
                "delete it: debug builds are debuggable by themselves",
                "android.extra_manifest_application_arguments",
            )
    path = spec.path(_KEY)
    if path is None:
        findings.warning(
            "uses-feature",
            "no camera is named as optional",
            "with CAMERA alone Google Play hides the app from devices without a rear camera",
            'add a file with <uses-feature android:name="android.hardware.camera.any" '
            'android:required="false" />',
            _KEY,
        )
        return
    text = _read(path, _KEY, findings)
    if text is None:
        return
    remedy = "compare it with the project's assets/uses_features.xml"
    if "<!DOCTYPE" in text or "<!ENTITY" in text or "<?xml" in text:
        findings.error(
            "extra-manifest",
            f"{path.name} has a declaration of a document",
            "its text is put into the middle of AndroidManifest.xml",
            "keep the elements alone",
            _KEY,
        )
        return
    try:
        root = ElementTree.fromstring(f'<manifest xmlns:android="{NAMESPACE}">{text}</manifest>')
    except ElementTree.ParseError as error:
        findings.error(
            "extra-manifest",
            f"{path.name} is no XML: {error}",
            "it breaks AndroidManifest.xml, and with it the build",
            remedy,
            _KEY,
        )
        return
    name = f"{{{NAMESPACE}}}name"
    features = {element.get(name): element for element in root.iter("uses-feature")}
    if None in features or not features:
        findings.warning(
            "uses-feature",
            f"{path.name} names no feature" if not features else "a feature has no android:name",
            "Google Play then guesses from the permissions what a device must have",
            remedy,
            _KEY,
        )
    for feature, element in features.items():
        if str(feature).startswith("android.hardware.camera") and (
            element.get(f"{{{NAMESPACE}}}required") != "false"
        ):
            findings.warning(
                "uses-feature",
                f"{path.name} requires {feature}",
                "Google Play hides the app from devices without it, though photos work there",
                'write android:required="false"',
                _KEY,
            )
    for permission in root.iter("uses-permission"):
        asked = str(permission.get(name)).removeprefix("android.permission.")
        if asked == "INTERNET":
            findings.error(
                "internet",
                f"{path.name} asks for INTERNET",
                "the app needs no network, and promises to use none",
                "delete it",
                _KEY,
            )
        elif asked not in PERMISSIONS:
            findings.warning(
                "permission",
                f"{path.name} asks for {shown(asked)}",
                "the app uses nothing that needs it, and people are asked for it",
                "delete it, if no change of yours needs it",
                _KEY,
            )


def _read(file: Path, key: str, findings: Findings) -> str | None:
    try:
        if file.stat().st_size > _MAX_BYTES or (file.exists() and not file.is_file()):
            raise OSError(0, "it is no file of such a kind")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        findings.error(
            "missing-file",
            f"{file} cannot be read ({reason})",
            "buildozer stops when it reads it",
            "correct the path; it starts at the folder in which buildozer is called",
            key,
        )
        return None
