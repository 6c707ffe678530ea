"""What a record says about its own making: the command line and the commit."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path, PurePath


def git_commit() -> str:
    """Commit of the code, with `-dirty` after it where files were changed; empty if unknown."""
    folder = Path(__file__).parent

    def git(*args: str) -> str:
        return subprocess.run(
            ["git", "-C", str(folder), *args],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout.strip()

    try:
        if Path(git("rev-parse", "--show-toplevel")) != folder.parent.resolve():
            return ""
        dirty = git("status", "--porcelain", "--untracked-files=no")
        return git("rev-parse", "HEAD") + ("-dirty" if dirty else "")
    except (OSError, subprocess.SubprocessError):
        return ""


def command_line() -> str:
    """The command as it was called, without the folder of the program."""
    spec = sys.modules["__main__"].__spec__
    if spec is None:
        program = [Path(sys.argv[0]).name]
    else:
        program = ["python", "-m", spec.name.removesuffix(".__main__")]
    return shlex.join([*program, *sys.argv[1:]])


def public_command(command: str) -> str:
    """A command line whose absolute paths are cut to their last name: records are published."""

    def cut(argument: str) -> str:
        option, equals, value = argument.rpartition("=")
        path = PurePath(value)
        return f"{option}{equals}{path.name}" if path.is_absolute() else argument

    return shlex.join(map(cut, shlex.split(command)))
