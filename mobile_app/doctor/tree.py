"""The staged tree: its imports, its captioner, its size, and what has no business in it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from ..camera_app.runtime.bundle import BundleManifest, read_bundle
from ..camera_app.runtime.errors import BundleError
from .findings import Findings
from .imports import PROVIDED, STANDARD, check_imports
from .kv_files import check_kv_files
from .staging import Staged
from .toolchain import EMBEDDED_MODEL, MODEL_SUFFIXES

_LARGE_MODEL_BYTES: Final = 20_000_000
_LARGE_FILE_BYTES: Final = 5_000_000
NOT_FOR_PHONES: Final = re.compile(
    r"(^|/)(tests?|examples?|docs?|__pycache__|site-packages|node_modules|venv)/|(^|/)test_[^/]*\.py$"
    r"|(^|/)conftest\.py$|\.(keystore|jks|p12|pem|apk|aab|h5|npz|ipynb)$",
    re.IGNORECASE,
)
"""Paths of what has no business on a phone."""
_MAX_KEY_BYTES: Final = 100_000
_PARTS: Final = (".py", ".kv", ".json", ".ttf")
SECRET: Final = re.compile(r"(\.(keystore|jks|p12|pfx|pem)|(^|/)id_(rsa|dsa|ecdsa|ed25519))$", re.I)
"""Names of files that hold keys."""


def check_tree(tree: Staged, requirements: set[str], findings: Findings) -> None:
    """Checks what goes into the app."""
    if tree.files.get("main.py") == 0:
        findings.error(
            "no-main",
            "main.py is empty",
            "Android starts the app by it, and it ends at once",
            "restore it: git checkout main.py",
            "main.py",
        )
    elif "main.py" not in tree.files and "main.pyc" not in tree.files:
        findings.error(
            "no-main",
            f"no main.py is staged from {tree.root}",
            "Android starts the app by it",
            "give the folder that holds it, and do not exclude it",
        )
    check_imports(tree, requirements, findings)
    check_kv_files(tree, findings)
    _check_shadows(tree, findings)
    for path, size_bytes in tree.files.items():
        _check_file(tree, path, size_bytes, findings)
    check_models(tree, findings)
    _check_left_out(tree, findings)
    parts = ", ".join(f"{name} {size / 1e6:.2f} MB" for name, size in tree.parts.items())
    findings.good("staged", f"{len(tree.files)} files, {tree.size_bytes / 1e6:.2f} MB: {parts}")


def _check_shadows(tree: Staged, findings: Findings) -> None:
    roots = {path.split("/")[0].removesuffix(".py") for path in tree.files if path.endswith(".py")}
    for name in sorted(roots & (STANDARD | set(PROVIDED))):
        findings.error(
            "shadow",
            f"it hides the module {name} of Python or of a requirement",
            "the staged folder comes first on the phone: all others that import it get this one",
            "give it another name, or move it into camera_app",
            name if f"{name}.py" not in tree.files else f"{name}.py",
        )


def _check_json(file: Path, path: str, findings: Findings) -> None:
    try:
        json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        findings.error(
            "json",
            f"it is no JSON: {str(error)[:120]}",
            "the app reads it when it starts, and stops",
            "restore it, or leave it out by source.exclude_patterns",
            path,
        )


def _holds_key(file: Path, size_bytes: int) -> bool:
    if size_bytes > _MAX_KEY_BYTES:
        return False
    try:
        return b"PRIVATE KEY-----" in file.read_bytes()
    except OSError:
        return False


def _check_file(tree: Staged, path: str, size_bytes: int, findings: Findings) -> None:
    if SECRET.search(path) or _holds_key(tree.root / path, size_bytes):
        findings.error(
            "secret",
            "a key is staged",
            "everyone who has the app could sign in your name",
            "move it out of the app's folder",
            path,
        )
    elif NOT_FOR_PHONES.search(path) and not path.endswith(".pyc"):
        findings.warning(
            "unused",
            f"{size_bytes} bytes that the app does not need",
            "each download carries it",
            "name it in source.exclude_dirs or source.exclude_patterns",
            path,
        )
    elif size_bytes > _LARGE_FILE_BYTES and not path.endswith(MODEL_SUFFIXES):
        findings.warning(
            "large-file",
            f"it has {size_bytes / 1e6:.1f} MB",
            "each download carries it",
            "leave it out, or make it smaller",
            path,
        )
    if path.endswith(".json") and size_bytes <= _LARGE_FILE_BYTES:
        _check_json(tree.root / path, path, findings)
    if len(path.encode()) > 255 or len(path.rpartition("/")[2].encode()) > 100:
        findings.error(
            "long-name",
            "its path is longer than a USTAR archive holds",
            "python-for-android packs the tree as one and stops",
            "shorten it",
            path,
        )


def _check_left_out(tree: Staged, findings: Findings) -> None:
    """Names what of the app itself is on the disk and not staged; imports by name go unseen."""
    missing = [
        path
        for file in sorted((tree.root / "camera_app").rglob("*"))
        if (path := file.relative_to(tree.root).as_posix()) not in tree.files
        and file.suffix in _PARTS
        and "/." not in path
        and file.is_file()
    ]
    if not missing:
        return
    # A module may be left out on purpose; a package, or what modules read, may not.
    needed = [path for path in missing if not path.endswith(".py") or "__init__" in path]
    add = findings.error if needed else findings.warning
    named = ", ".join((needed or missing)[:3])
    add(
        "left-out",
        f"{len(missing)} parts of the app are not staged: {named}"
        + (" and others" if len(missing) > 3 else ""),
        "the app reads them, or imports them by name, when it needs them",
        "look at source.exclude_patterns, source.exclude_dirs and source.include_exts",
    )


def check_models(tree: Staged, findings: Findings) -> None:
    """Checks that the embedded captioner is there, and every captioner whole."""
    models = [path for path in tree.files if path.endswith(MODEL_SUFFIXES)]
    target = tree.root / EMBEDDED_MODEL
    if EMBEDDED_MODEL not in models:
        findings.error(
            "no-model",
            f"no captioner is embedded at {EMBEDDED_MODEL}"
            + (f"; there is {models[0]}" if models else ""),
            "the app then opens with nothing to describe photos by",
            "put one there that `jewelcap export` made: "
            f"mkdir -p {target.parent} && cp runs/…/captioner.tflite {target}",
        )
    for path in _unstaged_models(tree):
        findings.warning(
            "unstaged-model",
            "a captioner lies here and is not staged",
            "it does not come onto the phone",
            f"the app's own lies at {EMBEDDED_MODEL}",
            path,
        )
        models.append(path)
    for path in models:
        check_model(tree.root / path, path, findings)
    staged = [path for path in models if path in tree.files]
    if len(staged) > 1:
        findings.warning(
            "several-models",
            f"{len(staged)} captioners are staged: {', '.join(staged)}",
            "the app embeds one; the others only make it larger",
            "leave the others out",
        )


def _unstaged_models(tree: Staged) -> list[str]:
    folders = (tree.root, *(tree.root / name for name in ("camera_app", "camera_app/models")))
    found = [
        file.relative_to(tree.root).as_posix()
        for folder in folders
        if folder.is_dir()
        for file in sorted(folder.iterdir())
        if file.suffix in MODEL_SUFFIXES and file.is_file()
    ]
    return [path for path in found if path not in tree.files]


def check_model(file: Path, where: str, findings: Findings) -> BundleManifest | None:
    """Opens and verifies a captioner as the app does; returns its manifest."""
    try:
        manifest = read_bundle(file).manifest
        size_bytes = file.stat().st_size
    except BundleError as error:
        findings.error(
            "model",
            str(error).removeprefix(f"{file}: "),
            "the app refuses it when it starts",
            "export it again with this version of jewelcap, and copy it whole",
            where,
        )
        return None
    except OSError as error:
        findings.error(
            "model",
            f"it cannot be read ({error.strerror})",
            "the app refuses it when it starts",
            "correct its permissions",
            where,
        )
        return None
    if size_bytes > _LARGE_MODEL_BYTES:
        findings.warning(
            "large-model",
            f"the captioner has {size_bytes / 1e6:.1f} MB",
            "each download carries it; an int8 MobileNet has 4.2 MB",
            "export the variant int8",
            where,
        )
    text = f"{manifest.encoder}, {manifest.decoder}, {manifest.variant}, {size_bytes / 1e6:.2f} MB"
    findings.good("model", text, where)
    return manifest
