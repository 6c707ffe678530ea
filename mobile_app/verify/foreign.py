"""Python 3.14, as it goes on the phone, with numpy, Pillow and LiteRT; for x86-64 and ARM64.

Debian's packages and PyPI's wheels are unpacked into a folder, and nothing is installed. ARM64
runs under `qemu-aarch64-static`: it proves what the machine code computes, never how fast.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..camera_app.runtime.errors import JewelcapError
from ..camera_app.runtime.files import write_text

PYTHON: Final = "3.14"
SUITE: Final = "forky"
"""Debian's release that has this Python."""
WHEELS: Final = ("ai-edge-litert==2.3.0", "numpy~=2.3.2", "pillow==11.3.0")
"""Pillow is the phone's; of numpy 2.3, which the phone has as 2.3.0, this is the first that has
wheels for this Python."""
_KEYRING: Final = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_MIRROR: Final = "http://deb.debian.org/debian"
_PROGRAMS: Final = ("apt-get", "dpkg-deb")
_CPU: Final = "cortex-a76"
_CPU_INFO: Final = """processor\t: {number}
BogoMIPS\t: 38.40
Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc \
dcpop asimddp
CPU implementer\t: 0x41
CPU architecture: 8
CPU variant\t: 0x3
CPU part\t: 0xd0b
CPU revision\t: 1

"""
"""LiteRT reads the features of the processor here, and crashes where they are not those of qemu."""


@dataclass(frozen=True)
class Machine:
    """A kind of processor.

    Attributes:
        debian: Debian's name of it.
        wheel: The wheels' name of it.
        loader: Its dynamic loader, from the root.
        emulator: Program that runs it here; None where this computer is of its kind.
    """

    debian: str
    wheel: str
    loader: str
    emulator: str | None


MACHINES: Final[dict[str, Machine]] = {
    "x86-64": Machine("amd64", "x86_64", "usr/lib64/ld-linux-x86-64.so.2", None),
    "arm64": Machine("arm64", "aarch64", "usr/lib/ld-linux-aarch64.so.1", "qemu-aarch64-static"),
}
"""Machine -> what it takes to run it here. A new one is a new entry here."""


