"""The native libraries of a package: ABIs, 16 KB pages, and whether any is missing."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from functools import partial
from typing import Final

from .archive import DAMAGE, Package
from .elf import Elf, ElfError, read_elf
from .findings import BUILD_AGAIN, Findings
from .python_bundle import BUNDLE, check_python_bundle
from .toolchain import ARCHS, PAGE_BYTES, PYTHON, nearest

_HEADER_BYTES: Final = 65_536
_NEEDED: Final = {
    "libmain.so": "it starts Python",
    f"libpython{PYTHON}.so": "it is the interpreter",
    "libSDL2.so": "it opens the window",
    BUNDLE: "it holds the modules of Python, numpy, kivy and pillow",
    "libtensorflowlite_jni.so": "it is LiteRT, which runs the model",
}
_LOADABLE: Final = re.compile(r"lib.+\.so")
_OLDEST_ERROR: Final = 10


def check_libraries(package: Package, extracted: bool, findings: Findings) -> None:
    """Checks every library.

    Args:
        package: An APK or AAB.
        extracted: Whether Android unpacks libraries when it installs the package.
        findings: What is found is added here.
    """
    names: dict[str, set[str]] = defaultdict(set)
    pattern = re.compile(re.escape(package.inside("lib/")) + r"([^/]+)/([^/]+)")
    before, wrong = findings.errors, 0
    for name, entry in package.entries.items():
        match = pattern.fullmatch(name)
        if not match:
            if name.endswith(".so"):
                findings.warning(
                    "library-place",
                    "a library outside of lib/ABI/",
                    "Android does not load it from there, and checks of page sizes count it",
                    "leave it out",
                    name,
                )
            continue
        names[match[1]].add(match[2])
        if not _LOADABLE.fullmatch(match[2]):
            findings.warning(
                "library-name",
                "its name is not lib….so",
                "Android unpacks no other when it installs the package, so it cannot be loaded",
                "rename the library, or leave it out",
                name,
            )
        elif wrong < _OLDEST_ERROR:
            wrong += _check_library(package, match[1], match[2], entry, extracted, findings)
    _check_abis(names, findings)
    if findings.errors == before:
        findings.good(
            "libraries",
            f"{sum(map(len, names.values()))} libraries for {', '.join(sorted(names))}, "
            "the 64-bit ones aligned to 16 KB",
        )


def _check_abis(names: dict[str, set[str]], findings: Findings) -> None:
    if not names:
        findings.error(
            "no-libraries",
            "it has no native library",
            "Python, SDL and LiteRT are native libraries; the app cannot start",
            "build it again, and look in the log for the first error",
        )
        return
    for abi in names:
        if abi not in ARCHS:
            meant = nearest(abi, ARCHS, 0.4)
            findings.error(
                "abi",
                f"lib/{abi} is no ABI" + (f"; {meant} was probably meant" if meant else ""),
                "Android refuses or ignores it",
                "correct android.archs and build again",
            )
    if "arm64-v8a" not in names:
        findings.error(
            "abi",
            f"it has libraries for {', '.join(sorted(names))} alone",
            "today's phones run arm64-v8a, and Google Play asks for it beside every 32-bit ABI",
            "add arm64-v8a to android.archs and build again",
        )
    everywhere = set.union(*names.values())
    for abi, here in sorted(names.items()):
        if missing := sorted(everywhere - here):
            findings.error(
                "abi-incomplete",
                f"lib/{abi} lacks {', '.join(missing)}, which another ABI has",
                "on such a phone the app stops when it loads it",
                "build all ABIs from a clean tree, or leave that ABI out",
            )
    for needed, purpose in _NEEDED.items():
        if needed not in everywhere:
            findings.error(
                "missing-library",
                f"{needed} is not in it",
                f"{purpose}",
                "look at requirements and android.gradle_dependencies, and build again",
            )


def _check_library(
    package: Package,
    abi: str,
    name: str,
    entry: zipfile.ZipInfo,
    extracted: bool,
    findings: Findings,
) -> bool:
    """Returns whether something is wrong with it."""
    before, where = findings.errors, entry.filename
    try:
        with package.archive.open(entry) as file:
            head = file.read(_HEADER_BYTES)
        offset = package.data_offset(entry)
    except DAMAGE as error:
        findings.error(
            "library",
            f"it cannot be unpacked ({error})",
            "the package is damaged",
            BUILD_AGAIN,
            where,
        )
        return True
    if name == BUNDLE and head[:2] == b"\x1f\x8b":
        check_python_bundle(package, where, partial(_check_elf, abi), findings)
        return findings.errors > before
    try:
        elf = read_elf(head, entry.file_size)
    except ElfError as error:
        findings.error(
            "library", f"no library: {error}", "Android cannot load it", BUILD_AGAIN, where
        )
        return True
    _check_elf(abi, elf, where, findings)
    wide = elf.bits == 64
    if entry.compress_type == zipfile.ZIP_STORED:
        page = PAGE_BYTES if wide else 4096
        if not package.bundle and not extracted and offset % page:
            findings.error(
                "zip-alignment",
                f"it begins at byte {offset}, which is no multiple of {page}",
                "it is mapped from the package as it lies there",
                "zipalign -P 16 -f 4 IN.apk OUT.apk, and sign afterwards",
                where,
            )
    elif not package.bundle and not extracted:
        findings.error(
            "compressed-library",
            "it is compressed, and extractNativeLibs is false",
            "Android then maps it from the package and fails",
            "let the manifest say extractNativeLibs=true, or store it uncompressed",
            where,
        )
    return findings.errors > before


def _check_elf(abi: str, elf: Elf, where: str, findings: Findings) -> None:
    bits, machine = ARCHS.get(abi, (elf.bits, elf.machine))
    if (elf.bits, elf.machine) != (bits, machine):
        findings.error(
            "library-machine",
            f"it is a {elf.bits}-bit library for machine {elf.machine}, and {abi} is {bits}-bit "
            f"for machine {machine}",
            "phones of that ABI cannot load it",
            "find out which recipe or library brought it, and build that ABI again",
            where,
        )
    if not elf.shared:
        findings.error(
            "library", "it is no shared library", "Android cannot load it", "leave it out", where
        )
    # An alignment that is no power of two is none.
    smallest = min(each if each & (each - 1) == 0 else 1 for each in elf.alignments)
    # Only 64-bit Android has pages of 16 KB.
    if elf.bits == 64 and (smallest < PAGE_BYTES or not elf.congruent):
        findings.error(
            "page-size",
            f"its segments are aligned to {smallest} bytes"
            if elf.congruent
            else "a segment lies in the file otherwise than in memory",
            f"phones with pages of {PAGE_BYTES} bytes do not load it, and Google Play refuses the "
            "app",
            "build with NDK r28c and LiteRT 1.4.1; for another library take a newer release",
            where,
        )
