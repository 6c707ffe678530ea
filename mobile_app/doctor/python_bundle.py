"""The interpreter's side of a package: `libpybundle.so`, an archive of Python's modules.

It is a gzipped tar under the name of a library, so that Android unpacks it. The native modules in
it are loaded as any library is, and must fit the phone as those do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .archive import Package
from .elf import Elf, ElfError, read_elf
from .findings import BUILD_AGAIN, Findings, shown
from .imports import FORBIDDEN
from .tar_stream import TAR_DAMAGE, is_foreign_bytecode, leads_out, read_members, tell_damage
from .toolchain import PYC_MAGIC, PYTHON

BUNDLE: Final = "libpybundle.so"
_SITE: Final = "site-packages"
_NEEDED: Final = {"numpy": "numpy", "PIL": "pillow", "kivy": "kivy", "jnius": "pyjnius"}
_HEADER_BYTES: Final = 65_536
_MOST_NAMED: Final = 5


def check_python_bundle(
    package: Package,
    name: str,
    check_elf: Callable[[Elf, str, Findings], None],
    findings: Findings,
) -> None:
    """Checks that Python's modules are there, and that its native ones can be loaded.

    Args:
        package: An APK or AAB.
        name: Of the bundle in it.
        check_elf: Checks a library of the bundle's ABI.
        findings: What is found is added here.
    """
    before = findings.errors
    modules: set[str] = set()
    foreign = ""
    try:
        for path, member, tar in read_members(package, name):
            _, _, inner = path.partition(f"{_SITE}/")
            modules.add(inner.partition("/")[0].partition(".")[0])
            where = f"{name}:{path}"
            if leads_out(path, name, findings):
                continue
            if path.endswith(".so") and (file := tar.extractfile(member)):
                if findings.errors < before + _MOST_NAMED:
                    _check_module(file.read(_HEADER_BYTES), member.size, where, check_elf, findings)
            elif path.endswith(".pyc") and not foreign and (file := tar.extractfile(member)):
                foreign = path if is_foreign_bytecode(file.read(4), PYC_MAGIC) else ""
    except TAR_DAMAGE as error:
        tell_damage(error, "python-bundle", name, findings)
        return
    _check_modules(modules, foreign, name, findings)


def _check_module(
    head: bytes,
    size: int,
    where: str,
    check_elf: Callable[[Elf, str, Findings], None],
    findings: Findings,
) -> None:
    try:
        elf = read_elf(head, size)
    except ElfError as error:
        findings.error(
            "library", f"no library: {error}", "Android cannot load it", BUILD_AGAIN, where
        )
        return
    check_elf(elf, where, findings)


def _check_modules(modules: set[str], foreign: str, name: str, findings: Findings) -> None:
    missing = [requirement for module, requirement in _NEEDED.items() if module not in modules]
    if missing:
        findings.error(
            "missing-module",
            f"{', '.join(missing)}: not in its {_SITE}",
            "the app stops with ModuleNotFoundError when it starts",
            "look at requirements and at the build's first error, and build again",
            name,
        )
    if wrong := sorted(modules & FORBIDDEN):
        findings.error(
            "tensorflow",
            f"{', '.join(wrong)} is in it",
            "it is not made for Android; the app runs its model by LiteRT",
            "delete it from the requirements and build again",
            name,
        )
    if foreign:
        findings.error(
            "python-version",
            f"{shown(foreign)} is compiled by another Python than the phone's",
            f"it fails with 'bad magic number': the interpreter is Python {PYTHON}",
            "give hostpython3 and python3 one version, and build again from a clean tree",
            name,
        )
