"""The record of a leave-shops-out evaluation, which names no shop and no photo."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.record import Device
from benchmarks.shops.statistics import ShopShare, shop_share
from mobile_app.camera_app.runtime.levels import LEVELS, Term
from pipeline.catalog.schema import Photo
from pipeline.config import TrainConfig
from pipeline.metrics import TypeReport, type_report, wilson_interval

ASKED: Final = {"type": "basic", "material": "normal", "stone": "normal"}
"""Kinds of terms that are measured, each with the level of the captions that it is read from."""


@dataclass(frozen=True)
class Answer:
    """What a model says of a test photo.

    Attributes:
        photo: Its row.
        fold: Number of its fold.
        predicted: Predicted terms by level; levels that training had nothing of are not there.
    """

    photo: Photo
    fold: int
    predicted: dict[str, tuple[Term, ...]]


@dataclass(frozen=True)
class FoldSummary:
    """What a fold was trained and tested on.

    Attributes:
        number: From 1.
        train: Training photos of the catalog's other shops.
        extra: Training photos of other catalogs.
        validation: Validation photos of those.
        test: Test photos.
        left_out: Photos of other shops that are near-duplicates of test photos.
        epochs: Epochs of all phases of its training.
    """

    number: int
    train: int
    extra: int
    validation: int
    test: int
    left_out: int
    epochs: int


@dataclass(frozen=True)
class KindScore:
    """How often all terms of a kind are right, over photos of which they are known.

    Attributes:
        kind: A key of `ASKED`.
        all: Over all shops.
        without_largest: Over all but the shop of the most photos; None where no other has any.
    """

    kind: str
    all: ShopShare
    without_largest: ShopShare | None


@dataclass(frozen=True)
class ShopScore:
    """Types of the photos of one shop.

    Attributes:
        number: 1 for the shop of the most photos.
        fold: Number of its fold.
        n: Photos.
        correct: Photos whose types are right.
        low: Lower end of the 95 % Wilson interval.
        high: Its upper end.
        types: Photos by type.
    """

    number: int
    fold: int
    n: int
    correct: int
    low: float
    high: float
    types: dict[str, int]

    @property
    def ccr(self) -> float:
        """`correct / n`."""
        return self.correct / self.n


@dataclass(frozen=True)
class ShopRecord:
    """Accuracy on shops that training never saw.

    Attributes:
        config: Settings of every fold's training, without folders.
        catalog_digest: The catalog.
        folds: What each was trained and tested on.
        scores: By kind of term; the first is that of types.
        shops: Types, shop by shop.
        confusion: Confusions and scores of types, over photos of a single type.
        device: The computer.
        command: The command that made this record, without folders.
        git_commit: Code that made it; empty outside a checkout.
        code_version: jewelcap's version.
        schema_version: Version of this form.
    """

    config: TrainConfig
    catalog_digest: str
    folds: tuple[FoldSummary, ...]
    scores: tuple[KindScore, ...]
    shops: tuple[ShopScore, ...]
    confusion: TypeReport
    device: Device
    command: str
    git_commit: str
    code_version: str
    schema_version: int = 1


def kind_scores(tested: Sequence[Answer]) -> tuple[KindScore, ...]:
    """Scores of each kind of which some photo's terms are known."""
    sizes = Counter(one.photo.store for one in tested)
    largest = max(sizes, key=lambda store: (sizes[store], store))
    scores = []
    for kind in ASKED:
        counts = _counts(tested, kind)
        if not counts:
            continue
        others = [count for store, count in counts.items() if store != largest]
        scores.append(
            KindScore(kind, shop_share([*counts.values()]), shop_share(others) if others else None)
        )
    return tuple(scores)


def shop_scores(tested: Sequence[Answer]) -> tuple[ShopScore, ...]:
    """Types of each shop, the one of the most photos first."""
    counts = _counts(tested, "type")
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for one in tested:
        kinds[one.photo.store].update(one.photo.attributes.types)
    folds = {one.photo.store: one.fold for one in tested}
    ordered = sorted(counts, key=lambda store: (-counts[store][1], store))
    return tuple(
        ShopScore(
            number,
            folds[store],
            counts[store][1],
            counts[store][0],
            *wilson_interval(*counts[store]),
            dict(sorted(kinds[store].items())),
        )
        for number, store in enumerate(ordered, 1)
    )


def confusion(tested: Sequence[Answer]) -> TypeReport:
    """Confusions of types over photos of a single type."""
    single = [one for one in tested if len(one.photo.attributes.types) == 1]
    called = ["+".join(_said(one, "type")) or "none" for one in single]
    return type_report([one.photo.attributes.types[0] for one in single], called)


def _counts(tested: Sequence[Answer], kind: str) -> dict[str, tuple[int, int]]:
    """Right photos and all photos of each shop, over those whose terms of a kind are known."""
    counts: dict[str, tuple[int, int]] = {}
    for one in sorted(tested, key=lambda one: one.photo.file_name):
        terms = LEVELS[ASKED[kind]].terms(one.photo.attributes) or ()
        truth = {term.text for term in terms if term.kind == kind}
        if truth:
            correct, n = counts.get(one.photo.store, (0, 0))
            counts[one.photo.store] = correct + (truth == set(_said(one, kind))), n + 1
    return counts


def _said(one: Answer, kind: str) -> tuple[str, ...]:
    """Predicted terms of a kind."""
    terms = one.predicted.get(ASKED[kind], ())
    return tuple(term.text for term in terms if term.kind == kind)
