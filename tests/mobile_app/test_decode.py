from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from mobile_app.camera_app.runtime.decode import (
    Decoded,
    Encoded,
    allowed,
    beam_search,
    greedy_search,
)
from tests.bundles import RandomInterpreter, TableInterpreter

# Ids: 0 padding, 1 end, 2 and 3 start tokens, terms from 4 on.
START, END, FIRST, SIZE = 2, 1, 4, 8
A, B, C = 4, 5, 6
STATE = Encoded(np.zeros((1, 1), np.float32))
SEEDS = range(12)


def greedy(interpreter: TableInterpreter, max_length: int = 3) -> Decoded:
    return greedy_search(interpreter.decode_step, STATE, START, END, FIRST, max_length)


def beam(interpreter: TableInterpreter, width: int, max_length: int = 3) -> tuple[Decoded, ...]:
    return beam_search(interpreter.decode_step, STATE, START, END, FIRST, max_length, width)


def table(rows: dict[tuple[int, ...], dict[int, float]]) -> TableInterpreter:
    """From the terms so far to the probabilities of what may follow."""
    full = {
        (START, *terms): [row.get(token, 0.0) for token in range(SIZE)]
        for terms, row in rows.items()
    }
    return TableInterpreter(full, SIZE)


def test_greedy_takes_the_most_probable_token_until_the_end() -> None:
    interpreter = table({(): {A: 0.7, B: 0.3}, (A,): {B: 0.6, END: 0.4}, (A, B): {END: 0.9}})
    decoded = greedy(interpreter)
    assert decoded.ids == (A, B)
    assert decoded.probabilities == pytest.approx((0.7, 0.6, 0.9))
    assert decoded.confidence == pytest.approx(0.7 * 0.6 * 0.9)


def test_beam_finds_a_better_sequence_than_greedy() -> None:
    # A looks better at first, but nothing is sure after it.
    interpreter = table({(): {A: 0.6, B: 0.4}, (A,): {C: 0.4, END: 0.3, B: 0.3}, (B,): {END: 1.0}})
    best, *others = beam(interpreter, 2)
    assert best.ids == (B,)
    assert best.confidence == pytest.approx(0.4)
    assert greedy(interpreter).ids == (A, C)
    assert greedy(interpreter).confidence < best.confidence
    assert [one.ids for one in others] == [(A, C)]


@pytest.mark.parametrize("seed", SEEDS)
def test_beam_of_width_one_is_greedy(seed: int) -> None:
    (found,) = beam(RandomInterpreter(seed, SIZE), 1)
    expected = greedy(RandomInterpreter(seed, SIZE))
    assert found.ids == expected.ids
    assert found.probabilities == expected.probabilities


def test_beam_of_width_one_is_greedy_where_tokens_tie() -> None:
    # 8-bit probabilities are multiples of 1/256, so that ties are common.
    interpreter = table({(): {A: 0.25, B: 0.25, C: 0.25, END: 0.25}, (A,): {B: 0.5, END: 0.5}})
    assert beam(interpreter, 1)[0].ids == greedy(interpreter).ids


@pytest.mark.parametrize("seed", SEEDS)
def test_wide_beam_finds_the_most_probable_of_all_sequences(seed: int) -> None:
    interpreter = RandomInterpreter(seed, SIZE)

    def probability(ids: tuple[int, ...]) -> float:
        state, previous, product = STATE, START, 1.0
        for token in (*ids, END):
            distribution, state = interpreter.decode_step(previous, state)
            product *= float(distribution[token])
            previous = token
        return product

    terms = range(FIRST, SIZE)
    every = [ids for n in range(4) for ids in itertools.permutations(terms, n)]
    best = beam(interpreter, 64)[0]
    assert best.ids == max(every, key=probability)
    assert best.confidence == pytest.approx(probability(best.ids))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("width", [0, 1, 4, 21])
@pytest.mark.parametrize("max_length", [0, 1, 3, 10])
def test_nothing_special_or_twice_is_said_and_the_length_is_kept(
    seed: int, width: int, max_length: int
) -> None:
    interpreter = RandomInterpreter(seed, SIZE)
    found = beam(interpreter, width, max_length) if width else (greedy(interpreter, max_length),)
    assert 1 <= len(found) <= max(width, 1)
    for decoded in found:
        assert all(FIRST <= token < SIZE for token in decoded.ids)
        assert len(set(decoded.ids)) == len(decoded.ids) <= max_length
        assert len(decoded.probabilities) == len(decoded.ids) + 1
        assert decoded.confidence == pytest.approx(math.prod(decoded.probabilities))


@pytest.mark.parametrize("seed", SEEDS)
def test_beams_differ_and_the_most_probable_comes_first(seed: int) -> None:
    found = beam(RandomInterpreter(seed, SIZE), 5)
    assert len({decoded.ids for decoded in found}) == len(found) == 5
    confidences = [decoded.confidence for decoded in found]
    assert confidences == sorted(confidences, reverse=True)


def test_padding_and_start_tokens_are_never_said_however_probable() -> None:
    interpreter = table({(): {0: 0.5, 2: 0.2, 3: 0.2, A: 0.1}, (A,): {0: 0.9, END: 0.1}})
    assert greedy(interpreter).ids == (A,)
    assert beam(interpreter, 2)[0].ids == (A,)


def test_a_term_is_not_said_twice_however_probable() -> None:
    interpreter = table({(): {A: 1.0}, (A,): {A: 0.9, B: 0.06, END: 0.04}, (A, B): {END: 1.0}})
    assert greedy(interpreter).ids == (A, B)
    assert beam(interpreter, 2)[0].ids == (A, B)


@pytest.mark.parametrize("width", [0, 1, 3])
def test_a_step_that_leaves_nothing_ends_the_caption(width: int) -> None:
    # 8-bit probabilities can all be 0 but that of a term which was said already.
    interpreter = table({(): {A: 1.0}, (A,): {A: 1.0}, (A, 0): {B: 1.0}})
    found = beam(interpreter, width) if width else (greedy(interpreter),)
    assert [decoded.ids for decoded in found[:1]] == [(A,)]


@pytest.mark.parametrize("width", [1, 3])
def test_beam_finds_a_caption_where_the_end_is_cut_off_at_probability_zero(width: int) -> None:
    interpreter = table({(): {A: 1.0}, (A,): {B: 1.0}, (A, B): {C: 1.0}, (A, B, C): {7: 1.0}})
    assert greedy(interpreter).ids == (A, B, C)
    assert [decoded.ids for decoded in beam(interpreter, width)] == [(A, B, C)]


def test_masking_leaves_the_probabilities_it_was_given_alone() -> None:
    probabilities = np.full(SIZE, 1 / SIZE, np.float32)
    masked = allowed(probabilities, END, FIRST, [A])
    assert probabilities.tolist() == [1 / SIZE] * SIZE
    assert np.flatnonzero(masked).tolist() == [END, B, C, 7]
