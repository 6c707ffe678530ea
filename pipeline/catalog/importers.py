"""Makes a catalog from shops' photos, whatever their form, without touching the sources."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipeline.catalog.candidates import candidates, take
from pipeline.catalog.import_report import REPORT_NAME, ImportReport, Note
from pipeline.catalog.import_tally import ImportTally
from pipeline.catalog.rows import read_metadata
from pipeline.catalog.scan import map_in_threads
from pipeline.catalog.schema import TYPES, Skipped
from pipeline.catalog.sources import METADATA_NAMES
from pipeline.catalog.survey import open_sources, survey
from pipeline.errors import JewelcapError
from pipeline.files import disk_error
from pipeline.progress import track

_SPARE_BYTES: Final = 16 * 2**20


@dataclass(frozen=True)
class ImportOptions:
    """How to import.

    Attributes:
        columns: The source's names of columns, by the catalog's names.
        types: Types by the source's words for them.
        store: Store of rows that name none; of several sources, each one's folder by default.
        language: ISO 639-1 code of captions whose row names none, or None to find it out.
        dry_run: Read and check everything, write nothing.
        force: Replace a catalog that stands there.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    store: str = ""
    language: str | None = None
    dry_run: bool = False
    force: bool = False


def import_catalog(
    paths: Sequence[Path], out: Path, options: ImportOptions, progress: bool = False
) -> ImportReport:
    """Copies sources' photos, byte for byte, and their rows, cleaned, into a new catalog.

    Empty columns are filled from the shop's captions. Every source is read twice, first for its
    columns and sizes, so that no list of all rows is held in memory. The catalog appears under
    its name when it is complete.

    Args:
        paths: See `open_source`; the photos of each of several stand in a folder of its own.
        out: The catalog to make.
        options: How.
        progress: Whether to show a progress bar on stderr.

    Raises:
        JewelcapError: A source is not readable, sources collide, no photo could be imported,
            `out` exists and may not be replaced, or the disk is full.
    """
    _check_types(options.types)
    types = {" ".join(word.lower().split()): kind for word, kind in options.types.items()}
    sources = open_sources(paths, options.columns, types, options.store)
    if not options.dry_run:
        for path in paths:
            _check_out(path, out, options.force)
    found = survey(sources, options.columns, options.store)
    with ExitStack() as stack:
        folder = None
        if not options.dry_run:
            _check_space(out, found.size)
            folder = stack.enter_context(_building(out))
        write_row = _csv_writer(stack, folder, METADATA_NAMES[0], found.columns)
        write_note = _csv_writer(stack, folder, REPORT_NAME, ("name", "code", "reason"))
        notes: list[Note] | None = [] if options.dry_run else None
        tally = ImportTally(
            (lambda note: write_note(vars(note))) if notes is None else notes.append,
            compare_copies=len(found.stores) > 1,
        )
        items = candidates(sources, types, options.language, tally)
        results = map_in_threads(lambda item: take(item, folder), items)
        if progress:
            results = track(results, "Importing photos", found.rows)
        for one in results:
            if isinstance(one, Skipped):
                tally.skip(one)
            else:
                item = one.candidate
                tally.add(item.photo, item.path, item.name, one.size, one.facts)
                write_row(item.row)
        if not tally.photos:
            raise JewelcapError(tally.nothing(", ".join(map(str, paths))))
        return tally.report(" and a ".join(source.form for source in sources), out, notes)


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
) -> Callable[[Mapping[str, object]], object]:
    if folder is None:
        return lambda row: None
    file = stack.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
    writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    return writer.writerow
