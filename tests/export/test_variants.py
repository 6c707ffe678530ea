from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from export.disagreement import LostTerm
from export.variants import PRECISIONS, REPAIRED, VARIANTS, ParityFloor
from mobile_app.camera_app.runtime.bundle import Parity
from mobile_app.camera_app.runtime.levels import Term
from pipeline.compression.techniques import TECHNIQUES

GOOD = Parity(
    n=10,
    state_error=0.0,
    token_agreement=1.0,
    caption_agreement=1.0,
    sure_captions=9,
    sure_agreement=1.0,
)
FLOOR = ParityFloor(
    state_error=0.1,
    token_agreement=0.9,
    sure_agreement=0.95,
    accuracy_loss=0.02,
    caption_agreement=0.8,
    changed=0.03,
    lost_photos=2,
)
MIREL = Term("model", "Mirel")

# The grammar of the docstring, written down a second time.
NAME = re.compile(
    rf"(?:({'|'.join(TECHNIQUES)})-)?({'|'.join(PRECISIONS)})(?:_({'|'.join(PRECISIONS)}))?"
)


def test_the_variants_of_the_trade_off_are_there() -> None:
    assert {
        "float32",
        "float16",
        "dynamic",
        "int8",
        "int16x8",
        "int8_float32",
        "int8_dynamic",
        "qat-int8",
        "pruned-int8",
        "clustered-int8",
        "pqat-int8",
        "cqat-int8",
    } <= set(VARIANTS)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_name_says_what_a_variant_is(name: str) -> None:
    variant = VARIANTS[name]
    match = NAME.fullmatch(name)
    assert match is not None
    technique, encoder, decoder = match.groups()
    assert (variant.technique.name if variant.technique else None) == technique
    assert variant.encoder.name == encoder
    assert variant.decoder.name == (decoder or encoder)
    assert decoder != encoder
    assert variant.name == name
    repaired = replace(variant, kept_float=("encode/conv1",))
    assert repaired.name == name + REPAIRED and repaired.name not in VARIANTS


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_well_formed(name: str) -> None:
    variant = VARIANTS[name]
    assert variant.summary
    for precision in variant.precisions.values():
        np.dtype(precision.weights)
        np.dtype(precision.activations)
    # What trains for 8 bits needs no fit afterwards, and what has float features cannot.
    if variant.refit:
        assert variant.encoder.static
        assert variant.technique is None or not variant.technique.quantizing


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variants_floor_can_be_kept_and_broken(name: str) -> None:
    floor = VARIANTS[name].floor
    assert 0.0 < floor.state_error < 0.5
    assert 0.8 < floor.token_agreement < 1.0
    assert 0.9 < floor.sure_agreement < 1.0
    assert 0.0 < floor.accuracy_loss <= 0.05
    assert 0.8 <= floor.caption_agreement < 1.0
    assert 0.0 <= floor.changed <= 0.03
    assert floor.violations(GOOD) == []
    lost = (LostTerm(MIREL, (0, 7)),)
    assert len(floor.violations(Parity(10, 1.0, 0.5, 0.5, 9, 0.5), 0.5, 0.1, lost)) == 7


@pytest.mark.parametrize("name", ["float32", "float16", "pruned-float32", "clustered-float32"])
def test_a_float_file_must_not_change_its_mind_once(name: str) -> None:
    floor = VARIANTS[name].floor
    assert len(floor.violations(GOOD, changed=1 / 1000)) == 1
    assert len(floor.violations(GOOD, lost=(LostTerm(MIREL, (4,)),))) == 1


