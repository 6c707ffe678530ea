"""What an import did: counts for people and programs, and every omission by name in a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.text_tables import text_table

REPORT_NAME: Final = "import-report.csv"
NAMES_SHOWN: Final = 10
_LINES_SHOWN: Final = 12


@dataclass(frozen=True)
class Note:
    """One line of the report's file.

    Attributes:
        name: The photo, as the source names it.
        code: What it is about, for programs.
        reason: The same for people.
    """

    name: str
    code: str
    reason: str


@dataclass(frozen=True)
class ReasonCount:
    """Photos or captions that were left out for one reason, with the first names."""

    code: str
    reason: str
    count: int
    first: tuple[str, ...]


@dataclass(frozen=True)
class ValueCount:
    """A cell's value that was left out or got another name, and in how many rows it stood.

    Attributes:
        column: Its column.
        value: As the shop writes it.
        count: Rows.
        term: The catalog's word for it, or empty where it was left out.
    """

    column: str
    value: str
    count: int
    term: str = ""


@dataclass(frozen=True)
class CaptionCounts:
    """How many captions of a language could be read, and what they name.

    Attributes:
        language: ISO 639-1 code, or empty where it is unknown.
        captions: All of them.
        read: Those without a problem: they name the type of the piece.
        types: Those that name a type.
        materials: Those that name a material.
        stones: Those that name a stone.
        colors: Those that name a color beside what the material says.
        models: Those that name the design.
    """

    language: str
    captions: int
    read: int
    types: int
    materials: int
    stones: int
    colors: int
    models: int


@dataclass(frozen=True)
class ColumnAgreement:
    """How a column of the source compares with its captions, in rows.

    Attributes:
        column: The column.
        agree: Both say the same.
        differ: Both say something else; the column won.
        column_only: The caption does not say it.
        caption_only: The column was empty and is filled from the caption.
    """

    column: str
    agree: int
    differ: int
    column_only: int
    caption_only: int


@dataclass(frozen=True)
class CopyGroups:
    """Groups of near-duplicates in a catalog of several shops.

    Attributes:
        groups: All of them; splits keep each together.
        across_shops: Those with photos of more than one shop.
        first: The first of these, names joined by ` = `.
    """

    groups: int
    across_shops: int
    first: tuple[str, ...]


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes:
        source: Form of the source, or of each.
        out: The catalog; not written in a dry run.
        dry_run: Whether it was one.
        rows: Photos that the source named.
        photos: Photos imported.
        megabytes: Their size.
        stores: Photos by store.
        types: Photos by type, several joined by ` + `.
        levels: Photos that have what a level needs.
        captions: Of the rows whose photo is there, by language, most first.
        unread: Captions that could not be read, by reason.
        agreement: Columns beside captions.
        skipped: Photos that were left out, by reason.
        dropped: Values that were left out, by value.
        renamed: Values that got the catalog's word.
        copies: Near-duplicates, where there are several shops.
        notes: All lines of the report's file, in a dry run, which writes none.
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
    captions: tuple[CaptionCounts, ...]
    unread: tuple[ReasonCount, ...]
    agreement: tuple[ColumnAgreement, ...]
    skipped: tuple[ReasonCount, ...]
    dropped: tuple[ValueCount, ...]
    renamed: tuple[ValueCount, ...]
    copies: CopyGroups | None
    notes: tuple[Note, ...]
    schema_version: int = 1


def import_text(report: ImportReport) -> str:
    """The report for people: in a dry run all notes by code, the summary last."""
    parts = list(_note_parts(report.notes))
    done = "would import" if report.dry_run else "imported"
    parts.append(
        f"{report.out}: {done} {report.photos} of {report.rows} photos ({report.megabytes} MB) "
        f"from a {report.source}"
    )
    for title, counts in (
        ("store", report.stores),
        ("type", report.types),
        ("level", report.levels),
    ):
        rows = [(name or "(none)", str(count)) for name, count in counts.items()]
        parts.append(text_table((title, "photos"), rows))
    parts += _caption_parts(report)
    parts.append(_reasons("skipped {} photos:", report.skipped))
    parts.append(
        _values("left out values that may mean several things:", report.dropped, "{} {} {!r}")
    )
    parts.append(
        _values("values that got the catalog's word:", report.renamed, "{} {} {!r} -> {!r}")
    )
    if report.copies is not None:
        copies = report.copies
        lines = [
            f"near-duplicates: {copies.groups} groups of copies, {copies.across_shops} of them "
            "across shops; splits keep each together"
        ]
        lines += [f"  {names}" for names in copies.first]
        parts.append("\n".join(lines))
    if not report.dry_run and _has_notes(report):
        parts.append(f"all of them by name: {Path(report.out) / REPORT_NAME}")
    return "\n\n".join(part for part in parts if part)


def _note_parts(notes: Sequence[Note]) -> Iterator[str]:
    by_code: defaultdict[str, list[str]] = defaultdict(list)
    for note in notes:
        by_code[note.code].append(f"  {note.name}: {note.reason}")
    for code, lines in by_code.items():
        yield "\n".join([f"{code} ({len(lines)}):", *lines])


def _has_notes(report: ImportReport) -> bool:
    differ = any(one.differ for one in report.agreement)
    return bool(report.skipped or report.dropped or report.unread or differ)


def _caption_parts(report: ImportReport) -> Iterator[str]:
    if not report.captions:
        return
    heads = ("caption", "photos", "read", "type", "material", "stone", "color", "model")
    rows = [
        (
            one.language or "(unknown)",
            str(one.captions),
            f"{one.read} ({one.read / one.captions:.0%})",
            *map(str, (one.types, one.materials, one.stones, one.colors, one.models)),
        )
        for one in report.captions
    ]
    yield text_table(heads, rows)
    yield _reasons("could not read {} captions:", report.unread, "{} because the {}")
    titles = ("column", "as caption", "differs", "column only", "filled from caption")
    yield text_table(
        titles,
        [
            (a.column, *map(str, (a.agree, a.differ, a.column_only, a.caption_only)))
            for a in report.agreement
        ],
    )


def _reasons(title: str, reasons: Sequence[ReasonCount], form: str = "{} {}") -> str:
    if not reasons:
        return ""
    lines = [title.format(sum(one.count for one in reasons))]
    for one in reasons:
        more = ", ..." if one.count > len(one.first) else ""
        counted = form.format(one.count, one.reason)
        lines.append(f"  {counted}: {', '.join(one.first)}{more}")
    return "\n".join(lines)


def _values(title: str, values: Sequence[ValueCount], form: str) -> str:
    if not values:
        return ""
    lines = [
        "  " + form.format(one.count, one.column, one.value, one.term)
        for one in values[:_LINES_SHOWN]
    ]
    if len(values) > _LINES_SHOWN:
        lines.append(f"  and {len(values) - _LINES_SHOWN} other values")
    return "\n".join([title, *lines])
