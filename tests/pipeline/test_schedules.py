from __future__ import annotations

import pytest

from pipeline.schedules import SCHEDULES, rate_share

STEPS = 100


def shares(name: str, warmup: float = 0) -> list[float]:
    return [rate_share(SCHEDULES[name], step, STEPS, warmup) for step in range(STEPS)]


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_step_takes_a_share_above_zero(name: str) -> None:
    assert all(0 < share <= 1 for share in shares(name, 10))


def test_a_cosine_falls_from_all_to_nothing_by_half_in_the_middle() -> None:
    found = shares("cosine")
    assert found[0] == 1.0
    assert found[STEPS // 2] == pytest.approx(0.5)
    assert found[-1] < 0.001
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("name", ["constant", "plateau"])
def test_other_schedules_leave_the_rate_to_the_epochs(name: str) -> None:
    assert set(shares(name)) == {1.0}


def test_warmup_rises_evenly_and_then_leaves_the_schedule_alone() -> None:
    found = shares("constant", 10)
    assert found[:10] == pytest.approx([0.1 * step for step in range(1, 11)])
    assert set(found[10:]) == {1.0}
    assert shares("cosine", 10)[10:] == shares("cosine")[10:]
