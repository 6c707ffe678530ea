"""Scores of texts, against worked examples from the papers and documentations named there."""

from __future__ import annotations

import time

import pytest

from pipeline.metrics import caption_scores
from pipeline.metrics.captions import bleu, rouge_l, split_words, stemmer
from pipeline.metrics.cider import cider_d
from pipeline.metrics.meteor import align, count_chunks, meteor

# Papineni et al. (2002), section 2.1, examples 1 and 2.
GUIDE = [
    "It is a guide to action that ensures that the military will forever heed Party commands",
    "It is the guiding principle which guarantees the military forces always being under the "
    "command of the Party",
    "It is the practical guide for the army always to heed the directions of the party",
]
FIRST = (
    "It is a guide to action which ensures that the military always obeys the commands of the party"
)
SECOND = "It is to insure the troops forever hearing the activity guidebook that party direct"


@pytest.mark.parametrize(
    ("candidate", "references", "order", "expected"),
    [
        (FIRST, GUIDE, 1, 17 / 18),
        (FIRST, GUIDE, 2, (17 / 18 * 10 / 17) ** 0.5),
        # Two words shorter than the shortest reference: the brevity penalty is exp(1 - 16 / 14).
        (SECOND, GUIDE, 1, 8 / 14 * 2.718281828459045 ** (1 - 16 / 14)),
        ("the the the the the the the",
         ["The cat is on the mat", "There is a cat on the mat"], 1, 2 / 7),
        # NLTK's documentation of sentence_bleu.
        (FIRST, GUIDE, 4, 0.5045),
    ],
)  # fmt: skip
def test_bleu_has_the_published_values(
    candidate: str, references: list[str], order: int, expected: float
) -> None:
    texts = [split_words(text) for text in references]
    found = bleu([split_words(candidate)], [texts])[order - 1]
    assert found == pytest.approx(expected, abs=1e-4)


def test_bleu_of_a_corpus_sums_counts_before_it_divides() -> None:
    # NLTK's documentation of corpus_bleu: 0.5920, where the mean of both sentences is 0.6223.
    books = "he read the book because he was interested in world history"
    history = "he was interested in world history because he read the book"
    captions = [split_words(FIRST), split_words(books)]
    references = [[split_words(text) for text in GUIDE], [split_words(history)]]
    assert bleu(captions, references)[3] == pytest.approx(0.5920, abs=1e-4)


def test_bleu_is_unknown_for_orders_that_no_caption_reaches() -> None:
    one, two, three, four = bleu([("white", "ring"), ("ring",)], [[("white", "ring")], [("ring",)]])
    assert (one, two, three, four) == (1.0, 1.0, None, None)


# Lin (2004), section 3.1: S1 is the reference.
@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        ("police kill the gunman", 3 / 4),
        ("the gunman kill police", 2 / 4),
        ("the gunman police killed", 2 / 4),
        ("police killed the gunman", 1.0),
        ("nobody came", 0.0),
        ("", 0.0),
    ],
)
def test_rouge_l_has_the_published_values(candidate: str, expected: float) -> None:
    reference = split_words("police killed the gunman")
    assert rouge_l(split_words(candidate), reference) == pytest.approx(expected)


def test_rouge_l_prefers_recall_as_coco_caption_does() -> None:
    # Precision 1 and recall 1/2, or the other way round, with beta 1.2.
    short, long = ("gold", "ring"), ("a", "gold", "ring", "here")
    assert rouge_l(short, long) == pytest.approx(2.44 * 0.5 / (0.5 + 1.44))
    assert rouge_l(long, short) == pytest.approx(2.44 * 0.5 / (1 + 1.44 * 0.5))


# Documentation of NLTK's meteor_score ("tests based on wikipedia examples").
@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        ("The cat sat on the mat", 0.9977),
        ("on the mat sat the cat", 0.5),
        ("The cat was sat on the mat", 0.9654),
        ("John loves Mary", 0.0),
    ],
)
def test_meteor_has_the_published_values(candidate: str, expected: float) -> None:
    pair = (split_words(candidate), split_words("The cat sat on the mat"), 1)
    assert meteor([pair], stemmer("en")) == pytest.approx(expected, abs=5e-5)


