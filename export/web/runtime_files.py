"""LiteRT.js for the page: two packages of the npm registry, pinned and verified."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import sys
import tarfile
import urllib.error
import urllib.request
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from pipeline.errors import JewelcapError
from pipeline.features import cache_folder
from pipeline.files import write_bytes

_REGISTRY: Final = "https://registry.npmjs.org"
_MAX_MEMBER_BYTES: Final = 50_000_000
_TIMEOUT_SECONDS: Final = 60
_CHUNK_BYTES: Final = 1 << 18


@dataclass(frozen=True)
class Package:
    """A package of the npm registry.

    Attributes:
        name: With its scope.
        version: Pinned.
        size_bytes: Of the archive.
        integrity: SHA-512 of the archive, in base64, as npm's lock files have it.
        files: Paths within the archive and the names that they get.
    """

    name: str
    version: str
    size_bytes: int
    integrity: str
    files: dict[str, str]

    @property
    def archive_name(self) -> str:
        """File name that `npm pack` gives the archive."""
        return f"{self.name.lstrip('@').replace('/', '-')}-{self.version}.tgz"

    @property
    def url(self) -> str:
        """Where the registry has it; npm's own setting of another registry counts."""
        registry = os.environ.get("NPM_CONFIG_REGISTRY") or _REGISTRY
        return f"{registry.rstrip('/')}/{self.name}/-/{self.name.split('/')[1]}-{self.version}.tgz"


# Of its WebAssembly builds those two that need no cross-origin isolation and no JSPI: the page
# takes the second one where the browser has no relaxed SIMD.
_BUILDS: Final = ("litert_wasm_internal", "litert_wasm_compat_internal")

PACKAGES: Final = (
    Package(
        "@litertjs/core",
        "2.5.3",
        11_817_097,
        "PlGmbMOq9WitX7FO0jhbdJw9GthatsyuCQXjTt/wJZo0FLaw48q4tz8IwqgqCIkviYGr9OFDL1kCnN4nzWoyJQ==",
        {
            "package/dist/index.js": "litert.js",
            **{
                f"package/wasm/{build}.{ending}": f"{build}.{ending}"
                for build in _BUILDS
                for ending in ("js", "wasm")
            },
        },
    ),
    Package(
        "@litertjs/wasm-utils",
        "2.5.3",
        4_698,
        "4fJiw6tBQnIs+0jH/OQ16nYOiSl8/+zZnn5h2ul8aTKHi05sVqZW580Tmk78pC2kT39A9OYBVdFawteZ/sI1kQ==",
        {"package/dist/index.js": "wasm_utils.js"},
    ),
)
"""What the page runs captioners by; Apache-2.0."""

# A browser resolves no bare module name, and import maps do not reach workers.
_BARE_IMPORT: Final = b'from "@litertjs/wasm-utils"'
_RELATIVE_IMPORT: Final = b'from "./wasm_utils.js"'
_SOURCE_MAP: Final = b"//# sourceMappingURL="


def runtime_files(folder: Path | None = None) -> dict[str, bytes]:
    """Returns the files of LiteRT.js by name, from a folder, the cache or the npm registry.

    Args:
        folder: Where `npm pack` put the archives; if None, the cache, which is filled if needed.

    Raises:
        JewelcapError: An archive is not there and cannot be fetched, or it is not the pinned one.
    """
    found: dict[str, bytes] = {}
    for package in PACKAGES:
        found |= _unpack(package, _archive(package, folder))
    entry = found["litert.js"]
    if entry.count(_BARE_IMPORT) != 1:
        raise JewelcapError(f"{PACKAGES[0].name}: its entry no longer imports its helper by name")
    found["litert.js"] = entry.replace(_BARE_IMPORT, _RELATIVE_IMPORT)
    found = {name: _without_source_map(name, data) for name, data in found.items()}
    return {**found, "NOTICE.txt": _notice().encode()}


def _notice() -> str:
    packages = ", ".join(f"{package.name} {package.version}" for package in PACKAGES)
    return (
        f"{packages}: Copyright Google LLC, licensed under the Apache License, Version 2.0\n"
        "(https://www.apache.org/licenses/LICENSE-2.0). In litert.js the import of the second\n"
        "package was made relative.\n"
    )


def _without_source_map(name: str, data: bytes) -> bytes:
    # The maps are left out, and a link to what is not there is an error in the browser's console.
    return data.partition(_SOURCE_MAP)[0] if name.endswith(".js") else data


def _archive(package: Package, folder: Path | None) -> bytes:
    path = (folder or cache_folder() / "litertjs") / package.archive_name
    try:
        data = path.read_bytes()
    except OSError as error:
        if folder is not None:
            raise JewelcapError(f"{path}: cannot be read ({error.strerror}); {_remedy()}") from None
    else:
        if _is_genuine(package, data):
            return data
        if folder is not None:
            raise JewelcapError(f"{path}: is not the pinned archive; {_remedy()}")
    data = _fetch(package)
    write_bytes(path, data)
    return data


def _is_genuine(package: Package, data: bytes) -> bool:
    return base64.b64encode(hashlib.sha512(data).digest()).decode() == package.integrity


def _fetch(package: Package) -> bytes:
    data = bytearray()
    try:
        with (
            urllib.request.urlopen(package.url, timeout=_TIMEOUT_SECONDS) as response,
            click.progressbar(
                length=package.size_bytes, label=f"fetch {package.name}", file=sys.stderr
            ) as bar,
        ):
            while len(data) <= package.size_bytes and (chunk := response.read(_CHUNK_BYTES)):
                data += chunk
                bar.update(len(chunk))
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise JewelcapError(
            f"{package.name} {package.version} cannot be fetched from {package.url} ({reason}); "
            f"{_remedy()}"
        ) from None
    if not _is_genuine(package, bytes(data)):
        raise JewelcapError(
            f"{package.url}: what came is not the pinned {package.version} (its SHA-512 differs); "
            f"{_remedy()}"
        )
    return bytes(data)


def _remedy() -> str:
    names = " ".join(f"{package.name}@{package.version}" for package in PACKAGES)
    return f"on a computer with network: npm pack {names}, then give --runtime FOLDER"


def _unpack(package: Package, data: bytes) -> dict[str, bytes]:
    found = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
            for path, name in package.files.items():
                member = archive.extractfile(path)
                if member is None:
                    raise KeyError(path)
                found[name] = member.read(_MAX_MEMBER_BYTES)
    except (tarfile.TarError, KeyError, EOFError, zlib.error, OSError) as error:
        raise JewelcapError(f"{package.archive_name}: cannot be unpacked ({error})") from None
    return found
