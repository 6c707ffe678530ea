"""CIDEr-D: agreement of captions by TF-IDF weighted n-grams.

Written out here, since pycocoevalcap, which has it, was last released in 2020 and asks for Java.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

Words = Sequence[str]
"""The words of a caption."""

Grams = Counter[tuple[str, ...]]
"""How often each n-gram of one order occurs."""

_ORDERS: Final = 4
_SIGMA: Final = 6.0


def cider_d(captions: Sequence[Words], references: Sequence[Sequence[Words]]) -> list[float]:
    """CIDEr-D of each photo, 0 to 10; their mean is the corpus's.

    Vedantam, Zitnick and Parikh (2015), CIDEr: Consensus-based image description evaluation,
    section 6, as coco-caption has it: n-grams of order 1 to 4, weighted by how rare they are
    among the photos' references, counts clipped, and a Gaussian penalty (sigma 6) on the
    difference of lengths. Orders that a caption is too short for count as 0: a right caption of
    one word gets 2.5 at most, and one that all photos share 0.

    Args:
        captions: One a photo.
        references: One or several for each photo.
    """
    photos = [[_grams(reference) for reference in own] for own in references]
    found: Grams = Counter()
    for own in photos:
        found.update({gram for reference in own for grams in reference for gram in grams})

    def weighted(grams: Grams) -> dict[tuple[str, ...], float]:
        # Smoothed for n-grams that no reference has.
        return {g: k * math.log(len(photos) / max(1, found[g])) for g, k in grams.items()}

    def similarity(said: list[Grams], true: list[Grams]) -> float:
        gap = said[0].total() - true[0].total()
        cosines = map(_cosine, map(weighted, said), map(weighted, true))
        return math.exp(-(gap**2) / (2 * _SIGMA**2)) * sum(cosines) / _ORDERS

    # Templates make the same pair of captions again and again.
    known: dict[tuple[tuple[str, ...], ...], float] = {}
    scores = []
    for caption, texts, grams in zip(captions, references, photos, strict=True):
        key = (tuple(caption), *(tuple(text) for text in texts))
        if key not in known:
            said = _grams(caption)
            known[key] = 10.0 * sum(similarity(said, true) for true in grams) / len(grams)
        scores.append(known[key])
    return scores


def _grams(words: Words) -> list[Grams]:
    return [
        Counter(tuple(words[i : i + order]) for i in range(len(words) - order + 1))
        for order in range(1, _ORDERS + 1)
    ]


def _cosine(said: dict[tuple[str, ...], float], true: dict[tuple[str, ...], float]) -> float:
    """Cosine of two vectors, the first one clipped to the second in the product only."""
    norm = math.hypot(*said.values()) * math.hypot(*true.values())
    product = sum(min(w, true[gram]) * true[gram] for gram, w in said.items() if gram in true)
    return product / norm if norm else 0.0
