"""A page of real captioners, a server for it, and a browser that opens it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from export.web import browser
from export.web.browser import Launch
from export.web.runtime_files import runtime_files
from export.web.server import open_server
from export.web.site import write_site
from pipeline.errors import JewelcapError
from tests.bundles import members_of, with_members
from tests.export.web.drawn import TITLE, UNCALIBRATED, draw_photos
from tests.export.web.node import Run, make_runner
from tests.export.web.visitor import Page

# Read at import, before the session's own empty cache takes its place: 12 MB are not to be fetched
# for every call of the tests.
CACHE = Path(os.environ.get("JEWELCAP_CACHE") or Path.home() / ".cache" / "jewelcap")


@pytest.fixture(scope="session")
def litertjs() -> dict[str, bytes]:
    """The files of LiteRT.js, from the user's cache, fetched into it if need be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JEWELCAP_CACHE", str(CACHE))
        try:
            return runtime_files()
        except JewelcapError as error:
            pytest.skip(f"LiteRT.js cannot be had: {error}")


@pytest.fixture(scope="session")
def site(
    tiny_exports: dict[str, Path],
    litertjs: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A page of the tiny captioner, uncalibrated and in every variant; do not change it.

    The first one always answers, however little a tiny captioner can be sure of.
    """
    folder = tmp_path_factory.mktemp("web")
    manifest = json.loads(members_of(tiny_exports["float32"])["captioner.json"])
    text = json.dumps({**manifest, "name": UNCALIBRATED, "calibration": None})
    plain = with_members(folder / "plain.tflite", tiny_exports["float32"], json=text.encode())
    write_site(folder / "site", [plain, *tiny_exports.values()], litertjs, TITLE)
    return folder / "site"


@pytest.fixture(scope="session")
def photos(tiny_catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Photos of the drawn catalog, and pictures of other shapes and kinds."""
    return draw_photos(tiny_catalog, tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="session")
def launch() -> Iterator[Launch]:
    """Starts a headless browser with some arguments."""
    with ExitStack() as stack:
        try:
            start = stack.enter_context(browser.chromium())
            start().close()
        except JewelcapError as error:
            pytest.skip(str(error))
        yield start


@pytest.fixture(scope="session")
def chromium(launch: Launch) -> Iterator[Any]:
    """A browser with two cameras that show a test picture."""
    cameras = "--use-fake-device-for-media-stream=device-count=2"
    started = launch("--use-fake-ui-for-media-stream", cameras)
    yield started
    started.close()


@pytest.fixture
def open_page(chromium: Any, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the page as a first visit; options are those of a Playwright context."""
    contexts = []

    def open_one(ready: bool = True, script: str = "", **options: Any) -> Page:
        context = chromium.new_context(**{"locale": "en-US", **options})
        contexts.append(context)
        return Page(context, address, ready, script)

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the page is served."""
    with open_server(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a script among the page's modules."""
    return make_runner(tmp_path_factory.mktemp("node"))
