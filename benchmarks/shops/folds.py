"""Deals the shops of a catalog into folds, and makes a split of each fold."""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.catalog.clusters import Clusters
from pipeline.catalog.schema import TYPES, Photo
from pipeline.catalog.split import DatasetManifest, SplitPhoto
from pipeline.errors import JewelcapError

VALIDATION_SHARE: Final = 0.1
"""Of each training shop's photos. Drawn from all shops instead of whole shops kept back, since
shops are few: as good a choice of model (Gulrajani and Lopez-Paz 2021, In Search of Lost Domain
Generalization, section 4), and no training shop is lost."""


@dataclass(frozen=True)
class Fold:
    """Shops that are tested by a model trained on the others.

    Attributes:
        number: From 1.
        stores: Their names, sorted.
    """

    number: int
    stores: tuple[str, ...]


def deal_stores(photos: Iterable[Photo], count: int) -> tuple[Fold, ...]:
    """Deals shops into folds of about as many photos of each type as each other.

    The largest shops are dealt first, each into the fold that thereby comes closest to its share
    of every type. No chance is involved.

    Args:
        photos: Those without a shop are not looked at.
        count: Number of folds.

    Raises:
        JewelcapError: There are fewer shops than folds, or fewer than two folds.
    """
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for photo in photos:
        if photo.store:
            held[photo.store].update(photo.attributes.types)
    if not 2 <= count <= len(held):
        raise JewelcapError(
            f"--folds {count}: the catalog's column 'store' names {len(held)} shops; choose a "
            f"number from 2 to {len(held)}"
            if len(held) > 1
            else "leaving shops out needs a catalog whose column 'store' names at least two shops"
        )
    share = {kind: sum(c[kind] for c in held.values()) / count for kind in TYPES}
    dealt: list[Counter[str]] = [Counter() for _ in range(count)]
    stores: list[list[str]] = [[] for _ in range(count)]

    def excess(fold: int, own: Counter[str]) -> tuple[float, int]:
        """How much farther from its share a fold is with a shop than without it; its photos."""
        added = sum(
            (dealt[fold][kind] + own[kind] - share[kind]) ** 2
            - (dealt[fold][kind] - share[kind]) ** 2
            for kind in TYPES
        )
        return added, dealt[fold].total()

    by_size = sorted(held, key=lambda store: (-held[store].total(), store))
    for place, store in enumerate(by_size):
        empty = [fold for fold in range(count) if not stores[fold]]
        # The last shops fill folds that would have none.
        open_ = empty if len(by_size) - place <= len(empty) else range(count)
        fold = min(open_, key=lambda fold: excess(fold, held[store]))
        dealt[fold].update(held[store])
        stores[fold].append(store)
    return tuple(Fold(number, tuple(sorted(names))) for number, names in enumerate(stores, 1))


def fold_manifest(whole: DatasetManifest, fold: Fold) -> tuple[DatasetManifest, int]:
    """Splits a catalog so that the test side is a fold's shops.

    Other shops' near-duplicates of its photos are left out, and so are photos without a shop.

    Args:
        whole: The catalog, split by the protocol `products`; its groups of photos that belong
            together and its seed are used.
        fold: The shops.

    Returns:
        The split, and the number of near-duplicates that were left out.

    Raises:
        JewelcapError: Nothing is left to train on.
    """
    tested = set(fold.stores)
    named = [item for item in whole.photos if item.photo.store]
    test = [item for item in named if item.photo.store in tested]
    groups = {item.group for item in test}
    others = [item for item in named if item.photo.store not in tested]
    known = [item for item in others if item.group not in groups]
    validation = _draw_validation(known, random.Random(whole.seed))
    rows = [
        *(replace(item, split="test") for item in test),
        *(
            replace(item, split="validation" if item.name in validation else "train")
            for item in known
        ),
    ]
    rows.sort(key=lambda row: row.name)
    for split in ("train", "validation", "test"):
        if not any(row.split == split for row in rows):
            raise JewelcapError(
                f"fold {fold.number} of shops would have no {split} photo; choose fewer folds or "
                "add photos"
            )
    lines = "".join(f"{row.name}\t{row.sha256}\t{row.split}\n" for row in rows)
    manifest = replace(
        whole,
        digest=hashlib.sha256(lines.encode()).hexdigest(),
        photos=tuple(rows),
        single_view_products=0,
    )
    return manifest, len(others) - len(known)


def _draw_validation(items: Sequence[SplitPhoto], rng: random.Random) -> frozenset[str]:
    """Names of about `VALIDATION_SHARE` of each shop's photos; what belongs together stays so."""
    sets = Clusters(len(items))
    first: dict[tuple[str, object], int] = {}
    for index, item in enumerate(items):
        sets.join(index, first.setdefault(("group", item.group), index))
        sets.join(index, first.setdefault(("product", item.photo.product_id), index))
    clusters = [[items[index] for index in members] for members in sets.members()]
    rng.shuffle(clusters)
    wanted = Counter(item.photo.store for item in items)
    drawn: Counter[str] = Counter()
    names: set[str] = set()
    for cluster in clusters:
        store = cluster[0].photo.store
        if drawn[store] + len(cluster) <= VALIDATION_SHARE * wanted[store]:
            drawn[store] += len(cluster)
            names.update(item.name for item in cluster)
    return frozenset(names)
