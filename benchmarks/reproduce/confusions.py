"""Wrong captions beside the piece that they describe: the paper's Figures 3 and 4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from benchmarks.reproduce.records import Confusion
from mobile_app.camera_app.runtime.languages import compose
from mobile_app.camera_app.runtime.levels import LEVELS, Term
from pipeline.catalog.split import SplitPhoto

LEVEL: Final = "complete"


def find_confusions(
    test: Sequence[SplitPhoto],
    predictions: Sequence[tuple[Term, ...]],
    training: Sequence[SplitPhoto],
) -> tuple[Confusion, ...]:
    """Finds the training piece that each wrong complete caption describes.

    Args:
        test: Test photos.
        predictions: Terms that a model says of each at the complete level.
        training: Where to look for the pieces.

    Returns:
        One for each wrong caption.
    """
    pieces: dict[frozenset[Term], SplitPhoto] = {}
    # A photo as it is shows a piece better than a changed copy.
    for item in sorted(training, key=lambda item: item.copy > 0):
        terms = LEVELS[LEVEL].terms(item.photo.attributes)
        if terms:
            pieces.setdefault(frozenset(terms), item)
    found = []
    for item, predicted in zip(test, predictions, strict=True):
        truth = LEVELS[LEVEL].terms(item.photo.attributes)
        if truth is None or set(truth) == set(predicted):
            continue
        said = frozenset(predicted)
        other = said if said in pieces else _closest(said, pieces)
        found.append(
            Confusion(
                file_name=item.photo.file_name,
                expected=compose(truth, "en"),
                predicted=compose(predicted, "en"),
                confused_with=pieces[other].photo.file_name,
                same_caption=other == said,
                same_design=_designs(said) == _designs(truth),
            )
        )
    return tuple(found)


def shown_clearly(
    confusions: Sequence[Confusion],
    training: Sequence[SplitPhoto],
    presentations: Mapping[str, str],
) -> tuple[Confusion, ...]:
    """Shows the pieces taken for on plain catalog photos, where training has one.

    Args:
        confusions: As `find_confusions` has them.
        training: Where the pieces were found.
        presentations: Kind of presentation by file name, where known.
    """
    photos = {item.photo.file_name: item.photo for item in training}
    plain = {
        (photo.product_id, photo.attributes): name
        for name, photo in sorted(photos.items(), reverse=True)
        if presentations.get(name) == "catalog"
    }

    def clearest(name: str) -> str:
        photo = photos.get(name)
        return plain.get((photo.product_id, photo.attributes), name) if photo else name

    return tuple(replace(one, confused_with=clearest(one.confused_with)) for one in confusions)


def _designs(terms: Sequence[Term] | frozenset[Term]) -> set[str]:
    return {term.text for term in terms if term.kind == "model"}


def _closest(said: frozenset[Term], pieces: dict[frozenset[Term], SplitPhoto]) -> frozenset[Term]:
    """The piece of the same design, if there is one, that shares most of what was said."""

    def fitness(terms: frozenset[Term]) -> tuple[bool, float]:
        shared = len(said & terms) / max(1, len(said | terms))
        return bool(_designs(said)) and _designs(said) == _designs(terms), shared

    return max(pieces, key=fitness)