@dataclass(frozen=True)
class ForeignPython:
    """An unpacked Python.

    Attributes:
        machine: A value of `MACHINES`.
        folder: Where it lies.
    """

    machine: Machine
    folder: Path

    @property
    def command(self) -> list[str]:
        """What arguments of Python are appended to."""
        root = self.folder / "root"
        program = str(root / f"usr/bin/python{PYTHON}")
        if self.machine.emulator is not None:
            return [self.machine.emulator, "-cpu", _CPU, "-L", str(root), program]
        libraries = root / f"usr/lib/{self.machine.wheel}-linux-gnu"
        return [str(root / self.machine.loader), "--library-path", str(libraries), program]

    @property
    def package_bytes(self) -> dict[str, int]:
        """Compressed size of each package that was unpacked, in bytes."""
        sizes: dict[str, int] = json.loads((self.folder / "done").read_text(encoding="utf-8"))
        return sizes

    @property
    def environment(self) -> dict[str, str]:
        """Variables under which the command is to run."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return {
            **kept,
            "PYTHONHOME": str(self.folder / "root/usr"),
            "PYTHONPATH": str(self.folder / "site"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }

    def run(self, *arguments: str | Path, cwd: Path | None = None, timeout_s: float = 1800) -> str:
        """Runs Python and returns what it prints.

        Raises:
            JewelcapError: It fails, or takes longer than `timeout_s`.
        """
        return run([*self.command, *map(str, arguments)], self.environment, cwd, timeout_s)


def set_up(name: str, folder: Path, say: Callable[[str], None] = lambda _: None) -> ForeignPython:
    """Unpacks a Python, or finds the one that was unpacked before.

    Args:
        name: A key of `MACHINES`.
        folder: Where to; about 150 MB.
        say: Is told each step.

    Raises:
        JewelcapError: This computer lacks a program, or the packages cannot be had.
    """
    machine = MACHINES[name]
    missing = missing_programs(name)
    if missing:
        raise JewelcapError(
            f"{name} Python needs {', '.join(missing)}: on Debian, apt-get install "
            "qemu-user-static debian-archive-keyring"
        )
    folder = folder.resolve()
    python = ForeignPython(machine, folder)
    done = folder / "done"
    if done.is_file():
        return python
    if folder.exists():
        shutil.rmtree(folder)
    root, site = folder / "root", folder / "site"
    for each in (root / "usr", site):
        each.mkdir(parents=True)
    for link in ("lib", "bin") if machine.debian == "arm64" else ("lib", "lib64", "bin"):
        (root / link).symlink_to(f"usr/{link}")
    say(f"{name}: Debian's Python {PYTHON}")
    packages = _download_debian(machine, folder / "apt")
    for package in packages:
        run(["dpkg-deb", "-x", str(package), str(root)])
    (root / "proc").mkdir()
    text = "".join(_CPU_INFO.format(number=number) for number in range(2))
    (root / "proc/cpuinfo").write_text(text, encoding="utf-8")
    say(f"{name}: wheels of {', '.join(WHEELS)}")
    packages += _download_wheels(machine, folder / "wheels", site)
    python.run("-c", "import numpy, PIL, ai_edge_litert", timeout_s=600)
    sizes = {package.name.partition("_")[0]: package.stat().st_size for package in packages}
    for rest in ("apt", "wheels"):
        shutil.rmtree(folder / rest)
    write_text(done, json.dumps(sizes, indent=1))
    return python


def missing_programs(name: str) -> list[str]:
    """Names what this computer lacks to run Python for a machine."""
    emulator = MACHINES[name].emulator
    programs = [*_PROGRAMS, *([emulator] if emulator else [])]
    missing = [program for program in programs if shutil.which(program) is None]
    return missing if _KEYRING.is_file() else [*missing, str(_KEYRING)]


def _download_debian(machine: Machine, folder: Path) -> list[Path]:
    """Lets apt resolve, fetch and verify packages in a folder of its own."""
    for each in ("lists/partial", "cache/archives/partial"):
        (folder / each).mkdir(parents=True)
    (folder / "status").touch()
    sources = folder / "sources.list"
    sources.write_text(f"deb [signed-by={_KEYRING}] {_MIRROR} {SUITE} main\n", encoding="utf-8")
    options = {
        "Dir::State": folder,
        "Dir::State::status": folder / "status",
        "Dir::State::lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "APT::Architecture": machine.debian,
        "APT::Architectures": machine.debian,
        "APT::Install-Recommends": "false",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "root",
    }
    command = ["apt-get", *(f"-o{key}={value}" for key, value in options.items())]
    run([*command, "update"])
    packages = (f"python{PYTHON}", "libstdc++6")
    run([*command, "--yes", "--download-only", "install", *packages])
    return sorted((folder / "cache/archives").glob("*.deb"))


def _download_wheels(machine: Machine, folder: Path, site: Path) -> list[Path]:
    platforms = [f"manylinux{each}_{machine.wheel}" for each in ("_2_28", "_2_27", "2014")]
    run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
            *("--dest", str(folder), "--python-version", PYTHON, "--only-binary=:all:"),
            *(f"--platform={platform}" for platform in platforms),
            *WHEELS,
        ]
    )
    wheels = sorted(folder.glob("*.whl"))
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)
    return wheels


def run(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout_s: float = 1800,
) -> str:
    """Runs a program and returns what it prints.

    Raises:
        JewelcapError: It fails, or takes longer than `timeout_s`; the message has its last lines.
    """
    try:
        done = subprocess.run(
            command,
            env=environment,
            cwd=cwd,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise JewelcapError(f"{command[0]} took longer than {timeout_s:.0f} s") from None
    except OSError as error:
        raise JewelcapError(f"{command[0]} cannot be started ({error.strerror})") from None
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise JewelcapError(f"{Path(command[0]).name} failed with {done.returncode}:\n{last}")
    return done.stdout
