"""The proofs, each a function of the workshop; they build on each other in their order."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tarfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..camera_app.runtime.errors import JewelcapError
from .foreign import PYTHON, ForeignPython, missing_programs, run, set_up
from .rendered import gradle_problems, manifest_problems, recipe_problems, tar_problems
from .size import estimate_apk

HERE: Final = Path(__file__).parent
PACKAGERS: Final = ("buildozer==1.6.0", "python-for-android==2026.5.9", "cython<3.1")
EMBEDDED: Final = "camera_app/models/embedded.captioner"


NOT_AT_START: Final = frozenset(
    {
        "ai_edge_litert",
        "click",
        "cv2",
        "jnius",
        "matplotlib",
        "mobile_app",
        "pipeline",
        "tensorflow",
    }
)
"""Packages of a desktop, and pyjnius, which is asked for when the phone is."""


class CannotTryError(Exception):
    """This computer lacks what the proof needs; the message says what."""


@dataclass
class Workshop:
    """Where the proofs are made, and what earlier ones leave for later ones.

    Attributes:
        folder: For everything that is made.
        app: A copy of the app with the captioner embedded.
        photos: Photos to describe.
        say: Is told each step.
        rehearsed: What `rehearse.py` printed.
        trees: Name -> an unpacked private.tar, or the staged tree.
        captions: By the computer's own Python, to compare with.
    """

    folder: Path
    app: Path
    photos: list[Path]
    say: Callable[[str], None]
    rehearsed: dict[str, Any] = field(default_factory=dict)
    trees: dict[str, Path] = field(default_factory=dict)
    captions: list[list[str]] = field(default_factory=list)

    @property
    def dist(self) -> Path:
        """The Android project that python-for-android made."""
        return self.folder / "build/dist"


Outcome = tuple[list[str], dict[str, Any]]
"""Problems, none where the proof holds; and details."""


def packagers(workshop: Workshop) -> Path:
    """Returns the Python of an environment with buildozer and python-for-android."""
    folder = workshop.folder / "packagers"
    python = folder / "bin/python"
    if not (folder / "done").is_file():
        workshop.say("installing buildozer and python-for-android")
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(folder)])
        run([str(python), "-m", "pip", "install", "--quiet", *PACKAGERS])
        (folder / "done").touch()
    return python


def staging(workshop: Workshop) -> Outcome:
    """Buildozer stages the tree, and python-for-android renders the project for the store."""
    phone = foreign(workshop, "x86-64")
    # The modules are compiled by the very Python that goes on the phone.
    compiler = workshop.folder / "python3"
    command = " ".join(f"'{word}'" for word in phone.command)
    home = phone.environment["PYTHONHOME"]
    # It starts once a module, so its own modules are to be compiled only once.
    script = f"PYTHONDONTWRITEBYTECODE= PYTHONHOME='{home}' exec {command}"
    compiler.write_text(f'#!/bin/sh\n{script} "$@"\n', encoding="utf-8")
    compiler.chmod(0o755)
    build = workshop.folder / "build"
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir()
    rehearse = HERE / "toolchain/rehearse.py"
    # A keystore is only named here; nothing is signed.
    keys = ("KEYSTORE", "KEYSTORE_PASSWD", "KEYALIAS", "KEYALIAS_PASSWD")
    environment = {**os.environ, **{f"P4A_RELEASE_{key}": "rehearsal" for key in keys}}
    printed = run(
        [
            *(str(packagers(workshop)), str(rehearse), str(workshop.app)),
            *(str(build), str(compiler), "aab"),
        ],
        environment,
    )
    workshop.rehearsed = json.loads(printed)
    workshop.trees["staged"] = build / "staged"
    staged: dict[str, int] = workshop.rehearsed["staged"]
    problems = [
        f"{name} is staged"
        for name in staged
        if name.split("/")[0] not in ("main.py", "camera_app", "sitecustomize.py", "_applibs")
    ]
    problems += [f"{name} is not staged" for name in ("main.py", EMBEDDED) if name not in staged]
    rest = {name: size for name, size in staged.items() if name != EMBEDDED}
    parts: Counter[str] = Counter()
    for name, size in staged.items():
        parts["/".join(name.split("/")[:-1][:2]) or "."] += size
    return problems, {
        "files": len(staged),
        "bytes": sum(staged.values()),
        "captioner_bytes": staged.get(EMBEDDED, 0),
        "parts_bytes": dict(parts.most_common()),
        "largest": dict(sorted(rest.items(), key=lambda item: -item[1])[:8]),
    }


def recipes(workshop: Workshop) -> Outcome:
    """python-for-android finds a recipe, or a pure module, for every requirement."""
    found = workshop.rehearsed
    problems = recipe_problems(found["recipes"], found["modules"], found["bootstrap"])
    return problems, {key: found[key] for key in ("bootstrap", "recipes", "modules")}


def rendering(workshop: Workshop) -> Outcome:
    """The rendered manifest, Gradle file and private.tar say what they must."""
    text = (workshop.dist / "build.gradle").read_text(encoding="utf-8")
    archive = workshop.dist / "src/main/assets/private.tar"
    problems = manifest_problems(workshop.dist / "src/main/AndroidManifest.xml", release=True)
    problems += gradle_problems(text, signed=True)
    problems += tar_problems(archive, workshop.rehearsed["staged"])
    unpacked = workshop.folder / "build/unpacked"
    with tarfile.open(archive) as tar:
        tar.extractall(unpacked, filter="data")
    workshop.trees["phone"] = unpacked
    return problems, {"private_tar_bytes": archive.stat().st_size}


def own_captions(workshop: Workshop) -> Outcome:
    """This computer's Python captions photos by the staged tree; the others must say the same."""
    script = HERE / "on_phone/caption.py"
    command = [sys.executable, "-P", str(script), str(workshop.trees["staged"])]
    printed = run([*command, *map(str, workshop.photos)], _plain(workshop), workshop.folder)
    found = json.loads(printed.splitlines()[-1])
    workshop.captions = found["captions"]
    foreign_modules = {"tensorflow", "tf_keras", "pipeline", "export", "benchmarks", "mobile_app"}
    problems = [f"{name} was imported" for name in found["modules"] if name in foreign_modules]
    return problems, {
        "python": found["python"],
        "photos": len(found["captions"]),
        "captions": sum(map(len, found["captions"])),
        "first": found["captions"][0],
    }


