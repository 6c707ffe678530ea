"""What a visitor does with the page, by mouse, touch and keyboard."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from export.web.site import read_site
from mobile_app.camera_app.runtime.confidence import (
    Calibration,
    JewelryDetector,
    LevelCalibration,
)
from mobile_app.camera_app.runtime.schema import to_jsonable
from tests.bundles import members_of, with_members
from tests.export.web.drawn import TITLE
from tests.export.web.visitor import Page

OpenPage = Callable[..., Page]
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


def test_the_title_and_the_language_of_the_visitor_are_used(open_page: OpenPage) -> None:
    page = open_page(ready=False, locale="es-MX")
    page.wait_until_ready("Listo")
    assert page.tab.title() == TITLE == page.text("title")
    assert page.text("private") == "Las fotos no salen de este dispositivo"
    assert page.tab.is_checked("#languages input[value=es]")


def test_by_mouse_photos_are_described_compared_copied_and_forgotten(
    open_page: OpenPage, photos: list[Path]
) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    tab = page.tab
    assert page.text("caption") == "The description appears here."
    with tab.expect_file_chooser() as chooser:
        tab.click("label[for=file]")
    chooser.value.set_files(photos[0])
    caption = page.answer()
    assert tab.get_attribute("#photo", "alt") == caption
    assert "not calibrated" in page.text("confidence-text")
    assert tab.locator("#alternatives li").count() >= 1
    tab.click("#levels label:has([value=basic])")
    assert page.text("caption") != caption
    tab.click("#copy")
    page.wait_until_ready("Copied.")
    assert tab.evaluate("navigator.clipboard.readText()") == page.text("caption")
    page.describe(photos[1])
    tab.wait_for_function("() => document.querySelectorAll('#entries li').length === 2")
    # Remembered over a reload, with the level that was chosen.
    tab.reload()
    page.wait_until_ready()
    assert tab.is_checked("#levels input[value=basic]")
    assert len(page.entries()) == 2
    tab.click("#entries li:nth-child(2) .open")
    assert page.text("caption") == page.entries()[1]
    tab.click("#entries li:nth-child(1) .delete")
    tab.wait_for_function("() => document.querySelectorAll('#entries li').length === 1")
    tab.click("#clear")
    tab.wait_for_selector("#clear", state="hidden")
    assert page.text("history-empty") == "Nothing yet."
    tab.uncheck("#keep")
    page.describe(photos[2])
    tab.reload()
    page.wait_until_ready()
    assert not tab.is_checked("#keep")
    assert page.entries() == []
    page.assert_clean()


def test_by_keyboard_everything_is_reached_in_order_and_works(
    open_page: OpenPage, photos: list[Path]
) -> None:
    page = open_page()
    tab = page.tab
    page.describe(photos[0])
    tab.wait_for_selector("#entries li")
    tab.focus("body")
    reached = []
    for _ in range(30):
        tab.keyboard.press("Tab")
        name = tab.evaluate(
            "(document.activeElement.id || document.activeElement.name"
            " || document.activeElement.className || document.activeElement.tagName)"
        )
        if name in reached or name == "BODY":
            break
        reached.append(name)
    expected = ["file", "camera", "levels", "languages", "copy", "clear", "open", "delete", "keep"]
    assert [name for name in reached if name != "share"] == [*expected, "SUMMARY"]
    tab.focus("#levels input:checked")
    before = page.text("caption")
    tab.keyboard.press("ArrowLeft")
    assert tab.is_checked("#levels input[value=normal]")
    assert page.text("caption") != before
    tab.focus("#languages input:checked")
    tab.keyboard.press("ArrowRight")
    assert tab.get_attribute("html", "lang") == "es"
    # The radio buttons were drawn anew, in another language; the focus must not be lost.
    assert tab.evaluate("document.activeElement.value") == "es"
    tab.focus("summary")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.name") == "captioners"
    with tab.expect_file_chooser():
        tab.focus("#own")
        tab.keyboard.press("Enter")
    tab.focus("#entries .delete")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#history-empty:not(:empty)")
    assert tab.evaluate("document.activeElement.id") == "history-title"
    with tab.expect_file_chooser() as chooser:
        tab.focus("#file")
        tab.keyboard.press("Space")
    chooser.value.set_files(photos[1])
    page.answer()
    page.assert_clean()


def test_by_touch_on_a_narrow_phone_everything_works(
    open_page: OpenPage, photos: list[Path]
) -> None:
    page = open_page(**PHONE)
    tab = page.tab
    with tab.expect_file_chooser() as chooser:
        tab.tap("label[for=file]")
    chooser.value.set_files(photos[0])
    complete = page.answer()
    tab.tap("#levels label:has([value=normal])")
    assert page.text("caption") != complete
    tab.tap("#languages label:has([value=it])")
    assert tab.get_attribute("html", "lang") == "it"
    tab.tap("#camera")
    tab.wait_for_selector("#live:not([hidden])")
    tab.tap("#stop")
    tab.wait_for_selector("#video", state="hidden")
    tab.tap("#entries .delete")
    tab.wait_for_selector("#history-empty:not(:empty)")
    tab.tap("summary")
    tab.tap("#themes label:has([value=dark])")
    assert tab.get_attribute("html", "data-theme") == "dark"
    page.assert_clean()


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_photo_can_be_dropped_and_pasted(
    open_page: OpenPage, photos: list[Path], event: str
) -> None:
    page = open_page()
    page.hand_over(event, photos[0])
    dropped = page.answer()
    page.tab.reload()
    page.wait_until_ready()
    assert page.describe(photos[0]) == dropped


def test_a_photo_chosen_before_the_captioner_is_there_is_described_then(
    open_page: OpenPage, photos: list[Path]
) -> None:
    page = open_page(ready=False)
    assert page.describe(photos[0])


def test_a_photo_chosen_before_the_page_has_its_scripts_is_not_lost(
    chromium: Any, address: str, photos: list[Path]
) -> None:
    context = chromium.new_context()
    tab = context.new_page()
    held: list[Any] = []
    tab.route("**/js/app.js", lambda route: held.append(route))
    tab.goto(address, wait_until="commit")
    tab.set_input_files("#file", photos[0])
    tab.wait_for_timeout(100)
    held[0].continue_()
    tab.wait_for_selector("#actions:not([hidden])")
    context.close()


def test_the_camera_is_described_live_and_photographed(open_page: OpenPage) -> None:
    page = open_page()
    tab = page.tab
    tab.click("#camera")
    tab.wait_for_selector("#live:not([hidden])")
    assert tab.evaluate("document.activeElement.id") == "shoot"
    assert page.text("live")
    first = tab.evaluate("document.getElementById('video').srcObject.getVideoTracks()[0].label")
    tab.click("#turn")
    tab.wait_for_function(
        "first => document.getElementById('video').srcObject?.getVideoTracks()[0].label !== first",
        arg=first,
    )
    tab.wait_for_selector("#live:not([hidden])")
    tab.click("#shoot")
    page.answer()
    assert tab.is_hidden("#video")
    assert tab.evaluate("document.getElementById('video').srcObject") is None
    tab.wait_for_selector("#entries li")
    page.assert_clean()


def test_a_camera_that_is_unplugged_is_said_so(open_page: OpenPage) -> None:
    page = open_page()
    page.tab.click("#camera")
    page.tab.wait_for_selector("#live:not([hidden])")
    page.tab.evaluate(
        "document.getElementById('video').srcObject.getVideoTracks()[0]"
        ".dispatchEvent(new Event('ended'))"
    )
    assert page.complaint() == "The camera was disconnected."
    assert page.tab.is_hidden("#video")


def test_another_captioner_can_be_chosen_and_is_remembered(
    open_page: OpenPage, site: Path, photos: list[Path]
) -> None:
    page = open_page()
    tab = page.tab
    first, second = read_site(site).captioners[:2]
    page.describe(photos[0])
    tab.click("summary")
    assert f"{second.size_bytes / 1e6:.1f} MB" in page.text("captioners")
    assert "exactly right" in page.text("captioners")
    tab.click(f'#captioners label:has([value="{second.file}"])')
    page.wait_until_ready(second.name)
    assert page.answer()
    tab.wait_for_selector("#entries li")
    assert len(page.entries()) == 1
    assert "not calibrated" not in page.tab.text_content("#confidence-text")
    assert second.variant in page.text("about")
    tab.reload()
    page.wait_until_ready(second.name)
    assert tab.is_checked(f'#captioners [value="{second.file}"]')
    # One of the visitor's own, which need not be on the site.
    page.choose(site / first.file)
    page.wait_until_ready(first.name)


@pytest.fixture
def silent(site: Path, tmp_path: Path) -> dict[str, Path]:
    """Captioners that give no caption, by what is said instead."""
    plain = site / read_site(site).captioners[0].file
    manifest = json.loads(members_of(plain)["captioner.json"])
    never = tuple(
        LevelCalibration(level, 9, 1.0, 1.5, 0, 0, False, 0.1, 0.1) for level in manifest["levels"]
    )
    size = manifest["state_size"]
    blind = JewelryDetector((0.0,) * size, -9.0, 0.5, 9, 1, 9, 2, 1)
    calibrations = {
        "not sure": Calibration(0.9, never, None),
        "no jewelry found": Calibration(0.9, never, blind),
    }
    return {
        words: with_members(
            tmp_path / f"{words}.tflite",
            plain,
            json=json.dumps({**manifest, "calibration": to_jsonable(calibration)}).encode(),
        )
        for words, calibration in calibrations.items()
    }


def test_where_there_is_no_caption_the_page_says_so_and_offers_nothing_to_copy(
    open_page: OpenPage, silent: dict[str, Path], photos: list[Path]
) -> None:
    page = open_page(script="navigator.share = async () => {};")
    tab = page.tab
    page.describe(photos[0])
    assert tab.is_visible("#copy")
    assert tab.is_visible("#share")
    for words, captioner in silent.items():
        page.choose(captioner)
        tab.wait_for_function(
            "words => document.getElementById('caption').textContent === words", arg=words
        )
        assert tab.is_hidden("#copy")
        assert tab.is_hidden("#share")
        assert tab.is_visible("#confidence") == (words == "no jewelry found")
        # Guesses are shown where there is a piece.
        assert tab.is_visible("#others") == (words == "not sure")
    page.assert_clean()


SAME_ON_GPU = """
import { Interpreter } from './interpreter.js';
export const openInterpreterOnGpu = (litert, bundle) => Interpreter.open(litert, bundle, 'wasm');
"""


def test_the_captioner_moves_to_the_graphics_card_and_back(
    open_page: OpenPage, photos: list[Path]
) -> None:
    page = open_page(service_workers="block")
    tab = page.tab
    caption = page.describe(photos[0])
    tab.click("summary")
    # Headless browsers have no graphics card.
    tab.click("#gpu")
    assert "cannot run the captioner" in page.complaint()
    assert not tab.is_checked("#gpu")
    tab.click("#dismiss")
    page.context.route(
        "**/js/accelerator.js",
        lambda route: route.fulfill(body=SAME_ON_GPU, content_type="text/javascript"),
    )
    tab.check("#gpu")
    page.wait_until_ready("same answers and is in use")
    assert page.answer() == caption
    tab.uncheck("#gpu")
    page.wait_until_ready("The processor is in use")
    assert page.describe(photos[1])
    assert tab.is_hidden("#message")
    assert len(tab.workers) == 1
    page.assert_clean()


def test_the_caption_can_be_shared(open_page: OpenPage, photos: list[Path]) -> None:
    shared = "navigator.share = async (data) => { window.shared = data; };"
    page = open_page(script=shared)
    caption = page.describe(photos[0])
    page.tab.click("#share")
    assert page.tab.evaluate("window.shared") == {"text": caption}
