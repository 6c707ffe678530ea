"""The forms in which shops keep photos, all turned into rows of a catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mobile_app.camera_app.runtime.preprocess import find_images
from pipeline.catalog.lexicon import read_type
from pipeline.catalog.rows import SEPARATOR, read_rows
from pipeline.catalog.schema import COLUMNS
from pipeline.errors import JewelcapError

Row = dict[str, str]

MAX_VIEWS: Final = 20
"""A folder below a type's folder with at most so many photos holds the views of one product."""

METADATA_NAMES: Final = ("metadata.csv", "metadata.jsonl")


@dataclass(frozen=True)
class Source:
    """A catalog to be.

    Attributes:
        path: What the user named.
        root: Folder that file names are relative to.
        form: What it is, for the report.
        rows: Reads the rows from the beginning, one for each photo; the columns of a catalog are
            there by their own names, others as they are.
        store: Store of rows that name none, or empty.
        place: Folder of its photos within a catalog of several sources, with a slash, or empty.
    """

    path: Path
    root: Path
    form: str
    rows: Callable[[], Iterator[Row]]
    store: str = ""
    place: str = ""


def open_source(path: Path, columns: Mapping[str, str], types: Mapping[str, str]) -> Source:
    """Finds out the form of a source.

    Args:
        path: A folder with a metadata file, a CSV or JSON file, or a folder of class folders.
        columns: The source's names of columns, by the catalog's names.
        types: Types by other words for them, in lower case.

    Raises:
        JewelcapError: It is none of these, or a column is unknown.
    """
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        raise JewelcapError(
            f"--column {unknown[0]}=...: a catalog has no such column; map one of "
            f"{', '.join(COLUMNS)}"
        )
    if path.is_file():
        return Source(path, path.parent, f"file {path.name}", lambda: _mapped_rows(path, columns))
    if not path.is_dir():
        raise JewelcapError(f"{path}: no such file or folder")
    metadata = next((path / name for name in METADATA_NAMES if (path / name).is_file()), None)
    if metadata is not None:
        form = f"folder with {metadata.name}"
        return Source(path, path, form, lambda: _mapped_rows(metadata, columns))
    if columns:
        raise JewelcapError(
            f"{path}: has no {' or '.join(METADATA_NAMES)}, so --column maps nothing; "
            "give the CSV or JSON file itself"
        )
    photos = find_images(path)
    views = Counter(photo.parent for photo in photos)
    return Source(
        path,
        path,
        "folder of class folders",
        lambda: (_folder_row(path, photo, views[photo.parent], types) for photo in photos),
    )


def _mapped_rows(path: Path, columns: Mapping[str, str]) -> Iterator[Row]:
    told = [columns.get(name, name) for name in ("type", "caption")]
    for number, row in enumerate(read_rows(path, [columns.get("file_name", "file_name")])):
        if not number and not any(name in row for name in told):
            raise JewelcapError(
                f"{path}: no column {' or '.join(told)} (found: {', '.join(row)}); name the one "
                "with the types or the shop's texts by --column type=category or "
                "--column caption=title"
            )
        mapped = row | {ours: row.get(theirs, "") for ours, theirs in columns.items()}
        # Product lists in JSON name several pictures of one product.
        names = [name.strip() for name in mapped["file_name"].split(SEPARATOR)]
        if len(names) > 1 and not mapped.get("product_id"):
            mapped["product_id"] = str(Path(names[0]).with_suffix(""))
        for name in names:
            # Lists made on Windows separate folders by backslashes.
            yield mapped | {"file_name": name.replace("\\", "/")}


def _folder_row(root: Path, photo: Path, views: int, types: Mapping[str, str]) -> Row:
    name = photo.relative_to(root)
    folders = name.parts[:-1]
    row = {
        "file_name": name.as_posix(),
        "type": "/".join(folders),
        "product_id": name.with_suffix("").as_posix(),
    }
    for depth in range(len(folders), 0, -1):
        kind = types.get(folders[depth - 1].lower()) or read_type(folders[depth - 1])
        if kind:
            row["type"] = kind
            if depth < len(folders) and views <= MAX_VIEWS:
                row["product_id"] = name.parent.as_posix()
            break
    return row
