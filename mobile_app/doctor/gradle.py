"""The Java libraries of a spec: is LiteRT among them, and in a version that fits?"""

from __future__ import annotations

import re
from typing import Final

from .findings import Findings, shown
from .spec_file import Spec
from .toolchain import LITERT, LITERT_VERSION

_COORDINATES: Final = re.compile(r"([\w.-]+):([\w.-]+):([\w.+\[\](),-]+)(?:@\w+)?")


def check_libraries(spec: Spec, findings: Findings) -> None:
    """Checks every Gradle dependency."""
    for entry in spec.items("android.add_gradle_repositories"):
        if "http://" in entry:
            findings.error(
                "gradle-repository",
                f"{shown(entry)} is not encrypted",
                "Gradle fetches no library over plain http and stops",
                "write https://",
                "android.add_gradle_repositories",
            )
    key, right = "android.gradle_dependencies", f"{LITERT}:{LITERT_VERSION}"
    versions: dict[str, str] = {}
    for entry in spec.items(key):
        match = _COORDINATES.fullmatch(entry)
        if not match:
            findings.error(
                "gradle-dependency",
                f"{shown(entry)} is no Gradle dependency",
                "Gradle looks libraries up by group:name:version",
                f"write it like {right}",
                key,
            )
            continue
        library, version = f"{match[1]}:{match[2]}", match[3]
        if versions.setdefault(library, version) != version:
            findings.error(
                "contradiction",
                f"{library} is asked for as {versions[library]} and as {version}",
                "Gradle takes the higher one, whatever the app was tested with",
                "keep one",
                key,
            )
        if not re.fullmatch(r"[\d.]+(-[\w.]+)?", version, re.ASCII):
            findings.error(
                "gradle-dependency",
                f"{entry} names no single version",
                "the build changes when the library does",
                f"pin it, like {right}",
                key,
            )
        if match[1] == "org.tensorflow":
            findings.error(
                "litert",
                f"{library} is LiteRT's predecessor",
                "its libraries are aligned to 4 KB, and its classes clash with LiteRT's",
                f"write {right}",
                key,
            )
    version = versions.get(LITERT, "")
    if not version:
        findings.error(
            "litert",
            f"{LITERT} is not among them",
            "without it the app has nothing that runs its model",
            f"add {right}",
            key,
        )
        return
    if version.startswith("2."):
        why = "2.x lacks org.tensorflow.lite.Interpreter, which the app calls"
        findings.error("litert", f"LiteRT is {version}", why, f"write {right}", key)
    elif version in ("1.0.0", "1.0.1", "1.1.0", "1.1.2", "1.2.0", "1.3.0"):
        why = "before 1.4.0 its libraries are aligned to 4 KB"
        findings.error("litert", f"LiteRT is {version}", why, f"write {right}", key)
    elif version != LITERT_VERSION:
        why = f"the app is tested against the interface of {LITERT_VERSION}"
        findings.warning("litert", f"LiteRT is {version}", why, f"write {right}", key)
    else:
        findings.good("litert", f"LiteRT {version}", key)
    parts = [LITERT + part for part in ("-gpu", "-gpu-api")]
    if missing := [part for part in parts if part not in versions]:
        findings.warning(
            "litert",
            f"{' and '.join(missing)} is not among them",
            "the GPU delegate is made of both; without them the app runs on the CPU alone",
            f"add {', '.join(f'{part}:{LITERT_VERSION}' for part in missing)}",
            key,
        )
    for part in ("-gpu", "-gpu-api"):
        if versions.get(LITERT + part, version) != version:
            findings.error(
                "litert",
                f"{LITERT}{part} is {versions[LITERT + part]}, and LiteRT itself {version}",
                "the delegate talks to the interpreter by an interface that changes",
                "give all parts of LiteRT one version",
                key,
            )
