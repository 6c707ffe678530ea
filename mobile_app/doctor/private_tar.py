"""The Python side of a package: `assets/private.tar`, its modules and its captioner."""

from __future__ import annotations

import io
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import Final

from .archive import DAMAGE, Package
from .findings import Findings, shown
from .imports import FORBIDDEN
from .toolchain import EMBEDDED_MODEL, MODEL_SUFFIXES
from .tree import check_model

NAME: Final = "assets/private.tar"
_MAX_UNPACKED_BYTES: Final = 600_000_000
_MAX_MEMBERS: Final = 30_000
_MAX_MODEL_BYTES: Final = 200_000_000
_AGAIN: Final = "build it again from a clean tree"


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


def check_private(package: Package, findings: Findings) -> None:
    """Checks that the app's modules and a whole captioner are in it."""
    name = package.inside(NAME)
    if name not in package.entries:
        findings.error(
            "no-private-tar",
            f"{name} is not in it",
            "it holds the app's Python modules and its captioner",
            _AGAIN,
        )
        return
    names: set[str] = set()
    models = 0
    try:
        with (
            package.archive.open(package.entries[name]) as packed,
            io.BufferedReader(_Limited(packed)) as stream,  # type: ignore[arg-type]
            tarfile.open(fileobj=stream, mode="r|") as tar,
        ):
            for member in tar:
                path = member.name.removeprefix("./")
                names.add(path)
                if len(names) > _MAX_MEMBERS:
                    raise ValueError("it has too many members")
                if path.startswith("/") or ".." in path.split("/"):
                    findings.error(
                        "entry-name",
                        f"{shown(path)} leads out of the archive",
                        "it would be written outside of the app's folder",
                        "do not trust this file",
                        name,
                    )
                elif member.isfile() and path.endswith(MODEL_SUFFIXES):
                    models += 1
                    _check_member(tar, member, f"{name}:{path}", findings)
    except (*DAMAGE, tarfile.TarError) as error:
        findings.error(
            "private-tar",
            f"it cannot be unpacked ({str(error) or type(error).__name__})",
            "the app unpacks it when it starts first, and stops",
            _AGAIN,
            name,
        )
        return
    _check_names(names, name, findings)
    if EMBEDDED_MODEL not in names:
        findings.error(
            "no-model",
            f"no captioner is embedded at {EMBEDDED_MODEL}",
            "the app opens with nothing to describe photos by",
            f"cp captioner.tflite mobile_app/{EMBEDDED_MODEL}, and build again",
            name,
        )


def _check_member(
    tar: tarfile.TarFile, member: tarfile.TarInfo, where: str, findings: Findings
) -> None:
    file = tar.extractfile(member) if member.size <= _MAX_MODEL_BYTES else None
    if file is None:
        findings.error(
            "model", f"it claims {member.size} bytes", "no captioner is like that", _AGAIN, where
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "captioner"
        path.write_bytes(file.read())
        check_model(path, where, findings)


def _check_names(names: set[str], where: str, findings: Findings) -> None:
    if not names & {"main.py", "main.pyc"}:
        findings.error(
            "no-main", "main.pyc is not in it", "Android starts the app by it", _AGAIN, where
        )
    for name in sorted(names):
        if name.removeprefix("_applibs/").partition("/")[0] in FORBIDDEN:
            findings.error(
                "tensorflow",
                f"{name} is in it",
                "it is not made for Android; the app runs its model by LiteRT",
                "delete it from the requirements and build again",
                where,
            )
            break
    if any("/test" in f"/{name}" for name in names if name.endswith((".py", ".pyc"))):
        findings.warning(
            "unused", "there are tests in it", "each download carries them", _AGAIN, where
        )
