from __future__ import annotations

import pytest

from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.runtime.levels import LEVELS, Term
from mobile_app.camera_app.runtime.vocabulary import END, PAD, Vocabulary
from tests.bundles import PIECE, VOCABULARY


def test_special_tokens_come_first_then_terms_by_kind_and_text() -> None:
    vocabulary = Vocabulary.build([Term("model", "Alba"), Term("type", "ring"), Term("type", "a")])
    starts = tuple(level.start_token for level in LEVELS.values())
    assert vocabulary.tokens == (PAD, END, *starts, "type:a", "type:ring", "model:Alba")
    assert (vocabulary.pad_id, vocabulary.end_id) == (0, 1)
    assert vocabulary.first_term_id == 2 + len(LEVELS)
    assert len(vocabulary) == len(vocabulary.tokens)


def test_the_order_of_terms_does_not_matter() -> None:
    terms = PIECE.terms()
    assert Vocabulary.build([*terms, *terms]) == Vocabulary.build(reversed(terms))


def test_terms_come_back_from_their_ids() -> None:
    ids = VOCABULARY.encode(PIECE.terms())
    assert min(ids) >= VOCABULARY.first_term_id
    assert VOCABULARY.decode(ids) == PIECE.terms()
    assert VOCABULARY.decode([0, *ids, 1, 2]) == PIECE.terms()


def test_equal_words_of_two_kinds_are_two_terms() -> None:
    vocabulary = Vocabulary.build([Term("color", "gold"), Term("material", "gold")])
    assert vocabulary.decode(vocabulary.encode([Term("material", "gold")])) == (
        Term("material", "gold"),
    )


def test_it_knows_what_it_holds() -> None:
    assert Term("type", "ring") in VOCABULARY
    assert Term("type", "brooch") not in VOCABULARY
    with pytest.raises(KeyError):
        VOCABULARY.encode([Term("type", "brooch")])


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_has_a_start_token(level: str) -> None:
    assert VOCABULARY.tokens[VOCABULARY.start_id(level)] == LEVELS[level].start_token


def test_a_level_that_a_captioner_lacks_is_named_with_those_it_has() -> None:
    vocabulary = Vocabulary.build(PIECE.terms(), ["basic", "normal"])
    with pytest.raises(JewelcapError, match="no level 'complete'; it has basic, normal"):
        vocabulary.start_id("complete")
    with pytest.raises(JewelcapError, match="unknown level 'full'"):
        vocabulary.start_id("full")


@pytest.mark.parametrize(
    "vocabulary",
    [
        VOCABULARY,
        Vocabulary.build([], ["basic"]),
        Vocabulary.build([Term("stone", "grüner Turmalin"), Term("model", "<end>")], ["complete"]),
        Vocabulary.build([Term("model", "special")]),
    ],
)
def test_text_and_back(vocabulary: Vocabulary) -> None:
    assert Vocabulary.from_text(vocabulary.to_text()) == vocabulary


LINES = VOCABULARY.to_text().splitlines()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "special tokens missing"),
        (LINES[1:], "special tokens missing"),
        ([LINES[1], LINES[0], *LINES[2:]], "special tokens missing"),
        ([*LINES, LINES[-1]], "terms repeated"),
        ([LINES[0], LINES[1], LINES[2], *LINES[2:]], "repeated"),
        ([*LINES, LINES[0]], "special token after terms"),
        ([*LINES, "ring"], f"line {len(LINES) + 1}: expected kind<TAB>text"),
        ([*LINES, "type\t"], "expected kind<TAB>text"),
        ([*LINES, ""], "expected kind<TAB>text"),
        ([*LINES, "shape\tround"], "expected kind<TAB>text"),
        ([LINES[0], LINES[1], "special\t<full>", *LINES[5:]], "unknown level 'full'"),
    ],
)
def test_text_of_another_form_is_refused(lines: list[str], message: str) -> None:
    with pytest.raises(JewelcapError, match=message):
        Vocabulary.from_text("".join(f"{line}\n" for line in lines))
