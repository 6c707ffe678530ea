"""Keeps descriptions with their pictures in one SQLite file.

SQLite writes in transactions: a crash or a full disk leaves the entry before it, never half of
one. One lock makes the store safe to call from any thread.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from ..runtime.errors import JewelcapError
from ..runtime.levels import Attributes, Term
from ..runtime.preprocess import Pixels
from ..runtime.schema import SchemaError, dump_json, load_json
from .entries import Entry
from .pictures import PICTURE_SIDE, to_jpeg, to_thumbnail

SCHEMA_VERSION: Final = 1
FILE_NAME: Final = "history.sqlite3"
MOST_ENTRIES: Final = 1000
"""When there are more, the oldest ones that nobody corrected go."""

_TABLES: Final = """
CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created TEXT NOT NULL,
    caption TEXT NOT NULL,
    terms TEXT NOT NULL,
    level TEXT NOT NULL,
    language TEXT NOT NULL,
    confidence REAL NOT NULL,
    verdict TEXT NOT NULL,
    model TEXT NOT NULL,
    correction TEXT,
    words TEXT NOT NULL
);
CREATE TABLE pictures (
    entry INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
    thumbnail BLOB NOT NULL,
    picture BLOB NOT NULL
);
"""
_COLUMNS: Final = (
    "created, caption, terms, level, language, confidence, verdict, model, correction, id"
)


class HistoryStore:
    """The history in a folder of the app's own; close it at the end."""

    def __init__(self, folder: Path, most_entries: int = MOST_ENTRIES) -> None:
        """Opens the history, or begins one.

        A damaged file is put aside, so that the app goes on; see `damaged`.

        Args:
            folder: Where its file lies.
            most_entries: How many entries are kept.

        Raises:
            JewelcapError: The folder cannot be written, or a newer app made the file.
        """
        self._path = folder / FILE_NAME
        self._most_entries = most_entries
        self._lock = threading.RLock()
        self.damaged: Path | None = None
        """Where a damaged history was put aside, if there was one."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise JewelcapError(f"{folder}: cannot be made ({error.strerror})") from None
        try:
            self._database = self._open()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise _unwritten(self._path, error) from None
            self.damaged = self._path.with_suffix(".damaged")
            self._path.replace(self.damaged)
            self._database = self._open()

    def add(self, entry: Entry, pixels: Pixels) -> Entry:
        """Keeps a description.

        Args:
            entry: What was said.
            pixels: The picture, uint8[h, w, 3] in RGB.

        Returns:
            The entry with its number.

        Raises:
            JewelcapError: There is no space for it.
        """
        values = _to_row(entry)
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        thumbnail, picture = to_thumbnail(pixels), to_jpeg(pixels, PICTURE_SIDE)
        with self._writing() as database:
            cursor = database.execute(
                f"INSERT INTO entries ({names}) VALUES ({marks})", tuple(values.values())
            )
            number = int(cursor.lastrowid or 0)
            database.execute("INSERT INTO pictures VALUES (?, ?, ?)", (number, thumbnail, picture))
            database.execute(
                "DELETE FROM entries WHERE correction IS NULL AND id <= "
                "(SELECT id FROM entries ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (self._most_entries,),
            )
        return self.get(number)

    def get(self, number: int) -> Entry:
        """Returns an entry.

        Raises:
            JewelcapError: It has been deleted.
        """
        with self._lock:
            row = self._database.execute(
                f"SELECT {_COLUMNS} FROM entries WHERE id = ?", (number,)
            ).fetchone()
        if row is None:
            raise JewelcapError(f"description {number} is no longer in the history")
        return _to_entry(row)

    def search(self, words: str = "", corrected: bool = False) -> list[Entry]:
        """Returns entries, the newest first.

        Args:
            words: Each of them must stand in the caption or its correction; capitals make no
                difference.
            corrected: Whether only corrected ones are wanted.
        """
        where, values = ["1"], []
        for word in words.casefold().split():
            where.append("words LIKE ? ESCAPE '\\'")
            values.append("%" + "".join(f"\\{c}" if c in "%_\\" else c for c in word) + "%")
        if corrected:
            where.append("correction IS NOT NULL")
        query = f"SELECT {_COLUMNS} FROM entries WHERE {' AND '.join(where)} ORDER BY id DESC"
        with self._lock:
            rows = self._database.execute(query, values).fetchall()
        return [_to_entry(row) for row in rows]

    def thumbnail(self, number: int) -> bytes | None:
        """Returns the JPEG of an entry's thumbnail, or None when it has been deleted."""
        return self._picture("thumbnail", number)

    def picture(self, number: int) -> bytes | None:
        """Returns the JPEG of an entry's picture, or None when it has been deleted."""
        return self._picture("picture", number)

    def correct(self, number: int, correction: Attributes | None) -> Entry:
        """Notes what is really on the picture, or takes that back.

        Raises:
            JewelcapError: The entry has been deleted, or there is no space.
        """
        values = _to_row(_with_correction(self.get(number), correction))
        with self._writing() as database:
            database.execute(
                "UPDATE entries SET correction = ?, words = ? WHERE id = ?",
                (values["correction"], values["words"], number),
            )
        return self.get(number)

    def delete(self, numbers: Sequence[int]) -> None:
        """Forgets entries and their pictures for good."""
        with self._writing() as database:
            database.executemany("DELETE FROM entries WHERE id = ?", [(n,) for n in numbers])

    def clear(self) -> None:
        """Forgets everything."""
        with self._writing() as database:
            database.execute("DELETE FROM entries")
        with suppress(sqlite3.Error), self._lock:
            self._database.execute("VACUUM")

    def __len__(self) -> int:
        with self._lock:
            return int(self._database.execute("SELECT COUNT(*) FROM entries").fetchone()[0])

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._database.close()

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
        try:
            # What was deleted is overwritten: a forgotten picture stays in no file.
            for pragma in ("foreign_keys = ON", "secure_delete = ON"):
                database.execute(f"PRAGMA {pragma}")
            version = int(database.execute("PRAGMA user_version").fetchone()[0])
            if version > SCHEMA_VERSION:
                raise JewelcapError(
                    f"{self._path}: made by a newer version of the app; install that version"
                )
            if version == 0:
                database.executescript(
                    f"BEGIN; {_TABLES} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
                )
            database.execute("SELECT COUNT(*) FROM entries, pictures").fetchone()
        except BaseException:
            database.close()
            raise
        return database

    def _picture(self, column: str, number: int) -> bytes | None:
        with self._lock:
            row = self._database.execute(
                f"SELECT {column} FROM pictures WHERE entry = ?", (number,)
            ).fetchone()
        return None if row is None else bytes(row[0])

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._database.execute("BEGIN IMMEDIATE")
                yield self._database
                self._database.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                raise _unwritten(self._path, error) from None
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):
            self._database.execute("ROLLBACK")


