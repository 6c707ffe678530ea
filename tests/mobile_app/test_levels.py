"""Levels: each adds terms to the one before, and changes none of its."""

from __future__ import annotations

from itertools import pairwise

import pytest

from mobile_app.camera_app.runtime.levels import LEVELS, Attributes

PIECES = [
    Attributes(("ring",), "Alba", (), ("yellow gold",), ("diamond",)),
    Attributes(("necklace", "earring"), "Lacri", ("black",), ("silver", "enamel"), ("pearls",)),
    Attributes(("bracelet",), "Zeta", ("red",), (), ()),
]


@pytest.mark.parametrize("piece", PIECES)
def test_the_terms_of_a_level_begin_with_those_of_the_level_before(piece: Attributes) -> None:
    captions = [level.terms(piece) for level in LEVELS.values()]
    for shorter, longer in pairwise(captions):
        assert shorter is not None and longer is not None
        assert longer[: len(shorter)] == shorter and len(longer) > len(shorter)


def test_a_level_is_none_where_the_catalog_lacks_what_it_needs() -> None:
    piece = Attributes(("ring",), "Alba")
    assert [level.terms(piece) is None for level in LEVELS.values()] == [False, True, True]
