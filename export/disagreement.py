"""Why an exported file says something else than Keras: what both held likely where they parted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from mobile_app.camera_app.runtime.decode import Decoded, Encoded, Floats, Step, allowed
from mobile_app.camera_app.runtime.levels import Term
from mobile_app.camera_app.runtime.vocabulary import Vocabulary

SURE: Final = 0.5
"""Below this confidence Keras itself had no mind that an export could change."""

TIE: Final = 0.2
"""Below this margin between two tokens the numbers of an export decide which comes first."""

FORGOTTEN: Final = 0.1
"""Below this probability the file has no thought of what Keras is sure of."""

UNDECIDED: Final = "undecided"
NEAR_TIE: Final = "near tie"
CHANGED: Final = "changed its mind"

CAUSES: Final = (UNDECIDED, NEAR_TIE, CHANGED)
"""Why captions differ; only the last one is not explained by Keras' own doubts."""

PARTS: Final = ("encoder", "decoder", "either", "both")
"""Which part of the file, put in the place of Keras' own, makes Keras say something else: only the
encoder, only the decoder, each of them alone, or both together only."""


@dataclass(frozen=True)
class Disagreement:
    """A caption in which the exported file differs from Keras.

    Attributes:
        photo: Which, from 0.
        level: Description level.
        keras: Terms that Keras says.
        exported: Terms that the file says.
        step: Decoding step at which they part, from 0.
        keras_token: What Keras says there; empty for the end.
        exported_token: What the file says there; empty for the end.
        confidence: Keras' probability of its whole caption.
        keras_margin: How much likelier Keras holds its own token than the file's.
        exported_margin: How much likelier the file holds its own token than Keras'.
        file_name: The photo's file in its catalog.
        part: Which part of the file changes the caption, one of `PARTS`; empty in older records.
    """

    photo: int
    level: str
    keras: tuple[Term, ...]
    exported: tuple[Term, ...]
    step: int = 0
    keras_token: str = ""
    exported_token: str = ""
    confidence: float = 0.0
    keras_margin: float = 0.0
    exported_margin: float = 0.0
    file_name: str = ""
    part: str = ""

    @property
    def cause(self) -> str:
        """One of `CAUSES`."""
        if self.confidence < SURE:
            return UNDECIDED
        return NEAR_TIE if self.keras_margin < TIE else CHANGED


@dataclass(frozen=True)
class LostTerm:
    """A term that Keras surely says on some photos, and the file on none of them.

    Attributes:
        term: Which.
        photos: Which, from 0.
    """

    term: Term
    photos: tuple[int, ...]


class SureTerms:
    """What becomes of the terms that Keras is sure of.

    A share of captions says little of a term that is on few photos: without it a file is as good
    as before. That a file by chance gives a term less than `FORGOTTEN` on each of its photos,
    where Keras gives at least `SURE`, is unlikely even of 8 bits, whose changes are slight.
    """

    def __init__(self) -> None:
        """Knows no photo yet."""
        self._likely: dict[Term, dict[int, float]] = {}

    def heard(self, photo: int, term: Term, probability: float) -> None:
        """Notes a term of a caption that Keras is sure of.

        Args:
            photo: Which.
            term: What Keras says.
            probability: The file's of this term at this place of Keras' caption, in [0, 1].
        """
        likely = self._likely.setdefault(term, {})
        likely[photo] = max(probability, likely.get(photo, 0.0))

    def said(self, photo: int, terms: Iterable[Term]) -> None:
        """Notes what the file itself says of a photo, after all that Keras does."""
        for term in terms:
            if photo in self._likely.get(term, {}):
                self._likely[term][photo] = 1.0

    def lost(self) -> tuple[LostTerm, ...]:
        """Terms that the file never says, nor thinks of, where Keras surely says them."""
        return tuple(
            LostTerm(term, tuple(sorted(likely)))
            for term, likely in sorted(self._likely.items())
            if max(likely.values()) < FORGOTTEN
        )


Search = Callable[[Step, Encoded, str], Decoded]
"""Finds the caption of a level by decoding steps that start from what is known of a photo."""


@dataclass(frozen=True)
class Side:
    """One of the two that describe a photo.

    Attributes:
        step: Its decoding step.
        encoded: What it knows of the photo.
        said: Its caption.
    """

    step: Step
    encoded: Encoded
    said: Decoded


def explain(
    photo: int, level: str, vocabulary: Vocabulary, keras: Side, exported: Side, search: Search
) -> Disagreement:
    """Finds where two captions part, what each side held likely there, and which part did it.

    Args:
        photo: Which.
        level: Description level.
        vocabulary: Of both.
        keras: One side.
        exported: The other, whose caption is different.
        search: How both found their captions.
    """
    end = vocabulary.end_id
    ids = [(*side.said.ids, end) for side in (keras, exported)]
    step = next(index for index, (a, b) in enumerate(zip(*ids, strict=False)) if a != b)
    own, other = ids[0][step], ids[1][step]
    prefix, start = ids[0][:step], vocabulary.start_id(level)
    likely = [_likely(side, start, prefix, vocabulary) for side in (keras, exported)]
    words = {token: "" if token == end else vocabulary.tokens[token] for token in (own, other)}
    return Disagreement(
        photo,
        level,
        vocabulary.decode(keras.said.ids),
        vocabulary.decode(exported.said.ids),
        step,
        words[own],
        words[other],
        round(keras.said.confidence, 4),
        round(float(likely[0][own] - likely[0][other]), 4),
        round(float(likely[1][other] - likely[1][own]), 4),
        part=_part(level, keras, exported, search),
    )


def _part(level: str, keras: Side, exported: Side, search: Search) -> str:
    own = keras.said.ids
    by_encoder = search(keras.step, exported.encoded, level).ids != own
    by_decoder = search(exported.step, keras.encoded, level).ids != own
    return {
        (True, False): "encoder",
        (False, True): "decoder",
        (True, True): "either",
        (False, False): "both",
    }[by_encoder, by_decoder]


def changed_captions(disagreements: Iterable[Disagreement]) -> int:
    """How many captions differ without a doubt of Keras' own."""
    return sum(one.cause == CHANGED for one in disagreements)


def causes_text(disagreements: Iterable[Disagreement]) -> str:
    """How many captions differ, by cause."""
    cases = list(disagreements)
    found = Counter(one.cause for one in cases)
    if not found:
        return "no caption differs"
    counts = ", ".join(f"{found[cause]} {cause}" for cause in CAUSES if found[cause])
    parts = Counter(one.part for one in cases if one.part)
    shares = ", ".join(f"{part} {parts[part]}" for part in PARTS if parts[part])
    by = f"; changed by: {shares}" if shares else ""
    return f"{found.total()} captions differ: {counts}{by}"


def _likely(side: Side, start: int, prefix: tuple[int, ...], vocabulary: Vocabulary) -> Floats:
    """Probabilities float32[V] of what may follow a beginning of a caption."""
    encoded = side.encoded
    probabilities: Floats = np.zeros(0, np.float32)
    for token in (start, *prefix):
        probabilities, encoded = side.step(token, encoded)
    return allowed(probabilities, vocabulary.end_id, vocabulary.first_term_id, prefix)
