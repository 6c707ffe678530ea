"""Reading the gzipped tar archives of a package from front to back, within limits."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from .archive import DAMAGE, Package
from .findings import BUILD_AGAIN, Findings, shown

_MAX_UNPACKED_BYTES: Final = 600_000_000
_MAX_MEMBERS: Final = 30_000
TAR_DAMAGE: Final = (*DAMAGE, tarfile.TarError)
"""What is raised on damaged archives."""


class _Limited(io.RawIOBase):
    """Reads a gzip stream and stops with an error where it unpacks to too much."""

    def __init__(self, packed: io.BufferedIOBase) -> None:
        self._packed = packed
        self._gzip = zlib.decompressobj(31)
        self._left = _MAX_UNPACKED_BYTES
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._ready and not self._gzip.eof:
            chunk = self._gzip.unconsumed_tail or self._packed.read(65536)
            if not chunk:
                raise EOFError("it is cut off")
            self._ready = self._gzip.decompress(chunk, 1 << 20)
            self._left -= len(self._ready)
            if self._left < 0:
                raise ValueError("it unpacks to an impossible size")
        part, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(part)] = part
        return len(part)


@contextmanager
def _open_tar(package: Package, name: str) -> Iterator[tarfile.TarFile]:
    with (
        package.archive.open(package.entries[name]) as packed,
        io.BufferedReader(_Limited(packed)) as stream,  # type: ignore[arg-type]
        tarfile.open(fileobj=stream, mode="r|") as tar,
    ):
        yield tar


def read_members(
    package: Package, name: str
) -> Iterator[tuple[str, tarfile.TarInfo, tarfile.TarFile]]:
    """Yields the path of each member, the member, and the archive to read it from.

    Raises:
        Exception: One of `TAR_DAMAGE`, where the archive is damaged or too large.
    """
    with _open_tar(package, name) as tar:
        for count, member in enumerate(tar):
            if count > _MAX_MEMBERS:
                raise ValueError("it has too many members")
            yield member.name.removeprefix("./"), member, tar


def leads_out(path: str, name: str, findings: Findings) -> bool:
    """Finds a member that would be written outside of the folder that it is unpacked into."""
    outside = path.startswith("/") or ".." in path.split("/")
    if outside:
        findings.error(
            "entry-name",
            f"{shown(path)} leads out of the archive",
            "it would be written outside of the app's folder",
            "do not trust this file",
            name,
        )
    return outside


def tell_damage(error: Exception, code: str, name: str, findings: Findings) -> None:
    """Finds that an archive could not be read to its end."""
    findings.error(
        code,
        f"it cannot be unpacked ({str(error) or type(error).__name__})",
        "the app unpacks it when it starts first, and stops",
        BUILD_AGAIN,
        name,
    )


def is_foreign_bytecode(head: bytes, magic: int) -> bool:
    """Whether a compiled module is of another Python than the one that has this magic number."""
    return head[2:4] == b"\r\n" and int.from_bytes(head[:2], "little") != magic
