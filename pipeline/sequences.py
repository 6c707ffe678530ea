"""Photos and their attributes to token sequences, one for each level that a photo has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.levels import LEVELS, Attributes, Term, get_level
from mobile_app.camera_app.runtime.vocabulary import Vocabulary


@dataclass(frozen=True)
class Sequences:
    """Token sequences of photos; 0 is padding, and a level that a photo lacks is all padding.

    Attributes:
        inputs: int32[n, levels, T], the level's start token first.
        targets: int32[n, levels, T], the same shifted by one, the end token last.
    """

    inputs: NDArray[np.int32]
    targets: NDArray[np.int32]

    def __getitem__(self, index: NDArray[np.int64]) -> Sequences:
        return Sequences(self.inputs[index], self.targets[index])


def build_vocabulary(attributes: Sequence[Attributes]) -> Vocabulary:
    """Collects the terms of training photos, and the levels that at least one of them has."""
    levels = [
        name
        for name, level in LEVELS.items()
        if any(level.terms(one) is not None for one in attributes)
    ]
    return Vocabulary.build((term for one in attributes for term in one.terms()), levels)


def longest(attributes: Iterable[Attributes]) -> int:
    """Most terms that a caption of any of these photos has."""
    return max(len(one.terms()) for one in attributes)


def known_terms(
    attributes: Attributes, level: str, vocabulary: Vocabulary, max_length: int
) -> tuple[Term, ...] | None:
    """Terms of a photo at a level, or None where it lacks the level or a model cannot say it."""
    terms = get_level(level).terms(attributes)
    if terms is None or len(terms) > max_length:
        return None
    return terms if all(term in vocabulary for term in terms) else None


def build_sequences(
    attributes: Sequence[Attributes], vocabulary: Vocabulary, max_length: int
) -> Sequences:
    """Makes the sequences of photos for all levels of a vocabulary."""
    shape = (len(attributes), len(vocabulary.level_names), max_length + 1)
    inputs = np.full(shape, vocabulary.pad_id, np.int32)
    targets = np.full(shape, vocabulary.pad_id, np.int32)
    for row, one in enumerate(attributes):
        for column, level in enumerate(vocabulary.level_names):
            terms = known_terms(one, level, vocabulary, max_length)
            if terms is None:
                continue
            ids = vocabulary.encode(terms)
            inputs[row, column, : len(ids) + 1] = [vocabulary.start_id(level), *ids]
            targets[row, column, : len(ids) + 1] = [*ids, vocabulary.end_id]
    return Sequences(inputs, targets)
