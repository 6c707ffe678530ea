"""The variables that sign a release, and the keystore that they name."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .findings import Findings

_SIGNING: Final = ("KEYSTORE", "KEYSTORE_PASSWD", "KEYALIAS", "KEYALIAS_PASSWD")


def check_signing(findings: Findings, environment: Mapping[str, str] | None = None) -> None:
    """Checks the variables that sign a release, where any of them is set.

    Args:
        findings: What is found is added here; never a password.
        environment: By default, that of this process.
    """
    environment = os.environ if environment is None else environment
    values = {name: environment.get(f"P4A_RELEASE_{name}", "") for name in _SIGNING}
    if not any(values.values()):
        return
    for name, value in values.items():
        if not value:
            findings.error(
                "signing",
                f"P4A_RELEASE_{name} is not set, though others are",
                "buildozer then leaves the release unsigned",
                "set all four, or none",
            )
    path = Path(values["KEYSTORE"]).expanduser()
    if not values["KEYSTORE"]:
        return
    try:
        if path.exists() and not path.is_file():
            raise OSError(0, "it is no file")
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        head, reason = b"", error.strerror or "it cannot be read"
    else:
        reason = "it is neither PKCS #12 nor JKS"
    if head != b"\xfe\xed\xfe\xed" and head[:1] != b"\x30":
        findings.error(
            "keystore",
            f"{path} is no keystore: {reason}",
            "Gradle signs the release with the key in it",
            "let P4A_RELEASE_KEYSTORE be the absolute path of the file that keytool made",
        )
        return
    if not path.is_absolute():
        findings.error(
            "keystore",
            f"the path {path} is relative",
            "Gradle looks for it from a folder of its own",
            "write the absolute path",
        )
    if head[:1] == b"\x30" and values["KEYALIAS_PASSWD"] not in ("", values["KEYSTORE_PASSWD"]):
        findings.warning(
            "keystore",
            "the password of the key differs from that of the keystore",
            "a PKCS #12 keystore has one password for both, as keytool makes it",
            "let P4A_RELEASE_KEYALIAS_PASSWD be P4A_RELEASE_KEYSTORE_PASSWD",
        )
    if all(values.values()):
        _ask_keytool(path, values["KEYALIAS"], environment, findings)


def _ask_keytool(
    path: Path, alias: str, environment: Mapping[str, str], findings: Findings
) -> None:
    keytool = shutil.which("keytool")
    if keytool is None:
        return
    # The password goes by the environment: arguments are seen by everyone on the machine.
    password = "P4A_RELEASE_KEYSTORE_PASSWD"
    command = [keytool, "-J-Xshare:auto", "-list", "-keystore", str(path), "-alias", alias]
    try:
        asked = subprocess.run(
            [*command, "-storepass:env", password],
            env={**os.environ, password: environment[password], "LC_ALL": "C"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return
    if asked.returncode == 0:
        findings.good("keystore", f"{path.name} opens and has the key {alias}")
        return
    said = next((line for line in asked.stdout.splitlines() if "rror" in line), "no reason given")
    findings.error(
        "keystore",
        f"keytool refuses {path}: {said.strip()[:200]}",
        "Gradle will refuse it, too, at the end of the build",
        "correct the password or the alias (keytool -list -keystore FILE shows the aliases), or "
        "copy the file anew",
    )
