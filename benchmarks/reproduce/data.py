"""The photos of the experiment: a catalog, split once for each protocol."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from pipeline.catalog.duplicates import find_copies
from pipeline.catalog.protocols import shuffled
from pipeline.catalog.scan import scan_images
from pipeline.catalog.schema import Photo, catalog_digest, load_catalog
from pipeline.catalog.split import DatasetManifest, split_scanned

T = TypeVar("T")
_PHOTOS_A_PRODUCT: Final = 5
"""Of a part of a catalog; with fewer, nothing could be recognized on another photo."""


@dataclass(frozen=True)
class Data:
    """A catalog with its splits.

    Attributes:
        root: Folder of the catalog.
        digest: SHA-256 of all of its rows and images.
        photos: Usable photos.
        products: Their products.
        designs: Their designs' names.
        types: Photos by type.
        skipped: Photos left out because they cannot be used.
        splits: Manifest by protocol.
    """

    root: Path
    digest: str
    photos: int
    products: int
    designs: int
    types: dict[str, int]
    skipped: int
    splits: dict[str, DatasetManifest]


def load_data(root: Path, limits: Mapping[str, int | None], seed: int) -> Data:
    """Opens and compares all photos of a catalog, and splits them.

    Args:
        root: Folder of the catalog.
        limits: Most photos by protocol, None for all; they are chosen as `balanced_part` does.
        seed: Seed of choice and splits.

    Raises:
        JewelcapError: The catalog is not usable, or a side of a split would be empty.
    """
    catalog = load_catalog(root)
    scan = scan_images(root, [photo.file_name for photo in catalog.photos], progress=True)
    copies = find_copies(scan.facts, root)
    usable = [photo for photo in catalog.photos if photo.file_name in scan.facts]
    splits = {}
    for protocol, limit in limits.items():
        part = usable if limit is None else balanced_part(usable, limit, seed)
        names = {photo.file_name for photo in part}
        splits[protocol] = split_scanned(
            replace(catalog, photos=tuple(part)),
            scan,
            [copy for copy in copies if copy.a in names and copy.b in names],
            protocol,
            seed,
        )
    return Data(
        root=root,
        digest=catalog_digest(usable, {name: scan.facts.sha256(name) for name in scan.facts}),
        photos=len(usable),
        products=len({photo.product_id for photo in usable}),
        designs=len({photo.attributes.model for photo in usable} - {""}),
        types=dict(sorted(Counter("+".join(p.attributes.types) for p in usable).items())),
        skipped=len(catalog.skipped) + len(scan.skipped),
        splits=splits,
    )


def balanced_part(photos: Sequence[Photo], count: int, seed: int) -> list[Photo]:
    """Chooses photos of all types alike, of so many products that each has some photos.

    Products are taken type by type in turn, then photos of those product by product in turn. A
    photo of several types counts as one of the first.

    Args:
        photos: In any order.
        count: At most so many.
        seed: Of the order of products and of each one's photos.
    """
    rng = random.Random(seed)
    products: dict[str, dict[str, list[Photo]]] = defaultdict(lambda: defaultdict(list))
    for photo in sorted(photos, key=lambda photo: photo.file_name):
        products[photo.attributes.types[0]][photo.product_id].append(photo)
    by_type = [
        [shuffled(own, rng) for own in shuffled(by_product.values(), rng)]
        for _, by_product in sorted(products.items())
    ]
    few = list(_in_turn(by_type))[: max(1, count // _PHOTOS_A_PRODUCT)]
    turns = [_in_turn([own for own in same_type if own in few]) for same_type in by_type]
    return list(itertools.islice(_in_turn(turns), count))


def _in_turn(sources: Iterable[Iterable[T]]) -> Iterator[T]:
    """One of each source, then the next of each, until all are empty."""
    for row in itertools.zip_longest(*sources):
        yield from (one for one in row if one is not None)
