from __future__ import annotations

import itertools

import pytest

from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.runtime.languages import LANGUAGES, compose
from mobile_app.camera_app.runtime.levels import KINDS, LEVELS, Attributes, Term
from tests.bundles import PIECE

TERMS = {kind: Term(kind, "ring" if kind == "type" else f"some {kind}") for kind in KINDS}


def test_there_are_languages() -> None:
    assert "en" in LANGUAGES
    assert all(len(code) == 2 and code.islower() for code in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", LEVELS)
def test_every_level_has_words(language: str, level: str) -> None:
    terms = LEVELS[level].terms(PIECE)
    assert terms
    text = compose(terms, language)
    assert text == " ".join(text.split()) != ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_terms_give_tidy_text(language: str) -> None:
    for count in range(len(KINDS) + 1):
        for kinds in itertools.combinations(KINDS, count):
            text = compose([TERMS[kind] for kind in kinds], language)
            assert text == " ".join(text.split())
            assert not text.startswith(",") and not text.endswith(",")
            assert bool(text) == bool(kinds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_different_pieces_are_described_differently(language: str) -> None:
    pieces = [
        Attributes(("ring",), "Alba", (), (material,), (stone,))
        for material in ("gold", "silver")
        for stone in ("ruby", "diamond", "diamonds")
    ]
    assert len({compose(piece.terms(), language) for piece in pieces}) == len(pieces)


def test_the_caption_of_the_papers_figure_1() -> None:
    taurus = Attributes(("earring",), "Taurus", (), ("white gold",), ("diamonds",))
    captions = [compose(level.terms(taurus) or (), "en") for level in LEVELS.values()]
    assert captions == [
        "earring",
        "white gold, diamonds earring",
        "Taurus white gold, diamonds earring",
    ]


@pytest.mark.parametrize(
    ("attributes", "caption"),
    [
        (Attributes(("ring",)), "ring"),
        (Attributes(("ring",), stones=("ruby",)), "ruby ring"),
        (Attributes(("ring",), "Alba"), "Alba ring"),
        (Attributes(("ring",), colors=("red",), materials=("leather",)), "red leather ring"),
        (Attributes(("ring",), colors=("gold",), materials=("yellow gold",)), "yellow gold ring"),
        (Attributes(("ring",), colors=("old",), materials=("gold",)), "old gold ring"),
        (
            Attributes(("earring", "ring"), "", (), ("gold", "silver"), ("pearl", "ruby")),
            "gold and silver, pearl and ruby earring and ring",
        ),
    ],
)
def test_english(attributes: Attributes, caption: str) -> None:
    assert compose(attributes.terms(), "en") == caption


def test_an_unknown_language_is_named_with_those_that_there_are() -> None:
    with pytest.raises(JewelcapError, match=r"unknown language 'xx'.*en"):
        compose(PIECE.terms(), "xx")