def start(workshop: Workshop) -> Outcome:
    """The staged app's window needs nothing that belongs to a desktop, or to a later moment."""
    script = HERE / "on_phone/start.py"
    command = [sys.executable, "-P", str(script), str(workshop.trees["staged"])]
    # The first time compiles the modules, which the phone finds compiled.
    for _ in range(2):
        printed = run(command, _offscreen(workshop), workshop.folder)
    found = json.loads(printed.splitlines()[-1])
    problems = [f"{name} is imported" for name in found.pop("packages") if name in NOT_AT_START]
    return problems, found


def offscreen(workshop: Workshop) -> Outcome:
    """The staged app opens its window and shows a photo's caption."""
    shot = workshop.folder / "window.png"
    shot.unlink(missing_ok=True)
    script = HERE / "on_phone/open_app.py"
    command = [sys.executable, "-P", str(script), str(workshop.trees["staged"])]
    command += [str(shot), *map(str, workshop.photos)]
    printed = run(command, _offscreen(workshop), workshop.folder, 600)
    found = json.loads(printed.splitlines()[-1])
    problems = [] if shot.is_file() else ["it took no picture of its window"]
    return problems, {"caption": found["caption"], "start_to_caption_seconds": found["seconds"]}


def python_314(workshop: Workshop) -> Outcome:
    """The unpacked private.tar captions photos on the Python that goes on the phone."""
    return _same_captions(workshop, "x86-64")


def arm64(workshop: Workshop) -> Outcome:
    """The same as ARM64 machine code, emulated."""
    return _same_captions(workshop, "arm64")


def size(workshop: Workshop) -> Outcome:
    """How large the APK will be, by what its parts are elsewhere."""
    archive = workshop.dist / "src/main/assets/private.tar"
    packages = foreign(workshop, "arm64").package_bytes
    return [], estimate_apk(archive.stat().st_size, packages)


PROOFS: Final[dict[str, Callable[[Workshop], Outcome]]] = {
    "staging": staging,
    "recipes": recipes,
    "rendering": rendering,
    "captions": own_captions,
    "start": start,
    "offscreen": offscreen,
    "python-3.14": python_314,
    "arm64": arm64,
    "size": size,
}
"""Name -> proof. A new proof is a new entry here."""


def foreign(workshop: Workshop, name: str) -> ForeignPython:
    """Unpacks a Python into the workshop, or finds it there."""
    if missing := missing_programs(name):
        raise CannotTryError(f"{', '.join(missing)} is missing on this computer")
    return set_up(name, workshop.folder / name, workshop.say)


def _plain(workshop: Workshop) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    # The staged tree stays as it was staged.
    return {**kept, "PYTHONPYCACHEPREFIX": str(workshop.folder / "build/pycache")}


def _offscreen(workshop: Workshop) -> dict[str, str]:
    return {
        **{name: value for name, value in _plain(workshop).items() if name != "DISPLAY"},
        "SDL_VIDEODRIVER": "offscreen",
        "KIVY_HOME": str(workshop.folder / "kivy"),
    }


def _same_captions(workshop: Workshop, name: str) -> Outcome:
    if not workshop.captions:
        raise JewelcapError("there are no captions to compare with")
    python = foreign(workshop, name)
    printed = python.run(
        HERE / "on_phone/caption.py", workshop.trees["phone"], *workshop.photos, timeout_s=3000
    )
    found = json.loads(printed.splitlines()[-1])
    problems = [
        f"{photo.name}: {', '.join(got)} instead of {', '.join(wanted)}"
        for photo, wanted, got in zip(
            workshop.photos, workshop.captions, found["captions"], strict=True
        )
        if wanted != got
    ]
    if not found["python"].startswith(f"{PYTHON}."):
        problems.append(f"the Python was {found['python']}")
    captions = sum(map(len, found["captions"]))
    return problems, {
        "python": found["python"],
        "machine": found["machine"],
        "photos": len(found["captions"]),
        "captions": captions,
        "photos_with_other_captions": len(problems),
    }
