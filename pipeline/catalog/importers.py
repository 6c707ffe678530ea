"""Makes a catalog from a shop's photos, whatever their form, without touching the source."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.catalog.import_report import REPORT_NAME, ImportReport, ImportTally, WriteRow
from pipeline.catalog.scan import image_facts, map_in_threads, read_image_file, skipped_image
from pipeline.catalog.schema import (
    COLUMNS,
    EXTRA_CELLS,
    SEPARATOR,
    TYPES,
    Photo,
    Skipped,
    file_exists,
    parse_row,
    read_metadata,
)
from pipeline.catalog.sources import METADATA_NAMES, Row, Source, open_source
from pipeline.catalog.type_words import read_type
from pipeline.errors import ImageError, JewelcapError
from pipeline.files import disk_error
from pipeline.progress import track

_LISTS: Final = ("color", "materials", "stones")
_SEPARATORS: Final = re.compile(r"[|,;\n]")
_NOTHING: Final = frozenset({"", "-", "n/a", "na", "nan", "none", "null", "unknown"})
_AMBIGUOUS: Final = re.compile(r"/|\b(or|variants?|various|assorted|several)\b", re.IGNORECASE)
_SPARE_BYTES: Final = 16 * 2**20


@dataclass(frozen=True)
class ImportOptions:
    """How to import.

    Attributes:
        columns: The source's names of columns, by the catalog's names.
        types: Types by the source's words for them.
        store: Store of rows that name none.
        dry_run: Read and check everything, write nothing.
        force: Replace a catalog that stands there.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    store: str = ""
    dry_run: bool = False
    force: bool = False


@dataclass(frozen=True)
class _Candidate:
    row: Row
    photo: Photo
    path: Path


def import_catalog(
    path: Path, out: Path, options: ImportOptions, progress: bool = False
) -> ImportReport:
    """Copies a source's photos, byte for byte, and its rows, cleaned, into a new catalog.

    The source is read twice, first for its columns and sizes, so that no list of all rows is
    held in memory. The catalog appears under its name when it is complete.

    Args:
        path: See `open_source`.
        out: The catalog to make.
        options: How.
        progress: Whether to show a progress bar on stderr.

    Raises:
        JewelcapError: The source is not readable, no photo could be imported, `out` exists and
            may not be replaced, or the disk is full.
    """
    _check_types(options.types)
    types = {" ".join(word.lower().split()): kind for word, kind in options.types.items()}
    source = open_source(path, options.columns, types)
    if not options.dry_run:
        _check_out(path, out, options.force)
    columns, rows, size = _survey(source, options.columns)
    with ExitStack() as stack:
        folder = None
        if not options.dry_run:
            _check_space(out, size)
            folder = stack.enter_context(_building(out))
        write_row = _csv_writer(stack, folder, METADATA_NAMES[0], columns)
        tally = ImportTally(_csv_writer(stack, folder, REPORT_NAME, ("name", "code", "reason")))
        candidates = _candidates(source, types, options.store, tally)
        results = map_in_threads(lambda item: _take(item, folder), candidates)
        if progress:
            results = track(results, "Importing photos", rows)
        for item, size in results:
            if isinstance(item, Skipped):
                tally.skip(item)
            else:
                tally.add(item.photo, size)
                write_row(item.row)
        if not tally.photos:
            raise JewelcapError(tally.nothing(path))
    return tally.report(source.form, out, options.dry_run)


def _check_types(types: Mapping[str, str]) -> None:
    for word, kind in types.items():
        if kind not in TYPES:
            raise JewelcapError(
                f"--type {word}={kind}: {kind!r} is no type of a catalog; give one of "
                f"{', '.join(TYPES)}"
            )


def _check_out(path: Path, out: Path, force: bool) -> None:
    source, target = path.resolve(), out.resolve()
    if target == source or target in source.parents or (path.is_dir() and source in target.parents):
        raise JewelcapError(f"{out}: source and catalog overlap; choose a folder elsewhere")
    if not out.exists() and not out.is_symlink():
        return
    if not force:
        raise JewelcapError(f"{out} exists; choose another folder, or replace it by --force")
    try:
        next(read_metadata(out), None)
    except JewelcapError as error:
        raise JewelcapError(f"--force replaces catalogs only, and this is none: {error}") from None


def _survey(source: Source, mapped: Mapping[str, str]) -> tuple[list[str], int, int]:
    columns = dict.fromkeys(COLUMNS)
    found: set[str] = set()
    rows = size = 0
    for row in source.rows():
        rows += 1
        found |= row.keys()
        columns |= dict.fromkeys(name for name in row if name and name != EXTRA_CELLS)
        with suppress(OSError, ValueError):  # It will be named as missing.
            size += (source.root / row["file_name"]).stat().st_size
    missing = [f"{ours}={theirs}" for ours, theirs in mapped.items() if theirs not in found]
    if missing and rows:
        raise JewelcapError(
            f"--column {missing[0]}: the source has no such column (found: "
            f"{', '.join(sorted(found - {EXTRA_CELLS}))})"
        )
    return list(columns), rows, size


