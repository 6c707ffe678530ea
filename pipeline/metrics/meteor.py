"""METEOR with the exact and the stem matcher.

Written out here: NLTK's takes seconds to import and downloads WordNet for the third matcher
(synonyms), which captions made of a fixed list of terms do not need.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

Words = Sequence[str]
"""The words of a caption."""

Alignment = tuple[tuple[int, int], ...]
"""Pairs of positions, in the caption and in the reference, by position in the caption."""


def meteor(pairs: Iterable[tuple[Words, Words, int]], stem: Callable[[str], str]) -> float:
    """METEOR of a corpus, 0 to 1.

    Banerjee and Lavie (2005), METEOR: An automatic metric for MT evaluation with improved
    correlation with human judgments: harmonic mean of precision and recall of words, recall
    weighing nine times as much, less a penalty for matches in many chunks; counts are summed
    over the corpus. A right caption of one word gets 0.5, since one match makes one chunk.

    Args:
        pairs: Caption, reference, and how often this pair occurs.
        stem: A word's stem.
    """
    said = true = matches = chunks = 0
    for caption, reference, count in pairs:
        alignment = align(caption, reference, stem)
        said += count * len(caption)
        true += count * len(reference)
        matches += count * len(alignment)
        chunks += count * count_chunks(alignment)
    if not matches:
        return 0.0
    precision, recall = matches / said, matches / true
    mean = 10 * precision * recall / (recall + 9 * precision)
    return mean * (1 - 0.5 * (chunks / matches) ** 3)


def align(caption: Words, reference: Words, stem: Callable[[str], str]) -> Alignment:
    """Matches as many equal words as there are, then equal stems, with the fewest crossings."""
    alignment: Alignment = ()
    for form in (str, stem):
        options = _extensions(alignment, [form(w) for w in caption], [form(w) for w in reference])
        alignment = min(options, key=lambda option: (_crossings(option), count_chunks(option)))
    return alignment


def count_chunks(alignment: Alignment) -> int:
    """Runs of matches that are adjacent, in the same order, on both sides."""
    return len(alignment) - sum(
        (i + 1, j + 1) == following for (i, j), following in itertools.pairwise(alignment)
    )


def _crossings(alignment: Alignment) -> int:
    return sum(j > other for (_, j), (_, other) in itertools.combinations(alignment, 2))


def _extensions(fixed: Alignment, caption: Words, reference: Words) -> Iterator[Alignment]:
    """All ways to match what is still free; equal words are matched in their order.

    Exchanging two matches of equal words so that they cross never saves a crossing.
    """
    free: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, words in enumerate((caption, reference)):
        taken = {pair[side] for pair in fixed}
        for position, word in enumerate(words):
            if position not in taken:
                free[word][side].append(position)
    ways = []
    for left, right in free.values():
        count = min(len(left), len(right))
        ways.append(
            [
                tuple(zip(some, other, strict=True))
                for some in itertools.combinations(left, count)
                for other in itertools.combinations(right, count)
            ]
        )
    for choice in itertools.product(*ways):
        yield tuple(sorted(fixed + tuple(itertools.chain.from_iterable(choice))))
