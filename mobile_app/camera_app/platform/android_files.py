"""Photos from other apps, and files to them. Nothing is read or written beyond the one chosen."""

from __future__ import annotations

import logging
import mimetypes
import os
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from ..runtime.errors import JewelcapError
from ..runtime.files import write_bytes
from .android_java import Java
from .base import NotAvailableError

MAX_PHOTO_BYTES: Final = 100_000_000
"""A longer file is not copied."""

SHARED_FOLDER: Final = "Download/jewelcap"

_REQUEST: Final = 0x6A77
_OK: Final = -1
_PICKER_SINCE, _DOWNLOADS_SINCE = 33, 29
_READ: Final = 1

_LOG: Final = logging.getLogger(__name__)


class PhotoPicker:
    """The system's picker, which shows the app only the photo that was chosen."""

    def __init__(self, java: Java) -> None:
        """Prepares; nothing is shown."""
        self._java = java
        self._listens = False
        self._waiting: tuple[Path, Callable[[Path | None], None]] | None = None

    def pick(self, folder: Path, on_picked: Callable[[Path | None], None]) -> None:
        """Shows the picker; see `Platform.pick_photo`."""
        from android import activity

        picks = self._java.api >= _PICKER_SINCE
        action = (
            "android.provider.action.PICK_IMAGES" if picks else "android.intent.action.GET_CONTENT"
        )
        intent = self._java.find("android.content.Intent")(action)
        intent.setType("image/*")
        if not picks:
            intent.addCategory("android.intent.category.OPENABLE")
        if not self._listens:
            # For good: Java goes through its listeners while they hear, and must find them all.
            activity.bind(on_activity_result=self._hear)
            self._listens = True
        # An earlier question that got no answer gets none any more.
        self._waiting = folder, on_picked
        self._java.start(intent, "No app here lets you choose a photo.", _REQUEST)

    def _hear(self, request: int, result: int, intent: Any) -> None:
        if request != _REQUEST or self._waiting is None:
            return
        (folder, on_picked), self._waiting = self._waiting, None
        address = intent.getData() if result == _OK and intent is not None else None
        if address is None:
            on_picked(None)
            return
        # A photo that lies in a cloud takes its time, which Java's main thread must not wait for.
        threading.Thread(
            target=lambda: on_picked(self._copy(address, folder)), name="photo-copy", daemon=True
        ).start()

    def _copy(self, address: Any, folder: Path) -> Path | None:
        try:
            resolver = self._java.activity.getContentResolver()
            number = resolver.openFileDescriptor(address, "r").detachFd()
            with os.fdopen(number, "rb") as file:
                data = file.read(MAX_PHOTO_BYTES + 1)
            if len(data) > MAX_PHOTO_BYTES:
                raise OSError(f"more than {MAX_PHOTO_BYTES} bytes")
            copy = folder / f"picked-{time.time_ns()}"
            write_bytes(copy, data)
            return copy
        except (OSError, JewelcapError, self._java.error) as error:
            _LOG.warning("the chosen photo cannot be read: %s", error)
            return None


def share_files(java: Java, text: str, files: Sequence[Path]) -> None:
    """Opens the system's share sheet; see `Platform.share`.

    Other apps may not read this app's folder, so files are copied to the folder for downloads,
    where the person finds them again.
    """
    make_intent = java.find("android.content.Intent")
    if not files:
        intent = make_intent("android.intent.action.SEND")
        intent.setType("text/plain")
    else:
        if java.api < _DOWNLOADS_SINCE:
            raise NotAvailableError("Sharing files needs Android 10 or later.")
        addresses = [_publish(java, file) for file in files]
        kinds = {_kind(file) for file in files}
        many = len(files) > 1
        intent = make_intent(f"android.intent.action.SEND{'_MULTIPLE' if many else ''}")
        intent.setType(kinds.pop() if len(kinds) == 1 else "*/*")
        if many:
            streams = java.find("java.util.ArrayList")()
            for address in addresses:
                streams.add(address)
            intent.putParcelableArrayListExtra("android.intent.extra.STREAM", streams)
        else:
            stream = java.cast("android.os.Parcelable", addresses[0])
            intent.putExtra("android.intent.extra.STREAM", stream)
        intent.addFlags(_READ)
    if text:
        intent.putExtra("android.intent.extra.TEXT", text)
    java.start(make_intent.createChooser(intent, None), "No app here takes what you share.")


def _kind(file: Path) -> str:
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def _publish(java: Java, file: Path) -> Any:
    """Copies a file to the folder for downloads; returns its address."""
    values = java.find("android.content.ContentValues")()
    values.put("_display_name", file.name)
    values.put("mime_type", _kind(file))
    values.put("relative_path", SHARED_FOLDER)
    downloads = java.find("android.net.Uri").parse("content://media/external/downloads")
    resolver = java.activity.getContentResolver()
    try:
        address = resolver.insert(downloads, values)
        if address is None:
            raise OSError("the system gives no place for it")
        number = resolver.openFileDescriptor(address, "w").detachFd()
        with os.fdopen(number, "wb") as out, file.open("rb") as source:
            shutil.copyfileobj(source, out)
    except (OSError, java.error) as error:
        _LOG.warning("%s cannot be copied: %s", file.name, error)
        raise NotAvailableError(
            f"{file.name} cannot be copied to {SHARED_FOLDER}. Free some space and try again."
        ) from None
    return address
