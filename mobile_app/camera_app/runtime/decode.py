"""Greedy and beam search over a single decoding step."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Encoded:
    """What is known of a photo between two decoding steps; decoding passes it on unread.

    Attributes:
        state: The decoder's state, float32[1, U].
        features: The photo's features by place, float32[1, R, D], for decoders that look at
            them in each step; else None.
        attention: How much the step that made this looked at each place, float32[1, R], with a
            sum of 1; None before the first step and for decoders that do not look.
    """

    state: Floats
    features: Floats | None = None
    attention: Floats | None = None

    def copy(self) -> Encoded:
        """A copy that shares no memory, for backends that hand out views of theirs."""
        copies = {name: array.copy() for name, array in vars(self).items() if array is not None}
        return replace(self, **copies)


Step = Callable[[int, Encoded], tuple[Floats, Encoded]]
"""(token id, what is known) -> (probabilities float32[V], what is known then)."""


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
    step: Step, encoded: Encoded, start_id: int, end_id: int, first_term_id: int, max_length: int
) -> Decoded:
    """Takes the most probable token at each step until the end or `max_length` tokens."""
    ids: list[int] = []
    probabilities: list[float] = []
    token = start_id
    while True:
        distribution, encoded = step(token, encoded)
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
    encoded: Encoded,
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
    open_beams = [(0.0, Decoded((), ()), start_id, encoded)]
    finished: list[tuple[float, Decoded]] = []
    while open_beams:
        grown: list[tuple[float, Decoded, int, Encoded]] = []
        for score, beam, token, known in open_beams:
            distribution, then_known = step(token, known)
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
                    grown.append((new_score, new_beam, candidate, then_known))
        finished = sorted(finished, key=lambda item: -item[0])[:width]
        # A beam only loses probability as it grows, so one below a full set of finished
        # sequences can never enter it.
        floor = finished[-1][0] if len(finished) == width else -math.inf
        open_beams = sorted(grown, key=lambda item: -item[0])[:width]
        open_beams = [item for item in open_beams if item[0] > floor]
    return tuple(decoded for _, decoded in finished)
