"""Whether every import of the staged tree finds its module on the phone."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .findings import Findings
from .local_imports import check_local, check_relative
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
    "bz2": "libbz2",
    "lzma": "liblzma",
}
"""Module -> the requirement that brings it; `android` comes with kivy's recipe, and Python is
built with bz2 and lzma only where their libraries are asked for."""
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
STANDARD: Final = (frozenset(sys.stdlib_module_names) | _NEW) - _GONE - set(PROVIDED)
"""Modules that the phone's Python has of its own."""
_MAX_MODULE_BYTES: Final = 2_000_000
_KV_IMPORT: Final = re.compile(r"^\s*#:\s*import\s+\S+\s+([\w.]+)", re.MULTILINE)
_BY_NAME: Final = frozenset({"import_module", "__import__"})


@dataclass(frozen=True)
class _Import:
    line: int
    name: str
    level: int
    lazy: bool
    names: tuple[str, ...] = ()


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
                check_relative(tree, path, each.level, each.name, each.names, where, findings)
            elif each.name.partition(".")[0] in local:
                check_local(tree, each.name, each.names, where, findings)
            else:
                _check_absolute(each, where, requirements, findings)
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
            yield from _kv_imports(data.decode("utf-8"), 1)
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
            names = tuple(alias.name for alias in child.names)
            yield _Import(child.lineno, child.module or "", child.level, lazy, names)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            for other in child.orelse:
                yield from _walk(ast.Module([other], []), lazy)
        elif isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield from _kv_imports(child.value, child.lineno)
        else:
            yield from _import_by_name(child, lazy)
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _walk(child, lazy or function or isinstance(child, ast.Try))


def _kv_imports(text: str, line: int) -> Iterator[_Import]:
    """The imports of Kivy's language, in a file of its own or in a string that begins at a line."""
    for match in _KV_IMPORT.finditer(text):
        yield _Import(line + text.count("\n", 0, match.start(1)), match[1], 0, False)


def _import_by_name(node: ast.AST, lazy: bool) -> Iterator[_Import]:
    if not (isinstance(node, ast.Call) and node.args):
        return
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    name = getattr(node.args[0], "value", None)
    if called in _BY_NAME and isinstance(name, str) and not name.startswith("."):
        yield _Import(node.lineno, name, 0, lazy)


def _check_absolute(each: _Import, where: str, requirements: set[str], findings: Findings) -> None:
    top = each.name.partition(".")[0]
    if top in FORBIDDEN:
        findings.error(
            "tensorflow",
            f"{top} is imported",
            "it does not exist on the phone; the app runs its model by LiteRT",
            "move the module out of the staged tree",
            where,
        )
    elif top in PROJECT:
        findings.error(
            "import",
            f"{each.name} is imported by its desktop name",
            "the staged folder is the root: there is no package of that name on the phone",
            "import relatively, or leave the module out by source.exclude_patterns",
            where,
        )
    elif not (
        top in STANDARD
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
