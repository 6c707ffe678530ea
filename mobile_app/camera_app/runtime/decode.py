"""Greedy and beam search over a single decoding step."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Step = Callable[[int, Floats], tuple[Floats, Floats]]
"""(token id, state float32[1, U]) -> (probabilities float32[V], state float32[1, U])."""


@dataclass(frozen=True)
class Decoded:
    """A decoded sequence.

    Attributes:
        ids: Token ids, without start and end.
        probabilities: Probability of each token of `ids` and, last, of the end; each in (0, 1].
    """

    ids: tuple[int, ...]
    probabilities: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """Probability of the whole sequence, in (0, 1]."""
        return math.prod(self.probabilities)


def allowed(
    probabilities: Floats, end_id: int, first_term_id: int, used: Collection[int]
) -> Floats:
    """Sets what may not come next to zero: padding, start tokens, and terms already named.

    Args:
        probabilities: float32[V].
        end_id: Id of the end token, always allowed.
        first_term_id: Ids below it, but the end, are special.
        used: Ids of the caption so far.
    """
    masked = probabilities.copy()
    masked[:first_term_id] = 0.0
    masked[end_id] = probabilities[end_id]
    if used:
        masked[list(used)] = 0.0
    return masked


def greedy_search(
    step: Step, state: Floats, start_id: int, end_id: int, first_term_id: int, max_length: int
) -> Decoded:
    """Takes the most probable token at each step until the end or `max_length` tokens."""
    ids: list[int] = []
    probabilities: list[float] = []
    token = start_id
    while True:
        distribution, state = step(token, state)
        masked = allowed(distribution, end_id, first_term_id, ids)
        token = int(np.argmax(masked)) if len(ids) < max_length else end_id
        if masked[token] <= 0.0:
            # Nothing allowed is left: 8-bit probabilities can all be 0.
            token = end_id
        probabilities.append(float(distribution[token]))
        if token == end_id:
            return Decoded(tuple(ids), tuple(probabilities))
        ids.append(token)


def beam_search(
    step: Step,
    state: Floats,
    start_id: int,
    end_id: int,
    first_term_id: int,
    max_length: int,
    width: int,
) -> tuple[Decoded, ...]:
    """Keeps the `width` most probable sequences at each step.

    Returns:
        Up to `width` sequences, the most probable first.
    """
    open_beams = [(0.0, Decoded((), ()), start_id, state)]
    finished: list[tuple[float, Decoded]] = []
    while open_beams:
        grown: list[tuple[float, Decoded, int, Floats]] = []
        for score, beam, token, beam_state in open_beams:
            distribution, next_state = step(token, beam_state)
            masked = allowed(distribution, end_id, first_term_id, beam.ids)
            candidates = np.argsort(-masked, kind="stable")[:width]
            candidates = candidates[masked[candidates] > 0.0]
            if len(beam.ids) >= max_length or not len(candidates):
                # As in greedy search, what has nowhere to go ends.
                candidates = np.array([end_id])
            for candidate in map(int, candidates):
                probability = float(distribution[candidate])
                new_score = score + (math.log(probability) if probability > 0.0 else -math.inf)
                chosen = (*beam.probabilities, probability)
                if candidate == end_id:
                    finished.append((new_score, Decoded(beam.ids, chosen)))
                else:
                    new_beam = Decoded((*beam.ids, candidate), chosen)
                    grown.append((new_score, new_beam, candidate, next_state))
        finished = sorted(finished, key=lambda item: -item[0])[:width]
        # A beam only loses probability as it grows, so one below a full set of finished
        # sequences can never enter it.
        floor = finished[-1][0] if len(finished) == width else -math.inf
        open_beams = sorted(grown, key=lambda item: -item[0])[:width]
        open_beams = [item for item in open_beams if item[0] > floor]
    return tuple(decoded for _, decoded in finished)
