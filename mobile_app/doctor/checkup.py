"""Everything that doctor looks at, area by area."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from .findings import Finding, Findings
from .host import check_host
from .keystore import check_signing
from .package import check_package
from .requirements import check_requirements
from .spec_app import check_app
from .spec_file import Spec, read_spec
from .spec_kinds import check_kinds
from .spec_values import check_values
from .staging import stage
from .tree import check_tree

PROJECT_APP: Final = Path(__file__).parent.parent
"""The app of this project."""


_OWN: Final = ("main.py", "camera_app")
_USUAL: Final = {"python3", "kivy", "numpy", "pillow", "pyjnius"}


@dataclass
class Request:
    """What is to be looked at.

    Attributes:
        app: Folder with main.py and buildozer.spec.
        staged: A tree that has been staged already; None for what the spec would stage.
        package: An APK or AAB; None without one.
        staged_bytes: Path -> bytes of each staged file, filled in when the tree is looked at.
        sizes: Bytes by part of the package, filled in when it is read.
    """

    app: Path
    staged: Path | None = None
    package: Path | None = None
    staged_bytes: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


def _host(request: Request, findings: Findings) -> None:
    check_host(request.app, findings)


def _spec(request: Request, findings: Findings) -> None:
    spec = read_spec(request.app, findings)
    if spec is not None:
        _check_spec(spec, findings)
        said = {(each.code, each.where, each.what) for each in findings.found}
        for name in spec.profiles:
            other = Findings(findings.area)
            _check_spec(spec.of_profile(name), other)
            findings.found += [
                replace(each, where=f"[app@{name}] {each.where}")
                for each in other.found
                if each.severity != "ok" and (each.code, each.where, each.what) not in said
            ]
    check_signing(findings)


def _check_spec(spec: Spec, findings: Findings) -> None:
    check_app(spec, findings)
    check_requirements(spec, findings)
    check_values(spec, findings)
    check_kinds(spec, findings)


def _tree(request: Request, findings: Findings) -> None:
    silent = Findings(findings.area)
    spec: Spec | None = read_spec(request.app, silent)
    names = {each.name for each in check_requirements(spec, silent)} if spec else set()
    root = request.staged or request.app
    if request.staged is None and spec is not None:
        source = spec.path("source.dir")
        root = source if source is not None and source.is_dir() else request.app
    if not root.is_dir():
        findings.error(
            "no-tree",
            f"{root} is no folder",
            "the app is made of its files",
            "give the folder that holds main.py",
        )
        return
    rules = spec if request.staged is None else None
    tree = stage(root, rules, findings)
    if spec is None and request.staged is None:
        # Without a spec that can be read, the app's own files stand for what would be staged.
        own = {name: size for name, size in tree.files.items() if name.split("/")[0] in _OWN}
        tree = replace(tree, files=own)
        names = _USUAL
    request.staged_bytes = tree.files
    check_tree(tree, names, findings)


def _package(request: Request, findings: Findings) -> None:
    if request.package is not None:
        request.sizes = check_package(request.package, findings)


AREAS: Final[dict[str, Callable[[Request, Findings], None]]] = {
    "host": _host,
    "spec": _spec,
    "tree": _tree,
    "package": _package,
}
"""Area -> its checks. A new area is a new entry here."""
COMPUTER: Final = frozenset({"host"})
"""Areas that are about this computer; all others are about the project."""


def examine(request: Request, areas: list[str]) -> list[Finding]:
    """Looks at the areas, in the order of `AREAS`."""
    found: list[Finding] = []
    for name, check in AREAS.items():
        if name in areas:
            findings = Findings(name)
            check(request, findings)
            found += findings.found
    return found
