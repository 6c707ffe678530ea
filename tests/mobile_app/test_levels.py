from __future__ import annotations

import itertools
from typing import Any

import pytest

from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.runtime.levels import KINDS, LEVELS, Attributes, Term, get_level
from tests.bundles import PIECE

FULL = Attributes(
    types=("ring",), model="Alba", colors=("red",), materials=("gold",), stones=("ruby",)
)


def test_there_are_levels() -> None:
    assert list(LEVELS)[:3] == ["basic", "normal", "complete"]
    assert len({level.start_token for level in LEVELS.values()}) == len(LEVELS)


@pytest.mark.parametrize("name", LEVELS)
def test_a_level_says_its_kinds_only(name: str) -> None:
    level = get_level(name)
    assert level.name == name
    terms = level.terms(FULL)
    assert terms
    assert {term.kind for term in terms} == set(level.kinds) <= set(KINDS)


@pytest.mark.parametrize("name", LEVELS)
def test_a_level_needs_only_kinds_that_it_says(name: str) -> None:
    level = get_level(name)
    assert level.needs
    assert {kind for group in level.needs for kind in group} <= set(level.kinds)


@pytest.mark.parametrize("name", LEVELS)
def test_a_photo_that_lacks_a_needed_kind_lacks_the_level(name: str) -> None:
    level = get_level(name)
    field = {"type": "types", "color": "colors", "material": "materials", "stone": "stones"}
    for group in level.needs:
        rest = {field.get(kind, kind): "" if kind == "model" else () for kind in group}
        values = {**vars(FULL), **rest}
        assert level.terms(Attributes(**values)) is None, group


def test_each_level_is_the_beginning_of_the_next() -> None:
    captions = [level.terms(FULL) for level in LEVELS.values()]
    for short, long in itertools.pairwise(captions):
        assert short is not None and long is not None
        assert long[: len(short)] == short
        assert len(long) > len(short)


def test_terms_come_in_the_order_of_kinds_and_then_of_the_alphabet() -> None:
    piece = Attributes(
        types=("ring", "earring"), model="Alba", materials=("silver", "gold"), stones=("ruby",)
    )
    assert piece.terms() == (
        Term("type", "earring"),
        Term("type", "ring"),
        Term("material", "gold"),
        Term("material", "silver"),
        Term("stone", "ruby"),
        Term("model", "Alba"),
    )


def test_a_repeated_value_is_one_term() -> None:
    assert Attributes(types=("ring", "ring")).terms() == (Term("type", "ring"),)


def test_the_normal_level_is_content_with_one_of_color_material_and_stone() -> None:
    for field in ("colors", "materials", "stones"):
        values: dict[str, Any] = {"types": ("ring",), field: ("x",)}
        assert LEVELS["normal"].terms(Attributes(**values))
    assert LEVELS["normal"].terms(Attributes(types=("ring",), model="Alba")) is None


def test_an_unknown_level_is_named_with_those_that_there_are() -> None:
    with pytest.raises(JewelcapError, match=r"unknown level 'full'.*basic, normal, complete"):
        get_level("full")


def test_the_piece_of_other_tests_has_every_level() -> None:
    assert all(level.terms(PIECE) for level in LEVELS.values())
