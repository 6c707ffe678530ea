"""A built APK or AAB: manifest, permissions, libraries, model, signature, size by part."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Final

from .archive import DAMAGE, Package, open_package
from .axml import Element, ManifestError, read_axml, read_proto
from .findings import Findings
from .libraries import check_libraries
from .permissions import PERMISSIONS
from .private_tar import check_private
from .signature import check_signature, read_signature
from .toolchain import MINIMUM_API, MODEL_SUFFIXES, TARGET_API

_MAX_MANIFEST_BYTES: Final = 2_000_000
_STORE_LIMIT_BYTES: Final = 200_000_000
_LARGE_BYTES: Final = 80_000_000
_META: Final = re.compile(r"META-INF/")


def check_package(path: Path, findings: Findings) -> dict[str, int]:
    """Checks a package; returns bytes in it by part, empty where it cannot be opened."""
    with open_package(path, findings) as package:
        if package is None:
            return {}
        manifest = _read_manifest(package, findings)
        if manifest is not None:
            signature = read_signature(package)
            debuggable = _flag(manifest, "application", "debuggable", False)
            release = (
                not debuggable
                or package.bundle
                or "release" in path.name.lower()
                or (bool(signature.schemes) and not signature.debug)
            )
            target = _check_manifest(manifest, release, debuggable, findings)
            check_signature(package, signature, release, target, findings)
        extracted = manifest is None or _flag(manifest, "application", "extractNativeLibs", True)
        check_libraries(package, extracted, findings)
        if not any(name.endswith(".dex") for name in package.entries):
            findings.error(
                "no-dex",
                "it has no Java code (classes.dex)",
                "Android starts the app by a Java class",
                "build it again from a clean tree",
            )
        _check_stored(package, findings)
        check_private(package, findings)
        return _sizes(package, findings)


def _read_manifest(package: Package, findings: Findings) -> Element | None:
    name = package.inside("AndroidManifest.xml")
    try:
        data = package.read(name, _MAX_MANIFEST_BYTES)
        manifest = read_proto(data) if package.bundle else read_axml(data)
    except (ManifestError, *DAMAGE) as error:
        findings.error(
            "manifest",
            f"it cannot be read: {error}",
            "Android reads it before everything else",
            "build the package again",
            name,
        )
        return None
    if manifest.tag != "manifest":
        findings.error(
            "manifest",
            f"its first element is <{manifest.tag}>",
            "Android asks for <manifest>",
            "build the package again",
            name,
        )
        return None
    return manifest


def _flag(manifest: Element, tag: str, name: str, default: bool) -> bool:
    element = next(manifest.all(tag), None)
    value = element.attributes.get(name, "") if element is not None else ""
    return value.lower() in ("true", "1", "-1", "4294967295") if value else default


def _level(manifest: Element, name: str) -> int:
    element = next(manifest.all("uses-sdk"), None)
    value = element.attributes.get(name, "") if element is not None else ""
    return int(value) if re.fullmatch(r"\d{1,5}", value, re.ASCII) else 0


def _check_manifest(manifest: Element, release: bool, debuggable: bool, findings: Findings) -> int:
    """Returns the target API."""
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
    if _flag(manifest, "application", "testOnly", False):
        findings.error(
            "test-only", "it is marked testOnly", "phones refuse it", "build it by buildozer"
        )
    _check_permissions(manifest, release, findings)
    return target


def _check_permissions(manifest: Element, release: bool, findings: Findings) -> None:
    tags = ("uses-permission", "uses-permission-sdk-23")
    names = {
        element.attributes.get("name", "").removeprefix("android.permission.")
        for tag in tags
        for element in manifest.all(tag)
    }
    package = manifest.attributes.get("package", "")
    for name in sorted(names):
        if name == "INTERNET":
            add = findings.error if release else findings.warning
            add(
                "internet",
                "it asks for INTERNET",
                "the app promises that nothing leaves the phone, and needs no network",
                "delete it from android.permissions; a library may have brought it, too",
            )
        elif name not in PERMISSIONS and not (package and name.startswith(package)):
            findings.warning(
                "permission",
                f"it asks for {name!r}",
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
    for feature in manifest.all("uses-feature"):
        name = feature.attributes.get("name", "")
        required = feature.attributes.get("required", "true").lower()
        if name.startswith("android.hardware.camera") and required not in ("false", "0"):
            findings.warning(
                "uses-feature",
                f"it requires {name}",
                "Google Play hides the app from devices without it, though photos work there",
                'write android:required="false"',
            )


def _check_stored(package: Package, findings: Findings) -> None:
    models = [name for name in package.entries if name.endswith(MODEL_SUFFIXES)]
    if package.bundle:
        # A bundle is packed anew for each phone, by the globs of its configuration.
        try:
            config = package.read("BundleConfig.pb", 1_000_000)
        except DAMAGE:
            findings.error(
                "bundle-config",
                "BundleConfig.pb is not in it",
                "Google Play makes no APKs without it",
                "build it again",
            )
            return
        if models and not any(suffix.encode() in config for suffix in MODEL_SUFFIXES):
            findings.error(
                "compressed-model",
                f"{models[0]} will be compressed",
                "LiteRT maps the model from the package, which must hold it as it is",
                'let build.gradle say noCompress "tflite", or keep the model in private.tar',
            )
        return
    for name in [*models, "resources.arsc"]:
        entry = package.entries.get(name)
        if entry is None:
            continue
        resources = name == "resources.arsc"
        if entry.compress_type != zipfile.ZIP_STORED:
            findings.error(
                "compressed-resources" if resources else "compressed-model",
                "it is compressed",
                "Android 11 and later refuse the package"
                if resources
                else "LiteRT maps the model from the package, which must hold it as it is",
                "let Gradle make the package; do not zip it by hand"
                if resources
                else 'let build.gradle say noCompress "tflite", or keep the model in private.tar',
                name,
            )
            continue
        try:
            aligned = package.data_offset(entry) % 4 == 0
        except DAMAGE:
            aligned = False
        if not aligned:
            findings.error(
                "zip-alignment",
                "it does not begin at a multiple of 4 bytes",
                "it is mapped from the package as it lies there",
                "zipalign -P 16 -f 4 IN.apk OUT.apk, and sign afterwards",
                name,
            )


def _sizes(package: Package, findings: Findings) -> dict[str, int]:
    sizes: dict[str, int] = defaultdict(int)
    for name, entry in package.entries.items():
        inner = name.removeprefix("base/") if package.bundle else name
        parts = inner.split("/")
        if parts[0] == "lib" and len(parts) > 2:
            part = f"lib/{parts[1]}"
        elif inner.startswith("assets/"):
            part = "assets/private.tar" if inner == "assets/private.tar" else "assets"
        elif inner.endswith(".dex"):
            part = "dex"
        elif inner.startswith("res/") or inner.startswith("resources."):
            part = "resources"
        else:
            part = "signature" if _META.match(inner) else "other"
        sizes[part] += entry.compress_size
    total = package.path.stat().st_size
    text = ", ".join(
        f"{part} {size / 1e6:.1f} MB" for part, size in sorted(sizes.items(), key=lambda x: -x[1])
    )
    if total > _STORE_LIMIT_BYTES and not package.bundle:
        findings.error(
            "size",
            f"{total / 1e6:.0f} MB: {text}",
            f"Google Play takes at most {_STORE_LIMIT_BYTES // 10**6} MB",
            "build for fewer ABIs, or an AAB",
        )
    elif total > _LARGE_BYTES and not package.bundle:
        findings.warning(
            "size",
            f"{total / 1e6:.0f} MB: {text}",
            "large apps are not downloaded on the way",
            "build for arm64-v8a alone",
        )
    else:
        findings.good("size", f"{total / 1e6:.1f} MB: {text}")
    return dict(sizes)
