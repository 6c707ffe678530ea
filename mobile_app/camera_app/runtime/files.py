"""Writing files so that a crash or a full disk leaves the old one or none, never half of one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import JewelcapError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yields a temporary path beside `path` that takes its place when the block succeeds.

    Raises:
        JewelcapError: The file cannot be written, for example because the disk is full.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(path)
    except OSError as error:
        raise disk_error(path, error) from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Writes UTF-8 text; see `replacing`."""
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="")


def write_bytes(path: Path, data: bytes) -> None:
    """Writes bytes; see `replacing`."""
    with replacing(path) as partial:
        partial.write_bytes(data)


def disk_error(path: Path, error: OSError) -> JewelcapError:
    """Turns an OSError from writing `path` into the message for the user."""
    if error.errno == errno.ENOSPC:
        return JewelcapError(f"{path}: the disk is full; free some space and call again")
    return JewelcapError(f"{path}: cannot be written ({error.strerror or error})")
