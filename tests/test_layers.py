"""Imports run one way: runtime <- pipeline <- export <- benchmarks; the UI stands aside."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command_line import REPOSITORY, run_python

PACKAGES = ("mobile_app", "pipeline", "export", "benchmarks")
RUNTIME = "mobile_app.camera_app.runtime"
PLATFORM = "mobile_app.camera_app.platform"
DEVICE_BENCHMARK = "mobile_app.camera_app.device_benchmark"
KEPT = tuple(
    f"mobile_app.camera_app.{name}" for name in ("history", "library", "preferences", "crash_log")
)
"""What the app keeps in its own folder."""

UI = "mobile_app.camera_app.ui"
TENSORFLOW = {"tensorflow", "tf_keras", "keras", "tensorflow_model_optimization"}


@dataclass(frozen=True)
class Layer:
    """What modules below a name may import.

    Attributes:
        name: The package, or one module of it.
        own: Packages of this project.
        foreign: Packages of others, beyond the standard library.
    """

    name: str
    own: tuple[str, ...]
    foreign: frozenset[str]


_RUNTIME_NEEDS = frozenset({"numpy", "PIL"})
_TOOLS = frozenset({"click", "matplotlib", "numpy", "PIL"})
_RENDERER = frozenset({"mitsuba", "drjit"})
_JAVA = frozenset({"jnius", "android"})
_LITERT = frozenset({"ai_edge_litert"})
_QUANTIZER = frozenset({"flatbuffers", "litert_quantizer"})

# The first layer whose name fits is the one that counts, so the special stands before the general.
LAYERS = (
    Layer(f"{RUNTIME}.interpreter_litert", (RUNTIME,), _RUNTIME_NEEDS | _LITERT),
    Layer(f"{RUNTIME}.interpreter_android", (RUNTIME,), _RUNTIME_NEEDS | {"jnius"}),
    Layer(RUNTIME, (RUNTIME,), _RUNTIME_NEEDS),
    Layer(PLATFORM, (RUNTIME, PLATFORM), _JAVA),
    Layer(f"{UI}.sources", (RUNTIME, PLATFORM, UI), _RUNTIME_NEEDS | _JAVA | {"cv2"}),
    Layer(DEVICE_BENCHMARK, (RUNTIME, PLATFORM, DEVICE_BENCHMARK), _RUNTIME_NEEDS),
    *(Layer(kept, (RUNTIME, kept), _RUNTIME_NEEDS) for kept in KEPT),
    Layer(UI, ("mobile_app.camera_app",), _RUNTIME_NEEDS | {"kivy"}),
    Layer("mobile_app.camera_app", (RUNTIME, UI), frozenset()),
    Layer("mobile_app.app_command", (RUNTIME, UI), frozenset({"click"})),
    Layer("mobile_app.main", (RUNTIME, UI), frozenset()),
    Layer("mobile_app.doctor", (RUNTIME, "mobile_app.doctor"), frozenset({"click", "PIL"})),
    Layer("mobile_app.verify.toolchain", (), frozenset({"buildozer", "pythonforandroid"})),
    Layer("mobile_app.verify.on_phone", (), frozenset({"kivy"})),
    Layer("mobile_app.verify", (RUNTIME, "mobile_app.verify"), frozenset({"click", "PIL"})),
    Layer("mobile_app.assets", (), frozenset({"PIL"})),
    Layer("mobile_app", (RUNTIME,), frozenset({"click"})),
    Layer("pipeline.keras_api", ("pipeline.quiet",), _LITERT | TENSORFLOW),
    Layer("pipeline.metrics", (RUNTIME, "pipeline"), frozenset({"sacrebleu", "snowballstemmer"})),
    Layer("pipeline.sweep", (RUNTIME, "pipeline"), _TOOLS | {"optuna"}),
    Layer("pipeline.catalog.render", (RUNTIME, "pipeline"), _TOOLS | _RENDERER),
    Layer("pipeline", (RUNTIME, "pipeline"), _TOOLS),
    Layer("export.web.browser", ("pipeline",), frozenset({"playwright"})),
    Layer("export", (RUNTIME, "pipeline", "export"), _TOOLS | _LITERT | _QUANTIZER),
    Layer("benchmarks.arm64_worker", (RUNTIME,), frozenset()),
    Layer("benchmarks.arm64", (RUNTIME, "mobile_app.verify", "pipeline", "benchmarks"), _TOOLS),
    Layer("benchmarks.app_window", ("mobile_app.camera_app", "pipeline"), frozenset({"kivy"})),
    Layer("benchmarks.app_parts", (RUNTIME, "pipeline", "benchmarks"), _RUNTIME_NEEDS | {"cv2"}),
    Layer("benchmarks.onnx_engine", (RUNTIME, "benchmarks"), _RUNTIME_NEEDS | {"onnxruntime"}),
    Layer("benchmarks.onnx_convert", (RUNTIME, "pipeline"), frozenset({"tf2onnx"})),
    Layer(
        "benchmarks.web",
        (RUNTIME, "pipeline", "export", "benchmarks"),
        _TOOLS | {"playwright"},
    ),
    Layer("benchmarks", (RUNTIME, "pipeline", "export", "benchmarks"), _TOOLS | _LITERT),
)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def module_name(path: Path) -> str:
    parts = path.relative_to(REPOSITORY).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    module_name(path): path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")
}


def layer_of(module: str) -> Layer:
    return next(layer for layer in LAYERS if within(module, layer.name))


def imports(module: str) -> Iterator[tuple[int, str, bool]]:
    """Yields line, imported module and whether the import is relative; inside functions too."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, False
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0:
                base = node.module or ""
            else:
                parents = package.split(".")
                base = ".".join(parents[: len(parents) - node.level + 1])
                base += f".{node.module}" if node.module else ""
            for alias in node.names:
                # `from package import module` imports the module.
                name = f"{base}.{alias.name}"
                yield node.lineno, name if name in MODULES else base, node.level > 0


