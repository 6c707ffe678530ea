"""Splits a catalog into train, validation and test before anything is augmented."""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.catalog.clusters import Clusters
from pipeline.catalog.duplicates import Copy, find_copies, near_duplicate_groups
from pipeline.catalog.scan import Scan, scan_images
from pipeline.catalog.schema import Catalog, Photo, Skipped, catalog_digest
from pipeline.errors import JewelcapError
from pipeline.files import write_text
from pipeline.registry import lookup

Split = Literal["train", "validation", "test"]
SPLITS: Final[tuple[Split, ...]] = get_args(Split)
FRACTIONS: Final[dict[Split, float]] = {"train": 0.75, "validation": 0.15, "test": 0.10}
"""The paper's (section III-A)."""

Group = tuple[Photo, ...]
"""Photos that must not be separated."""


@dataclass(frozen=True)
class SplitPhoto:
    """A photo and its side.

    Attributes:
        photo: The row.
        sha256: Of the photo's file when the split was made.
        split: Its side.
        group: Photos with the same number were kept together.
    """

    photo: Photo
    sha256: str
    split: Split
    group: int


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
    schema_version: int = 1

    def of(self, split: str) -> tuple[SplitPhoto, ...]:
        """Photos of one side, or of all with `all`."""
        return tuple(item for item in self.photos if split in ("all", item.split))

    def counts(self) -> dict[str, int]:
        """Number of photos by side."""
        counter = Counter(item.split for item in self.photos)
        return {split: counter[split] for split in SPLITS}


Assigned = tuple[dict[Split, list[Group]], int]
"""Groups by side, and the number of products that could not be spread."""


@dataclass(frozen=True)
class Protocol:
    """An entry of `PROTOCOLS`.

    Attributes:
        name: Name on the command line.
        question: What its figures answer.
        levels: Levels that can be known on its test side.
        assign: Gives each group a side.
    """

    name: str
    question: str
    levels: tuple[str, ...]
    assign: Callable[[Sequence[Group], random.Random], Assigned]


class _Balance:
    """Hands groups to the side that lacks most of its share."""

    def __init__(self) -> None:
        self.photos: dict[Split, int] = dict.fromkeys(SPLITS, 0)

    def choose(self, size: int) -> Split:
        total = sum(self.photos.values()) + size
        chosen = max(SPLITS, key=lambda s: (FRACTIONS[s] * total - self.photos[s]) / FRACTIONS[s])
        self.photos[chosen] += size
        return chosen


def _assign_views(groups: Sequence[Group], rng: random.Random) -> Assigned:
    sides: dict[Split, list[Group]] = {split: [] for split in SPLITS}
    by_product: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        products = {photo.product_id for photo in group}
        if len(products) == 1:
            by_product[products.pop()].append(group)
        else:
            # It says nothing about which of its products is recognized.
            sides["train"].append(group)
    balance = _Balance()
    single = 0
    for product in _shuffled(by_product, rng):
        own = _shuffled(by_product[product], rng)
        # A product that training never saw cannot be recognized.
        sides["train"].append(own[0])
        if len(own) == 1:
            single += 1
            continue
        balance.photos["train"] += len(own[0])
        for group in own[1:]:
            sides[balance.choose(len(group))].append(group)
    return sides, single


def _assign_products(groups: Sequence[Group], rng: random.Random) -> Assigned:
    sides: dict[Split, list[Group]] = {split: [] for split in SPLITS}
    by_type: dict[str, list[Group]] = defaultdict(list)
    for cluster in _joined(groups):
        by_type[cluster[0].attributes.types[0]].append(cluster)
    for kind in sorted(by_type):
        balance = _Balance()
        # Large clusters first would all land in training; the seed decides instead.
        for cluster in _shuffled(by_type[kind], rng):
            sides[balance.choose(len(cluster))].append(cluster)
    return sides, 0


def _joined(groups: Iterable[Group]) -> list[Group]:
    """Joins groups that share a product."""
    groups = list(groups)
    sets = Clusters(len(groups))
    first: dict[str, int] = {}
    for index, group in enumerate(groups):
        for photo in group:
            sets.join(index, first.setdefault(photo.product_id, index))
    return [tuple(p for index in members for p in groups[index]) for members in sets.members()]


PROTOCOLS: Final[dict[str, Protocol]] = {
    protocol.name: protocol
    for protocol in (
        Protocol(
            "views",
            "is a known product recognized on a photo never seen?",
            ("basic", "normal", "complete"),
            _assign_views,
        ),
        Protocol(
            "products",
            "is a piece never seen described rightly?",
            ("basic", "normal"),
            _assign_products,
        ),
    )
}
"""Split protocols by name. A new protocol is a new entry here."""


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
    scan = scan_images(catalog.root, [photo.file_name for photo in catalog.photos], progress)
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
    numbers = {group[0].file_name: index for index, group in enumerate(groups)}
    rows = [
        SplitPhoto(photo, scan.facts[photo.file_name].sha256, split, numbers[name])
        for split in SPLITS
        for group in sides[split]
        for name in [min(member.file_name for member in group)]
        for photo in group
    ]
    rows.sort(key=lambda row: row.photo.file_name)
    digest = catalog_digest(photos, {name: fact.sha256 for name, fact in scan.facts.items()})
    lines = "".join(f"{row.photo.file_name}\t{row.sha256}\t{row.split}\n" for row in rows)
    return DatasetManifest(
        protocol=protocol,
        seed=seed,
        catalog_digest=digest,
        digest=hashlib.sha256(lines.encode()).hexdigest(),
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
    for names in near_duplicate_groups(index, copies):
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


def _shuffled(items: Iterable, rng: random.Random) -> list:
    shuffled = list(items)
    rng.shuffle(shuffled)
    return shuffled


def write_manifest(path: Path, manifest: DatasetManifest) -> None:
    """Writes a manifest as JSON."""
    write_text(path, dump_json(manifest))


def read_manifest(path: Path) -> DatasetManifest:
    """Reads a manifest.

    Raises:
        JewelcapError: It is missing or of another form.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise JewelcapError(f"{path}: cannot be read ({error.strerror})") from None
    return load_json(DatasetManifest, text, str(path))
