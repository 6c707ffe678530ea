"""What a folder offers to choose from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ..runtime.errors import JewelcapError

MOST_FILES = 500
"""Of one folder; a list of more helps nobody."""


@dataclass(frozen=True)
class Listing:
    """A folder's content, without hidden files.

    Attributes:
        folder: The folder.
        folders: Its folders, by name.
        files: Its files with the wanted endings, by name.
    """

    folder: Path
    folders: tuple[Path, ...]
    files: tuple[Path, ...]


def list_folder(folder: Path, suffixes: frozenset[str]) -> Listing:
    """Lists a folder.

    Args:
        folder: The folder.
        suffixes: Endings of wanted files, in lower case with the dot.

    Raises:
        JewelcapError: It cannot be read.
    """
    folders: list[Path] = []
    files: list[Path] = []
    try:
        with os.scandir(folder) as found:
            for item in found:
                if item.name.startswith("."):
                    continue
                try:
                    is_folder = item.is_dir()
                except OSError:
                    continue
                if is_folder:
                    folders.append(folder / item.name)
                elif Path(item.name).suffix.lower() in suffixes:
                    files.append(folder / item.name)
    except OSError as error:
        raise JewelcapError(f"{folder}: cannot be read ({error.strerror})") from None

    def by_name(path: Path) -> str:
        return path.name.casefold()

    return Listing(
        folder,
        tuple(sorted(folders, key=by_name)[:MOST_FILES]),
        tuple(sorted(files, key=by_name)[:MOST_FILES]),
    )
