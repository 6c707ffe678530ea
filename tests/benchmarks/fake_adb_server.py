"""A server for Android's own `adb` on loopback, with the phone of `fake_adb` behind it.

It answers what `adb devices`, `adb push` and `adb shell` ask of a server, by the protocol of
Android's platform tools (SERVICES.TXT, OVERVIEW.TXT, SYNC.TXT and shell_protocol.h of adb).
"""

from __future__ import annotations

import shlex
import socket
import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from threading import Thread

from . import fake_adb

VERSION = 41
"""Of the protocol; a client of another version would end this server and start its own."""

STDOUT, EXIT = 1, 3
REGULAR_FILE = 0o100644


class Service(socketserver.BaseRequestHandler):
    """One connection of a client."""

    request: socket.socket

    def handle(self) -> None:
        serials = self.serials()
        while asked := self.read_text():
            (fake_adb.PHONE / "asked").open("a").write(asked + "\n")
            if asked == "host:version":
                return self.answer(f"{VERSION:04x}")
            if asked == "host:devices":
                phones = (fake_adb.PHONE / "phones").read_text()
                return self.answer(phones.partition("\n")[2].strip() + "\n")
            if asked.endswith(":features"):
                return self.answer("shell_v2,cmd")
            if asked.startswith(("host:tport:serial:", "host:transport:")):
                if asked.rpartition(":")[2] not in serials:
                    return self.fail("device not found")
                self.request.sendall(b"OKAY")
                if asked.startswith("host:tport:"):
                    self.request.sendall(struct.pack("<Q", 1))
            elif asked.startswith("shell"):
                return self.shell(asked.partition(":")[2])
            elif asked == "sync:":
                self.request.sendall(b"OKAY")
                return self.sync()
            else:
                return self.fail(f"unknown host service: {asked}")

    def serials(self) -> list[str]:
        lines = (fake_adb.PHONE / "phones").read_text().splitlines()[1:]
        return [line.partition("\t")[0] for line in lines if line.endswith("\tdevice")]

    def shell(self, command: str) -> None:
        printed = StringIO()
        with redirect_stdout(printed):
            code = fake_adb.shell(shlex.split(command))
        self.request.sendall(b"OKAY")
        output = printed.getvalue().encode()
        for kind, data in ((STDOUT, output), (EXIT, bytes([code]))):
            self.request.sendall(struct.pack("<BI", kind, len(data)) + data)

    def sync(self) -> None:
        while True:
            kind, size = struct.unpack("<4sI", self.read(8))
            if kind == b"QUIT":
                return
            path = self.read(size).decode()
            if kind == b"STAT":
                self.request.sendall(b"STAT" + bytes(12))
            else:
                assert kind == b"SEND", kind
                self.receive(path.rpartition(",")[0])

    def receive(self, path: str) -> None:
        target = fake_adb.inside(path)
        with target.open("wb") as file:
            while True:
                kind, size = struct.unpack("<4sI", self.read(8))
                if kind == b"DONE":
                    break
                assert kind == b"DATA" and size <= 65536
                file.write(self.read(size))
        self.request.sendall(b"OKAY" + bytes(4))

    def read_text(self) -> str:
        head = self.request.recv(4)
        return self.read(int(head, 16)).decode() if len(head) == 4 else ""

    def read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self.request.recv(count - len(data))
            assert part, "the client went away"
            data += part
        return data

    def answer(self, text: str) -> None:
        self.request.sendall(f"OKAY{len(text):04x}{text}".encode())

    def fail(self, text: str) -> None:
        self.request.sendall(f"FAIL{len(text):04x}{text}".encode())


class Server(socketserver.TCPServer):
    """One connection after the other, as the phone's output is captured."""

    allow_reuse_address = True


@contextmanager
def serve(phone: Path) -> Iterator[int]:
    """Serves the phone in a folder on a free port, which is yielded."""
    before, fake_adb.PHONE = fake_adb.PHONE, phone
    try:
        with Server(("127.0.0.1", 0), Service) as server:
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            try:
                yield server.server_address[1]
            finally:
                server.shutdown()
                thread.join()
    finally:
        fake_adb.PHONE = before
