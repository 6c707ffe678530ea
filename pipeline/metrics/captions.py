"""Overlap of composed captions with the truth: BLEU, METEOR, ROUGE-L and CIDEr-D.

With one reference a photo and captions from a template these say less than CCR: all words but
the deciding one agree anyway. They are here to stand beside the figures of other captioners.

BLEU comes from sacrebleu, which is kept and needs neither Java nor a download. The rest is written
out: rouge-score was last released in 2022, and for METEOR and CIDEr see their modules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pipeline.metrics.cider import cider_d
from pipeline.metrics.meteor import meteor

Words = tuple[str, ...]

_WORD: Final = re.compile(r"\w+(?:[-'\u2019]\w+)*")
_BETA: Final = 1.2
_STEMMERS: Final = {"en": "porter", "es": "spanish", "it": "italian"}


@dataclass(frozen=True)
class CaptionScores:
    """Text overlap at one level, over its photos.

    Attributes:
        level: Description level.
        n: Photos.
        bleu_1: BLEU of words, 0 to 1.
        bleu_2: With pairs of words; None where no caption has two, and so on.
        bleu_3: With three.
        bleu_4: With four.
        meteor_exact_stem: METEOR without its synonyms, 0 to 1.
        rouge_l: Mean ROUGE-L, 0 to 1.
        cider_d: Mean CIDEr-D, 0 to 10.
    """

    level: str
    n: int
    bleu_1: float | None
    bleu_2: float | None
    bleu_3: float | None
    bleu_4: float | None
    meteor_exact_stem: float
    rouge_l: float
    cider_d: float


def caption_scores(
    level: str, captions: Sequence[str], truths: Sequence[str], language: str = "en"
) -> CaptionScores:
    """Compares texts.

    Args:
        level: Description level.
        captions: What a model says, one a photo; at least one.
        truths: What is right, in the same order.
        language: ISO 639-1 code; decides stems.
    """
    said, true = [split_words(text) for text in captions], [split_words(text) for text in truths]
    pairs = Counter(zip(said, true, strict=True))
    n = len(said)
    return CaptionScores(
        level,
        n,
        *bleu(said, [(one,) for one in true]),
        meteor_exact_stem=meteor(((*pair, k) for pair, k in pairs.items()), stemmer(language)),
        rouge_l=sum(rouge_l(*pair) * count for pair, count in pairs.items()) / n,
        cider_d=sum(cider_d(said, [(one,) for one in true])) / n,
    )


def split_words(text: str) -> Words:
    """Words in lower case, without punctuation, as coco-caption's tokenizer leaves them."""
    return tuple(_WORD.findall(text.lower()))


def stemmer(language: str) -> Callable[[str], str]:
    """The language's stemmer: Porter's for English, as METEOR has it; Snowball's for others."""
    import snowballstemmer

    return cache(snowballstemmer.stemmer(_STEMMERS[language]).stemWord)


def bleu(
    captions: Sequence[Words], references: Sequence[Sequence[Words]]
) -> tuple[float | None, float | None, float | None, float | None]:
    """BLEU-1 to BLEU-4 of a corpus, without smoothing.

    Papineni et al. (2002), BLEU: a method for automatic evaluation of machine translation.

    Args:
        captions: One a photo.
        references: One or several for each photo.

    Returns:
        0 to 1 each; None where no caption is long enough.
    """
    from sacrebleu.metrics.bleu import BLEU

    # sacrebleu wants one list for each reference's number, with gaps.
    width = max(map(len, references))
    streams: Any = [
        [" ".join(own[i]) if i < len(own) else None for own in references] for i in range(width)
    ]
    scorer = BLEU(tokenize="none", smooth_method="none", force=True)
    total = scorer.corpus_score([" ".join(words) for words in captions], streams)

    def order(n: int) -> float | None:
        if not total.totals[n - 1]:
            return None
        score = BLEU.compute_bleu(
            total.counts[:n],
            total.totals[:n],
            total.sys_len,
            total.ref_len,
            smooth_method="none",
            max_ngram_order=n,
        )
        return min(1.0, float(score.score) / 100)

    return order(1), order(2), order(3), order(4)


def rouge_l(caption: Words, reference: Words) -> float:
    """ROUGE-L of a caption, 0 to 1.

    Lin (2004), ROUGE: A package for automatic evaluation of summaries, section 3: F measure of
    the longest common subsequence, with coco-caption's beta of 1.2.
    """
    common = _longest_common(caption, reference)
    if not common:
        return 0.0
    precision, recall = common / len(caption), common / len(reference)
    return (1 + _BETA**2) * precision * recall / (recall + _BETA**2 * precision)


def _longest_common(one: Words, other: Iterable[str]) -> int:
    """Length of the longest common subsequence."""
    best = [0] * (len(one) + 1)
    for word in other:
        row = [0]
        for index, own in enumerate(one):
            row.append(best[index] + 1 if own == word else max(row[index], best[index + 1]))
        best = row
    return best[-1]
