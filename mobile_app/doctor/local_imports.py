"""Whether a module of the staged tree finds the others that it imports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .findings import Findings
from .staging import Staged

_WHY: Final = "the app stops there with ModuleNotFoundError"


def check_relative(
    tree: Staged,
    path: str,
    level: int,
    name: str,
    names: Sequence[str],
    where: str,
    findings: Findings,
) -> None:
    """Checks `from ..name import names`.

    Args:
        tree: The staged files.
        path: The module that imports.
        level: How many dots there are.
        name: Dotted, empty in `from . import names`.
        names: What is taken from it.
        where: Path and line.
        findings: What is found is added here.
    """
    package = path.split("/")[:-1]
    up = level - 1
    if up >= len(package):
        findings.error(
            "import",
            f"{'.' * level}{name} leads out of the tree",
            "on the phone the staged folder is the root, and no package",
            "import it by its name, or move the module",
            where,
        )
        return
    parts = package[: len(package) - up] + (name.split(".") if name else [])
    if missing := _missing(tree, parts, names):
        dots = "." * level
        own = "/".join(package[: len(package) - up])
        said = missing.removeprefix(f"{own}/").replace("/", ".")
        _report(f"{dots}{said}", missing, where, findings)


def check_local(
    tree: Staged, name: str, names: Sequence[str], where: str, findings: Findings
) -> None:
    """Checks `import name` and `from name import names` of a module that lies in the tree."""
    if missing := _missing(tree, name.split("."), names):
        _report(missing.replace("/", "."), missing, where, findings)


def _missing(tree: Staged, parts: Sequence[str], names: Sequence[str]) -> str | None:
    """Path without suffix of the first module that is not there."""
    base = "/".join(parts)
    if f"{base}.py" in tree.files:
        return None
    if not any(path.startswith(f"{base}/") for path in tree.files):
        return base
    initial = f"{base}/__init__.py"
    text = ""
    if initial in tree.files:
        text = (tree.root / initial).read_text(encoding="utf-8", errors="replace")
    for name in names:
        inner = f"{base}/{name}"
        # `from package import name` may take what the package itself defines.
        if not (
            f"{inner}.py" in tree.files
            or any(path.startswith(f"{inner}/") for path in tree.files)
            or re.search(rf"\b({re.escape(name)}|__getattr__)\b|import \*", text)
            or name == "*"
        ):
            return inner
    return None


def _report(said: str, path: str, where: str, findings: Findings) -> None:
    findings.error(
        "import",
        f"{said} is not staged",
        _WHY,
        f"correct the name, or take {path}.py out of source.exclude_dirs and "
        "source.exclude_patterns",
        where,
    )
