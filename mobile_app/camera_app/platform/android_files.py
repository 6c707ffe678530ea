"""Files from other apps, and files to them. Nothing is read or written beyond the one chosen."""

from __future__ import annotations

import logging
import mimetypes
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from ..runtime.errors import JewelcapError
from ..runtime.files import replacing
from .android_java import Java
from .base import NotAvailableError, Picked

MOST_BYTES: Final[dict[Picked, int]] = {"photo": 100_000_000, "captioner": 200_000_000}
"""A longer file is not copied."""

SHARED_FOLDER: Final = "Download/jewelcap"

_REQUEST: Final = 0x6A77
_OK: Final = -1
_PICKER_SINCE, _DOWNLOADS_SINCE = 33, 29
_READ: Final = 1
_CHUNK_BYTES: Final = 1 << 20

_LOG: Final = logging.getLogger(__name__)


class FilePicker:
    """The system's pickers, which show the app only the file that was chosen."""

    def __init__(self, java: Java) -> None:
        """Prepares; nothing is shown."""
        self._java = java
        self._listens = False
        self._waiting: tuple[Picked, Path, Callable[[Path | JewelcapError | None], None]] | None
        self._waiting = None

    def pick(
        self, kind: Picked, folder: Path, on_picked: Callable[[Path | JewelcapError | None], None]
    ) -> None:
        """Shows the picker; see `Platform.pick`."""
        from android import activity

        intent = self._intent(kind)
        if not self._listens:
            # For good: Java goes through its listeners while they hear, and must find them all.
            activity.bind(on_activity_result=self._hear)
            self._listens = True
        # An earlier question that got no answer gets none any more.
        self._waiting = kind, folder, on_picked
        self._java.start(intent, f"No app here lets you choose a {kind}.", _REQUEST)

    def _intent(self, kind: Picked) -> Any:
        make_intent = self._java.find("android.content.Intent")
        if kind == "photo" and self._java.api >= _PICKER_SINCE:
            intent = make_intent("android.provider.action.PICK_IMAGES")
        else:
            intent = make_intent("android.intent.action.GET_CONTENT")
            intent.addCategory("android.intent.category.OPENABLE")
        # No system knows captioner files by a type of their own.
        intent.setType("image/*" if kind == "photo" else "*/*")
        return intent

    def _hear(self, request: int, result: int, intent: Any) -> None:
        if request != _REQUEST or self._waiting is None:
            return
        (kind, folder, on_picked), self._waiting = self._waiting, None
        address = intent.getData() if result == _OK and intent is not None else None
        if address is None:
            on_picked(None)
            return
        # A file that lies in a cloud takes its time, which Java's main thread must not wait for.
        threading.Thread(
            target=lambda: on_picked(self._copy(kind, address, folder)),
            name="picked-copy",
            daemon=True,
        ).start()

    def _copy(self, kind: Picked, address: Any, folder: Path) -> Path | JewelcapError:
        copy = folder / kind
        try:
            resolver = self._java.activity.getContentResolver()
            number = resolver.openFileDescriptor(address, "r").detachFd()
            with os.fdopen(number, "rb") as file, replacing(copy) as partial:
                _copy_at_most(file, partial, MOST_BYTES[kind])
        except JewelcapError as error:
            return error
        except (OSError, self._java.error) as error:
            _LOG.warning("the chosen %s cannot be read: %s", kind, error)
            return JewelcapError(f"The chosen {kind} cannot be read. Choose another one.")
        return copy


def _copy_at_most(source: BinaryIO, target: Path, most: int) -> None:
    left = most
    with target.open("wb") as out:
        # What another app says of a file's size may be wrong: what comes is counted.
        while chunk := source.read(_CHUNK_BYTES):
            left -= len(chunk)
            if left < 0:
                raise JewelcapError(
                    f"The chosen file has more than {most / 1e6:.0f} MB. Choose a smaller one."
                )
            out.write(chunk)


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
