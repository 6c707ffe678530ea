"""Opening an APK or AAB without believing what it says of itself."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .findings import Findings, shown

_MAX_BYTES: Final = 2_000_000_000
_MAX_ENTRIES: Final = 60_000
_MAX_UNPACKED_BYTES: Final = 4_000_000_000
_MAX_RATIO: Final = 1100
"""Deflate packs 1032 bytes of zeros into one at best; a larger ratio is a lie."""
_LARGE_RATIO_BYTES: Final = 200_000_000
_END_BYTES: Final = 22
"""Of the record at the end of an archive, without its comment."""
DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    KeyError,
)
"""What zipfile raises on damaged archives."""


@dataclass(frozen=True)
class Package:
    """An open APK or AAB.

    Attributes:
        path: The file.
        archive: Its directory has been checked.
        bundle: Whether it is an AAB.
        entries: By name.
    """

    path: Path
    archive: zipfile.ZipFile
    bundle: bool
    entries: dict[str, zipfile.ZipInfo]

    def inside(self, name: str) -> str:
        """Name in the archive of a path of an APK; a bundle keeps its own under `base/`."""
        if not self.bundle:
            return name
        if name == "AndroidManifest.xml":
            return "base/manifest/AndroidManifest.xml"
        return f"base/{name}"

    def read(self, name: str, limit: int) -> bytes:
        """Unpacks an entry, at most `limit` bytes of it; raises one of `DAMAGE`."""
        with self.archive.open(self.entries[name]) as file:
            return file.read(limit)

    def data_offset(self, entry: zipfile.ZipInfo) -> int:
        """Where in the file an entry's data begin, by its local header."""
        with self.path.open("rb") as file:
            file.seek(entry.header_offset)
            header = file.read(30)
        if header[:4] != b"PK\x03\x04" or len(header) < 30:
            raise ValueError("no local header")
        name, extra = struct.unpack_from("<HH", header, 26)
        return entry.header_offset + 30 + int(name) + int(extra)


@contextmanager
def open_package(path: Path, findings: Findings) -> Iterator[Package | None]:
    """Opens a package; None, and an error among the findings, where it cannot be trusted."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise OSError(0, "it is no file")
        archive = zipfile.ZipFile(path)
    except DAMAGE as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        findings.error(
            "archive",
            f"{path} cannot be opened: {reason}",
            "an APK or AAB is a ZIP archive",
            "build or copy it again",
        )
        yield None
        return
    with archive:
        _check_ends(path, archive, findings)
        entries = _check_entries(archive, size, findings)
        if entries is None:
            yield None
            return
        apk, bundle = "AndroidManifest.xml", "base/manifest/AndroidManifest.xml"
        if apk not in entries and bundle not in entries:
            findings.error(
                "archive",
                f"{path.name} has no AndroidManifest.xml",
                f"an APK has it at {apk}, an AAB at {bundle}",
                "give a file that `buildozer android debug` or `release` made",
            )
            yield None
            return
        package = Package(path, archive, apk not in entries, entries)
        kind = ".aab" if package.bundle else ".apk"
        if path.suffix.lower() != kind:
            findings.warning(
                "archive",
                f"{path.name} is an {kind[1:].upper()} by its content",
                "tools go by the name",
                f"rename it to {path.stem}{kind}",
            )
        yield package


def _check_ends(path: Path, archive: zipfile.ZipFile, findings: Findings) -> None:
    """Names bytes in front of the archive and behind it, which Python's reader forgives."""
    tail = _END_BYTES + len(archive.comment)
    with path.open("rb") as file:
        front = file.read(4)
        file.seek(-min(tail, path.stat().st_size), 2)
        end = file.read(4)
    for place, wrong in (("in front of", front[:2] != b"PK"), ("behind", end != b"PK\x05\x06")):
        if wrong:
            findings.error(
                "archive",
                f"there are bytes {place} the archive",
                "Android refuses the file: its signature does not hold",
                "build it again, or copy it whole",
            )


def _check_entries(
    archive: zipfile.ZipFile, size: int, findings: Findings
) -> dict[str, zipfile.ZipInfo] | None:
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    bomb = next(
        (
            info.filename
            for info in infos
            if info.file_size > _MAX_RATIO * max(info.compress_size, 1)
            or info.file_size > _LARGE_RATIO_BYTES > 50 * info.compress_size
        ),
        None,
    )
    if size > _MAX_BYTES or len(infos) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED_BYTES or bomb:
        findings.error(
            "zip-bomb",
            f"{len(infos)} entries claim {unpacked / 1e6:.0f} MB in a file of {size / 1e6:.1f} MB"
            + (f"; {shown(bomb)} alone unpacks to an impossible size" if bomb else ""),
            "no app is like that; it was not unpacked",
            "do not trust this file; build it again",
        )
        return None
    entries: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename
        if name in entries:
            findings.error(
                "duplicate-entry",
                f"{shown(name)} is in it twice",
                "tools and phones disagree on which one counts; Android refuses the file",
                "build it again",
            )
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            findings.error(
                "entry-name",
                f"{shown(name)} leads out of the archive",
                "Android refuses the file",
                "do not trust this file; build it again",
            )
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            findings.error(
                "compression",
                f"{shown(name)} is packed by method {info.compress_type}",
                "Android knows stored (0) and deflated (8) entries only, and refuses the file",
                "let Gradle make the package",
            )
        if info.flag_bits & 1:
            findings.error(
                "encrypted-entry",
                f"{shown(name)} is encrypted",
                "Android cannot read it",
                "build it again",
            )
        entries[name] = info
    return entries
