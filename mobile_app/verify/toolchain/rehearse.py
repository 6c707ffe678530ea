"""Rehearses a build up to where compilers begin, by buildozer's and python-for-android's own code.

Runs in the environment where those two are installed: `rehearse.py APP WORK PYTHON ARTIFACT`,
where PYTHON compiles the modules. It prints one JSON document, and leaves in WORK the staged tree
(`staged`) and the Android project (`dist`).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

_OWN_OPTIONS = ("--bootstrap", "--dist_name", "--android_api", "--arch", "--ndk-api")
"""Options of `p4a` itself, each with a value; all others it hands to build.py."""


class _Recorded(Exception):  # noqa: N818 - it ends the rehearsal, and is no error
    """Ends a call at the point where python-for-android would be started."""


def rehearse(app: Path, work: Path, python: str, artifact: str) -> dict[str, Any]:
    """Stages, resolves and renders; returns what the build would do."""
    os.chdir(app)
    os.environ["HOME"] = str(work / "home")
    from buildozer import Buildozer

    builder = Buildozer("buildozer.spec")
    builder.config.set("buildozer", "build_dir", str(work / "buildozer"))
    builder.set_target("android")
    builder.build_application()
    staged = work / "staged"
    shutil.copytree(builder.app_dir, staged)
    create = _recorded(builder.target, builder.target.compile_platform)
    builder.target.build_mode = "debug" if artifact == "debug" else "release"
    builder.target.artifact_format = "aab" if artifact == "aab" else "apk"
    build = _recorded(builder.target, builder.target.build_package)
    options = _values(create)
    recipes, modules, bootstrap = _resolve(options["--requirements"], options["--bootstrap"])
    api = builder.config.get("app", "android.api")
    _render(work, build, api, python)
    return {
        "staged": {
            path.relative_to(staged).as_posix(): path.stat().st_size
            for path in sorted(staged.rglob("*"))
            if path.is_file()
        },
        "create": create,
        "build": build,
        "recipes": recipes,
        "modules": modules,
        "bootstrap": bootstrap,
    }


def _recorded(target: Any, call: Any) -> list[str]:
    found: list[str] = []

    def record(command: list[str], **_: Any) -> None:
        found.extend(str(word) for word in command)
        raise _Recorded

    target._p4a = record
    target._update_libraries_references = lambda _: None
    target._generate_whitelist = lambda _: None
    with contextlib.suppress(_Recorded):
        call()
    return found


def _values(command: list[str]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in command if word.startswith("--") and "=" in word)


def _resolve(requirements: str, bootstrap: str) -> tuple[list[str], list[str], str]:
    from pythonforandroid.bootstrap import Bootstrap
    from pythonforandroid.build import Context
    from pythonforandroid.graph import get_recipe_order_and_bootstrap

    context = Context()
    context.local_recipes = None
    names = []
    for requirement in requirements.split(","):
        name, _, version = requirement.partition("==")
        # As python-for-android's own command line does.
        if version:
            os.environ[f"VERSION_{name}"] = version
        names.append(name)
    recipes, modules, chosen = get_recipe_order_and_bootstrap(
        context, names, Bootstrap.get_bootstrap(bootstrap, context)
    )
    return recipes, sorted(modules), chosen.name


def _render(work: Path, build: list[str], api: str, python: str) -> None:
    """Lets python-for-android's build.py make the Android project, with an SDK of empty folders."""
    import pythonforandroid

    bootstraps = Path(pythonforandroid.__file__).parent / "bootstraps"
    dist = work / "dist"
    for part in ("common", "_sdl_common", "sdl2"):
        shutil.copytree(bootstraps / part / "build", dist, dirs_exist_ok=True)
    archs = [build[index + 1] for index, word in enumerate(build) if word == "--arch"]
    minimum = build[build.index("--minsdk") + 1]
    info = {
        "bootstrap": "sdl2",
        "hostpython": python,
        "archs": archs,
        "use_setup_py": False,
        "ndk_api": int(minimum),
    }
    (dist / "dist_info.json").write_text(json.dumps(info), encoding="utf-8")
    (dist / "project.properties").write_text(f"target=android-{api}\n", encoding="utf-8")
    sdk = work / "sdk"
    (sdk / f"build-tools/{api}.0.0").mkdir(parents=True)
    (dist / "local.properties").write_text(f"sdk.dir={sdk}\n", encoding="utf-8")
    for arch in archs:
        for folder in (f"libs/{arch}", f"_python_bundle__{arch}/_python_bundle"):
            (dist / folder).mkdir(parents=True, exist_ok=True)
    arguments = _without_own(build[1:])
    done = subprocess.run(
        [sys.executable, "build.py", *arguments],
        cwd=dist,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"build.py failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def _without_own(words: list[str]) -> list[str]:
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in _OWN_OPTIONS:
            skip = True
        elif word != "--copy-libs":
            kept.append(word)
    return kept


def main(app: str, work: str, python: str, artifact: str) -> None:
    """Prints what the build would do; what the tools themselves print goes to standard error."""
    with contextlib.redirect_stdout(sys.stderr):
        result = rehearse(Path(app).resolve(), Path(work).resolve(), python, artifact)
    print(json.dumps(result))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
