"""Splits a catalog into train, validation and test.

Honest protocols split photos, and only training ever changes them; under `paper` augmented copies
are split like photos.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mobile_app.camera_app.runtime.schema import dump_json, load_json, to_jsonable
from pipeline.catalog.clusters import Clusters
from pipeline.catalog.duplicates import Copy, find_copies, near_duplicate_groups
from pipeline.catalog.protocols import PROTOCOLS, SPLITS, Group, Split, shuffled
from pipeline.catalog.scan import Scan, scan_images
from pipeline.catalog.schema import Catalog, Photo, Skipped, catalog_digest, sharing
from pipeline.errors import JewelcapError
from pipeline.files import replacing
from pipeline.registry import lookup

_PHOTOS: Final = '"photos": ['


@dataclass(frozen=True, slots=True)
class SplitPhoto:
    """A photo, or an augmented copy of it, and its side.

    Attributes:
        photo: The row.
        sha256: Of the photo's file when the split was made.
        split: Its side.
        group: Photos with the same number belong together; every protocol that does not leak
            kept them so.
        copy: Number of the augmented copy; 0 for the photo as it is.
    """

    photo: Photo
    sha256: str
    split: Split
    group: int
    copy: int = 0

    @property
    def name(self) -> str:
        """Names it among all of a manifest."""
        name = self.photo.file_name
        return f"{name} (augmented copy {self.copy})" if self.copy else name

    @property
    def content(self) -> str:
        """SHA-256 of what it shows: equal for equal files, another one for each copy."""
        if not self.copy:
            return self.sha256
        return hashlib.sha256(f"{self.sha256} augmented copy {self.copy}".encode()).hexdigest()


@dataclass(frozen=True)
class DatasetManifest:
    """A catalog, split.

    Attributes:
        protocol: A key of `PROTOCOLS`.
        seed: Seed of the split.
        catalog_digest: SHA-256 of rows and images.
        digest: SHA-256 of the split itself.
        photos: All used photos.
        skipped: Rows and files left out.
        single_view_products: Products whose photos could not be spread, kept in training; 0
            where the protocol does not spread them.
        schema_version: Version of this form.
    """

    protocol: str
    seed: int
    catalog_digest: str
    digest: str
    photos: tuple[SplitPhoto, ...]
    skipped: tuple[Skipped, ...]
    single_view_products: int
    schema_version: int = 2

    def of(self, split: str) -> tuple[SplitPhoto, ...]:
        """Photos of one side, or of all with `all`."""
        return tuple(item for item in self.photos if split in ("all", item.split))

    def counts(self) -> dict[str, int]:
        """Number of photos by side."""
        counter = Counter(item.split for item in self.photos)
        return {split: counter[split] for split in SPLITS}


def fitting_protocol(catalog: Catalog) -> str:
    """The protocol that a catalog can answer: `views` if most photos show a product again."""
    views = Counter(photo.product_id for photo in catalog.photos)
    shown_again = sum(count for count in views.values() if count > 1)
    return "views" if 2 * shown_again >= len(catalog.photos) else "products"


def split_catalog(
    catalog: Catalog, protocol: str = "views", seed: int = 0, progress: bool = False
) -> DatasetManifest:
    """Opens all photos of a catalog and splits them.

    Args:
        catalog: Rows; those whose photo is damaged are skipped and named.
        protocol: A key of `PROTOCOLS`.
        seed: Seed of the split.
        progress: Whether a progress bar is shown.

    Raises:
        JewelcapError: No photo is usable, or a side would be empty.
    """
    scan = scan_images(catalog.root, catalog.file_names(), progress, len(catalog.photos))
    return split_scanned(catalog, scan, find_copies(scan.facts, catalog.root), protocol, seed)


def split_scanned(
    catalog: Catalog, scan: Scan, copies: Sequence[Copy], protocol: str, seed: int
) -> DatasetManifest:
    """Splits a catalog whose photos were opened and compared.

    Args:
        catalog: Rows.
        scan: What their photos' files hold.
        copies: Pairs of photos of which one is a copy of the other.
        protocol: A key of `PROTOCOLS`.
        seed: Seed of the split.

    Raises:
        JewelcapError: No photo is usable, or a side would be empty.
    """
    chosen = lookup(PROTOCOLS, protocol, "protocol")
    photos = sorted(
        (photo for photo in catalog.photos if photo.file_name in scan.facts),
        key=lambda photo: photo.file_name,
    )
    groups = inseparable_groups(photos, copies)
    numbers = {p.file_name: number for number, group in enumerate(groups) for p in group}
    if chosen.leaks:
        groups = [(photo,) for photo in photos for _ in range(chosen.copies + 1)]
    rng = random.Random(seed)
    sides, single = chosen.assign(groups, rng)
    for split in SPLITS:
        if not sides[split]:
            products = len({photo.product_id for photo in photos})
            raise JewelcapError(
                f"{catalog.root}: the {split} split would be empty under protocol {protocol!r} "
                f"({len(photos)} photos of {products} products, {single} of them with one view "
                "only); add photos, or choose another protocol"
            )
    copies_of = {
        photo.file_name: shuffled(range(chosen.copies + 1), rng)
        for photo in photos
        if chosen.copies
    }
    rows = [
        SplitPhoto(
            photo,
            scan.facts.sha256(photo.file_name),
            split,
            numbers[photo.file_name],
            copies_of[photo.file_name].pop() if chosen.copies else 0,
        )
        for split in SPLITS
        for group in sides[split]
        for photo in group
    ]
    rows.sort(key=lambda row: (row.photo.file_name, row.copy))
    digest = catalog_digest(photos, {row.photo.file_name: row.sha256 for row in rows})
    sides_digest = hashlib.sha256()
    for row in rows:
        sides_digest.update(f"{row.name}\t{row.sha256}\t{row.split}\n".encode())
    return DatasetManifest(
        protocol=protocol,
        seed=seed,
        catalog_digest=digest,
        digest=sides_digest.hexdigest(),
        photos=tuple(rows),
        skipped=catalog.skipped + scan.skipped,
        single_view_products=single,
    )


def inseparable_groups(photos: Sequence[Photo], copies: Iterable[Copy]) -> list[Group]:
    """Groups near-duplicates and photos of one view group, each group sorted by file name.

    Args:
        photos: In any order.
        copies: Pairs of them of which one is a copy of the other.
    """
    index = {photo.file_name: number for number, photo in enumerate(photos)}
    sets = Clusters(len(photos))
    for names in near_duplicate_groups(copies):
        for name in names[1:]:
            sets.join(index[names[0]], index[name])
    first: dict[tuple[str, str], int] = {}
    for number, photo in enumerate(photos):
        if photo.view_group:
            sets.join(number, first.setdefault((photo.product_id, photo.view_group), number))
    groups = [
        tuple(sorted((photos[i] for i in members), key=lambda photo: photo.file_name))
        for members in sets.members()
    ]
    return sorted(groups, key=lambda group: group[0].file_name)


def write_manifest(path: Path, manifest: DatasetManifest) -> None:
    """Writes a manifest as JSON, photo by photo: as one text, that of many photos is large."""
    head, tail = dump_json(replace(manifest, photos=())).split(f"{_PHOTOS}]")
    with replacing(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        file.write(head + _PHOTOS)
        for number, item in enumerate(manifest.photos):
            line = json.dumps(to_jsonable(item), ensure_ascii=False)
            file.write(f"{',' if number else ''}\n{line}")
        file.write(f"\n]{tail}")


def read_manifest(path: Path) -> DatasetManifest:
    """Reads a manifest.

    Raises:
        JewelcapError: It is missing or of another form.
    """
    photos: list[SplitPhoto] = []
    frame: list[str] = []
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                text = line.rstrip().removesuffix(",")
                # `write_manifest` gives each photo a line; other forms are read as a whole.
                if line.startswith('{"photo": ') and text.endswith("}"):
                    item = load_json(SplitPhoto, text, f"{path}: photos[{len(photos)}]")
                    side = SPLITS[SPLITS.index(item.split)]
                    photos.append(replace(item, photo=sharing(item.photo), split=side))
                else:
                    frame.append(line)
    except OSError as error:
        raise JewelcapError(f"{path}: cannot be read ({error.strerror})") from None
    manifest = load_json(DatasetManifest, "".join(frame), str(path))
    return replace(manifest, photos=tuple(photos) or manifest.photos)
