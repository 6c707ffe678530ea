"""What an import did: counts for people and programs, and every omission by name in a file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mobile_app.camera_app.runtime.levels import LEVELS
from pipeline.catalog.schema import Photo, Skipped

REPORT_NAME: Final = "import-report.csv"
NAMES_SHOWN: Final = 10

WriteRow = Callable[[Mapping[str, object]], object]


@dataclass(frozen=True)
class SkippedCount:
    """Photos that were left out for one reason, with the first names."""

    code: str
    reason: str
    count: int
    first: tuple[str, ...]


@dataclass(frozen=True)
class DroppedValue:
    """A cell's value that says too little to learn from, and in how many rows it stood."""

    column: str
    value: str
    count: int


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes:
        source: Form of the source.
        out: The catalog; not written in a dry run.
        dry_run: Whether it was one.
        rows: Photos that the source named.
        photos: Photos imported.
        megabytes: Their size.
        stores: Photos by store.
        types: Photos by type, several joined by ` + `.
        levels: Photos that have what a level needs.
        skipped: What was left out, by reason.
        dropped: Values that were left out, by value.
        schema_version: Version of this form.
    """

    source: str
    out: str
    dry_run: bool
    rows: int
    photos: int
    megabytes: float
    stores: dict[str, int]
    types: dict[str, int]
    levels: dict[str, int]
    skipped: tuple[SkippedCount, ...]
    dropped: tuple[DroppedValue, ...]
    schema_version: int = 1


class ImportTally:
    """Counts what an import does and writes its report line by line."""

    def __init__(self, write: WriteRow) -> None:
        self._write = write
        self.rows = self.photos = self._bytes = 0
        self._stores: Counter[str] = Counter()
        self._types: Counter[str] = Counter()
        self._levels: Counter[str] = Counter()
        self._skipped: Counter[tuple[str, str]] = Counter()
        self._first: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self._dropped: Counter[tuple[str, str]] = Counter()

    def add(self, photo: Photo, size: int) -> None:
        """Counts a photo whose file has `size` bytes."""
        self.photos += 1
        self._bytes += size
        self._stores[photo.store] += 1
        self._types[" + ".join(photo.attributes.types)] += 1
        for level in LEVELS.values():
            self._levels[level.name] += level.terms(photo.attributes) is not None

    def skip(self, skipped: Skipped) -> None:
        """Counts and writes down a photo that was left out."""
        key = skipped.code, skipped.summary
        self._skipped[key] += 1
        if len(self._first[key]) < NAMES_SHOWN:
            self._first[key].append(skipped.name)
        self._write({"name": skipped.name, "code": skipped.code, "reason": skipped.reason})

    def drop(self, name: str, column: str, value: str) -> None:
        """Counts and writes down a value that was left out."""
        self._dropped[column, value] += 1
        reason = f"{column} {value!r} is left out: it may mean several things"
        self._write({"name": name, "code": "dropped-value", "reason": reason})

    def nothing(self, path: Path) -> str:
        """The message where no photo could be imported."""
        reasons = "; ".join(
            f"{one.count} {one.reason}, first {one.first[0]}" for one in self._reasons()
        )
        return f"{path}: none of {self.rows} photos could be imported: {reasons or 'it is empty'}"

    def report(self, form: str, out: Path, dry_run: bool) -> ImportReport:
        """The counts so far."""
        return ImportReport(
            source=form,
            out=str(out),
            dry_run=dry_run,
            rows=self.rows,
            photos=self.photos,
            megabytes=round(self._bytes / 1e6, 1),
            stores=dict(self._stores.most_common()),
            types=dict(self._types.most_common()),
            levels={name: self._levels[name] for name in LEVELS},
            skipped=self._reasons(),
            dropped=tuple(DroppedValue(*key, count) for key, count in self._dropped.most_common()),
        )

    def _reasons(self) -> tuple[SkippedCount, ...]:
        return tuple(
            SkippedCount(*key, count, tuple(self._first[key]))
            for key, count in self._skipped.most_common()
        )


def import_text(report: ImportReport) -> str:
    """The report for people."""
    from pipeline.text_tables import text_table

    done = "would import" if report.dry_run else "imported"
    parts = [
        f"{report.out}: {done} {report.photos} of {report.rows} photos ({report.megabytes} MB) "
        f"from a {report.source}"
    ]
    for title, counts in (
        ("store", report.stores),
        ("type", report.types),
        ("level", report.levels),
    ):
        rows = [(name or "(none)", str(count)) for name, count in counts.items()]
        parts.append(text_table((title, "photos"), rows))
    if report.skipped:
        lines = [f"skipped {sum(one.count for one in report.skipped)} photos:"]
        for one in report.skipped:
            more = ", ..." if one.count > len(one.first) else ""
            lines.append(f"  {one.count} {one.reason}: {', '.join(one.first)}{more}")
        parts.append("\n".join(lines))
    if report.dropped:
        lines = ["left out values that may mean several things:"]
        lines += [f"  {one.count} {one.column} {one.value!r}" for one in report.dropped]
        parts.append("\n".join(lines))
    if not report.dry_run and (report.skipped or report.dropped):
        parts.append(f"all of them by name: {Path(report.out) / REPORT_NAME}")
    return "\n\n".join(parts)
