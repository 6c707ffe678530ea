"""A built APK or AAB: manifest, permissions, libraries, model, signature, size by part."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Final

from .archive import DAMAGE, Package, open_package
from .axml import Element, ManifestError, read_axml, read_proto
from .compiled_manifest import check_manifest, flag
from .findings import BUILD_AGAIN, Findings, shown
from .libraries import check_libraries
from .private_tar import check_private
from .signature import check_signature, read_signature
from .toolchain import MODEL_SUFFIXES
from .tree import SECRET

_MAX_MANIFEST_BYTES: Final = 2_000_000
_STORE_LIMIT_BYTES: Final = 200_000_000
_LARGE_BYTES: Final = 80_000_000
_MAX_DEX_BYTES: Final = 60_000_000
_CLASSES: Final = {
    "Lorg/kivy/android/PythonActivity;": "Android starts the app by it",
    "Lorg/tensorflow/lite/Interpreter;": "the app runs its model by it",
}
"""Java classes, as code names them, and what for."""
_META: Final = re.compile(r"META-INF/")


def check_package(path: Path, findings: Findings) -> dict[str, int]:
    """Checks a package; returns bytes in it by part, empty where it cannot be opened."""
    with open_package(path, findings) as package:
        if package is None:
            return {}
        manifest = _read_manifest(package, findings)
        if manifest is not None:
            signature = read_signature(package)
            debuggable = flag(manifest, "application", "debuggable", False)
            release = (
                not debuggable
                or package.bundle
                or "release" in path.name.lower()
                or (bool(signature.schemes) and not signature.debug)
            )
            target = check_manifest(manifest, release, debuggable, findings)
            check_signature(package, signature, release, target, findings)
        extracted = manifest is None or flag(manifest, "application", "extractNativeLibs", True)
        check_libraries(package, extracted, findings)
        _check_java(package, findings)
        for name in filter(SECRET.search, package.entries):
            findings.error(
                "secret",
                f"{shown(name)} is in it",
                "everyone who has the app could sign in your name",
                "take it out of the app's folders, make a new key, and build again",
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


def _check_java(package: Package, findings: Findings) -> None:
    """Looks for the Java classes that the app is started by, and calls."""
    again = "look at android.gradle_dependencies and p4a.bootstrap, and build again"
    names = [name for name in package.entries if name.endswith(".dex")]
    if not names:
        findings.error(
            "no-dex",
            "it has no Java code (classes.dex)",
            "Android starts the app by a Java class",
            BUILD_AGAIN,
        )
    missing = dict(_CLASSES)
    for name in names:
        try:
            code = package.read(name, _MAX_DEX_BYTES)
        except DAMAGE as error:
            findings.error(
                "dex", f"it cannot be unpacked ({error})", "the package is damaged", again, name
            )
            return
        if not code.startswith(b"dex\n"):
            findings.error("dex", "it is no Java code", "Android cannot start it", again, name)
            return
        missing = {key: why for key, why in missing.items() if key.encode() not in code}
    for key, why in missing.items() if names else ():
        findings.error("missing-class", f"the Java class {key[1:-1]} is not in it", why, again)


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
