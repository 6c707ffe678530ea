"""Files that Kivy's language names: they must be staged, and stand where the app looks."""

from __future__ import annotations

import re
from typing import Final

from .findings import Findings, shown
from .staging import Staged

_INCLUDE: Final = re.compile(r"^\s*#:\s*include\s+(?:force\s+)?[\"']?([^\s\"']+)", re.MULTILINE)
_FILE: Final = re.compile(
    r"^[ \t]*(?:source|font_name|icon|background_\w+)[ \t]*:[ \t]*"
    r"[\"']([\w./-]+\.(?:png|jpe?g|gif|webp|ttf|otf|atlas))[\"'][ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)


def check_kv_files(tree: Staged, findings: Findings) -> None:
    """Checks what every `.kv` file includes and shows."""
    for path in tree.files:
        if not path.endswith(".kv"):
            continue
        try:
            text = (tree.root / path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            # The check of imports names it.
            continue
        _check_indentation(path, text, findings)
        for pattern, kind in ((_INCLUDE, "includes"), (_FILE, "shows")):
            for match in pattern.finditer(text):
                if not _staged(tree, path, match[1]):
                    line = text.count("\n", 0, match.start(1)) + 1
                    findings.error(
                        "kv-file",
                        f"it {kind} {shown(match[1])}, which is not staged",
                        "the app stops there"
                        if pattern is _INCLUDE
                        else "Kivy shows a white field in its place, or stops",
                        "correct the path, or look at source.include_exts and "
                        "source.exclude_patterns",
                        f"{path}:{line}",
                    )


def _check_indentation(path: str, text: str, findings: Findings) -> None:
    """The first line that is indented says by how much all are; Kivy takes a tab for four."""
    step = 0
    for number, line in enumerate(text.splitlines(), 1):
        content = line.lstrip()
        if not content or content.startswith("#"):
            continue
        depth = len(line[: len(line) - len(content)].replace("\t", "    "))
        step = step or depth
        if step and depth % step:
            findings.error(
                "kv-syntax",
                f"it is indented by {depth} spaces, which is no multiple of {step}",
                "Kivy stops at this line, and the app with it",
                f"indent it by a multiple of {step}",
                f"{path}:{number}",
            )
            return


def _staged(tree: Staged, path: str, name: str) -> bool:
    """Kivy looks from the folder of main.py, then among its own files."""
    beside = f"{path.rpartition('/')[0]}/{name}".lstrip("/")
    own = name.startswith(("data/", "atlas:"))
    return own or name.removeprefix("./") in tree.files or beside in tree.files
