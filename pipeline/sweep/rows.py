"""Trials of a study as rows, the best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from optuna.trial import FrozenTrial, TrialState

from mobile_app.camera_app.runtime.schema import from_jsonable
from pipeline.sweep.loop import REASON, RESULT, SAME_AS, TrialResult
from pipeline.sweep.space import Params
from pipeline.sweep.study import Study

STATES: Final = {
    TrialState.COMPLETE: "complete",
    TrialState.PRUNED: "pruned",
    TrialState.FAIL: "failed",
    TrialState.RUNNING: "running",
}
"""Names of what becomes of a trial, in the order of tables."""


@dataclass(frozen=True)
class TrialRow:
    """A trial as tables show it.

    Attributes:
        number: Its number in the study.
        state: `complete`, `pruned`, `failed` or `running`.
        loss: Lowest validation loss of its epochs; None before the first.
        epochs: Epochs that it ran.
        params: Its settings.
        result: What it has reached; None where it did not run to its end.
        seconds: From its start, or its last resumption, to its end; None while it runs.
        note: Why it failed, or of which trial it is a repetition.
    """

    number: int
    state: str
    loss: float | None
    epochs: int
    params: Params
    result: TrialResult | None
    seconds: float | None
    note: str


def trial_rows(study: Study) -> list[TrialRow]:
    """Trials, the best first: those that ended, the pruned, and the rest."""
    order = list(STATES.values())
    rows = [_row(trial) for trial in study.trials]
    return sorted(rows, key=lambda row: (order.index(row.state), row.loss or 0.0, row.number))


def _row(trial: FrozenTrial) -> TrialRow:
    losses = trial.intermediate_values
    completed = trial.state == TrialState.COMPLETE
    result = trial.user_attrs.get(RESULT)
    note = trial.user_attrs.get(REASON, "")
    if SAME_AS in trial.user_attrs:
        note = f"same settings as trial {trial.user_attrs[SAME_AS]}"
    return TrialRow(
        number=trial.number,
        state=STATES[trial.state],
        loss=trial.value if completed else min(losses.values(), default=None),
        epochs=max(losses, default=0),
        params=trial.params,
        result=result and from_jsonable(TrialResult, result, f"trial {trial.number}"),
        seconds=trial.duration.total_seconds() if trial.duration else None,
        note=note,
    )


def best_row(rows: Sequence[TrialRow]) -> TrialRow | None:
    """The trial of the lowest validation loss among those that ran to their end."""
    return next((row for row in rows if row.state == "complete"), None)
