"""The record of a verification: what was proved, with which command, on which commit."""

from __future__ import annotations

import json
import platform
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

from ..camera_app.runtime.files import write_text


@dataclass(frozen=True)
class Proof:
    """One thing that was tried.

    Attributes:
        name: Of the proof.
        passed: Whether it holds; None where it could not be tried.
        seconds: How long it took, on a machine that did other things meanwhile.
        problems: What does not hold, or why it could not be tried.
        details: Figures, versions and names.
    """

    name: str
    passed: bool | None
    seconds: float
    problems: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verification:
    """All proofs of one run.

    Attributes:
        command: With which it was made, and can be repeated.
        commit: Of the code, `+` behind it where files were changed since.
        date: UTC.
        machine: Where it ran.
        model: What was embedded: name, variant and SHA-256.
        proofs: In their order.
        schema_version: Of this form.
    """

    command: str
    commit: str
    date: str
    machine: str
    model: dict[str, str]
    proofs: list[Proof]
    schema_version: int = 1

    @property
    def passed(self) -> bool:
        """Whether no proof failed; one that could not be tried is no failure."""
        return all(proof.passed is not False for proof in self.proofs)


def write_record(path: Path, verification: Verification) -> None:
    """Writes the record as JSON."""
    write_text(path, json.dumps(asdict(verification), indent=1, ensure_ascii=False) + "\n")


def this_commit(folder: Path) -> str:
    """Commit of the checkout, with `+` where its app was changed since; empty outside of one."""
    try:
        commit, changed = (
            subprocess.run(
                ["git", "-C", str(folder), *arguments],
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            ).stdout.strip()
            for arguments in (("rev-parse", "HEAD"), ("status", "--porcelain", "--", "."))
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return f"{commit}+" if changed else commit


def this_command(arguments: Sequence[str]) -> str:
    """The call, as it was made; absolute paths are cut to their last name: records are published.

    Args:
        arguments: Those of the program, without its own name.
    """

    def cut(argument: str) -> str:
        option, equals, value = argument.rpartition("=")
        path = PurePath(value)
        return f"{option}{equals}{path.name}" if path.is_absolute() else argument

    return shlex.join(["python", "-m", "mobile_app.verify", *map(cut, arguments)])


def this_machine() -> str:
    """System and Python of this computer."""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"


def now() -> str:
    """The time, UTC, in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
