"""The seam between the app and the system around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from ..runtime.device_report import Phone
from ..runtime.errors import JewelcapError

Action = Literal["pick", "share", "speak", "settings"]
"""What a button may offer; `Platform.actions` tells which ones the system carries out."""

Picked = Literal["photo", "captioner"]
"""What a person may choose with the system's picker."""

Permission = Literal["granted", "refused", "blocked"]
"""`refused` may be asked for again; `blocked` is changed in the system's settings only."""

ThermalStatus = Literal["none", "light", "moderate", "severe", "critical", "emergency", "shutdown"]
"""How much the system slows itself down to stay cool, in Android's words."""


class NotAvailableError(JewelcapError):
    """The system does not do this; the message says so to a person, with a way on."""


@dataclass(frozen=True)
class Insets:
    """Borders of the window that system bars or a camera's notch cover, in pixels."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0


@dataclass(frozen=True)
class Battery:
    """State of the battery.

    Attributes:
        level: Charge in [0, 1].
        charging: Whether it is being charged, or full and connected.
        temperature_c: Temperature in degrees Celsius, where the system tells.
        saving: Whether the system saves power, where it tells.
    """

    level: float
    charging: bool
    temperature_c: float | None = None
    saving: bool | None = None


@dataclass(frozen=True)
class Memory:
    """Memory of this process and of the device.

    Attributes:
        used_bytes: Resident set size of the process.
        peak_bytes: The most it has been.
        available_bytes: What the device could still give.
        total_bytes: All of the device.
    """

    used_bytes: int
    peak_bytes: int
    available_bytes: int
    total_bytes: int


class Platform(Protocol):
    """What the app asks of the system.

    Facts that a system does not tell are None. An action that it does not carry out raises
    `NotAvailableError`; it is not among `actions`, so its button need not be shown.
    """

    name: str
    actions: frozenset[Action]

    def language(self) -> str:
        """ISO 639-1 code of the language that the person has chosen for the system."""

    def dark_mode(self) -> bool | None:
        """Whether the person has chosen dark screens."""

    def insets(self) -> Insets:
        """Borders to keep clear of; they change as the device is turned."""

    def battery(self) -> Battery | None:
        """State of the battery; None without one."""

    def thermal_status(self) -> ThermalStatus | None:
        """How much the system holds itself back for its heat."""

    def memory(self) -> Memory | None:
        """Memory of the process and the device."""

    def device(self) -> Phone:
        """The device and its system, for a report."""

    def keep_screen_on(self, on: bool) -> bool:
        """Keeps the screen from going dark; returns whether the system does that."""

    def camera_permission(self) -> Permission:
        """Whether the camera may be used; `refused` also before the first question."""

    def ask_for_camera(self, on_answer: Callable[[Permission], None]) -> None:
        """Shows the system's question, after the app has said what it needs the camera for.

        Args:
            on_answer: Called with the answer, in any thread; at once where there is no question.
        """

    def open_settings(self) -> None:
        """Opens the system's page of this app's permissions.

        Raises:
            NotAvailableError: The system has none.
        """

    def pick(
        self, kind: Picked, folder: Path, on_picked: Callable[[Path | JewelcapError | None], None]
    ) -> None:
        """Lets the person choose a file with the system's picker.

        Args:
            kind: What to choose.
            folder: An existing folder that receives a copy, as another app's file cannot be kept.
            on_picked: Called in any thread with the copy, with what went wrong, or with None when
                nothing was chosen.

        Raises:
            NotAvailableError: The system has no picker.
        """

    def share(self, text: str, files: Sequence[Path] = ()) -> None:
        """Hands a text or files to another app of the person's choice.

        Args:
            text: May be empty where there are files.
            files: Existing files.

        Raises:
            NotAvailableError: The system cannot share this.
        """

    def speak(self, text: str, language: str) -> None:
        """Reads a text aloud, in place of what is being read; returns at once.

        Args:
            text: The text.
            language: ISO 639-1 code.

        Raises:
            NotAvailableError: There is no voice for the language.
        """

    def stop_speaking(self) -> None:
        """Ends what `speak` began."""
