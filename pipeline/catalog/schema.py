"""The catalog on disk: a folder of photos and one `metadata.csv` or `metadata.jsonl`.

The first column is `file_name`, as the Hugging Face imagefolder loader expects; several values in
a cell are separated by `|`. A catalog never knows captions: `levels.py` composes them from the
attributes, so that all levels and languages agree.
"""

from __future__ import annotations

import hashlib
import marshal
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Final

from mobile_app.camera_app.runtime.levels import Attributes
from pipeline.catalog.rows import EXTRA_CELLS, SEPARATOR, read_metadata
from pipeline.catalog.spool import Names, Records
from pipeline.errors import JewelcapError

TYPES: Final = ("bracelet", "earring", "necklace", "ring")
"""Types of jewelry that a catalog may hold."""

COLUMNS: Final = (
    "file_name",
    "product_id",
    "type",
    "model",
    "color",
    "materials",
    "stones",
    "caption",
    "store",
    "view_group",
    "license",
)
"""Columns that the project reads; others are carried along by import and ignored."""

_MAX_CELL_CHARS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Photo:
    """A row of a catalog.

    Attributes:
        file_name: Path below the catalog's folder, with forward slashes.
        product_id: Photos of one product share it; unique across stores.
        attributes: What is known about the piece.
        caption: The shop's own text, or empty.
        store: The shop, or empty.
        view_group: Photos that share it are never split, beyond near-duplicates; may be empty.
        license: License of the photo, or empty.
    """

    file_name: str
    product_id: str
    attributes: Attributes
    caption: str = ""
    store: str = ""
    view_group: str = ""
    license: str = ""


@dataclass(frozen=True)
class Skipped:
    """A row or a file that was left out, and why.

    Attributes:
        name: File name, or `row N` where there is none.
        reason: One sentence without the name; what follows its first ` (` or `; ` is detail.
        code: The broken rule in a word, for programs.
    """

    name: str
    reason: str
    code: str = "skipped"

    @property
    def summary(self) -> str:
        """The reason without its detail: equal for all that were skipped alike."""
        return re.split(r" \(|; ", self.reason, maxsplit=1)[0]


@dataclass(frozen=True)
class Catalog:
    """A catalog whose rows were checked; images are not opened yet.

    Attributes:
        root: The folder.
        photos: Usable rows in file order; those of `load_catalog` lie on the disk, and are made
            anew whenever they are asked for.
        skipped: Rows left out, with reasons.
    """

    root: Path
    photos: Sequence[Photo]
    skipped: tuple[Skipped, ...]

    def file_names(self) -> Iterator[str]:
        """File names of the photos, in file order."""
        return (photo.file_name for photo in self.photos)

    def path(self, photo: Photo) -> Path:
        """Path of a photo's file."""
        return self.root / photo.file_name


def split_cell(cell: str) -> tuple[str, ...]:
    """Values of a cell: separated by `|`, trimmed, in lower case, without repeats."""
    values = (" ".join(value.split()).lower() for value in cell.split(SEPARATOR))
    return tuple(dict.fromkeys(value for value in values if value))


def safe_relative_path(text: str) -> PurePosixPath | None:
    """Returns a path that stays inside its folder, or None if `text` is not one."""
    if not text or "\\" in text or "\0" in text or ":" in text:
        return None
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or path == PurePosixPath("."):
        return None
    return path


