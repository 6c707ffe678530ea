"""Finds what stands on both sides of a split, by content: names of files are not trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

from pipeline.catalog.duplicates import Copy
from pipeline.catalog.protocols import PROTOCOLS, SPLITS, Split
from pipeline.catalog.rows import read_metadata
from pipeline.catalog.scan import Scan
from pipeline.catalog.schema import Catalog, Photo, catalog_digest, safe_relative_path
from pipeline.catalog.split import DatasetManifest, split_scanned
from pipeline.errors import JewelcapError
from pipeline.registry import lookup

SPLIT_COLUMN: Final = "split"
"""Column in which data sets from elsewhere say on which side a photo stands."""

SPLIT_WORDS: Final[dict[str, Split]] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
"""What that column may say."""


@dataclass(frozen=True)
class Placed:
    """A photo on a side of a split.

    Attributes:
        name: What it is called in findings; differs from others of the same file.
        photo: Its row.
        split: Its side.
    """

    name: str
    photo: Photo
    split: Split


@dataclass(frozen=True)
class Leak:
    """Two photos on different sides that must not be.

    Attributes:
        kind: A key of `KINDS`.
        a: Name of the one whose side comes first.
        a_split: Its side.
        b: Name of the other.
        b_split: Its side.
        why: What they have in common.
    """

    kind: str
    a: str
    a_split: Split
    b: str
    b_split: Split
    why: str

    def __str__(self) -> str:
        return f"{self.a} [{self.a_split}] = {self.b} [{self.b_split}] ({self.why})"


KINDS: Final[dict[str, str]] = {
    "augmented-copy": "augmented copies of one photo on both sides",
    "copy": "copies of one picture on both sides",
    "product": "photos of one product on both sides",
    "view-group": "photos of one view group on both sides",
}
"""Kinds of leaks."""


@dataclass(frozen=True)
class CheckedSplit:
    """A split and its leaks.

    Attributes:
        name: Where it comes from.
        counts: Photos by side.
        leaks: All of them.
        not_made: Why there is no such split of the catalog; empty if there is one.
    """

    name: str
    counts: dict[str, int]
    leaks: tuple[Leak, ...]
    not_made: str = ""

    def of_kind(self, kind: str) -> tuple[Leak, ...]:
        """The leaks of one kind."""
        return tuple(leak for leak in self.leaks if leak.kind == kind)


@dataclass(frozen=True)
class SplitChoice:
    """Which splits are checked.

    Attributes:
        protocol: A key of `PROTOCOLS`; empty: each one that is not known to leak.
        seed: Seed of the splits.
        manifest: The split of a run, which is then the only one checked.
    """

    protocol: str = ""
    seed: int = 0
    manifest: DatasetManifest | None = None


def check_splits(
    catalog: Catalog, scan: Scan, copies: Sequence[Copy], choice: SplitChoice
) -> tuple[CheckedSplit, ...]:
    """Looks for leaks in splits of a catalog, and in the one that its metadata brings.

    Args:
        catalog: Rows.
        scan: What their photos' files hold.
        copies: Pairs of photos of which one is a copy of the other.
        choice: Which splits.

    Raises:
        JewelcapError: The run's photos are others, the metadata's column cannot be read, the
            protocol is unknown, or no split can be made.
    """
    if choice.manifest is not None:
        return (_check_manifest(catalog, scan, copies, choice.manifest),)
    checked = [*_check_column(catalog, scan, copies, choice.protocol)]
    if choice.protocol:
        manifest = split_scanned(catalog, scan, copies, choice.protocol, choice.seed)
        return (*checked, _checked(_name(manifest), manifest, copies))
    for protocol in PROTOCOLS.values():
        if protocol.leaks:
            continue
        try:
            manifest = split_scanned(catalog, scan, copies, protocol.name, choice.seed)
        except JewelcapError as error:
            name = f"protocol {protocol.name}, seed {choice.seed}"
            checked.append(CheckedSplit(name, {}, (), str(error)))
        else:
            checked.append(_checked(_name(manifest), manifest, copies))
    if all(split.not_made for split in checked):
        raise JewelcapError(checked[0].not_made)
    return tuple(checked)


def _name(manifest: DatasetManifest) -> str:
    return f"protocol {manifest.protocol}, seed {manifest.seed}"


def _check_manifest(
    catalog: Catalog, scan: Scan, copies: Sequence[Copy], manifest: DatasetManifest
) -> CheckedSplit:
    photos = [photo for photo in catalog.photos if photo.file_name in scan.facts]
    digest = catalog_digest(photos, {name: scan.facts.sha256(name) for name in scan.facts})
    if digest != manifest.catalog_digest:
        raise JewelcapError(
            f"{catalog.root}: the run was made from other photos or rows; name the catalog that "
            "it was made from, or train again"
        )
    return _checked(f"split of the run ({_name(manifest)})", manifest, copies)


def _checked(name: str, manifest: DatasetManifest, copies: Iterable[Copy]) -> CheckedSplit:
    protocol = PROTOCOLS.get(manifest.protocol)
    placed = [Placed(item.name, item.photo, item.split) for item in manifest.photos]
    parts_products = protocol is None or protocol.parts_products
    return CheckedSplit(name, manifest.counts(), find_leaks(placed, copies, parts_products))


def _check_column(
    catalog: Catalog, scan: Scan, copies: Iterable[Copy], protocol: str
) -> Iterator[CheckedSplit]:
    """Checks the metadata's own split, by the strictest rule unless a protocol is given."""
    parts_products = not protocol or lookup(PROTOCOLS, protocol, "protocol").parts_products
    sides = read_split_column(catalog.root)
    placed = [
        Placed(photo.file_name, photo, sides[photo.file_name])
        for photo in catalog.photos
        if photo.file_name in scan.facts and photo.file_name in sides
    ]
    if placed:
        counter = Counter(item.split for item in placed)
        counts: dict[str, int] = {split: counter[split] for split in SPLITS}
        leaks = find_leaks(placed, copies, parts_products)
        yield CheckedSplit(f"column {SPLIT_COLUMN!r} of the metadata", counts, leaks)


