"""A headless Chromium, in which pages are measured, photographed and tested."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.errors import JewelcapError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")

Launch = Callable[..., "Browser"]
"""(*arguments of Chromium) -> a browser, which the caller closes."""


@contextmanager
def chromium() -> Iterator[Launch]:
    """Finds the system's Chromium, or else Playwright's own, and gives what starts it.

    Raises:
        JewelcapError: There is none, nothing that drives it, or it does not start.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise JewelcapError(
            "no browser can be driven without Playwright: pip install 'jewelcap[web]'"
        ) from None
    with sync_playwright() as driver:
        found = (shutil.which(name) for name in PROGRAMS)
        executable = next((path for path in found if path), driver.chromium.executable_path)
        if not Path(executable).exists():
            raise JewelcapError(
                "no Chromium: `apt install chromium`, or `playwright install chromium`"
            )

        def launch(*arguments: str) -> Browser:
            # Root, as in a container, has no sandbox; the pages are our own.
            options = ["--no-sandbox", *arguments]
            try:
                return driver.chromium.launch(executable_path=executable, args=options)
            except Error as error:
                reason = error.message.splitlines()[0]
                raise JewelcapError(
                    f"{executable}: does not start ({reason}); `playwright install-deps chromium` "
                    "installs the libraries that it needs"
                ) from None

        yield launch
