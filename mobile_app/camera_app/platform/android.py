"""Android, by its Java classes over pyjnius.

Java finds the app's own classes in Python's main thread alone, and pyjnius makes its callbacks
there; so this is to be made in that thread, and its actions are to be called in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ..runtime.device_report import Phone
from ..runtime.errors import JewelcapError
from ..runtime.interpreter_android import load_classes
from .android_files import FilePicker, share_files
from .android_java import Java, UiThread
from .android_speech import Speech
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
from .procfs import read_cpu_features, read_memory

_CAMERA: Final = "android.permission.CAMERA"
_KEEP_SCREEN_ON: Final = 128
_CONTENT: Final = 16908290
_NIGHT_MASK, _NIGHT_YES = 0x30, 0x20
_HEAT_SINCE, _INSETS_SINCE, _CHIP_SINCE = 29, 30, 31

_HEAT: Final[tuple[ThermalStatus, ...]] = (
    "none",
    "light",
    "moderate",
    "severe",
    "critical",
    "emergency",
    "shutdown",
)
"""By Android's numbers."""


def uncovered(bars: Insets, window: tuple[int, int], view: tuple[int, int, int, int]) -> Insets:
    """Returns how far system bars reach into a view, which need not fill its window.

    Args:
        bars: Borders of the window that bars cover.
        window: Its width and height in pixels.
        view: Left, top, width and height of the view in the window.
    """
    left, top, width, height = view
    return Insets(
        left=max(0, bars.left - left),
        top=max(0, bars.top - top),
        right=max(0, bars.right - (window[0] - left - width)),
        bottom=max(0, bars.bottom - (window[1] - top - height)),
    )


