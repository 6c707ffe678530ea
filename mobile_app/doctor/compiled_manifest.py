"""The compiled manifest of a package: API levels, permissions, features and the app's window."""

from __future__ import annotations

import re
from typing import Final

from .axml import Element
from .findings import Findings, shown
from .permissions import PERMISSIONS
from .toolchain import MINIMUM_API, TARGET_API

_EXPORTED_API: Final = 31
"""From this target on, what other apps may start must say whether it is exported."""
_COMPONENTS: Final = ("activity", "activity-alias", "service", "receiver")


def flag(manifest: Element, tag: str, name: str, default: bool) -> bool:
    """Reads an attribute that is yes or no, of the first element of a tag."""
    element = next(manifest.all(tag), None)
    value = element.attributes.get(name, "") if element is not None else ""
    return value.lower() in ("true", "1", "-1", "4294967295") if value else default


def _level(manifest: Element, name: str) -> int:
    element = next(manifest.all("uses-sdk"), None)
    value = element.attributes.get(name, "") if element is not None else ""
    return int(value) if re.fullmatch(r"\d{1,5}", value, re.ASCII) else 0


def check_manifest(manifest: Element, release: bool, debuggable: bool, findings: Findings) -> int:
    """Checks a manifest.

    Args:
        manifest: Of an APK or AAB.
        release: Whether the package is meant for others.
        debuggable: Whether the manifest says so.
        findings: What is found is added here.

    Returns:
        The target API.
    """
    minimum, target = _level(manifest, "minSdkVersion"), _level(manifest, "targetSdkVersion")
    target = target or minimum
    if target < TARGET_API:
        findings.error(
            "target-api",
            f"the target API is {target or 'not set'}",
            f"Google Play takes no app below API {TARGET_API} since 2026-08-31",
            f"write android.api = {TARGET_API} and build again",
        )
    else:
        findings.good("target-api", f"target API {target}, minimum API {minimum}")
    if minimum < MINIMUM_API:
        findings.warning(
            "minimum-api",
            f"the minimum API is {minimum or 'not set'}",
            "the recipes of Python and numpy need 24; older phones install the app and it stops",
            f"write android.minapi = {MINIMUM_API} and build again",
        )
    maximum = _level(manifest, "maxSdkVersion")
    if minimum > target or 0 < maximum < target:
        findings.error(
            "minimum-api",
            f"the minimum API is {minimum}, the target {target}, the maximum {maximum or 'none'}",
            "phones outside of that range do not install it, today's among them",
            f"write android.minapi = {MINIMUM_API}, set no maximum, and build again",
        )
    if target > TARGET_API:
        findings.warning(
            "target-api",
            f"the target API is {target}",
            f"the app is tested up to API {TARGET_API}",
            f"write android.api = {TARGET_API} and build again",
        )
    if debuggable and release:
        findings.error(
            "debuggable",
            "a release is debuggable",
            "Google Play refuses it, and anyone with a cable reads the app's data",
            "build it by `buildozer android release`",
        )
    elif debuggable:
        findings.warning(
            "debuggable",
            "this is a debug build",
            "it is for your own phone",
            "build a release for others",
        )
    if flag(manifest, "application", "testOnly", False):
        findings.error(
            "test-only", "it is marked testOnly", "phones refuse it", "build it by buildozer"
        )
    _check_permissions(manifest, release, findings)
    _check_features(manifest, findings)
    _check_components(manifest, target, findings)
    if flag(manifest, "application", "allowBackup", True):
        findings.warning(
            "backup",
            "Android may back the app's data up",
            "the history holds people's photos, which then lie in the cloud",
            "write android.allow_backup = False and build again",
        )
    return target


def _check_permissions(manifest: Element, release: bool, findings: Findings) -> None:
    tags = ("uses-permission", "uses-permission-sdk-23")
    names = {
        element.attributes.get("name", "").removeprefix("android.permission.")
        for tag in tags
        for element in manifest.all(tag)
    }
    package = manifest.attributes.get("package", "")
    if "INTERNET" in names:
        add = findings.error if release else findings.warning
        add(
            "internet",
            "it asks for INTERNET",
            "the app promises that nothing leaves the phone, and needs no network",
            "delete it from android.permissions; a library may have brought it, too",
        )
    others = names - {"INTERNET", *PERMISSIONS}
    # A library may guard what it receives by a permission of the app's own name.
    if others := {name for name in others if not (package and name.startswith(package))}:
        findings.warning(
            "permission",
            f"it asks for {', '.join(map(shown, sorted(others)))}",
            "the app uses nothing that needs it",
            "delete it, unless a change of yours needs it",
        )
    if "CAMERA" not in names:
        findings.error(
            "permission",
            "it does not ask for CAMERA",
            "Android then refuses the camera without asking the person",
            "add CAMERA to android.permissions",
        )


def _check_features(manifest: Element, findings: Findings) -> None:
    camera = False
    for feature in manifest.all("uses-feature"):
        name = feature.attributes.get("name", "")
        required = feature.attributes.get("required", "true").lower()
        camera = camera or name.startswith("android.hardware.camera")
        if name.startswith("android.hardware.camera") and required not in ("false", "0"):
            findings.warning(
                "uses-feature",
                f"it requires {name}",
                "Google Play hides the app from devices without it, though photos work there",
                'write android:required="false"',
            )
    if not camera:
        findings.warning(
            "uses-feature",
            "it names no camera as optional",
            "with CAMERA alone Google Play hides the app from devices without a rear camera",
            "name the file of <uses-feature> in android.extra_manifest_xml",
        )


def _check_components(manifest: Element, target: int, findings: Findings) -> None:
    launcher = False
    for tag in _COMPONENTS:
        for component in manifest.all(tag):
            filters = list(component.all("intent-filter"))
            named = {each.attributes.get("name") for one in filters for each in one.children}
            launcher = launcher or "android.intent.category.LAUNCHER" in named
            if filters and target >= _EXPORTED_API and "exported" not in component.attributes:
                findings.error(
                    "exported",
                    f"{component.attributes.get('name', tag)} does not say whether it is exported",
                    "Android 12 and later do not install the app",
                    f"write android:exported at its <{tag}>, and build again",
                )
    if not launcher:
        findings.error(
            "no-launcher",
            "no activity is of the category LAUNCHER",
            "the app has no icon, so that nobody can start it",
            "build it by buildozer with p4a.bootstrap = sdl2",
        )
