"""What a visitor does with the page, and what the page must never do."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

_TIMEOUT_MS = 60_000
_WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


class Page:
    """The page in a tab of its own, with nothing remembered."""

    def __init__(self, context: Any, address: str, ready: bool, script: str) -> None:
        """Opens it.

        Args:
            context: A Playwright context.
            address: Where the page is.
            ready: Whether to wait for the captioner.
            script: Runs before the page's own.
        """
        self.context = context
        self.address = address
        self.requests: list[str] = []
        self.errors: list[str] = []
        context.on("request", lambda request: self.requests.append(request.url))
        self.tab = context.new_page()
        self.tab.set_default_timeout(_TIMEOUT_MS)
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.add_init_script(_WATCH + script)
        self.tab.goto(address)
        if ready:
            self.wait_until_ready()

    def wait_until_ready(self, words: str = "Ready") -> None:
        """Waits for the status line."""
        self.tab.wait_for_function(
            "words => document.getElementById('status').textContent.includes(words)", arg=words
        )

    def choose(self, photo: Path) -> None:
        """Picks a photo, or a captioner, as the file dialog would."""
        self.tab.set_input_files("#own" if photo.suffix == ".tflite" else "#file", photo)

    def describe(self, photo: Path) -> str:
        """Picks a photo and waits for its caption."""
        self.choose(photo)
        return self.answer()

    def answer(self) -> str:
        """Waits for a caption."""
        self.tab.wait_for_selector("#actions:not([hidden])", state="attached")
        return self.text("caption")

    def text(self, name: str) -> str:
        """What an element says."""
        return self.tab.inner_text(f"#{name}")

    def complaint(self) -> str:
        """Waits for a sentence about what cannot be done."""
        self.tab.wait_for_selector("#message:not([hidden])")
        return self.text("message-text")

    def entries(self) -> list[str]:
        """Captions of the photos that are remembered."""
        return self.tab.locator("#entries .open").all_inner_texts()

    def hand_over(self, event: str, *files: Path) -> None:
        """Drops or pastes files."""
        data = [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in files]
        self.tab.evaluate(
            """([kind, files]) => {
              const data = new DataTransfer();
              for (const [name, text] of files) {
                const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
                data.items.add(new File([bytes], name));
              }
              const options = { bubbles: true, cancelable: true };
              const event = kind === 'paste'
                ? new ClipboardEvent(kind, { ...options, clipboardData: data })
                : new DragEvent(kind, { ...options, dataTransfer: data });
              document.body.dispatchEvent(event);
            }""",
            [event, data],
        )

    def assert_clean(self) -> None:
        """Asserts that nothing failed unseen, was blocked, or came from elsewhere."""
        assert self.errors == []
        assert self.tab.evaluate("window.violations") == []
        foreign = [url for url in self.requests if not url.startswith((self.address, "blob:"))]
        assert foreign == []
