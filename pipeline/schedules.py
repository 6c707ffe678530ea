"""Learning-rate schedules: the share of the first rate that a step of a phase takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Schedule:
    """An entry of `SCHEDULES`.

    Attributes:
        name: What `jewelcap train --schedule` calls it.
        summary: What it does, in a line.
        share: Share of the first rate by the part of the phase that is over, in [0, 1).
        falls: Whether the rate falls to a third when the validation loss stops falling.
        whole: Whether it must run to its end, because the last, small steps bring most.
    """

    name: str
    summary: str
    share: Callable[[float], float]
    falls: bool = False
    whole: bool = False


def _constant(over: float) -> float:
    return 1.0


def _cosine(over: float) -> float:
    return 0.5 * (1.0 + math.cos(math.pi * over))


SCHEDULES: Final[dict[str, Schedule]] = {
    schedule.name: schedule
    for schedule in (
        Schedule("constant", "the same rate always", _constant),
        Schedule("plateau", "a third whenever validation makes no progress", _constant, falls=True),
        # Loshchilov and Hutter 2017, SGDR, without restarts.
        Schedule("cosine", "half a cosine from the first rate to 0", _cosine, whole=True),
    )
}
"""Schedules by name. A new schedule is a new entry here."""


def rate_share(schedule: Schedule, step: int, steps: int, warmup: float) -> float:
    """Share of the first rate at a step, always above 0.

    Args:
        schedule: Which schedule.
        step: Steps of the phase before this one.
        steps: Steps of the whole phase.
        warmup: Steps in which the share rises evenly to that of the schedule (Goyal et al. 2017,
            section 2.2).
    """
    share = schedule.share(step / steps)
    return share * min(1.0, (step + 1) / warmup) if warmup > 0 else share
