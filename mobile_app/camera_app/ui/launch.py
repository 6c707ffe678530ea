"""Prepares Kivy and runs the app. Kivy is imported when `run_app` is called, not before."""

from __future__ import annotations

import logging
import os
from typing import Final

from ..runtime.errors import JewelcapError
from .settings import AppSettings

NO_KIVY: Final = "the app needs kivy: pip install 'jewelcap[app]'"
NO_WINDOW: Final = (
    "no window can be opened: a screen and OpenGL are needed; on Debian install "
    "libgl1 libegl1 libgles2 libgl1-mesa-dri libegl-mesa0"
)

_ENVIRONMENT: Final = {
    # The command line is ours: Kivy would refuse `--model`.
    "KIVY_NO_ARGS": "1",
    # Keep out of the root logger and of standard error.
    "KIVY_LOG_MODE": "PYTHON",
    "KIVY_NO_FILELOG": "1",
    # Another program's ~/.kivy/config.ini must not change this one.
    "KIVY_NO_CONFIG": "1",
    # Other window providers end the process where there is no screen.
    "KIVY_WINDOW": "sdl2",
}


class _Collector(logging.Filter):
    """Holds back what Kivy logs while it looks for its libraries; most of it is no problem."""

    def __init__(self) -> None:
        super().__init__()
        self.critical: list[str] = []

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.CRITICAL:
            self.critical.append(record.getMessage().strip())
        return False


def prepare_window(width: int = 420, height: int = 760) -> None:
    """Sets Kivy up and opens its window; to be called before any other Kivy import.

    Args:
        width: Of the window, in density-independent pixels; a phone has its own.
        height: Of the window.

    Raises:
        JewelcapError: Kivy is not installed, or no window can be opened.
    """
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    logger = logging.getLogger("kivy")
    collector = _Collector()
    logger.addFilter(collector)
    try:
        from kivy.config import Config

        Config.set("graphics", "width", str(width))
        Config.set("graphics", "height", str(height))
        Config.set("graphics", "minimum_width", "280")
        Config.set("graphics", "minimum_height", "280")
        # Smoothed edges double the work of a frame without a graphics card, and of a phone's.
        Config.set("graphics", "multisamples", "0")
        # A right click is no second finger here.
        Config.set("input", "mouse", "mouse,disable_multitouch")
        # It logs what it does not find, and does without.
        import kivy.core.clipboard  # noqa: F401
        from kivy.core.window import Window
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "kivy":
            raise JewelcapError(NO_KIVY) from None
        raise
    except SystemExit:
        # Kivy leaves so when OpenGL is too old.
        raise JewelcapError(NO_WINDOW) from None
    finally:
        logger.removeFilter(collector)
    if Window is None:
        logger.debug("%s", "\n".join(collector.critical))
        raise JewelcapError(NO_WINDOW)


def run_app(settings: AppSettings) -> None:
    """Opens the window and returns when it has been closed.

    Raises:
        JewelcapError: Kivy is not installed, or no window can be opened.
    """
    prepare_window()
    from .app import JewelcapApp

    app = JewelcapApp(settings)
    try:
        app.run()
    finally:
        # Control-C leaves Kivy's loop without a word to the app, whose threads still run.
        app.on_stop()
