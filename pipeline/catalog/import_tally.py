"""Counts what an import does, photo by photo, and writes its notes line by line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mobile_app.camera_app.runtime.levels import LEVELS
from pipeline.catalog.captions import AGREE, CAPTION_ONLY, COLUMN_ONLY, DIFFER, CaptionUse
from pipeline.catalog.cells import Changed
from pipeline.catalog.duplicates import find_copies, near_duplicate_groups
from pipeline.catalog.facts import FactTable, ImageFacts
from pipeline.catalog.import_report import (
    NAMES_SHOWN,
    CaptionCounts,
    ColumnAgreement,
    CopyGroups,
    ImportReport,
    Note,
    ReasonCount,
    ValueCount,
)
from pipeline.catalog.lexicon import PROBLEMS
from pipeline.catalog.schema import Photo, Skipped

WriteNote = Callable[[Note], object]

_COLUMNS: Final = ("type", "materials", "stones", "color", "model")
_READ: Final = "read"


class _Reasons:
    """Counts by code and sentence, with the first names."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._first: defaultdict[tuple[str, str], list[str]] = defaultdict(list)

    def add(self, name: str, code: str, reason: str) -> None:
        key = code, reason
        self._counts[key] += 1
        if len(self._first[key]) < NAMES_SHOWN:
            self._first[key].append(name)

    def counted(self) -> tuple[ReasonCount, ...]:
        return tuple(
            ReasonCount(*key, count, tuple(self._first[key]))
            for key, count in self._counts.most_common()
        )


class ImportTally:
    """Counts what an import does."""

    def __init__(self, write: WriteNote, compare_copies: bool) -> None:
        """Starts at nothing.

        Args:
            write: Takes each note as it comes.
            compare_copies: Whether to look for near-duplicates.
        """
        self._write = write
        self.rows = self.photos = self._bytes = 0
        self._stores: Counter[str] = Counter()
        self._types: Counter[str] = Counter()
        self._levels: Counter[str] = Counter()
        self._skipped, self._unread = _Reasons(), _Reasons()
        self._changed: Counter[Changed] = Counter()
        self._captions: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._agreement: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._facts = FactTable() if compare_copies else None
        self._shown: dict[str, tuple[str, str]] = {}

    def add(self, photo: Photo, path: Path, name: str, size: int, facts: ImageFacts) -> None:
        """Counts a photo.

        Args:
            photo: What the catalog knows of it.
            path: Its file in the source.
            name: What the report calls it.
            size: Bytes of its file.
            facts: What its picture is like.
        """
        self.photos += 1
        self._bytes += size
        self._stores[photo.store] += 1
        self._types[" + ".join(photo.attributes.types)] += 1
        for level in LEVELS.values():
            self._levels[level.name] += level.terms(photo.attributes) is not None
        if self._facts is not None:
            key = str(path.resolve())
            self._facts.add(key, facts)
            self._shown[key] = name, photo.store

    def skip(self, skipped: Skipped) -> None:
        """Counts and writes down a photo that was left out."""
        self._skipped.add(skipped.name, skipped.code, skipped.summary)
        self._write(Note(skipped.name, skipped.code, skipped.reason))

    def change(self, name: str, changed: Changed) -> None:
        """Counts a value that was left out, which is written down too, or renamed."""
        self._changed[changed] += 1
        if not changed.term:
            reason = f"{changed.column} {changed.value!r} is left out: it may mean several things"
            self._write(Note(name, "dropped-value", reason))

    def caption(self, name: str, use: CaptionUse, kept: bool = True) -> None:
        """Counts what a caption said; writes down what could not be read and what disagrees.

        Args:
            name: The photo.
            use: What became of its caption.
            kept: Whether the photo is; else the reason why not says the same.
        """
        counts = self._captions[use.language]
        counts["captions"] += 1
        counts[_READ] += not use.code
        for column in use.found:
            counts[column] += 1
        if use.code:
            self._unread.add(name, use.code, f"caption {PROBLEMS[use.code]}")
        if use.code and kept:
            self._write(Note(name, f"caption-{use.code}", use.reason))
        for one in use.comparisons if kept else ():
            self._agreement[one.column][one.outcome] += 1
            if one.outcome == DIFFER:
                reason = f"{one.column} is {one.ours!r} by its column, {one.said!r} by its caption"
                self._write(Note(name, f"differs-{one.column}", f"{reason}; the column is kept"))

    def nothing(self, where: str) -> str:
        """The message where no photo could be imported."""
        reasons = "; ".join(
            f"{one.count} {one.reason}, first {one.first[0]}" for one in self._skipped.counted()
        )
        return f"{where}: none of {self.rows} photos could be imported: {reasons or 'it is empty'}"

    def report(self, form: str, out: Path, notes: list[Note] | None) -> ImportReport:
        """The counts so far.

        Args:
            form: Form of the source.
            out: The catalog.
            notes: All notes in a dry run, else None.
        """
        copies = self._copies()
        changed = self._changed.most_common()
        values = [ValueCount(one.column, one.value, n, one.term) for one, n in changed]
        return ImportReport(
            source=form,
            out=str(out),
            dry_run=notes is not None,
            rows=self.rows,
            photos=self.photos,
            megabytes=round(self._bytes / 1e6, 1),
            stores=dict(self._stores.most_common()),
            types=dict(self._types.most_common()),
            levels={name: self._levels[name] for name in LEVELS},
            captions=self._caption_counts(),
            unread=self._unread.counted(),
            agreement=tuple(
                ColumnAgreement(
                    column, *(counts[o] for o in (AGREE, DIFFER, COLUMN_ONLY, CAPTION_ONLY))
                )
                for column in _COLUMNS
                if (counts := self._agreement[column])
            ),
            skipped=self._skipped.counted(),
            dropped=tuple(one for one in values if not one.term),
            renamed=tuple(one for one in values if one.term),
            copies=copies,
            notes=tuple(notes or ()),
        )

    def _caption_counts(self) -> tuple[CaptionCounts, ...]:
        found = sorted(self._captions.items(), key=lambda item: -item[1]["captions"])
        return tuple(
            CaptionCounts(language, *(counts[n] for n in ("captions", _READ, *_COLUMNS)))
            for language, counts in found
        )

    def _copies(self) -> CopyGroups | None:
        if self._facts is None:
            return None
        # Files of several sources have no folder in common but the root.
        copies = find_copies(self._facts, Path("/"))
        groups = near_duplicate_groups(copies)
        shown = [[self._shown[key] for key in group] for group in groups]
        across = [
            [name for name, _ in group] for group in shown if len({store for _, store in group}) > 1
        ]
        for name, *others in across:
            self._write(Note(name, "copies-across-shops", f"shows the same as {', '.join(others)}"))
        first = tuple(" = ".join(group[:NAMES_SHOWN]) for group in across[:NAMES_SHOWN])
        return CopyGroups(len(groups), len(across), first)
