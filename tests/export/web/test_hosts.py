"""The page on hosts of other kinds than the one that `serve` is."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import REPOSITORY
from tests.export.web.visitor import Page

README = REPOSITORY / "export" / "web" / "README.md"


@pytest.fixture
def visit(chromium: Any, site: Path) -> Iterator[Callable[[str], Page]]:
    """Opens the page below an address as a first visit."""
    context = chromium.new_context(locale="en-US")
    yield lambda address: Page(context, address, True, "")
    context.close()


def test_a_plain_static_server_is_enough(
    visit: Callable[[str], Page], site: Path, photos: list[Path]
) -> None:
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        [*command, "--directory", site.parent],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"port (\d+)", server.stdout.readline())
            assert found is not None
            page = visit(f"http://127.0.0.1:{found[1]}/{site.name}/")
            assert page.describe(photos[0])
            page.wait_until_ready("without a network")
            page.assert_clean()
        finally:
            server.terminate()


class Strict(SimpleHTTPRequestHandler):
    """Sends the headers that README.md gives to hosts."""

    headers_sent = tuple(re.findall(r"^  ([A-Z][\w-]+): (.+)$", README.read_text("utf-8"), re.M))

    def end_headers(self) -> None:
        for name, value in self.headers_sent:
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


def test_the_headers_of_the_readme_let_everything_work(
    visit: Callable[[str], Page], site: Path, photos: list[Path]
) -> None:
    names = [name for name, _ in Strict.headers_sent]
    assert names[0] == "Content-Security-Policy"
    assert len(names) == 4
    policy = re.search(r'Policy" content="([^"]+)"', (site / "index.html").read_text("utf-8"))
    assert policy is not None
    assert Strict.headers_sent[0][1] == f"{policy[1]}; frame-ancestors 'none'"
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Strict, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = visit(f"http://127.0.0.1:{server.server_port}/")
        assert page.describe(photos[0])
        page.tab.wait_for_selector("#entries img")
        page.tab.click("#camera")
        page.tab.wait_for_selector("#live:not([hidden])")
        page.wait_until_ready("without a network")
        page.assert_clean()
        server.shutdown()
