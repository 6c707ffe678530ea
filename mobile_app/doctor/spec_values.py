"""The Android side of a spec: API levels, NDK, ABIs, python-for-android."""

from __future__ import annotations

import re

from .findings import Findings, shown
from .gradle import check_libraries
from .manifest_xml import check_extra_manifest
from .permissions import check_permissions
from .python_for_android import check_python_for_android
from .spec_file import Spec
from .toolchain import (
    ARCHS,
    MINIMUM_API,
    NDK,
    TARGET_API,
    ndk_revision,
    nearest,
)


def check_values(spec: Spec, findings: Findings) -> None:
    """Checks all that decides how the Android project is made."""
    _check_levels(spec, findings)
    _check_ndk(spec, findings)
    _check_archs(spec, findings)
    check_libraries(spec, findings)
    check_permissions(spec, findings)
    check_python_for_android(spec, findings)
    check_extra_manifest(spec, findings)
    for key, allowed in (
        ("android.release_artifact", ("aab", "apk", "aar")),
        ("android.debug_artifact", ("apk", "aab", "aar")),
    ):
        if (value := spec.get(key)) and value not in allowed:
            findings.error(
                "artifact",
                f"{shown(value)} is no form of a package",
                f"buildozer makes one of {', '.join(allowed)}",
                f"write {allowed[0]}",
                key,
            )


def _number(spec: Spec, key: str, default: int | None, findings: Findings) -> int | None:
    value = spec.get(key)
    if not value:
        return default
    if re.fullmatch(r"\d{1,4}", value, re.ASCII):
        return int(value)
    findings.error(
        "api-level",
        f"{shown(value)} is no API level",
        "an API level is a whole number",
        f"write {TARGET_API if key == 'android.api' else MINIMUM_API}",
        key,
    )
    return None


def _check_levels(spec: Spec, findings: Findings) -> None:
    target = _number(spec, "android.api", 0, findings)
    minimum = _number(spec, "android.minapi", 0, findings)
    ndk_api = _number(spec, "android.ndk_api", minimum, findings)
    if target is not None and target < TARGET_API:
        findings.error(
            "target-api",
            f"the target API is {target or 'not set'}",
            f"Google Play takes no app below API {TARGET_API} since 2026-08-31",
            f"write android.api = {TARGET_API}",
            "android.api",
        )
    elif target is not None and target > TARGET_API:
        findings.error(
            "target-api",
            f"the target API is {target}",
            f"the pinned python-for-android's Gradle plugin (8.11) knows API {TARGET_API} at most",
            f"write android.api = {TARGET_API}",
            "android.api",
        )
    elif target is not None:
        findings.good("target-api", f"target API {target}", "android.api")
    if minimum is not None and minimum < MINIMUM_API:
        findings.error(
            "minimum-api",
            f"the minimum API is {minimum or 'not set'}",
            f"the recipes of Python and numpy call what Android has since API {MINIMUM_API}",
            f"write android.minapi = {MINIMUM_API}",
            "android.minapi",
        )
    elif minimum is not None and target and minimum > target:
        findings.error(
            "minimum-api",
            f"the minimum API {minimum} is above the target API {target}",
            "no phone fits both",
            f"write android.minapi = {MINIMUM_API}",
            "android.minapi",
        )
    elif minimum is not None and minimum > 30:
        findings.warning(
            "minimum-api",
            f"the minimum API is {minimum}",
            "phones of before Android 12 cannot install the app",
            f"write android.minapi = {MINIMUM_API}",
            "android.minapi",
        )
    if None not in (minimum, ndk_api) and minimum != ndk_api:
        findings.error(
            "ndk-api",
            f"it is {ndk_api}, and android.minapi is {minimum}",
            "python-for-android refuses to build when the two differ",
            "delete android.ndk_api",
            "android.ndk_api",
        )


def _check_ndk(spec: Spec, findings: Findings) -> None:
    key, value = "android.ndk", spec.get("android.ndk")
    match = re.fullmatch(r"(\d{1,3})([a-z]?)", value, re.ASCII)
    if (folder := spec.path("android.ndk_path")) is not None:
        revision = ndk_revision(folder)
        if revision is not None and revision < 28:
            findings.error(
                "page-size",
                f"there is NDK r{revision}, which aligns libraries to pages of 4 KB",
                "phones with pages of 16 KB do not load them, and Google Play refuses the app",
                f"install NDK r{NDK}",
                "android.ndk_path",
            )
        return
    if not match:
        findings.error(
            "ndk",
            f"{shown(value)} is no NDK" if value else "no NDK is named",
            "buildozer makes the address of the download from it; its default is too old",
            f"write android.ndk = {NDK}, without the r",
            key,
        )
    elif int(match[1]) < 28:
        findings.error(
            "page-size",
            f"NDK r{value} aligns libraries to pages of 4 KB",
            "phones with pages of 16 KB do not load them, and Google Play refuses the app",
            f"write android.ndk = {NDK}",
            key,
        )
    elif value != NDK:
        findings.warning(
            "ndk",
            f"NDK r{value} is not the one that python-for-android recommends",
            f"its recipes are built with r{NDK}",
            f"write android.ndk = {NDK}",
            key,
        )
    else:
        findings.good("ndk", f"NDK r{value} aligns libraries to 16 KB", key)


def _check_archs(spec: Spec, findings: Findings) -> None:
    key = "android.archs"
    archs = spec.items(key)
    for arch in archs:
        if arch not in ARCHS:
            meant = nearest(arch, ARCHS, 0.4)
            findings.error(
                "abi",
                f"{shown(arch)} is no ABI" + (f"; {meant} was probably meant" if meant else ""),
                f"python-for-android builds for {', '.join(ARCHS)}",
                f"write {meant or 'arm64-v8a'}",
                key,
            )
    if len(set(archs)) < len(archs):
        findings.error("abi", "an ABI stands there twice", "it is built twice", "delete one", key)
    if "arm64-v8a" not in archs:
        findings.error(
            "abi",
            "arm64-v8a is not among the ABIs" if archs else "no ABI is named",
            "today's phones run it, and Google Play asks for a 64-bit library beside every other",
            "add arm64-v8a",
            key,
        )
