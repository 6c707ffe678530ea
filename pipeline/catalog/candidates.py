"""Turns the rows of sources into photos to import, or into reasons why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.catalog.captions import CaptionUse, use_caption
from pipeline.catalog.cells import clean_cells
from pipeline.catalog.facts import ImageFacts
from pipeline.catalog.import_tally import ImportTally
from pipeline.catalog.scan import image_facts, read_image_file, skipped_image
from pipeline.catalog.schema import Photo, Skipped, file_exists, parse_row
from pipeline.catalog.sources import Row, Source
from pipeline.errors import ImageError

_TYPE_CODES: Final = frozenset({"no-type", "unknown-type"})


@dataclass(frozen=True)
class Candidate:
    """A photo to import.

    Attributes:
        name: What the report calls it.
        path: Its file in the source.
        row: Its row in the catalog.
        photo: The same, checked.
    """

    name: str
    path: Path
    row: Row
    photo: Photo


@dataclass(frozen=True)
class Taken:
    """A photo that was read and, but for a dry run, copied.

    Attributes:
        candidate: Which.
        size: Bytes of its file.
        facts: What its picture is like.
    """

    candidate: Candidate
    size: int
    facts: ImageFacts


def candidates(
    sources: Sequence[Source], types: Mapping[str, str], language: str | None, tally: ImportTally
) -> Iterator[Candidate | Skipped]:
    """Yields every row of every source, cleaned and filled from its caption.

    Args:
        sources: In order.
        types: Types by the sources' words for them, in lower case.
        language: Of captions whose row names none.
        tally: Counts what is done to cells and captions.
    """
    taken: set[str] = set()
    for source in sources:
        real_root = source.root.resolve()
        seen: set[str] = set()
        for number, raw in enumerate(source.rows(), 1):
            tally.rows += 1
            row = raw | {"store": raw.get("store", "").strip() or source.store}
            changes = clean_cells(row, types)
            use = use_caption(row, language)
            photo = _checked(parse_row(row, f"row {number}"), source.root, real_root, seen)
            if isinstance(photo, Skipped):
                yield _by_caption(replace(photo, name=source.place + photo.name), use, tally)
                continue
            seen.add(photo.file_name)
            name = source.place + photo.file_name
            for change in changes:
                tally.change(name, change)
            if use:
                tally.caption(name, use)
            row["product_id"] = row.get("product_id") or _product(photo, use)
            if row.get("view_group"):
                row["view_group"] = source.place + row["view_group"]
            row["file_name"] = _free_name(photo.file_name, source.place, taken)
            yield Candidate(name, source.root / photo.file_name, row, photo)


def _product(photo: Photo, use: CaptionUse | None) -> str:
    # Equal texts that name a design stand beside views of one piece.
    if use and "model" in use.found:
        return " ".join(photo.caption.split())
    return str(Path(photo.file_name).with_suffix(""))


def _by_caption(skipped: Skipped, use: CaptionUse | None, tally: ImportTally) -> Skipped:
    """Says which caption could not be read, where that is why there is no type."""
    if use is None or skipped.code not in _TYPE_CODES:
        return skipped
    tally.caption(skipped.name, use, kept=False)
    if skipped.code != "no-type" or not use.code:
        return skipped
    return Skipped(
        skipped.name, f"{use.reason}, and no column names the type", f"caption-{use.code}"
    )


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


def _free_name(name: str, place: str, taken: set[str]) -> str:
    below = PurePosixPath(name).parts[name.startswith("images/") :]
    path = PurePosixPath("images", place, *below)
    candidate, number = path, 2
    # Some file systems take ring.jpg and Ring.JPG for one file.
    while str(candidate).casefold() in taken:
        candidate = path.with_stem(f"{path.stem}-{number}")
        number += 1
    taken.add(str(candidate).casefold())
    return str(candidate)


def take(item: Candidate | Skipped, folder: Path | None) -> Taken | Skipped:
    """Reads a photo and copies it.

    Args:
        item: The photo; one that was skipped is passed on.
        folder: The catalog, or None in a dry run.
    """
    if isinstance(item, Skipped):
        return item
    try:
        data = read_image_file(item.path)
        facts = image_facts(data)
    except ImageError as error:
        return skipped_image(item.name, error)
    if folder is not None:
        target = folder / item.row["file_name"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return Taken(item, len(data), facts)
