"""Runs trials of a study until a budget is spent."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import click
import optuna
from optuna.trial import FrozenTrial, TrialState

from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from mobile_app.camera_app.runtime.schema import to_jsonable
from pipeline.config import TrainConfig
from pipeline.errors import DivergedError, JewelcapError
from pipeline.sweep.space import Params
from pipeline.sweep.study import Study

RESULT: Final = "result"
REASON: Final = "reason"
SAME_AS: Final = "same_as"


@dataclass(frozen=True)
class TrialResult:
    """What a trial that ran to its end has reached on the validation side.

    Attributes:
        loss: Lowest cross-entropy per token, in nats.
        best_epoch: Its epoch.
        epochs: Epochs of the trial.
        accuracy: CCR by level, with the weights of the best epoch.
    """

    loss: float
    best_epoch: int
    epochs: int
    accuracy: tuple[LevelAccuracy, ...]


class Objective(Protocol):
    """Trains a decoder by some settings."""

    def __call__(
        self, config: TrainConfig, folder: Path, on_epoch: Callable[[int, float], None]
    ) -> TrialResult:
        """Trains.

        Args:
            config: The settings.
            folder: Where checkpoints go, and may be.
            on_epoch: To be told each epoch and its validation loss; raises to stop.

        Raises:
            DivergedError: The loss is no longer finite.
        """
        ...


@dataclass(frozen=True)
class Budget:
    """When to stop.

    Attributes:
        trials: Trials of the study, whoever runs them, those before this call included.
        seconds: Time of this call.
    """

    trials: int | None = None
    seconds: float | None = None


class _OutOfTimeError(Exception):
    """The budget ended within a trial."""


def run_trials(
    study: Study,
    configure: Callable[[Params], TrainConfig],
    objective: Objective,
    budget: Budget,
) -> None:
    """Runs trials until the budget is spent or nothing is left to do.

    A trial under way at the end of the time, or when something breaks, is laid aside: another
    call goes on with it.

    Args:
        study: Other processes may work on it at the same time.
        configure: The training that a point of the space means, as `config_of`.
        objective: What a trial does.
        budget: When to stop.

    Raises:
        JewelcapError: Photos are gone, or the disk is full. Settings that diverge, or that make
            no model, only fail their trial.
    """
    end = None if budget.seconds is None else time.monotonic() + budget.seconds
    with _Bar(study, budget.trials) as bar:
        while end is None or time.monotonic() < end:
            trial = study.ask(budget.trials)
            if trial is None:
                return
            try:
                with study.alive(trial):
                    _run(study, trial, configure, objective, end, bar)
            except _OutOfTimeError:
                study.interrupt(trial)
            except BaseException:
                study.interrupt(trial)
                raise
            else:
                # Nobody needs the checkpoints of a trial that has ended.
                shutil.rmtree(study.folder_of(trial), ignore_errors=True)
            bar.update()


def _run(
    study: Study,
    trial: optuna.Trial,
    configure: Callable[[Params], TrainConfig],
    objective: Objective,
    end: float | None,
    bar: _Bar,
) -> None:
    """Runs a trial and tells the study what came out, unless it was interrupted."""
    twin = study.twin_of(trial)
    if twin is not None:
        _copy(study, trial, twin)
        return
    earlier = study.earlier_epochs(trial)
    for epoch, loss in earlier.items():
        trial.report(loss, epoch)

    def on_epoch(epoch: int, loss: float) -> None:
        # Without the checkpoint, on another machine, all epochs are run again, to the same losses.
        if epoch not in earlier:
            trial.report(loss, epoch)
        bar.show(f"trial {trial.number}, epoch {epoch}, loss {loss:.3f}")
        if trial.should_prune():
            raise optuna.TrialPruned
        if end is not None and time.monotonic() >= end:
            raise _OutOfTimeError

    try:
        config = configure(trial.params)
    except JewelcapError as error:
        _fail(study, trial, str(error))
        return
    try:
        result = objective(config, study.folder_of(trial), on_epoch)
    except optuna.TrialPruned:
        study.study.tell(trial, state=TrialState.PRUNED)
    except DivergedError as error:
        _fail(study, trial, str(error))
    else:
        trial.set_user_attr(RESULT, to_jsonable(result))
        study.study.tell(trial, result.loss)


def _fail(study: Study, trial: optuna.Trial, reason: str) -> None:
    trial.set_user_attr(REASON, reason)
    study.study.tell(trial, state=TrialState.FAIL)


def _copy(study: Study, trial: optuna.Trial, twin: FrozenTrial) -> None:
    """Ends a trial as another one of the same settings and seed has ended."""
    for epoch, loss in twin.intermediate_values.items():
        trial.report(loss, epoch)
    for name in (RESULT, REASON):
        if name in twin.user_attrs:
            trial.set_user_attr(name, twin.user_attrs[name])
    trial.set_user_attr(SAME_AS, twin.user_attrs.get(SAME_AS, twin.number))
    completed = twin.state == TrialState.COMPLETE
    study.study.tell(trial, twin.value if completed else None, twin.state)


class _Bar:
    """A progress bar over the trials of a study, those of other processes included."""

    def __init__(self, study: Study, most: int | None) -> None:
        sizes = [size for size in (most, study.size) if size is not None]
        self.study, self.length = study, min(sizes, default=None)
        self.bar: Any = click.progressbar(
            length=self.length or 0,
            label="trials",
            file=sys.stderr,
            show_pos=True,
            item_show_func=lambda text: text,
        )

    def __enter__(self) -> _Bar:
        self.bar.__enter__()
        self.update()
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.__exit__(*error)

    def update(self) -> None:
        """Counts the trials that have ended."""
        done = len(self.study.finished)
        if self.length is None:
            self.bar.length = done + 1
        self.bar.update(done - self.bar.pos)

    def show(self, text: str) -> None:
        """Tells how the trial under way goes."""
        self.bar.current_item = f"{text}{self._best()}"
        self.bar.render_progress()

    def _best(self) -> str:
        values = [t.value for t in self.study.finished if t.state == TrialState.COMPLETE]
        known = [value for value in values if value is not None]
        return f"; best so far {min(known):.3f}" if known else ""