def test_meteor_counts_the_chunks_of_its_paper() -> None:
    # Banerjee and Lavie (2005), section 2.2: "the president" and "spoke to the audience".
    said = split_words("the president spoke to the audience")
    true = split_words("the president then spoke to the audience")
    alignment = align(said, true, stemmer("en"))
    assert alignment == ((0, 0), (1, 1), (2, 3), (3, 4), (4, 5), (5, 6))
    assert count_chunks(alignment) == 2


def test_meteor_matches_stems_where_words_differ() -> None:
    said, true = split_words("Diamonds"), split_words("diamond")
    assert align(said, true, str) == ()
    assert align(said, true, stemmer("en")) == ((0, 0),)
    assert align(("anillos",), ("anillo",), stemmer("es")) == ((0, 0),)
    assert align(("orecchini",), ("orecchino",), stemmer("it")) == ((0, 0),)


def test_meteor_aligns_repeated_words_with_the_fewest_crossings() -> None:
    said = split_words("gold ring")
    true = split_words("gold chain and gold ring")
    assert align(said, true, str) == ((0, 3), (1, 4))


def test_meteor_of_a_corpus_sums_counts_before_it_divides() -> None:
    stem = stemmer("en")
    right, wrong = (("gold", "ring"), ("gold", "ring")), (("opal",), ("gold", "ring"))
    # 4 matches of 5 words said and 6 true ones, in 2 chunks.
    precision, recall = 4 / 5, 4 / 6
    mean = 10 * precision * recall / (recall + 9 * precision)
    expected = mean * (1 - 0.5 * (2 / 4) ** 3)
    assert meteor([(*right, 2), (*wrong, 1)], stem) == pytest.approx(expected)


def test_cider_d_has_the_published_values() -> None:
    # Read-me of aac-metrics 0.6, which repeats coco-caption's figures.
    captions = ["a man is speaking", "rain falls"]
    references = [
        [
            "a man speaks.",
            "someone speaks.",
            "a man is speaking while a bird is chirping in the background",
        ],
        ["rain is falling hard on a surface"],
    ]
    found = cider_d(
        [split_words(text) for text in captions],
        [[split_words(text) for text in own] for own in references],
    )
    assert found == pytest.approx([1.3641, 0.5587], abs=5e-5)


def test_cider_d_of_right_captions_is_ten_where_they_have_four_words() -> None:
    captions = [split_words(text) for text in ("alba white gold ring", "vela silver pearl chain")]
    assert cider_d(captions, [[own] for own in captions]) == pytest.approx([10.0, 10.0])
    single = [("ring",), ("necklace",)]
    assert cider_d(single, [[own] for own in single]) == pytest.approx([2.5, 2.5])


def test_words_are_lower_case_without_punctuation() -> None:
    assert split_words("Lyra white gold, diamonds earring.") == (
        "lyra", "white", "gold", "diamonds", "earring",
    )  # fmt: skip
    assert split_words("Orecchino d\u2019oro, mother-of-pearl") == (
        "orecchino", "d\u2019oro", "mother-of-pearl",
    )  # fmt: skip


def test_scores_of_a_level() -> None:
    truths = ["Alba white gold ring", "Vela silver necklace"]
    scores = caption_scores("complete", truths, truths)
    assert (scores.level, scores.n) == ("complete", 2)
    assert (scores.bleu_1, scores.bleu_4, scores.rouge_l) == (pytest.approx(1.0),) * 3
    worse = caption_scores("complete", ["Alba white gold ring", "Alba ring"], truths)
    assert worse.rouge_l < 1
    assert worse.meteor_exact_stem < scores.meteor_exact_stem
    assert worse.cider_d < scores.cider_d


def test_nothing_said_scores_nothing() -> None:
    scores = caption_scores("basic", ["", ""], ["ring", "necklace"])
    assert scores.bleu_1 in (0.0, None)
    assert (scores.meteor_exact_stem, scores.rouge_l, scores.cider_d) == (0.0, 0.0, 0.0)


def test_a_large_test_side_takes_no_time() -> None:
    truths = [f"Model{i % 90} white gold, diamonds and pearls earring" for i in range(2687)]
    said = truths[:2000] + truths[1:688]
    started = time.process_time()
    caption_scores("complete", said, truths)
    assert time.process_time() - started < 3.0
