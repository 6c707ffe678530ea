"""A static server on loopback, for a look at a site."""

from __future__ import annotations

import functools
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from pipeline.errors import JewelcapError

HOST: Final = "127.0.0.1"


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder; browsers ask each time whether a file has changed."""

    extensions_map = {  # noqa: RUF012
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
        ".tflite": "application/octet-stream",
    }

    def end_headers(self) -> None:
        """Adds what keeps a changed site from being shown as it was."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    """A visitor who leaves while a file is on its way is no error."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Reports what is not a lost connection."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def open_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Opens a server on loopback; call its `serve_forever`.

    Args:
        folder: What to serve.
        port: TCP port, 0 for any that is free.

    Raises:
        JewelcapError: The port is taken.
    """
    handler = functools.partial(_Handler, directory=str(folder))
    try:
        return _Server((HOST, port), handler)
    except OSError as error:
        raise JewelcapError(
            f"port {port} cannot be opened ({error.strerror}); give another by --port"
        ) from None
