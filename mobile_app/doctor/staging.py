"""Which files of a folder buildozer stages: its own rules, quirks and all."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from stat import S_ISREG
from typing import Final

from .findings import Findings
from .spec_file import Spec

_MAX_FILES: Final = 5_000
_MAX_FOLDERS: Final = 2_000
_MOST_NAMED: Final = 3


@dataclass(frozen=True)
class Staged:
    """The files that go into the app.

    Attributes:
        root: Folder that they are taken from.
        files: POSIX path from there -> size in bytes.
    """

    root: Path
    files: dict[str, int]

    @property
    def size_bytes(self) -> int:
        """Of all files together."""
        return sum(self.files.values())

    @property
    def parts(self) -> dict[str, int]:
        """Bytes of each folder of the app, two names deep, the largest first."""
        sizes: Counter[str] = Counter()
        for path, size_bytes in self.files.items():
            sizes["/".join(path.split("/")[:-1][:2]) or "."] += size_bytes
        return dict(sizes.most_common())


def stage(root: Path, spec: Spec | None, findings: Findings) -> Staged:
    """Lists what buildozer would copy.

    Args:
        root: The folder of main.py, or one that has been staged already.
        spec: Whose rules are taken; None for all files, of a tree that has been staged.
        findings: Links that lead in circles are added here.
    """
    files: dict[str, int] = {}
    seen: set[tuple[int, int]] = set()
    loops = 0
    for folder, names, here in os.walk(root, followlinks=True):
        about = Path(folder).stat()
        if (about.st_dev, about.st_ino) in seen:
            loops += 1
            if loops > _MOST_NAMED:
                names.clear()
                continue
            findings.error(
                "link-loop",
                f"{folder} is reached twice, over a link",
                "buildozer follows links and copies its files twice, or without end",
                "delete the link",
            )
            names.clear()
            continue
        seen.add((about.st_dev, about.st_ino))
        names.sort()
        relative = Path(folder).relative_to(root).as_posix()
        prefix = "" if relative == "." else f"{relative}/"
        if any(part.startswith(".") for part in prefix.split("/") if part):
            names.clear()
            continue
        if spec is not None and _folder_left_out(prefix.lower(), spec):
            continue
        for name in sorted(here):
            if name.startswith(".") or (spec is not None and _left_out(prefix, name, spec)):
                continue
            try:
                status = (Path(folder) / name).stat()
                if not S_ISREG(status.st_mode):
                    raise OSError
                files[prefix + name] = status.st_size
            except OSError:
                findings.error(
                    "broken-file",
                    "it is a link to nothing, or no file",
                    "buildozer stops when it copies it",
                    "delete it",
                    prefix + name,
                )
        if len(files) > _MAX_FILES or len(seen) > _MAX_FOLDERS:
            many = f"{_MAX_FILES} files" if len(files) > _MAX_FILES else f"{_MAX_FOLDERS} folders"
            files.clear()
            findings.error(
                "too-many-files",
                f"there are more than {many}",
                "something that is no part of the app is staged",
                "name its folder in source.exclude_dirs, or build from a clean folder",
                str(root),
            )
            break
    return Staged(root, files)


def _lower(spec: Spec, key: str) -> list[str]:
    return [item.lower() for item in spec.items(key)]


def _folder_left_out(prefix: str, spec: Spec) -> bool:
    if not prefix:
        return False
    out = any(
        prefix.startswith(name if name.endswith("/") else f"{name}/")
        for name in _lower(spec, "source.exclude_dirs")
        if name
    )
    out = out or any(fnmatch(prefix, each) for each in _lower(spec, "source.exclude_patterns"))
    return out and not any(
        fnmatch(prefix, each) for each in _lower(spec, "source.include_patterns")
    )


def _left_out(prefix: str, name: str, spec: Spec) -> bool:
    # In the root buildozer compares the name in small letters, elsewhere as it is.
    path = prefix.lower() + name if prefix else name.lower()
    out = any(fnmatch(path, each) for each in _lower(spec, "source.exclude_patterns"))
    if out and not any(fnmatch(path, each) for each in _lower(spec, "source.include_patterns")):
        return True
    suffix = Path(name).suffix[1:].lower()
    if not suffix:
        return False
    included, excluded = _lower(spec, "source.include_exts"), _lower(spec, "source.exclude_exts")
    return bool(included and suffix not in included) or suffix in excluded