def file_exists(path: Path) -> bool:
    """Whether there is a file; a name that the file system refuses is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def parse_row(row: Mapping[str, str], position: str) -> Photo | Skipped:
    """Checks a row of strings.

    Args:
        row: Values by column name; missing columns count as empty.
        position: Names the row where it has no file name, as `row 7`.
    """
    cell = {name: (row.get(name) or "").strip() for name in COLUMNS}
    name = cell["file_name"]
    if not name:
        return Skipped(position, "file_name is empty", "no-name")
    if EXTRA_CELLS in row:
        return Skipped(
            name, "row has more cells than the header; quote cells that hold a comma", "extra-cells"
        )
    path = safe_relative_path(name)
    if path is None:
        return Skipped(
            name, "path leaves the catalog's folder; give one relative to it", "leaves-folder"
        )
    try:
        "".join(cell.values()).encode()
    except UnicodeEncodeError:
        return Skipped(ascii(name), "holds characters that are no Unicode text", "no-text")
    if any(len(value) > _MAX_CELL_CHARS for value in cell.values()):
        return Skipped(name, f"a cell has more than {_MAX_CELL_CHARS} characters", "long-cell")
    types = split_cell(cell["type"])
    if not types:
        return Skipped(name, "type is empty", "no-type")
    unknown = [value for value in types if value not in TYPES]
    if unknown:
        known = ", ".join(TYPES)
        shown = ", ".join(map(repr, unknown))
        return Skipped(name, f"unknown type {shown} (known: {known})", "unknown-type")
    attributes = _attributes(types, cell["model"], cell["color"], cell["materials"], cell["stones"])
    store = cell["store"]
    product = cell["product_id"] or str(path.with_suffix(""))
    return Photo(
        file_name=str(path),
        product_id=sys.intern(f"{store}/{product}" if store else product),
        attributes=attributes,
        caption=cell["caption"],
        store=sys.intern(store),
        view_group=cell["view_group"],
        license=sys.intern(cell["license"]),
    )


@lru_cache(maxsize=4096)
def _attributes(
    types: tuple[str, ...], model: str, color: str, materials: str, stones: str
) -> Attributes:
    """Attributes of cells; photos of one product share the object, which saves memory."""
    return Attributes(
        types=types,
        model=" ".join(model.split()),
        colors=split_cell(color),
        materials=split_cell(materials),
        stones=split_cell(stones),
    )


def load_catalog(root: Path) -> Catalog:
    """Reads a catalog's rows; those that break a rule are skipped and named.

    Raises:
        JewelcapError: The folder has no metadata file, a needed column is missing, or no row
            is usable.
    """
    photos = Records(_encoded, _decoded)
    skipped: list[Skipped] = []
    seen = Names()
    for number, row in enumerate(read_metadata(root), 2):
        parsed = parse_row(row, f"row {number}")
        if isinstance(parsed, Photo) and seen.find(parsed.file_name) is not None:
            reason = "file_name stands in an earlier row already"
            parsed = Skipped(parsed.file_name, reason, "repeated")
        if isinstance(parsed, Photo) and not file_exists(root / parsed.file_name):
            parsed = Skipped(parsed.file_name, "file is not in the catalog's folder", "missing")
        if isinstance(parsed, Skipped):
            skipped.append(parsed)
            continue
        seen.add(parsed.file_name)
        photos.append(parsed)
    if not photos:
        first = f"; first: {skipped[0].name}: {skipped[0].reason}" if skipped else ""
        raise JewelcapError(f"{root}: no usable row of {len(skipped)} in the metadata{first}")
    return Catalog(root, photos, tuple(skipped))


def _encoded(photo: Photo) -> bytes:
    own = photo.attributes
    attributes = own.types, own.model, own.colors, own.materials, own.stones
    texts = photo.caption, photo.store, photo.view_group, photo.license
    return marshal.dumps((photo.file_name, photo.product_id, attributes, *texts))


def _decoded(data: bytes) -> Photo:
    name, product, attributes, caption, store, view_group, license_ = marshal.loads(data)
    return Photo(
        name,
        sys.intern(product),
        _shared(*attributes),
        caption,
        sys.intern(store),
        view_group,
        sys.intern(license_),
    )


_shared = lru_cache(maxsize=4096)(Attributes)
"""Photos of one product share their attributes, which saves memory where many are kept."""


def sharing(photo: Photo) -> Photo:
    """The same photo, which shares with others of its product what they have in common."""
    return _decoded(_encoded(photo))


def catalog_digest(photos: Iterable[Photo], image_sha256: Mapping[str, str]) -> str:
    """SHA-256 over all rows and images, independent of the row order and of the folder.

    Args:
        photos: The photos that are used.
        image_sha256: SHA-256 of each photo's file by `file_name`.
    """
    digest = hashlib.sha256()
    for photo in sorted(photos, key=lambda photo: photo.file_name):
        digest.update(f"{photo!r} {image_sha256[photo.file_name]}\n".encode())
    return digest.hexdigest()
