"""What keeps a browser from being had is said, with what to do about it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from export.web import browser
from pipeline.errors import JewelcapError


class PlaywrightError(Exception):
    message = "Host system is missing dependencies\nlibnss3"


@pytest.fixture
def playwright(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimpleNamespace:
    """A Playwright whose browser lies in an empty folder, and no browser of the system."""

    def launch(**options: Any) -> None:
        raise PlaywrightError

    chromium = SimpleNamespace(executable_path=str(tmp_path / "chrome"), launch=launch)

    @contextmanager
    def sync_playwright() -> Any:
        yield SimpleNamespace(chromium=chromium)

    monkeypatch.setattr(browser, "PROGRAMS", ())
    module = SimpleNamespace(Error=PlaywrightError, sync_playwright=sync_playwright)
    monkeypatch.setitem(sys.modules, "playwright.sync_api", module)
    return chromium


def test_without_playwright_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(JewelcapError, match=r"jewelcap\[web\]"), browser.chromium():
        pass


def test_without_a_browser_its_package_is_named(playwright: SimpleNamespace) -> None:
    with pytest.raises(JewelcapError, match="apt install chromium"), browser.chromium():
        pass


def test_a_browser_without_its_libraries_says_how_to_get_them(playwright: SimpleNamespace) -> None:
    Path(playwright.executable_path).touch()
    with browser.chromium() as launch, pytest.raises(JewelcapError, match="install-deps") as error:
        launch()
    assert "Host system is missing dependencies" in str(error.value)