def read_split_column(root: Path) -> dict[str, Split]:
    """Sides of photos by file name, as the metadata's column `split` says; may be empty.

    Raises:
        JewelcapError: It says something else than `SPLIT_WORDS`.
    """
    sides: dict[str, Split] = {}
    for row in read_metadata(root):
        word = row.get(SPLIT_COLUMN, "").strip().lower()
        if not word:
            continue
        if word not in SPLIT_WORDS:
            raise JewelcapError(
                f"{root}: {row['file_name']}: unknown split {word!r}; write one of "
                f"{', '.join(SPLIT_WORDS)} into the column {SPLIT_COLUMN!r}, or nothing"
            )
        path = safe_relative_path(row["file_name"].strip())
        sides.setdefault(str(path), SPLIT_WORDS[word])
    return sides


def find_leaks(
    placed: Iterable[Placed], copies: Iterable[Copy], parts_products: bool
) -> tuple[Leak, ...]:
    """Finds photos on different sides that show or are the same.

    What belongs together through others is named by the pairs that link it; of a product, a view
    group or a photo's augmented copies, the first pair of each two sides.

    Args:
        placed: Photos and their sides.
        copies: Pairs of files of which one is a copy of the other; some may not be placed.
        parts_products: Whether a product's photos must stand on one side.
    """
    ordered = sorted(placed, key=lambda item: (SPLITS.index(item.split), item.name))
    files: dict[str, dict[Split, Placed]] = {}
    products: dict[str, dict[Split, Placed]] = {}
    views: dict[str, dict[Split, Placed]] = {}
    for item in ordered:
        product, view = item.photo.product_id, item.photo.view_group
        files.setdefault(item.photo.file_name, {}).setdefault(item.split, item)
        products.setdefault(product, {}).setdefault(item.split, item)
        if view:
            views.setdefault(f"{view} of product {product}", {}).setdefault(item.split, item)
    leaks = [*_apart("augmented-copy", files, "augmented from {}")]
    for copy in copies:
        for split, item in files.get(copy.a, {}).items():
            for other_split, other in files.get(copy.b, {}).items():
                if split != other_split:
                    leaks.append(_leak("copy", item, other, copy.how))
    if parts_products:
        return (*leaks, *_apart("product", products, "product {}"))
    return (*leaks, *_apart("view-group", views, "view group {}"))


def _apart(kind: str, sides: Mapping[str, Mapping[Split, Placed]], why: str) -> Iterator[Leak]:
    for key, found in sorted(sides.items()):
        for a, b in combinations(found.values(), 2):
            yield _leak(kind, a, b, why.format(key))


def _leak(kind: str, a: Placed, b: Placed, why: str) -> Leak:
    if SPLITS.index(a.split) > SPLITS.index(b.split):
        a, b = b, a
    return Leak(kind, a.name, a.split, b.name, b.split, why)
