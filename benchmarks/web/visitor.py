"""Drives the page as a visitor does, in a real browser."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from pipeline.errors import JewelcapError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

_TIMEOUT_MS: Final = 120_000

# The page's own modules, without its controls: all levels in all languages.
_OPEN: Final = """async (file) => {
  const names = ['answers', 'client', 'compose', 'texts'];
  const modules = await Promise.all(names.map((name) => import(`./js/${name}.js`)));
  const { Speaker, Client, Composer, TEXTS } = Object.assign({}, ...modules);
  const read = async (name) => (await fetch(name)).json();
  const [words, { languages }] = await Promise.all([read('words.json'), read('site.json')]);
  const composer = new Composer(words);
  const speakers = languages.map((one) => new Speaker(composer, one, TEXTS[one.code]));
  const client = new Client();
  await client.ask('open', [await (await fetch(file)).arrayBuffer()]);
  window.describeBytes = async (text) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const { captions, latency_ms } = await client.ask('describe', [new Blob([bytes])]);
    const shown = Object.entries(captions).map(([asked, caption]) => {
      const { verdict, level, confidence } = caption;
      const pairs = speakers.map((one) => [one.language.code, one.text(caption)]);
      return [asked, { verdict, level, confidence, texts: Object.fromEntries(pairs) }];
    });
    return { captions: Object.fromEntries(shown), latency_ms };
  };
}"""

# Chooses a photo as the file dialog does, and waits until its caption, or a complaint, is there.
_CHOOSE: Final = """([name, text]) => new Promise((resolve, reject) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name));
  const byId = (id) => document.getElementById(id);
  let started = 0;
  const observer = new MutationObserver(() => {
    if (!byId('message').hidden) reject(new Error(byId('message-text').textContent));
    else if (byId('actions').hidden) return;
    else resolve(performance.now() - started);
    observer.disconnect();
  });
  byId('actions').hidden = true;
  const watched = { attributes: true, attributeFilter: ['hidden'] };
  observer.observe(byId('actions'), watched);
  observer.observe(byId('message'), watched);
  started = performance.now();
  byId('file').files = files.files;
  byId('file').dispatchEvent(new Event('change'));
})"""


def _text(photo: Path) -> str:
    return base64.b64encode(photo.read_bytes()).decode()


class Visitor:
    """A tab of its own, with nothing remembered."""

    def __init__(self, browser: Browser, address: str) -> None:
        """Opens a context; nothing is loaded yet.

        Args:
            browser: A browser.
            address: Where the page is.
        """
        self._browser = browser
        self._address = address
        self._context: BrowserContext = browser.new_context(locale="en-US")
        self.loaded: list[str] = []
        """Paths below the address that were asked for."""
        self._context.on("request", lambda request: self._note(request.url))
        self._tab: Page = self._context.new_page()
        self._tab.set_default_timeout(_TIMEOUT_MS)
        self._tab_session = self._context.new_cdp_session(self._tab)

    def _note(self, url: str) -> None:
        if url.startswith(self._address):
            self.loaded.append(unquote(url.removeprefix(self._address)))

    def open(self) -> float:
        """Loads the page and returns how long that took, in seconds."""
        self._tab.goto(self._address, wait_until="load")
        return (
            float(self._tab.evaluate("performance.timing.loadEventEnd - performance.timeOrigin"))
            / 1e3
        )

    def choose(self, photo: Path) -> float:
        """Picks a photo and returns how long its caption took, in milliseconds.

        Raises:
            JewelcapError: The page said that it cannot.
        """
        return float(self._evaluate(_CHOOSE, [photo.name, _text(photo)], photo.name))

    def open_captioner(self, file: str) -> None:
        """Opens a captioner without the page's controls.

        Args:
            file: Path within the site.

        Raises:
            JewelcapError: The page said that it cannot.
        """
        self._evaluate(_OPEN, file, file)

    def describe(self, photo: Path) -> dict[str, Any]:
        """What the captioner says: `captions` by level, and `latency_ms`.

        Raises:
            JewelcapError: The page said that it cannot.
        """
        found: dict[str, Any] = self._evaluate(
            "(text) => window.describeBytes(text)", _text(photo), photo.name
        )
        return found

    def _evaluate(self, script: str, argument: str | Sequence[str], about: str) -> Any:
        from playwright.sync_api import Error

        try:
            return self._tab.evaluate(script, argument)
        except Error as error:
            reason = error.message.splitlines()[0].partition("Error: ")
            raise JewelcapError(f"{about}: {reason[2] or reason[0]}") from None

    def memory(self) -> tuple[int, int] | None:
        """Private and shared memory of the page's process in bytes; None where it is not known.

        Garbage is collected before: what the browser would give back at its leisure is no growth.
        """
        self._tab_session.send("HeapProfiler.collectGarbage")
        session = self._browser.new_browser_cdp_session()
        try:
            processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        finally:
            session.detach()
        found = [_memory(one["id"]) for one in processes if one["type"] == "renderer"]
        # A spare process for the next tab has little.
        return max((one for one in found if one is not None), default=None)

    def close(self) -> None:
        """Closes the tab and forgets everything."""
        self._context.close()


def _memory(process: int) -> tuple[int, int] | None:
    """As Linux tells it."""
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return None
    lines = (line.partition(":") for line in text.splitlines())
    kilobytes = {name: value.split()[0] for name, _, value in lines if name.startswith("Rss")}
    return int(kilobytes["RssAnon"]) * 1024, int(kilobytes["RssShmem"]) * 1024
