"""Locks in a study's folder: the system takes them from a process that dies, however it dies."""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Waits until no other process is inside a block with the same path."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Worker:
    """This process's sign of life: a file of its own that it holds locked."""

    def __init__(self, folder: Path) -> None:
        """Signs on.

        Args:
            folder: Where all workers of a study have their files.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.name = secrets.token_hex(8)
        self._file = (folder / self.name).open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def is_alive(self, name: str) -> bool:
        """Whether a worker is; the file of one that died is removed."""
        path = self.folder / name
        if name == self.name:
            return True
        if not name or not path.is_file():
            return False
        with path.open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            path.unlink(missing_ok=True)
            return False

    def close(self) -> None:
        """Signs off."""
        (self.folder / self.name).unlink(missing_ok=True)
        self._file.close()
