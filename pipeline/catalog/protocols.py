"""Split protocols: which photos may stand on which side, and what the figures then answer.

`views` and `products` keep together what belongs together, and count. `paper` repeats section
III-A of the paper, which augments first and then splits by single image.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from pipeline.catalog.clusters import Clusters
from pipeline.catalog.schema import Photo

Split = Literal["train", "validation", "test"]
SPLITS: Final[tuple[Split, ...]] = get_args(Split)
FRACTIONS: Final[dict[Split, float]] = {"train": 0.75, "validation": 0.15, "test": 0.10}
"""The paper's (section III-A)."""

Group = tuple[Photo, ...]
"""Photos that must not be separated."""

LEAKS: Final = "leaks: augmented copies of one photo stand on both sides"
"""Stands wherever figures of such a protocol do."""

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
        copies: Augmented copies of each photo that are made before the split, so that they stand
            on all sides; 0 for a protocol whose figures count.
        parts_products: Whether all photos of a product stand on one side.
    """

    name: str
    question: str
    levels: tuple[str, ...]
    assign: Callable[[Sequence[Group], random.Random], Assigned]
    copies: int = 0
    parts_products: bool = False

    @property
    def leaks(self) -> bool:
        """Whether training sees what the test shows."""
        return self.copies > 0

    @property
    def label(self) -> str:
        """The name as it must stand beside figures."""
        return f"{self.name} ({LEAKS})" if self.leaks else self.name


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
    for product in shuffled(by_product, rng):
        own = shuffled(by_product[product], rng)
        # A product that training never saw cannot be recognized.
        sides["train"].append(own[0])
        if len(own) == 1:
            single += 1
            continue
        balance.photos["train"] += len(own[0])
        for group in own[1:]:
            sides[balance.choose(len(group))].append(group)
    return sides, single


def _assign_views_wide(groups: Sequence[Group], rng: random.Random) -> Assigned:
    """Sides of `_assign_views`, of whose validation photos the test side takes a third.

    So both protocols train on the same photos, and what never saw the wide test saw no other.
    """
    sides, single = _assign_views(groups, rng)
    held = sides["validation"]
    return sides | {
        "validation": [group for place, group in enumerate(held) if place % 3],
        "test": sides["test"] + held[::3],
    }, single


def _assign_products(groups: Sequence[Group], rng: random.Random) -> Assigned:
    sides: dict[Split, list[Group]] = {split: [] for split in SPLITS}
    by_type: dict[str, list[Group]] = defaultdict(list)
    for cluster in _joined(groups):
        by_type[cluster[0].attributes.types[0]].append(cluster)
    for kind in sorted(by_type):
        balance = _Balance()
        # Large clusters first would all land in training; the seed decides instead.
        for cluster in shuffled(by_type[kind], rng):
            sides[balance.choose(len(cluster))].append(cluster)
    return sides, 0


def _assign_images(groups: Sequence[Group], rng: random.Random) -> Assigned:
    sides: dict[Split, list[Group]] = {split: [] for split in SPLITS}
    balance = _Balance()
    for group in shuffled(groups, rng):
        sides[balance.choose(len(group))].append(group)
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
            "views_wide",
            "is a known product recognized on a photo never seen, by a test half as large again?",
            ("basic", "normal", "complete"),
            _assign_views_wide,
        ),
        Protocol(
            "products",
            "is a piece never seen described rightly?",
            ("basic", "normal"),
            _assign_products,
            parts_products=True,
        ),
        Protocol(
            "paper",
            "is a photo recognized of which training may have seen another copy?",
            ("basic", "normal", "complete"),
            _assign_images,
            copies=4,
        ),
    )
}
"""Split protocols by name. A new protocol is a new entry here."""


def protocol_label(name: str) -> str:
    """A protocol's name as it must stand beside figures; names of other versions stay bare."""
    return PROTOCOLS[name].label if name in PROTOCOLS else name


def leak_of(name: str) -> str:
    """What is wrong with a protocol's figures; empty where they count."""
    return LEAKS if name in PROTOCOLS and PROTOCOLS[name].leaks else ""


def shuffled(items: Iterable, rng: random.Random) -> list:
    """The items in random order."""
    mixed = list(items)
    rng.shuffle(mixed)
    return mixed
