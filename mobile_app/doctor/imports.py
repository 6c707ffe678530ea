"""Whether every import of the staged tree finds its module on the phone."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .findings import Findings
from .staging import Staged

PROVIDED: Final = {
    "numpy": "numpy",
    "PIL": "pillow",
    "kivy": "kivy",
    "jnius": "pyjnius",
    "android": "kivy",
    "kivymd": "kivymd",
    "cv2": "opencv",
    "requests": "requests",
    "certifi": "certifi",
    "setuptools": "setuptools",
}
"""Module -> the requirement that brings it; `android` comes with kivy's recipe."""
DESKTOP: Final = frozenset({"ai_edge_litert", "cv2"})
"""Imported by the branches of the app that run on a desktop only."""
FORBIDDEN: Final = frozenset(
    {"tensorflow", "tf_keras", "keras", "tensorflow_model_optimization", "tflite_runtime", "torch"}
)
PROJECT: Final = frozenset({"mobile_app", "pipeline", "export", "benchmarks", "tests"})
_REMOVED: Final = (
    "aifc asynchat asyncore audioop binhex cgi cgitb chunk crypt distutils imghdr imp lib2to3 "
    "mailcap msilib nis nntplib ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib uu xdrlib"
)
_NOT_BUILT: Final = "curses idlelib msvcrt readline tkinter turtle turtledemo winreg winsound"
_GONE: Final = frozenset(f"{_REMOVED} {_NOT_BUILT}".split())
"""Modules that Python 3.14 has dropped, and those that it is built without on Android."""
_NEW: Final = frozenset({"annotationlib", "compression"})
_STANDARD: Final = (frozenset(sys.stdlib_module_names) | _NEW) - _GONE
_MAX_MODULE_BYTES: Final = 2_000_000
_KV_IMPORT: Final = re.compile(r"^\s*#:\s*import\s+\S+\s+([\w.]+)", re.MULTILINE)


@dataclass(frozen=True)
class _Import:
    line: int
    name: str
    level: int
    lazy: bool


def check_imports(tree: Staged, requirements: set[str], findings: Findings) -> None:
    """Reads every module and `.kv` file of the tree.

    Args:
        tree: The staged files.
        requirements: Names of the spec's requirements.
        findings: What is found is added here.
    """
    local = {path.split("/")[0].removesuffix(".py") for path in tree.files if path.endswith(".py")}
    before = findings.errors
    modules = 0
    for path in tree.files:
        if path.endswith((".pyo", ".pyc", ".pyx", ".so", ".pyd", ".dll")):
            findings.error(
                "compiled-file",
                "a compiled file is staged",
                "it was made for this computer and this Python",
                "delete it; what needs compiling needs a recipe",
                path,
            )
        if not path.endswith((".py", ".kv")):
            continue
        modules += 1
        for each in _imports(tree, path, findings):
            where = f"{path}:{each.line}"
            if each.level:
                _check_relative(tree, path, each, where, findings)
            else:
                _check_absolute(each, where, local, requirements, findings)
    if not modules:
        findings.error(
            "no-modules",
            "no Python module is staged",
            "there is nothing to start",
            "look at source.dir, source.include_exts and source.exclude_dirs",
        )
    elif findings.errors == before:
        findings.good("imports", f"every import of {modules} modules is on the phone")


def _imports(tree: Staged, path: str, findings: Findings) -> Iterator[_Import]:
    if tree.files[path] > _MAX_MODULE_BYTES:
        findings.error(
            "large-module",
            f"it has {tree.files[path]} bytes",
            "no module is like that; it was not read",
            "put data into a file of their own",
            path,
        )
        return
    try:
        data = (tree.root / path).read_bytes()
        if path.endswith(".kv"):
            text = data.decode("utf-8")
            for match in _KV_IMPORT.finditer(text):
                yield _Import(text.count("\n", 0, match.start(1)) + 1, match[1], 0, False)
            return
        parsed = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        findings.error(
            "syntax",
            f"it is no {'Python' if path.endswith('.py') else 'UTF-8'}: {str(error)[:120]}",
            "the build compiles every module and stops at the first that fails",
            "correct it, or leave it out by source.exclude_patterns",
            f"{path}:{line}" if line else path,
        )
        return
    except OSError as error:
        findings.error(
            "unreadable",
            f"it cannot be read ({error.strerror})",
            "buildozer stops when it copies it",
            "correct its permissions",
            path,
        )
        return
    yield from _walk(parsed, lazy=False)


def _walk(node: ast.AST, lazy: bool) -> Iterator[_Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield _Import(child.lineno, alias.name, 0, lazy)
        elif isinstance(child, ast.ImportFrom):
            names = [alias.name for alias in child.names]
            if child.level and not child.module:
                for name in names:
                    yield _Import(child.lineno, name, child.level, lazy)
            else:
                yield _Import(child.lineno, child.module or "", child.level, lazy)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            for other in child.orelse:
                yield from _walk(ast.Module([other], []), lazy)
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _walk(child, lazy or function or isinstance(child, ast.Try))


def _check_relative(tree: Staged, path: str, each: _Import, where: str, findings: Findings) -> None:
    package = path.split("/")[:-1]
    up = each.level - 1
    if up >= len(package) or not package:
        findings.error(
            "import",
            f"{'.' * each.level}{each.name} leads out of the tree",
            "on the phone the staged folder is the root, and no package",
            "import it by its name, or move the module",
            where,
        )
        return
    parts = package[: len(package) - up] + (each.name.split(".") if each.name else [])
    base = "/".join(parts)
    if f"{base}.py" in tree.files or f"{base}/__init__.py" in tree.files:
        return
    # `from . import name` may take a name that the package itself defines.
    parent = "/".join(parts[:-1])
    if "." not in each.name and f"{parent}/__init__.py" in tree.files:
        text = (tree.root / parent / "__init__.py").read_text(encoding="utf-8", errors="replace")
        if re.search(rf"\b{re.escape(each.name)}\b", text):
            return
    if any(name.startswith(f"{base}/") for name in tree.files):
        return
    findings.error(
        "import",
        f"{'.' * each.level}{each.name} is not staged",
        "the app stops there with ModuleNotFoundError",
        f"take {base}.py out of source.exclude_dirs and source.exclude_patterns",
        where,
    )


def _check_absolute(
    each: _Import, where: str, local: set[str], requirements: set[str], findings: Findings
) -> None:
    top = each.name.partition(".")[0]
    if top in FORBIDDEN:
        findings.error(
            "tensorflow",
            f"{top} is imported",
            "it does not exist on the phone; the app runs its model by LiteRT",
            "move the module out of the staged tree",
            where,
        )
    elif top in PROJECT and top not in local:
        findings.error(
            "import",
            f"{each.name} is imported by its desktop name",
            "the staged folder is the root: there is no package of that name on the phone",
            "import relatively, or leave the module out by source.exclude_patterns",
            where,
        )
    elif not (
        top in local
        or top in _STANDARD
        or PROVIDED.get(top, top).lower() in requirements
        or (top in DESKTOP and each.lazy)
    ):
        gone = top in _GONE
        add = findings.warning if each.lazy else findings.error
        add(
            "import",
            f"{top} is imported" + (", which Android's Python 3.14 lacks" if gone else ""),
            "the app stops there with ModuleNotFoundError"
            + (", if it ever comes there" if each.lazy else ""),
            "import something else"
            if gone
            else f"add {PROVIDED.get(top, top)} to the requirements, or leave the module out",
            where,
        )