def test_all_packages_are_walked() -> None:
    assert len(MODULES) > 50
    assert {name.partition(".")[0] for name in MODULES} == set(PACKAGES)
    used = {layer_of(module).name for module in MODULES}
    assert {RUNTIME, UI, "pipeline", "export", "benchmarks", "pipeline.keras_api"} <= used


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_run_one_way(module: str) -> None:
    layer = layer_of(module)
    wrong = []
    for line, name, _ in imports(module):
        top = name.partition(".")[0]
        if top in PACKAGES:
            if not any(within(name, package) for package in layer.own):
                wrong.append(f"line {line}: {name}")
        elif top not in layer.foreign and top not in sys.stdlib_module_names:
            wrong.append(f"line {line}: {name}")
    assert not wrong, f"{module} may not import {wrong}"


@pytest.mark.parametrize(
    "module", sorted(name for name in MODULES if within(name, "mobile_app.camera_app"))
)
def test_the_camera_app_imports_itself_relatively(module: str) -> None:
    # On the phone its name is `camera_app`.
    absolute = [
        f"line {line}: {name}"
        for line, name, relative in imports(module)
        if not relative and name.partition(".")[0] in (*PACKAGES, "camera_app")
    ]
    assert not absolute
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    sentences = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert not [
        f"line {node.lineno}: {node.value!r}"
        for node in texts
        if "mobile_app" in str(node.value) and id(node) not in sentences
    ]


def test_only_one_module_imports_tensorflow() -> None:
    importers = {
        module
        for module in MODULES
        for _, name, _ in imports(module)
        if name.partition(".")[0] in TENSORFLOW
    }
    assert importers == {"pipeline.keras_api"}


def test_only_the_apps_entry_points_import_the_ui() -> None:
    importers = {
        module
        for module in MODULES
        for _, name, _ in imports(module)
        if within(name, UI) and not within(module, UI)
    }
    assert importers <= {"mobile_app.app_command", "mobile_app.main", "benchmarks.app_window"}


def loaded_by(code: str) -> set[str]:
    """Top-level modules that a fresh process has loaded after some code."""
    done = run_python(f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))")
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_importing_the_runtime_loads_neither_tensorflow_nor_kivy() -> None:
    names = [name for name in MODULES if within(name, RUNTIME) and "android" not in name]
    assert f"{RUNTIME}.captioner" in names
    loaded = loaded_by("\n".join(f"import {name}" for name in names))
    assert {"numpy", "PIL"} <= loaded
    assert not loaded & (TENSORFLOW | {"kivy", "click", "ai_edge_litert", "matplotlib", "cv2"})
    assert not loaded & {"pipeline", "export", "benchmarks"}


def test_help_loads_nothing_slow() -> None:
    loaded = loaded_by("from pipeline.cli import main\nmain(['--help'], standalone_mode=False)")
    assert "click" in loaded
    assert not loaded & (TENSORFLOW | {"numpy", "PIL", "kivy", "ai_edge_litert", "matplotlib"})


@pytest.mark.parametrize("command", ["train", "sweep", "evaluate", "export", "describe", "catalog"])
def test_the_help_of_a_command_loads_no_tensorflow(command: str) -> None:
    loaded = loaded_by(
        f"from pipeline.cli import main\nmain([{command!r}, '--help'], standalone_mode=False)"
    )
    assert not loaded & (TENSORFLOW | {"kivy"})
