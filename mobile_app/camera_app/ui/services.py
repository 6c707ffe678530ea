"""What the screens' sessions share: the system, what is kept, and the thread that captions."""

from __future__ import annotations

import errno
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from kivy.clock import mainthread

from ..crash_log import CrashLog
from ..history.entries import Entry, new_entry
from ..history.store import HistoryStore
from ..library.shelf import Model, Shelf
from ..platform import Platform, current_platform
from ..preferences import PreferencesFile
from ..runtime.captioner import Caption
from ..runtime.errors import ImageError, JewelcapError
from ..runtime.preprocess import Pixels
from .texts import TEXTS, Texts
from .worker import CaptionResult, CaptionWorker, explain

EMBEDDED: Final = Path(__file__).parents[1] / "models" / "embedded.captioner"
"""The captioner that the app ships with."""

T = TypeVar("T")


@dataclass
class Services:
    """What sessions and screens need; one for the life of the app.

    Attributes:
        folder: The app's own place.
        platform: The system.
        preferences: What the customer has chosen.
        shelf: Captioner files.
        history: None where it cannot be kept.
        crash_log: Notes errors.
        worker: Captions frames.
        texts: The interface in the chosen language.
        language: ISO 639-1 code of that.
        tell: Shows a line for a while.
        model: The captioner in use; None before it has been opened.
        rival: The one that it is compared with.
        vocabulary: Words by kind that the captioner in use knows.
    """

    folder: Path
    platform: Platform
    preferences: PreferencesFile
    shelf: Shelf
    history: HistoryStore | None
    crash_log: CrashLog
    worker: CaptionWorker
    texts: Texts
    language: str
    tell: Callable[[str], None]
    model: Model | None = None
    rival: Model | None = None
    vocabulary: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="files")
    )

    def run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Does something in a thread for files; the screen goes on meanwhile.

        Args:
            work: What to do. An error is told to the customer.
            done: Called in Kivy's thread with what came of it, unless it failed.
        """
        self.attempt(work, done, self.fail)

    def attempt(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """As `run`, for those who say themselves what went wrong.

        Args:
            work: What to do.
            done: Called in Kivy's thread with what came of it.
            failed: Called in Kivy's thread with the error.
        """

        def finish(future: Future[T]) -> None:
            error = future.exception()
            if error is None:
                in_kivys_thread(lambda: done(future.result()))
            elif isinstance(error, Exception):
                failure = error
                in_kivys_thread(lambda: failed(failure))

        self._pool.submit(work).add_done_callback(finish)

    def fail(self, error: Exception) -> None:
        """Tells the customer what went wrong; what nobody expected goes to the crash log."""
        self.tell(self.say(error))

    def say(self, error: Exception) -> str:
        """Returns a sentence about an error; what nobody expected goes to the crash log."""
        if isinstance(error, MemoryError):
            return self.texts.memory_failed
        full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        if full or "the disk is full" in str(error):
            return self.texts.space_failed
        if isinstance(error, JewelcapError):
            told = self.told(explain(error))
            return told or (
                self.texts.photo_failed if isinstance(error, ImageError) else self.texts.failed
            )
        self.crash_log.note(error)
        return self.texts.went_wrong

    def told(self, detail: str) -> str:
        """A detail beside a sentence that says enough: in English, or not at all."""
        return detail if self.language == "en" else ""

    def prefer(self, **values: object) -> None:
        """Changes preferences; that they cannot be written is told."""
        try:
            self.preferences.change(**values)
        except JewelcapError as error:
            self.fail(error)

    def keep(self, caption: Caption, pixels: Pixels, done: Callable[[Entry], None]) -> None:
        """Keeps a description in the history, if there is one.

        Args:
            caption: What was said.
            pixels: Of what, uint8[h, w, 3] in RGB.
            done: Called in Kivy's thread with the entry.
        """
        history, model = self.history, self.model
        if history is None or model is None:
            self.tell(self.texts.space_failed)
            return
        entry = new_entry(caption, model.title)
        self.run(lambda: history.add(entry, pixels), done)

    def speak(self, text: str) -> None:
        """Reads a text aloud, or says that nothing here does."""
        try:
            self.platform.speak(text, self.language)
        except JewelcapError as error:
            self.tell(f"{self.texts.not_available}. {error}")

    def share(self, text: str, files: list[Path]) -> None:
        """Hands files to another app; where there is none, says where they are."""
        try:
            self.platform.share(text, files)
        except JewelcapError:
            if files:
                self.tell(self.texts.exported.format(path=files[0]))
            else:
                self.tell(self.texts.not_available)

    def stop(self) -> None:
        """Ends all threads and closes all files."""
        self.worker.stop()
        self._pool.shutdown(wait=True)
        if self.history is not None:
            self.history.close()


@mainthread
def in_kivys_thread(call: Callable[[], None]) -> None:
    """Calls something in Kivy's thread, before its next frame."""
    call()


class _Nobody:
    """Hears what the worker says before a screen does."""

    def captioned(self, result: CaptionResult) -> None:
        """See `WorkerListener`."""

    def frame_failed(self, error: Exception) -> None:
        """See `WorkerListener`."""


def open_services(folder: Path, model: Path | None) -> Services:
    """Opens what the app keeps; a history that cannot be opened is noted and left out.

    Args:
        folder: The app's own place.
        model: A captioner file beside the embedded one, if there is one.
    """
    crash_log = CrashLog(folder)
    history: HistoryStore | None = None
    try:
        history = HistoryStore(folder)
    except (JewelcapError, OSError) as error:
        crash_log.note(error)
    given = tuple(path for path in (model, EMBEDDED) if path is not None and path.is_file())
    return Services(
        folder=folder,
        platform=current_platform(),
        preferences=PreferencesFile(folder),
        shelf=Shelf(folder / "models", given),
        history=history,
        crash_log=crash_log,
        worker=CaptionWorker("", "en", _Nobody()),
        texts=TEXTS["en"],
        language="en",
        tell=lambda text: None,
    )