# As measured: the app's captioner on 200 photos, and on 403 those of short trainings.
@pytest.mark.parametrize(
    ("name", "parity", "changed"),
    [
        ("float16", Parity(200, 0.0030, 1.0, 1.0, 583, 1.0), 0.0),
        ("dynamic", Parity(200, 0.0302, 0.9964, 0.9867, 583, 0.9897), 0.0033),
        ("int8", Parity(200, 0.0680, 0.9928, 0.9750, 583, 0.9811), 0.0050),
        ("int16x8", Parity(200, 0.0743, 0.9910, 0.9683, 583, 0.9743), 0.0117),
        ("int8", Parity(403, 0.0481, 0.9894, 0.9620, 1036, 0.9875), 0.0091),
        ("int8", Parity(403, 0.0480, 0.9822, 0.9371, 937, 0.9851), 0.0074),
    ],
)
def test_what_honest_files_were_measured_to_have_is_above_the_floor(
    name: str, parity: Parity, changed: float
) -> None:
    floor = VARIANTS[name].floor
    assert floor.violations(parity, changed=changed) == []
    # With a margin: as many captions again may differ.
    twice = replace(parity, caption_agreement=2 * parity.caption_agreement - 1.0)
    assert floor.violations(twice, changed=2 * changed) == []


@pytest.mark.parametrize(
    ("field", "at_the_floor", "below", "message"),
    [
        ("state_error", 0.1, 0.1001, "state error 0.1001 above 0.1"),
        ("token_agreement", 0.9, 0.8999, "token agreement 0.8999 below 0.9"),
        ("sure_agreement", 0.95, 0.9499, "sure agreement 0.9499 below 0.95"),
        ("caption_agreement", 0.8, 0.7999, "caption agreement 0.7999 below 0.8"),
    ],
)
def test_each_figure_has_its_floor(field: str, at_the_floor: Any, below: Any, message: str) -> None:
    assert FLOOR.violations(replace(GOOD, **{field: at_the_floor})) == []
    assert FLOOR.violations(replace(GOOD, **{field: below})) == [message]


def test_accuracy_must_not_be_lost() -> None:
    assert FLOOR.violations(GOOD, 0.02) == []
    assert FLOOR.violations(GOOD, -0.1) == []
    assert FLOOR.violations(GOOD, 0.0201) == ["loss of accuracy 0.0201 above 0.02"]


def test_only_so_many_captions_may_change() -> None:
    assert FLOOR.violations(GOOD, changed=0.03) == []
    assert FLOOR.violations(GOOD, changed=0.0301) == [
        "share of captions that changed 0.0301 above 0.03"
    ]


def test_no_term_may_be_lost_and_one_that_is_is_named() -> None:
    onyx = Term("stone", "onyx")
    both = (LostTerm(MIREL, (3, 5)), LostTerm(onyx, (5,)))
    assert FLOOR.violations(GOOD, lost=both) == [
        "model Mirel never said on 2 photos where Keras is sure of it",
        "stone onyx never said on 1 photo where Keras is sure of it",
    ]
    assert replace(FLOOR, lost_photos=0).violations(GOOD, lost=both) == []
    # Chance may spoil a photo with all that is on it, but not two.
    assert FLOOR.violations(GOOD, lost=(LostTerm(MIREL, (5,)), LostTerm(onyx, (5,)))) == []
    assert len(FLOOR.violations(GOOD, lost=(LostTerm(MIREL, (3,)), LostTerm(onyx, (5,))))) == 2


def test_where_keras_is_sure_of_nothing_all_captions_count() -> None:
    unsure = replace(GOOD, sure_captions=0, sure_agreement=1.0)
    assert FLOOR.violations(replace(unsure, caption_agreement=0.95)) == []
    assert FLOOR.violations(replace(unsure, caption_agreement=0.9)) == [
        "sure agreement 0.9000 below 0.95"
    ]


@pytest.mark.parametrize(
    "field", ["state_error", "token_agreement", "sure_agreement", "caption_agreement"]
)
def test_a_figure_that_is_no_number_breaks_the_floor(field: str) -> None:
    nan: Any = math.nan
    assert len(FLOOR.violations(replace(GOOD, **{field: nan}))) == 1


def test_an_accuracy_that_is_no_number_breaks_the_floor() -> None:
    assert len(FLOOR.violations(GOOD, math.nan)) == 1
    assert len(FLOOR.violations(GOOD, changed=math.nan)) == 1


def test_depthwise_kernels_may_differ_from_the_others() -> None:
    dynamic = PRECISIONS["dynamic"]
    assert dynamic.weights_of("DEPTHWISE_CONV_2D") == "float32"
    assert dynamic.weights_of("CONV_2D") == "int8"
    assert PRECISIONS["int8"].weights_of("DEPTHWISE_CONV_2D") == "int8"
