"""The Python side of a package: `assets/private.tar`, its modules and its captioner."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path
from typing import Final

from .archive import Package
from .findings import BUILD_AGAIN, Findings, shown
from .imports import FORBIDDEN, PROJECT
from .tar_stream import TAR_DAMAGE, is_foreign_bytecode, leads_out, read_members, tell_damage
from .toolchain import EMBEDDED_MODEL, MODEL_SUFFIXES, PYC_MAGIC, PYTHON
from .tree import NOT_FOR_PHONES, SECRET, check_model

NAME: Final = "assets/private.tar"
_MAX_MODEL_BYTES: Final = 200_000_000


def check_private(package: Package, findings: Findings) -> None:
    """Checks that the app's modules and a whole captioner are in it."""
    name = package.inside(NAME)
    if name not in package.entries:
        findings.error(
            "no-private-tar",
            f"{name} is not in it",
            "it holds the app's Python modules and its captioner",
            BUILD_AGAIN,
        )
        return
    names: set[str] = set()
    models: list[str] = []
    try:
        for path, member, tar in read_members(package, name):
            names.add(path)
            if leads_out(path, name, findings):
                continue
            if member.isfile() and path.endswith(MODEL_SUFFIXES):
                models.append(path)
                _check_member(tar, member, f"{name}:{path}", findings)
            elif path == "main.pyc" and (file := tar.extractfile(member)):
                _check_bytecode(file.read(4), f"{name}:{path}", findings)
    except TAR_DAMAGE as error:
        tell_damage(error, "private-tar", name, findings)
        return
    _check_names(names, name, findings)
    if EMBEDDED_MODEL not in names:
        findings.error(
            "no-model",
            f"no captioner is embedded at {EMBEDDED_MODEL}",
            "the app opens with nothing to describe photos by",
            f"cp captioner.tflite mobile_app/{EMBEDDED_MODEL}, and build again",
            name,
        )
    elif len(models) > 1:
        findings.warning(
            "several-models",
            f"{len(models)} captioners are in it: {', '.join(map(shown, models))}",
            "the app embeds one; the others only make it larger",
            "leave the others out",
            name,
        )


def _check_bytecode(head: bytes, where: str, findings: Findings) -> None:
    if is_foreign_bytecode(head, PYC_MAGIC):
        findings.error(
            "python-version",
            "it is compiled by another Python than the phone's",
            f"the app stops with 'bad magic number': its interpreter is Python {PYTHON}",
            "give hostpython3 and python3 one version, and build again from a clean tree",
            where,
        )


def _check_member(
    tar: tarfile.TarFile, member: tarfile.TarInfo, where: str, findings: Findings
) -> None:
    file = tar.extractfile(member) if member.size <= _MAX_MODEL_BYTES else None
    if file is None:
        findings.error(
            "model",
            f"it claims {member.size} bytes",
            "no captioner is like that",
            BUILD_AGAIN,
            where,
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "captioner"
        path.write_bytes(file.read())
        check_model(path, where, findings)


def _check_names(names: set[str], where: str, findings: Findings) -> None:
    if not names & {"main.py", "main.pyc"}:
        findings.error(
            "no-main", "main.pyc is not in it", "Android starts the app by it", BUILD_AGAIN, where
        )
    for name in sorted(names):
        if name.removeprefix("_applibs/").partition("/")[0] in FORBIDDEN:
            findings.error(
                "tensorflow",
                f"{name} is in it",
                "it is not made for Android; the app runs its model by LiteRT",
                "delete it from the requirements and build again",
                where,
            )
            break
    for name in sorted(names):
        if SECRET.search(name):
            findings.error(
                "secret",
                f"{shown(name)} is in it",
                "everyone who has the app could sign in your name",
                "move it out of the app's folder, make a new key, and build again",
                where,
            )
    unused = [name for name in sorted(names) if NOT_FOR_PHONES.search(name)]
    unused += [name for name in sorted(names) if name.partition("/")[0] in PROJECT | {"verify"}]
    if unused:
        findings.warning(
            "unused",
            f"{len(unused)} files that the app does not need are in it: {shown(unused[0])}"
            + (" and others" if len(unused) > 1 else ""),
            "each download carries them",
            BUILD_AGAIN,
            where,
        )
