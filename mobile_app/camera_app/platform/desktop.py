"""Linux, macOS and Windows, where the app is tried and shown."""

from __future__ import annotations

import locale
import os
import platform as system
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from ..runtime.device_report import Phone
from ..runtime.errors import JewelcapError
from .base import (
    Action,
    Battery,
    Insets,
    Memory,
    NotAvailableError,
    Permission,
    Picked,
    ThermalStatus,
)
from .procfs import read_memory

_SPEAKERS: Final[dict[str, tuple[str, ...]]] = {
    "spd-say": ("--wait", "--language", "{language}", "--", "{text}"),
    "espeak-ng": ("-v", "{language}", "--", "{text}"),
    # Its voices have names, not languages; it reads with the one chosen in the system.
    "say": ("--", "{text}"),
}
"""Program that reads aloud -> its arguments; the first one found is used."""

_POWER: Final = Path("/sys/class/power_supply")


def find_language(environment: Mapping[str, str], fallback: str | None) -> str:
    """Returns the language of the interface, in the order of POSIX.

    Args:
        environment: Variables of the process.
        fallback: What the locale is called where no variable says it, such as `it_IT` or
            `Italian_Italy`.
    """
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        # LANGUAGE is a list, the best first.
        value = environment.get(name, "").partition(":")[0]
        if value and value.partition(".")[0] not in ("C", "POSIX"):
            break
    else:
        value = fallback or ""
    code = value.replace("-", "_").partition(".")[0].partition("_")[0].lower()
    if len(code) > 3:
        # Windows writes languages out.
        code = locale.normalize(code).partition("_")[0]
    return code if len(code) == 2 and code.isalpha() else "en"


class DesktopPlatform:
    """A computer; what phones have and it lacks is not available."""

    name = "desktop"

    def __init__(self, power: Path = _POWER) -> None:
        """Looks for a program that reads aloud.

        Args:
            power: Where Linux shows its batteries.
        """
        self._power = power
        self._speaker = next(filter(shutil.which, _SPEAKERS), None)
        self._speaking: subprocess.Popen[bytes] | None = None
        self.actions: frozenset[Action] = frozenset({"speak"} if self._speaker else ())

    def language(self) -> str:
        """See `Platform.language`."""
        return find_language(os.environ, locale.getlocale(locale.LC_CTYPE)[0])

    def dark_mode(self) -> bool | None:
        """See `Platform.dark_mode`; desktops do not agree on how to tell."""
        return None

    def insets(self) -> Insets:
        """See `Platform.insets`; a window has its own place."""
        return Insets()

    def battery(self) -> Battery | None:
        """See `Platform.battery`."""
        for folder in sorted(self._power.glob("BAT*")):
            try:
                level = int((folder / "capacity").read_text(encoding="ascii")) / 100.0
                status = (folder / "status").read_text(encoding="ascii").strip()
            except (OSError, ValueError):
                continue
            return Battery(min(1.0, max(0.0, level)), status in ("Charging", "Full"))
        return None

    def thermal_status(self) -> ThermalStatus | None:
        """See `Platform.thermal_status`; desktops tell temperatures but not what they do."""
        return None

    def memory(self) -> Memory | None:
        """See `Platform.memory`; Linux only."""
        return read_memory()

    def device(self) -> Phone:
        """See `Platform.device`."""
        memory = self.memory()
        return Phone(
            manufacturer="",
            model=system.processor() or "computer",
            soc="",
            os=f"{system.system()} {system.release()}",
            abi=system.machine(),
            cores=os.cpu_count() or 1,
            memory_bytes=memory.total_bytes if memory else None,
        )

    def keep_screen_on(self, on: bool) -> bool:
        """See `Platform.keep_screen_on`; the window's own library does that here."""
        return False

    def camera_permission(self) -> Permission:
        """See `Platform.camera_permission`; where a desktop asks, opening the camera does."""
        return "granted"

    def ask_for_camera(self, on_answer: Callable[[Permission], None]) -> None:
        """See `Platform.ask_for_camera`."""
        on_answer("granted")

    def open_settings(self) -> None:
        """See `Platform.open_settings`."""
        raise NotAvailableError("A computer has no permissions of apps to change.")

    def pick(
        self, kind: Picked, folder: Path, on_picked: Callable[[Path | JewelcapError | None], None]
    ) -> None:
        """See `Platform.pick`."""
        raise NotAvailableError(
            "There is no system picker here. Choose a file in the app, or drop one on it."
        )

    def share(self, text: str, files: Sequence[Path] = ()) -> None:
        """See `Platform.share`."""
        where = f" The files are in {files[0].parent}." if files else ""
        raise NotAvailableError(f"Sharing needs a phone.{where}")

    def speak(self, text: str, language: str) -> None:
        """See `Platform.speak`."""
        self.stop_speaking()
        if self._speaker is None:
            raise NotAvailableError(
                "Nothing here reads aloud. Install speech-dispatcher or espeak-ng."
            )
        arguments = [part.format(text=text, language=language) for part in _SPEAKERS[self._speaker]]
        try:
            self._speaking = subprocess.Popen(
                [self._speaker, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise NotAvailableError(
                f"{self._speaker} cannot be started ({error.strerror})."
            ) from None

    def stop_speaking(self) -> None:
        """See `Platform.stop_speaking`."""
        if self._speaking is not None:
            self._speaking.terminate()
            self._speaking.wait()
            self._speaking = None


def make_platform() -> DesktopPlatform:
    """Returns the platform of a computer."""
    return DesktopPlatform()