class AndroidPlatform:
    """A phone or a tablet."""

    name = "android"
    actions: frozenset[Action] = frozenset({"pick", "share", "speak", "settings"})

    def __init__(self) -> None:
        """Finds all classes; to be called in Python's main thread."""
        # Without LiteRT the app still starts, and says so when it opens a captioner.
        with suppress(JewelcapError):
            load_classes()
        self._java = Java()
        self._ui = UiThread(self._java)
        self._speech = Speech(self._java)
        self._picker = FilePicker(self._java)

    def language(self) -> str:
        """See `Platform.language`."""
        code = str(self._java.find("java.util.Locale").getDefault().getLanguage())
        return code if len(code) == 2 else "en"

    def dark_mode(self) -> bool | None:
        """See `Platform.dark_mode`."""
        mode = self._java.activity.getResources().getConfiguration().uiMode
        return bool(mode & _NIGHT_MASK == _NIGHT_YES)

    def insets(self) -> Insets:
        """See `Platform.insets`."""
        decor = self._java.activity.getWindow().getDecorView()
        content = decor.findViewById(_CONTENT)
        told = decor.getRootWindowInsets()
        if content is None or told is None:
            # The window is not laid out yet.
            return Insets()
        if self._java.api >= _INSETS_SINCE:
            kinds = self._java.find("android.view.WindowInsets$Type")
            found = told.getInsets(kinds.systemBars() | kinds.displayCutout())
            bars = Insets(found.left, found.top, found.right, found.bottom)
        else:
            bars = Insets(
                told.getSystemWindowInsetLeft(),
                told.getSystemWindowInsetTop(),
                told.getSystemWindowInsetRight(),
                told.getSystemWindowInsetBottom(),
            )
        place = [0, 0]
        content.getLocationInWindow(place)
        view = (place[0], place[1], content.getWidth(), content.getHeight())
        return uncovered(bars, (decor.getWidth(), decor.getHeight()), view)

    def battery(self) -> Battery | None:
        """See `Platform.battery`."""
        wanted = self._java.find("android.content.IntentFilter")(
            "android.intent.action.BATTERY_CHANGED"
        )
        # The system keeps the last message: without a receiver it is returned at once.
        told = self._java.activity.registerReceiver(None, wanted)
        if told is None:
            return None
        level, scale = told.getIntExtra("level", -1), told.getIntExtra("scale", -1)
        if level < 0 or scale <= 0:
            return None
        tenths = told.getIntExtra("temperature", -1)
        return Battery(
            level=min(1.0, level / scale),
            charging=told.getIntExtra("plugged", 0) != 0,
            temperature_c=tenths / 10.0 if tenths > 0 else None,
            saving=bool(self._power().isPowerSaveMode()),
        )

    def thermal_status(self) -> ThermalStatus | None:
        """See `Platform.thermal_status`."""
        if self._java.api < _HEAT_SINCE:
            return None
        number = self._power().getCurrentThermalStatus()
        return _HEAT[number] if 0 <= number < len(_HEAT) else None

    def memory(self) -> Memory | None:
        """See `Platform.memory`."""
        return read_memory()

    def device(self) -> Phone:
        """See `Platform.device`."""
        build = self._java.find("android.os.Build")
        release = self._java.find("android.os.Build$VERSION").RELEASE
        memory = self.memory()
        return Phone(
            manufacturer=str(build.MANUFACTURER),
            model=str(build.MODEL),
            soc=str(build.SOC_MODEL) if self._java.api >= _CHIP_SINCE else "",
            os=f"Android {release} (API {self._java.api})",
            abi=str(build.SUPPORTED_ABIS[0]),
            cores=os.cpu_count() or 1,
            memory_bytes=memory.total_bytes if memory else None,
            cpu_features=read_cpu_features(),
        )

    def keep_screen_on(self, on: bool) -> bool:
        """See `Platform.keep_screen_on`."""
        window = self._java.activity.getWindow()
        change = window.addFlags if on else window.clearFlags
        self._ui.run(lambda: change(_KEEP_SCREEN_ON))
        return True

    def camera_permission(self) -> Permission:
        """See `Platform.camera_permission`."""
        from android.permissions import check_permission

        return "granted" if check_permission(_CAMERA) else "refused"

    def ask_for_camera(self, on_answer: Callable[[Permission], None]) -> None:
        """See `Platform.ask_for_camera`."""
        from android.permissions import request_permissions

        def hear(permissions: Sequence[str], granted: Sequence[bool]) -> None:
            if granted and all(granted):
                on_answer("granted")
            elif self._java.activity.shouldShowRequestPermissionRationale(_CAMERA):
                on_answer("refused")
            else:
                # Asked again, the system would refuse without a question. A question that was
                # closed without an answer comes with no permissions at all.
                on_answer("blocked" if granted else "refused")

        request_permissions([_CAMERA], hear)

    def open_settings(self) -> None:
        """See `Platform.open_settings`."""
        java = self._java
        page = java.find("android.content.Intent")("android.settings.APPLICATION_DETAILS_SETTINGS")
        page.setData(
            java.find("android.net.Uri").fromParts("package", java.activity.getPackageName(), None)
        )
        java.start(page, "The system's settings cannot be opened. Open them and look for this app.")

    def pick(
        self, kind: Picked, folder: Path, on_picked: Callable[[Path | JewelcapError | None], None]
    ) -> None:
        """See `Platform.pick`."""
        self._picker.pick(kind, folder, on_picked)

    def share(self, text: str, files: Sequence[Path] = ()) -> None:
        """See `Platform.share`. Files are copied into the folder for downloads first."""
        share_files(self._java, text, files)

    def speak(self, text: str, language: str) -> None:
        """See `Platform.speak`. The first call starts the engine, which takes a moment."""
        self._speech.speak(text, language)

    def stop_speaking(self) -> None:
        """See `Platform.stop_speaking`."""
        self._speech.stop()

    def _power(self) -> Any:
        return self._java.cast(
            "android.os.PowerManager", self._java.activity.getSystemService("power")
        )


def make_platform() -> AndroidPlatform:
    """Returns the platform of a phone.

    Raises:
        NotAvailableError: There is no Java.
    """
    try:
        return AndroidPlatform()
    except ImportError as error:
        raise NotAvailableError(f"Android's classes need pyjnius ({error})") from None
