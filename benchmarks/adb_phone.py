"""A phone on the other end of adb: what it is, files onto it, commands on it."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.machine import CPU_FEATURES
from benchmarks.record import Device
from pipeline.errors import JewelcapError

FOLDER: Final = "/data/local/tmp/jewelcap"
"""Where shell commands may write and execute on every Android."""

_TIMEOUT_SECONDS: Final = 600.0
_STATES: Final = {
    "unauthorized": "unlock it and allow USB debugging from this computer",
    "offline": "unplug it and plug it in again",
    "no permissions": "this user may not open USB devices; add a udev rule for it",
}
"""What to do about phones that adb sees and cannot use."""


class AdbPhone:
    """A connected phone; its folder is removed at the end of the `with` block."""

    def __init__(self, adb: str, serial: str) -> None:
        """Names a phone; see `find_phone`."""
        self._adb = adb
        self.serial = serial

    def __enter__(self) -> AdbPhone:
        self.shell("mkdir", "-p", FOLDER)
        return self

    def __exit__(self, *error: object) -> None:
        self.shell("rm", "-rf", FOLDER, check=False)

    def push(self, path: Path, name: str) -> str:
        """Copies a file into the phone's folder; returns where it is there."""
        target = f"{FOLDER}/{name}"
        _run([self._adb, "-s", self.serial, "push", str(path), target])
        return target

    def shell(self, *words: str, check: bool = True) -> str:
        """Runs a command on the phone; returns what it printed, errors included.

        Raises:
            JewelcapError: It failed; the message has its last line.
        """
        # The server joins the words and a shell on the phone splits them again.
        return _run([self._adb, "-s", self.serial, "shell", shlex.join(words)], check)

    def device(self) -> Device:
        """Describes the phone, without its serial number."""
        names = (
            "ro.product.manufacturer",
            "ro.product.model",
            "ro.soc.model",
            "ro.build.version.release",
            "ro.build.version.sdk",
            "ro.product.cpu.abi",
        )
        maker, model, soc, release, sdk, abi = (
            self.shell("getprop", name).strip() for name in names
        )
        cpuinfo = self.shell("cat", "/proc/cpuinfo", check=False).splitlines()
        lines = [line.partition(":") for line in cpuinfo]
        features = next((set(v.split()) for k, _, v in lines if k.strip() == "Features"), set())
        cores = sum(key.strip() == "processor" for key, _, _ in lines)
        return Device(
            cpu=" ".join(filter(None, (maker, model, soc))) or "unknown phone",
            cpu_features=tuple(name for name in CPU_FEATURES if name in features),
            cores=max(cores, 1),
            os=f"Android {release} (API {sdk}) {abi}",
            python="",
        )

    def abi(self) -> str:
        """Instruction set of the phone's programs, such as `arm64-v8a`."""
        return self.shell("getprop", "ro.product.cpu.abi").strip()


def find_phone(adb: str, serial: str) -> AdbPhone:
    """Finds the phone to measure on.

    Args:
        adb: The program.
        serial: Which phone; empty for the only one.

    Raises:
        JewelcapError: There is no adb, no phone, none that can be used, or several.
    """
    if shutil.which(adb) is None:
        raise JewelcapError(
            f"{adb} is not installed: on Debian `apt-get install adb`; elsewhere it is in "
            "Android's platform tools"
        )
    phones: dict[str, str] = {}
    for line in _run([adb, "devices"]).splitlines():
        name, tab, state = line.partition("\t")
        if tab:
            phones[name.strip()] = state.strip()
    if serial and serial not in phones:
        raise JewelcapError(f"no phone {serial!r}; connected: {', '.join(phones) or 'none'}")
    if not phones:
        raise JewelcapError(
            "no phone is connected: plug one in by USB, switch on USB debugging in its developer "
            "options, and see it in `adb devices`"
        )
    usable = [name for name, state in phones.items() if state == "device"]
    if not serial and len(usable) > 1:
        raise JewelcapError(f"several phones are connected; give --serial: {', '.join(usable)}")
    chosen = serial or (usable or list(phones))[0]
    if (state := phones[chosen]) != "device":
        remedy = next((text for kind, text in _STATES.items() if state.startswith(kind)), "")
        raise JewelcapError(f"phone {chosen} is {state}{': ' + remedy if remedy else ''}")
    return AdbPhone(adb, chosen)


def _run(command: Sequence[str], check: bool = True) -> str:
    try:
        result = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise JewelcapError(f"adb did not answer within {_TIMEOUT_SECONDS:.0f} s") from None
    except OSError as error:
        raise JewelcapError(f"{command[0]}: cannot be run ({error.strerror or error})") from None
    if check and result.returncode:
        lines = [line for line in result.stdout.splitlines() if line.strip()]
        reason = lines[-1].strip() if lines else f"exit code {result.returncode}"
        raise JewelcapError(f"`{shlex.join(command[3:]) or command[1]}` failed: {reason}")
    return result.stdout
