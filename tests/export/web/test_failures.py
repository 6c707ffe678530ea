"""Whatever goes wrong, the visitor reads a sentence and can go on."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from export.web.browser import Launch
from export.web.server import open_server
from export.web.site import read_site
from tests.export.web.visitor import Page

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def bad_files(photos: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files that are no photos, by what the page says of them."""
    folder = tmp_path_factory.mktemp("bad")
    names = {
        "is not a picture": "text.jpg",
        "is empty": "empty.jpg",
        "more than 64 megapixels": "huge.png",
        "is damaged": "half.png",
    }
    paths = {words: folder / name for words, name in names.items()}
    paths["is not a picture"].write_text("I am a text.\n" * 100)
    paths["is empty"].write_bytes(b"")
    Image.new("1", (10_000, 10_000)).save(paths["more than 64 megapixels"])
    whole = next(path for path in photos if path.name == "wide.png").read_bytes()
    paths["is damaged"].write_bytes(whole[: len(whole) // 2])
    return paths


def test_what_is_no_photo_gives_a_sentence_and_the_next_one_works(
    open_page: OpenPage, bad_files: dict[str, Path], photos: list[Path]
) -> None:
    page = open_page()
    for words, path in bad_files.items():
        page.choose(path)
        assert words in page.complaint()
        assert page.tab.is_hidden("#photo")
        page.tab.click("#dismiss")
    assert page.describe(photos[0])
    assert page.tab.is_hidden("#message")
    page.assert_clean()


@contextmanager
def served_copy(site: Path, folder: Path) -> Iterator[str]:
    """Serves a copy of the page, below an address; its files are to be replaced, not written."""
    shutil.copytree(site, folder / "below" / "an address", copy_function=os.link)
    with open_server(folder, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/below/an%20address/"
        server.shutdown()


def test_a_damaged_captioner_of_the_site_is_refused_and_can_be_tried_again(
    chromium: Any, site: Path, photos: list[Path], tmp_path: Path
) -> None:
    context = chromium.new_context(locale="en-US")
    with served_copy(site, tmp_path) as address:
        path = tmp_path / "below" / "an address" / read_site(site).captioners[0].file
        whole = path.read_bytes()
        page = Page(context, address, False, "")
        for words, data in (
            ("is damaged", whole[:1000] + b"\1\2\3" + whole[1003:]),
            ("is damaged: it is incomplete", whole[:-1]),
            ("check the connection", None),
        ):
            path.unlink(missing_ok=True)
            if data is not None:
                path.write_bytes(data)
            page.tab.reload()
            assert words in page.complaint()
        path.write_bytes(whole)
        page.choose(photos[0])
        page.tab.click("#retry")
        assert page.answer()
        assert page.tab.is_hidden("#message")
    context.close()


def test_a_captioner_of_the_visitors_that_is_none_leaves_the_one_before(
    open_page: OpenPage, site: Path, photos: list[Path], tmp_path: Path
) -> None:
    page = open_page()
    smallest = min(read_site(site).captioners, key=lambda one: one.size_bytes)
    whole = (site / smallest.file).read_bytes()
    for name, data, words in (
        ("text", b"no model at all", "is not a captioner"),
        ("cut", whole[:-50], "is damaged"),
        ("altered", whole[:5000] + b"\1\2\3" + whole[5003:], "is damaged"),
    ):
        path = tmp_path / f"{name}.tflite"
        path.write_bytes(data)
        page.choose(path)
        assert words in page.complaint()
        page.tab.click("#dismiss")
    assert page.describe(photos[0])
    page.assert_clean()


def test_no_camera_gives_a_sentence(launch: Launch, address: str) -> None:
    browser = launch("--use-fake-ui-for-media-stream")
    page = Page(browser.new_context(locale="en-US"), address, True, "")
    page.tab.click("#camera")
    assert page.complaint() == "No camera was found. Choose a photo instead."
    assert page.tab.is_visible("#camera")
    browser.close()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("Object.defineProperty(navigator, 'mediaDevices', {value: undefined});", "https"),
        (
            "navigator.mediaDevices.getUserMedia = async () => {"
            " throw new DOMException('', 'NotAllowedError'); };",
            "Allow it",
        ),
        (
            "navigator.mediaDevices.getUserMedia = async () => {"
            " throw new DOMException('', 'NotReadableError'); };",
            "another program",
        ),
    ],
)
def test_a_camera_that_cannot_be_opened_gives_a_sentence(
    open_page: OpenPage, script: str, words: str
) -> None:
    page = open_page(ready=False, script=script)
    page.tab.click("#camera")
    assert words in page.complaint()


def test_a_browser_that_keeps_nothing_still_describes(
    open_page: OpenPage, photos: list[Path]
) -> None:
    page = open_page(
        service_workers="block",
        script="Object.defineProperty(window, 'indexedDB', {value: undefined});"
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('off'); }});",
    )
    assert page.describe(photos[0])
    assert "could not be remembered" in page.complaint()


def test_without_web_crypto_captioners_are_checked_all_the_same(
    open_page: OpenPage, photos: list[Path]
) -> None:
    # Browsers keep it from pages of plain http addresses.
    page = open_page(script="Object.defineProperty(crypto, 'subtle', {value: undefined});")
    assert page.describe(photos[0])


def test_after_the_first_visit_the_page_works_without_a_network(
    chromium: Any, site: Path, photos: list[Path], tmp_path: Path
) -> None:
    context = chromium.new_context(locale="en-US")
    with served_copy(site, tmp_path) as address:
        page = Page(context, address, True, "")
        page.wait_until_ready("without a network")
        caption = page.describe(photos[0])
    context.set_offline(True)
    page.tab.reload()
    page.wait_until_ready()
    assert page.describe(photos[0]) == caption
    page.assert_clean()
    # A captioner that was never used is not there: a sentence, and the way back.
    page.tab.click("summary")
    second = read_site(site).captioners[1]
    page.tab.click(f'#captioners label:has([value="{second.file}"])')
    assert "check the connection" in page.complaint()
    context.close()
