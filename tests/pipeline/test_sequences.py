from __future__ import annotations

import numpy as np
import pytest

from mobile_app.camera_app.runtime.levels import LEVELS, Attributes, Term
from mobile_app.camera_app.runtime.vocabulary import Vocabulary
from pipeline.sequences import build_sequences, build_vocabulary, known_terms, longest

FULL = Attributes(("ring",), "Alba", (), ("gold", "silver"), ("ruby",))
PLAIN = Attributes(("earring",))
NORMAL = Attributes(("ring",), materials=("gold",))
TRAINING = [FULL, PLAIN, NORMAL]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return build_vocabulary(TRAINING)


def test_the_vocabulary_has_the_terms_of_training_and_the_levels_that_it_can_teach(
    vocabulary: Vocabulary,
) -> None:
    assert set(vocabulary.terms) == {t for one in TRAINING for t in one.terms()}
    assert vocabulary.level_names == tuple(LEVELS)
    assert build_vocabulary([PLAIN, NORMAL]).level_names == ("basic", "normal")
    assert build_vocabulary([PLAIN]).level_names == ("basic",)


def test_the_longest_caption_counts_terms_of_all_levels() -> None:
    assert longest(TRAINING) == 5
    assert longest([PLAIN]) == 1


def test_sequences_start_with_the_level_and_end_with_the_end(vocabulary: Vocabulary) -> None:
    sequences = build_sequences(TRAINING, vocabulary, 5)
    assert sequences.inputs.shape == sequences.targets.shape == (3, 3, 6)
    assert sequences.inputs.dtype == sequences.targets.dtype == np.int32
    ids = vocabulary.encode(FULL.terms())
    row = list(LEVELS).index("complete")
    assert sequences.inputs[0, row].tolist() == [vocabulary.start_id("complete"), *ids]
    assert sequences.targets[0, row].tolist() == [*ids, vocabulary.end_id]
    basic = sequences.targets[1, 0].tolist()
    assert basic == [*vocabulary.encode(PLAIN.terms()), vocabulary.end_id, 0, 0, 0, 0]


def test_targets_are_inputs_shifted_by_one(vocabulary: Vocabulary) -> None:
    sequences = build_sequences(TRAINING, vocabulary, 5)
    used = sequences.inputs[:, :, 1:] != vocabulary.pad_id
    assert used.any()
    np.testing.assert_array_equal(
        sequences.inputs[:, :, 1:][used], sequences.targets[:, :, :-1][used]
    )


def test_a_level_that_a_photo_lacks_is_all_padding(vocabulary: Vocabulary) -> None:
    sequences = build_sequences([PLAIN, NORMAL], vocabulary, 5)
    for row, lacking in ((0, (1, 2)), (1, (2,))):
        for column in range(3):
            empty = not sequences.inputs[row, column].any()
            assert empty == (column in lacking)
            assert (not sequences.targets[row, column].any()) == empty


def test_a_level_with_a_term_that_training_never_saw_is_left_out(vocabulary: Vocabulary) -> None:
    unknown = Attributes(("ring",), materials=("platinum",))
    assert known_terms(unknown, "basic", vocabulary, 5) == (Term("type", "ring"),)
    assert known_terms(unknown, "normal", vocabulary, 5) is None
    sequences = build_sequences([unknown], vocabulary, 5)
    assert sequences.inputs[0, 0].any() and not sequences.inputs[0, 1].any()


def test_a_caption_that_is_too_long_is_left_out(vocabulary: Vocabulary) -> None:
    assert known_terms(FULL, "complete", vocabulary, 5) == FULL.terms()
    assert known_terms(FULL, "complete", vocabulary, 4) is None
    assert build_sequences([FULL], vocabulary, 4).inputs.shape == (1, 3, 5)


def test_rows_are_chosen_together(vocabulary: Vocabulary) -> None:
    sequences = build_sequences(TRAINING, vocabulary, 5)
    chosen = sequences[np.array([2, 0])]
    np.testing.assert_array_equal(chosen.inputs, sequences.inputs[[2, 0]])
    np.testing.assert_array_equal(chosen.targets, sequences.targets[[2, 0]])
