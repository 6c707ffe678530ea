"""Photographs the page in all of its states, languages and sizes.

python -m tests.export.web.make_screenshots export/web/screenshots CAPTIONER... [--whole]
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from PIL import Image, ImageDraw

from export.web.browser import chromium
from export.web.runtime_files import runtime_files
from export.web.server import open_server
from export.web.site import write_site
from mobile_app.camera_app.runtime.captioner import Captioner, Verdict
from mobile_app.camera_app.runtime.preprocess import find_images
from tests.command_line import REPOSITORY
from tests.export.web.visitor import Page

CATALOG = REPOSITORY / "pipeline" / "catalog" / "embedded" / "images"
COLORS = 96
"""Of a kept picture: it stays small, and its texts stay sharp."""

SMALLEST, PHONE, TABLET, DESKTOP = (320, 640), (390, 780), (768, 900), (1280, 800)
CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=2")
Photos = dict[str, Path]
"""Verdict of a captioner -> a photo of which it says that."""


def first_visit(page: Page, photos: Photos) -> None:
    """Nothing is chosen yet."""


def caption(page: Page, photos: Photos) -> None:
    page.describe(photos["answered"])


def fallen_back(page: Page, photos: Photos) -> None:
    page.describe(photos["fallen back"])


def not_sure(page: Page, photos: Photos) -> None:
    page.describe(photos["not sure"])


def no_jewelry(page: Page, photos: Photos) -> None:
    page.describe(photos["no jewelry"])


def history(page: Page, photos: Photos) -> None:
    for number, photo in enumerate(photos.values(), 1):
        page.tab.evaluate("document.getElementById('actions').hidden = true")
        page.describe(photo)
        page.tab.wait_for_function(
            "n => document.querySelectorAll('#entries li').length === n", arg=number
        )
    page.tab.evaluate("document.getElementById('history').scrollIntoView()")


def models(page: Page, photos: Photos) -> None:
    page.tab.click("summary")
    page.tab.evaluate("document.getElementById('settings').scrollIntoView()")


def error(page: Page, photos: Photos) -> None:
    page.choose(Path(__file__))
    page.complaint()


def live(page: Page, photos: Photos) -> None:
    page.tab.click("#camera")
    page.tab.wait_for_selector("#live:not([hidden])")
    page.tab.wait_for_timeout(1000)


@dataclass(frozen=True)
class Shot:
    """A picture to take."""

    state: Callable[[Page, Photos], None]
    size: tuple[int, int]
    language: str
    scheme: str

    @property
    def name(self) -> str:
        state = self.state.__name__.replace("_", "-")
        return f"{self.size[0]}-{self.language}-{self.scheme}-{state}.png"


SHOTS = (
    Shot(first_visit, SMALLEST, "en", "dark"),
    Shot(caption, SMALLEST, "en", "dark"),
    Shot(error, SMALLEST, "it", "dark"),
    Shot(no_jewelry, SMALLEST, "es", "light"),
    Shot(fallen_back, PHONE, "it", "light"),
    Shot(not_sure, PHONE, "en", "light"),
    Shot(live, PHONE, "es", "dark"),
    Shot(history, PHONE, "es", "light"),
    Shot(models, PHONE, "en", "dark"),
    Shot(caption, TABLET, "es", "dark"),
    Shot(caption, DESKTOP, "en", "light"),
    Shot(history, DESKTOP, "it", "dark"),
)


def photos_by_verdict(captioner: Path, folder: Path) -> Photos:
    """Finds photos of which a captioner says each of what it can say; not all can be found."""
    blank = Image.new("RGB", (256, 256), "#8fa3b5")
    ImageDraw.Draw(blank).rectangle((40, 90, 216, 256), fill="#40474f")
    blank.save(folder / "blank.png")
    found: Photos = {}
    opened = Captioner.open(captioner)
    photos = find_images(CATALOG)
    # What is rare is looked for among all, after a glance at some of each kind.
    for photo in [folder / "blank.png", *photos[::23], *photos]:
        told = opened.caption(opened.encode(photo), opened.bundle.manifest.levels[-1])
        found.setdefault(told.verdict, photo)
        if len(found) == len(get_args(Verdict)):
            break
    opened.close()
    return found


def shoot(browser: Any, address: str, shot: Shot, photos: Photos, out: Path, whole: bool) -> None:
    """Takes one picture."""
    width, height = shot.size
    touch = width < TABLET[0]
    context = browser.new_context(
        locale=shot.language,
        viewport={"width": width, "height": height},
        color_scheme=shot.scheme,
        has_touch=touch,
        is_mobile=touch,
    )
    page = Page(context, address, False, "")
    page.tab.wait_for_function("() => document.getElementById('about').textContent !== ''")
    shot.state(page, photos)
    page.tab.screenshot(path=out, full_page=whole, animations="disabled")
    page.assert_clean()
    context.close()
    with Image.open(out) as image:
        small = image.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    small.save(out, optimize=True)


def main(out: Path, captioners: list[Path], whole: bool) -> None:
    """Takes all pictures of a page of captioners."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, chromium() as launch:
        folder = Path(name)
        photos = photos_by_verdict(captioners[0], folder)
        write_site(folder / "site", captioners, runtime_files(), "Rossi Gioielli")
        with open_server(folder / "site", 0) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            browser = launch(*CAMERA)
            for shot in SHOTS:
                try:
                    address = f"http://127.0.0.1:{server.server_port}/"
                    shoot(browser, address, shot, photos, out / shot.name, whole)
                except KeyError as verdict:
                    print(f"{shot.name}: no photo found of which it says {verdict}")  # noqa: T201
            browser.close()
            server.shutdown()


if __name__ == "__main__":
    paths = [Path(argument) for argument in sys.argv[1:] if argument != "--whole"]
    main(paths[0], paths[1:], "--whole" in sys.argv)