def _check_space(out: Path, size: int) -> None:
    folder = next(parent for parent in out.absolute().parents if parent.exists())
    free = shutil.disk_usage(folder).free
    if free < size + _SPARE_BYTES:
        raise JewelcapError(
            f"{out}: needs {size / 1e6:.0f} MB and the disk has {free / 1e6:.0f} MB free; "
            "make room or choose another disk"
        )


@contextmanager
def _building(out: Path) -> Iterator[Path]:
    """Yields a hidden folder beside `out` that takes its name when the block succeeds."""
    out = out.absolute()
    partial = out.with_name(f".{out.name}.partial")
    old = out.with_name(f".{out.name}.old")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        if out.exists():
            out.replace(old)
        partial.replace(out)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise disk_error(out, error) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _csv_writer(
    stack: ExitStack, folder: Path | None, name: str, columns: Sequence[str]
) -> WriteRow:
    if folder is None:
        return lambda row: None
    file = stack.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
    writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    return writer.writerow


def _candidates(
    source: Source, types: Mapping[str, str], store: str, tally: ImportTally
) -> Iterator[_Candidate | Skipped]:
    root = source.root.resolve()
    seen: set[str] = set()
    taken: set[str] = set()
    for number, raw in enumerate(source.rows(), 1):
        tally.rows += 1
        row = raw | {"store": raw.get("store", "").strip() or store}
        dropped = _clean(row, types)
        photo = _checked(parse_row(row, f"row {number}"), source.root, root, seen)
        if isinstance(photo, Skipped):
            yield photo
            continue
        seen.add(photo.file_name)
        for column, value in dropped:
            tally.drop(photo.file_name, column, value)
        row["product_id"] = row.get("product_id") or str(Path(photo.file_name).with_suffix(""))
        row["file_name"] = _free_name(photo.file_name, taken)
        yield _Candidate(row, photo, source.root / photo.file_name)


def _clean(row: Row, types: Mapping[str, str]) -> list[tuple[str, str]]:
    """Brings a row's cells to a catalog's form, in place; returns columns and values dropped."""
    values = [" ".join(value.split()) for value in _SEPARATORS.split(row.get("type", ""))]
    kinds = (types.get(value.lower()) or read_type(value) or value for value in values if value)
    row["type"] = SEPARATOR.join(dict.fromkeys(kinds))
    dropped = []
    for column in _LISTS:
        kept = []
        for value in _SEPARATORS.split(row.get(column, "")):
            value = " ".join(value.split())
            if value.lower() in _NOTHING:
                continue
            if _AMBIGUOUS.search(value):
                dropped.append((column, value))
            else:
                kept.append(value)
        row[column] = SEPARATOR.join(dict.fromkeys(kept))
    return dropped


def _checked(
    photo: Photo | Skipped, root: Path, real_root: Path, seen: set[str]
) -> Photo | Skipped:
    if isinstance(photo, Skipped):
        if "://" in photo.name:
            reason = "is a web address; download the picture and name the file"
            return Skipped(photo.name, reason, "web-address")
        return photo
    if photo.file_name in seen:
        return Skipped(photo.file_name, "stands in an earlier row already", "repeated")
    path = root / photo.file_name
    if not file_exists(path):
        return Skipped(photo.file_name, "file is not there", "missing")
    if not path.resolve().is_relative_to(real_root):
        reason = "is a link that leaves the source's folder; copy the file there"
        return Skipped(photo.file_name, reason, "leaves-folder")
    return photo


def _free_name(name: str, taken: set[str]) -> str:
    path = PurePosixPath("images", *PurePosixPath(name).parts[name.startswith("images/") :])
    candidate, number = path, 2
    # Some file systems take ring.jpg and Ring.JPG for one file.
    while str(candidate).casefold() in taken:
        candidate = path.with_stem(f"{path.stem}-{number}")
        number += 1
    taken.add(str(candidate).casefold())
    return str(candidate)


def _take(item: _Candidate | Skipped, folder: Path | None) -> tuple[_Candidate | Skipped, int]:
    if isinstance(item, Skipped):
        return item, 0
    try:
        data = read_image_file(item.path)
        image_facts(data)
    except ImageError as error:
        return skipped_image(item.photo.file_name, error), 0
    if folder is not None:
        target = folder / item.row["file_name"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return item, len(data)
