"""Which signatures an APK or AAB has; `apksigner`, where it is installed, says if they hold."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .archive import DAMAGE, Package
from .findings import Findings

_MAGIC: Final = b"APK Sig Block 42"
_SCHEMES: Final = {0x7109871A: "v2", 0xF05368C0: "v3", 0x1B93AD61: "v3.1"}
_DEBUG_KEY: Final = b"Android Debug"
_MAX_BLOCK_BYTES: Final = 32_000_000
_BLOCK_NAME: Final = re.compile(r"META-INF/[^/]+\.(RSA|DSA|EC)", re.IGNORECASE)


@dataclass(frozen=True)
class Signature:
    """What was found.

    Attributes:
        schemes: Of v1, v2, v3, v3.1.
        debug: Whether the certificate is the one that every debug build is signed with.
        damaged: Why the signing block cannot be read; empty where it can, or is not there.
    """

    schemes: tuple[str, ...]
    debug: bool
    damaged: str


def read_signature(package: Package) -> Signature:
    """Looks for the JAR signature and for the signing block before the ZIP's directory."""
    schemes, certificates, damaged = [], b"", ""
    blocks = [name for name in package.entries if _BLOCK_NAME.fullmatch(name)]
    texts = [name for name in package.entries if re.fullmatch(r"META-INF/[^/]+\.SF", name, re.I)]
    if blocks and texts and "META-INF/MANIFEST.MF" in package.entries:
        schemes.append("v1")
        try:
            certificates += package.read(blocks[0], 100_000)
        except DAMAGE:
            damaged = f"{blocks[0]} cannot be unpacked"
    elif blocks or texts:
        damaged = "META-INF holds a part of a JAR signature only"
    try:
        block = _signing_block(package.path, package.archive.start_dir)
        for scheme, value in _pairs(block):
            if scheme in _SCHEMES:
                schemes.append(_SCHEMES[scheme])
                certificates += value
                if len(value) < 64:
                    damaged = f"the {_SCHEMES[scheme]} signature is empty"
    except (OSError, struct.error, ValueError) as error:
        damaged = str(error) or "the signing block cannot be read"
    return Signature(tuple(schemes), _DEBUG_KEY in certificates, damaged)


def _signing_block(path: Path, directory: int) -> bytes:
    with path.open("rb") as file:
        if directory < 32:
            return b""
        file.seek(directory - 24)
        tail = file.read(24)
        if tail[8:] != _MAGIC:
            return b""
        (size,) = struct.unpack_from("<Q", tail)
        if not 24 <= size <= min(_MAX_BLOCK_BYTES, directory - 8):
            raise ValueError("the signing block has an impossible length")
        file.seek(directory - size - 8)
        if struct.unpack("<Q", file.read(8))[0] != size:
            raise ValueError("the two lengths of the signing block differ")
        return file.read(size - 24)


def _pairs(block: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at + 12 <= len(block):
        length, scheme = struct.unpack_from("<QI", block, at)
        if length < 4 or at + 8 + length > len(block):
            raise ValueError("an entry of the signing block has an impossible length")
        found.append((scheme, block[at + 12 : at + 8 + length]))
        at += 8 + length
    return found


def check_signature(
    package: Package, signature: Signature, release: bool, target: int, findings: Findings
) -> None:
    """Checks that the package is signed in a way that phones and the store take.

    Args:
        package: An APK or AAB.
        signature: Of it.
        release: Whether it is meant for others.
        target: Its target API.
        findings: What is found is added here.
    """
    sign = "set the four P4A_RELEASE_… variables (mobile_app/README.md) and build the release again"
    if signature.damaged:
        findings.error(
            "signature",
            signature.damaged,
            "Android refuses a package whose signature does not hold",
            "sign it again; do not change a package after signing",
        )
    elif not signature.schemes:
        findings.error(
            "signature",
            "it is not signed",
            "phones install no unsigned APK, and Google Play takes no unsigned bundle",
            sign,
        )
    elif not package.bundle and signature.schemes == ("v1",) and target >= 30:
        findings.error(
            "signature",
            "it has a v1 signature only",
            "from target API 30 on Android asks for v2 or newer; jarsigner cannot make it",
            "sign it by apksigner, or let Gradle do it",
        )
    elif package.bundle and "v1" not in signature.schemes:
        findings.error(
            "signature",
            "it has no JAR signature",
            "Google Play reads a bundle's signature there",
            sign,
        )
    elif signature.debug and release:
        findings.error(
            "debug-key",
            "it is signed with the debug key",
            "Google Play refuses it, and its updates could be signed by anyone",
            sign,
        )
    else:
        _ask_apksigner(package, signature, findings)


def _ask_apksigner(package: Package, signature: Signature, findings: Findings) -> None:
    schemes = ", ".join(signature.schemes)
    apksigner = None if package.bundle else shutil.which("apksigner")
    if apksigner is None:
        findings.good("signature", f"signed by {schemes}; whether they hold was not verified")
        return
    try:
        asked = subprocess.run(
            [apksigner, "verify", str(package.path.absolute())],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        findings.good("signature", f"signed by {schemes}; apksigner could not be started")
        return
    if asked.returncode == 0:
        findings.good("signature", f"signed by {schemes}; apksigner verified them")
        return
    said = (asked.stdout + asked.stderr).strip().splitlines() or ["no reason given"]
    findings.error(
        "signature",
        f"apksigner refuses it: {said[0][:200]}",
        "phones refuse it, too",
        "sign it again; do not change a package after signing",
    )
