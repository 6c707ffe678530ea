"""The page can be read and used by everyone, on every screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.export.web.visitor import Page

WIDTHS = (320, 390, 768, 1024, 1440)
LEAST_TARGET = 44

WIDE = """() => Array.from(document.querySelectorAll('body *'))
  .filter((node) => node.getClientRects().length)
  .filter((node) => !node.closest('.unseen') && node.getBoundingClientRect().right
    > document.documentElement.clientWidth + 0.5)
  .map((node) => node.outerHTML.slice(0, 80))"""
SMALL = """(least) => Array.from(
    document.querySelectorAll('button, .button, summary, .segments label, .cards label, .check')
  )
  .filter((node) => node.getClientRects().length)
  .filter((node) => node.getBoundingClientRect().height < least)
  .map((node) => node.outerHTML.slice(0, 80))"""
CUT = """() => Array.from(document.querySelectorAll('button, .button, .segments span, h1, h2'))
  .filter((node) => node.getClientRects().length && !node.classList.contains('unseen'))
  .filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0)
  .map((node) => node.outerHTML.slice(0, 80))"""


@pytest.fixture
def full_page(open_page: Callable[..., Page], photos: list[Path]) -> Page:
    """The page with everything on it that it can show at once."""
    page = open_page()
    page.describe(photos[0])
    page.tab.wait_for_selector("#entries li")
    page.tab.click("summary")
    return page


def serious(page: Page) -> list[str]:
    """What axe-core finds that keeps people from using the page."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page.tab).response["violations"]
    return [
        f"{one['id']}: {node['html'][:90]}"
        for one in found
        if one["impact"] in ("serious", "critical", "moderate")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(full_page: Page, theme: str) -> None:
    tab = full_page.tab
    tab.check(f"#themes input[value={theme}]", force=True)
    assert serious(full_page) == []
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.click("#camera")
    tab.wait_for_selector("#live:not([hidden])")
    assert serious(full_page) == []
    tab.click("#stop")
    full_page.choose(Path(__file__))
    full_page.complaint()
    assert serious(full_page) == []


def test_nothing_is_cut_off_too_wide_or_too_small_to_press(full_page: Page) -> None:
    tab = full_page.tab
    for language in ("en", "es", "it"):
        tab.check(f"#languages input[value={language}]", force=True)
        for width in WIDTHS:
            tab.set_viewport_size({"width": width, "height": 800})
            where = (language, width)
            assert (where, tab.evaluate(WIDE)) == (where, [])
            assert (where, tab.evaluate(CUT)) == (where, [])
            assert (where, tab.evaluate(SMALL, LEAST_TARGET)) == (where, [])


def test_the_appearance_follows_the_device_until_one_is_chosen(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(ready=False, color_scheme="dark")
    tab = page.tab

    def wait_for(background: str) -> None:
        tab.wait_for_function(
            "is => getComputedStyle(document.documentElement).backgroundColor === is",
            arg=background,
        )

    page.wait_until_ready()
    wait_for("rgb(18, 16, 19)")
    tab.emulate_media(color_scheme="light")
    wait_for("rgb(250, 247, 241)")
    tab.click("summary")
    tab.click("#themes label:has([value=dark])")
    wait_for("rgb(18, 16, 19)")
    tab.emulate_media(contrast="more")
    wait_for("rgb(0, 0, 0)")
