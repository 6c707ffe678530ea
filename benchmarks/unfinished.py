"""What an interrupted measurement has already measured, so that the next call goes on."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.latency import Samples
from mobile_app.camera_app.runtime.schema import dump_json, load_json, to_jsonable
from pipeline.errors import JewelcapError
from pipeline.files import write_text

FOLDER: Final = ".unfinished"
"""Stands in the folder of the records until they are written."""


@dataclass(frozen=True)
class Finished:
    """A process that has ended.

    Attributes:
        samples: What it measured.
        seconds: How long it took.
        foreign_cores: Cores that other programs used meanwhile; None where it is not known.
    """

    samples: Samples
    seconds: float
    foreign_cores: float | None


@dataclass(frozen=True)
class _Plan:
    """Beginning of a measurement: `started` as in a record, and its load average."""

    started: str
    load_average: float | None
    schema_version: int = 1


class Unfinished:
    """Keeps the finished processes of one plan on disk, or nowhere."""

    def __init__(self, root: Path | None, plan: Sequence[Any], load_average: float | None) -> None:
        """Finds what an interrupted call with the same plan has left.

        Args:
            root: Folder of the records; None to keep nothing.
            plan: All that decides what is measured; another one starts anew.
            load_average: Now.
        """
        beginning = _Plan(datetime.now(UTC).isoformat(timespec="seconds"), load_average)
        self._folder: Path | None = None
        if root is not None:
            digest = hashlib.sha256(dump_json(to_jsonable(plan)).encode()).hexdigest()
            self._folder = root / FOLDER / digest[:16]
            head = self._folder / "plan"
            if head.is_file():
                beginning = load_json(_Plan, head.read_bytes(), str(head))
            else:
                write_text(head, dump_json(beginning))
        self.started = beginning.started
        self.load_average = beginning.load_average

    def read(self, turn: int) -> Finished | None:
        """Returns a finished process of the plan; None where it has to be done (again)."""
        if self._folder is None:
            return None
        path = self._path(turn)
        try:
            return load_json(Finished, path.read_bytes(), str(path))
        except (OSError, JewelcapError):
            return None

    def write(self, turn: int, finished: Finished) -> None:
        """Keeps a finished process."""
        if self._folder is not None:
            write_text(self._path(turn), dump_json(finished))

    def _path(self, turn: int) -> Path:
        assert self._folder is not None
        return self._folder / f"turn-{turn:04d}"


def discard_unfinished(root: Path) -> None:
    """Removes what is kept in a folder of records, once they are written."""
    shutil.rmtree(root / FOLDER, ignore_errors=True)
