from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from export.variants import VARIANTS, ParityFloor
from mobile_app.camera_app.runtime.bundle import Parity

GOOD = Parity(
    n=10,
    state_error=0.0,
    token_agreement=1.0,
    caption_agreement=1.0,
    sure_captions=9,
    sure_agreement=1.0,
)
FLOOR = ParityFloor(state_error=0.1, token_agreement=0.9, sure_agreement=0.95)


def test_there_are_variants() -> None:
    assert {"float32", "int8"} <= set(VARIANTS)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_well_formed(name: str) -> None:
    variant = VARIANTS[name]
    assert variant.name == name
    assert variant.summary
    np.dtype(variant.operator_dtype)
    assert variant.quantize or not (variant.calibrate or variant.refit)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variants_floor_can_be_kept_and_broken(name: str) -> None:
    floor = VARIANTS[name].floor
    assert 0.0 < floor.state_error < 0.5
    assert 0.8 < floor.token_agreement < 1.0
    assert 0.9 < floor.sure_agreement < 1.0
    assert floor.violations(GOOD) == []
    assert len(floor.violations(Parity(10, 1.0, 0.5, 0.5, 9, 0.5))) == 3


@pytest.mark.parametrize(
    ("field", "at_the_floor", "below", "message"),
    [
        ("state_error", 0.1, 0.1001, "state error 0.1001 above 0.1"),
        ("token_agreement", 0.9, 0.8999, "token agreement 0.8999 below 0.9"),
        ("sure_agreement", 0.95, 0.9499, "sure agreement 0.9499 below 0.95"),
    ],
)
def test_each_figure_has_its_floor(field: str, at_the_floor: Any, below: Any, message: str) -> None:
    assert FLOOR.violations(replace(GOOD, **{field: at_the_floor})) == []
    assert FLOOR.violations(replace(GOOD, **{field: below})) == [message]


@pytest.mark.parametrize("field", ["state_error", "token_agreement", "sure_agreement"])
def test_a_figure_that_is_no_number_breaks_the_floor(field: str) -> None:
    nan: Any = math.nan
    assert len(FLOOR.violations(replace(GOOD, **{field: nan}))) == 1
