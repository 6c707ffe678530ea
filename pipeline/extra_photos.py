"""Photos of other catalogs, mixed into the training side only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.catalog.duplicates import find_copies, near_duplicate_groups
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.catalog.scan import Scan, scan_images
from pipeline.catalog.schema import Catalog, load_catalog
from pipeline.catalog.split import DatasetManifest, SplitPhoto
from pipeline.errors import JewelcapError


@dataclass(frozen=True)
class ExtraCatalog:
    """What one catalog adds.

    Attributes:
        folder: The catalog.
        items: Photos that are used, all of them of the training side.
        held_back: Photos left out since they, or their product where the protocol parts
            products, stand on the validation or test side.
        unusable: Rows and files that cannot be read.
    """

    folder: Path
    items: tuple[SplitPhoto, ...]
    held_back: int
    unusable: int

    @property
    def digest(self) -> str:
        """SHA-256 of what is used: rows and files."""
        lines = "".join(f"{item.photo!r}\t{item.sha256}\n" for item in self.items)
        return hashlib.sha256(lines.encode()).hexdigest()


def read_extra(
    folders: Sequence[Path], root: Path, manifest: DatasetManifest, progress: bool = False
) -> tuple[ExtraCatalog, ...]:
    """Opens catalogs and leaves out what would give validation or test photos away.

    Args:
        folders: The catalogs.
        root: Folder of the catalog that is split.
        manifest: Its split.
        progress: Whether progress bars are shown.

    Raises:
        JewelcapError: A folder is no catalog, is given twice or is the one that is split, or
            nothing of it can be used.
    """
    if not folders:
        return ()
    catalogs = [load_catalog(folder) for folder in folders]
    places = [folder.resolve() for folder in (root, *folders)]
    if len(set(places)) < len(places):
        raise JewelcapError(
            "--extra-train: each catalog can be given once, and not the one of --catalog"
        )
    # One scan under the folder above all, so that photos of different catalogs are compared.
    above = Path(os.path.commonpath(places))
    guarded = {
        _below(above, places[0], item.photo.file_name)
        for item in manifest.photos
        if item.split != "train"
    }
    names = [
        _below(above, place, photo.file_name)
        for place, catalog in zip(places[1:], catalogs, strict=True)
        for photo in catalog.photos
    ]
    scan = scan_images(above, [*sorted(guarded), *names], progress)
    copies = find_copies(scan.facts, above)
    groups = near_duplicate_groups(copies)
    copied = {name for group in groups if guarded & set(group) for name in group}
    products = set()
    if PROTOCOLS[manifest.protocol].parts_products:
        products = {item.photo.product_id for item in manifest.photos if item.split != "train"}
    return tuple(_usable(catalog, scan, above, copied, products) for catalog in catalogs)


def _below(above: Path, root: Path, file_name: str) -> str:
    return (root / file_name).relative_to(above).as_posix()


def _usable(
    catalog: Catalog, scan: Scan, above: Path, copied: set[str], products: set[str]
) -> ExtraCatalog:
    items, held_back, unusable = [], 0, len(catalog.skipped)
    for photo in catalog.photos:
        name = _below(above, catalog.root.resolve(), photo.file_name)
        if name not in scan.facts:
            unusable += 1
        elif name in copied or photo.product_id in products:
            held_back += 1
        else:
            items.append(SplitPhoto(photo, scan.facts.sha256(name), "train", group=0))
    if not items:
        raise JewelcapError(
            f"--extra-train {catalog.root}: nothing of it can be used ({held_back} photos stand "
            f"on the validation or test side, {unusable} cannot be read); leave it out"
        )
    return ExtraCatalog(catalog.root, tuple(items), held_back, unusable)