def _unwritten(path: Path, error: sqlite3.Error) -> JewelcapError:
    if "full" in str(error):
        return JewelcapError(f"{path}: the disk is full; free some space and try again")
    return JewelcapError(f"{path}: the history cannot be written ({error})")


def _with_correction(entry: Entry, correction: Attributes | None) -> Entry:
    return Entry(**{**vars(entry), "correction": correction})


def _to_row(entry: Entry) -> dict[str, Any]:
    correction = entry.correction
    said = [entry.caption, *(term.text for term in entry.terms)]
    said += [term.text for term in correction.terms()] if correction is not None else []
    return {
        "created": entry.created,
        "caption": entry.caption,
        "terms": json.dumps([[term.kind, term.text] for term in entry.terms]),
        "level": entry.level,
        "language": entry.language,
        "confidence": entry.confidence,
        "verdict": entry.verdict,
        "model": entry.model,
        "correction": None if correction is None else dump_json(correction),
        "words": " ".join(said).casefold(),
    }


def _to_entry(row: Sequence[Any]) -> Entry:
    created, caption, terms, level, language, confidence, verdict, model, correction, number = row
    return Entry(
        created=created,
        caption=caption,
        terms=_parsed(terms, lambda text: tuple(Term(k, t) for k, t in json.loads(text))) or (),
        level=level,
        language=language,
        confidence=confidence,
        verdict=verdict,
        model=model,
        correction=_parsed(correction, lambda text: load_json(Attributes, text, "correction")),
        id=number,
    )


def _parsed(text: str | None, parse: Callable[[str], Any]) -> Any:
    """Reads a cell; one that cannot be read must not hide the entry."""
    if text is None:
        return None
    try:
        return parse(text)
    except (SchemaError, ValueError, TypeError):
        return None
