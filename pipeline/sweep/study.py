"""A study: trials that several processes share, and those that a killed process left behind."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import optuna
from optuna.storages import JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.errors import JewelcapError
from pipeline.registry import lookup
from pipeline.sweep.locks import Worker, locked
from pipeline.sweep.samplers import PRUNERS, SAMPLERS
from pipeline.sweep.settings import StudySettings
from pipeline.sweep.space import Params, cells

_SETTINGS: Final = "settings"
_WORKER: Final = "worker"
_FOLDER: Final = "folder"
_REPLACES: Final = "replaces"
_KILLS: Final = "kills"

_MOST_KILLS: Final = 3
"""Kills after which a trial counts as failed: it may be what kills its process."""

_BEAT_SECONDS: Final = 30
_SILENT_BEATS: Final = 4

optuna.logging.set_verbosity(optuna.logging.ERROR)


class Study:
    """The trials of a sweep, in a journal in the study's folder or in a database.

    A trial that was interrupted is failed, and its settings are proposed again as a new trial,
    which goes on from the checkpoint of the old one. With a journal a killed process is found
    out by its lock, at once; with a database by its missing heartbeat, after two minutes.
    """

    def __init__(self, folder: Path, settings: StudySettings, pruner: str, url: str | None) -> None:
        """Opens or makes a study.

        Args:
            folder: Its folder, which exists.
            settings: What it must be about.
            pruner: A key of `PRUNERS`.
            url: A database, as SQLAlchemy names it; None for the journal.

        Raises:
            JewelcapError: The study there is about something else, or there is no such database.
        """
        self.folder, self.settings = folder, settings
        self.family = lookup(SAMPLERS, settings.sampler, "sampler")
        self._cells = cells(settings.space, settings.seed) if self.family.exhaustive else []
        self._distributions = {name: d.distribution for name, d in settings.space.items()}
        self.storage = self._open(url)
        self.study = optuna.create_study(
            storage=self.storage,
            study_name=folder.resolve().name,
            pruner=lookup(PRUNERS, pruner, "pruner").build(),
            load_if_exists=True,
        )
        with locked(folder / "lock"):
            found = self.study.user_attrs.get(_SETTINGS)
            if found is None:
                self.study.set_user_attr(_SETTINGS, dump_json(settings))
            elif differences := settings.differences(
                load_json(StudySettings, found, f"study in {folder}")
            ):
                raise JewelcapError(
                    f"{folder} holds a study with other settings ({'; '.join(differences)}); "
                    "choose another folder"
                )
        self._worker = Worker(folder / "workers")

    def _open(self, url: str | None) -> JournalStorage | RDBStorage:
        if url is None:
            return JournalStorage(JournalFileBackend(str(self.folder / "journal.log")))
        try:
            with _quiet():
                return RDBStorage(
                    url,
                    heartbeat_interval=_BEAT_SECONDS,
                    grace_period=_SILENT_BEATS * _BEAT_SECONDS,
                    heartbeat_stale_trial_callback=lambda _, one: self._propose_again(one, True),
                )
        # SQLAlchemy raises errors of its own, of its drivers, and of their import.
        except Exception as error:
            reason = str(error).splitlines()[0]
            raise JewelcapError(f"--storage {url}: cannot be opened ({reason})") from None

    def close(self) -> None:
        """Signs this process off."""
        self._worker.close()

    @property
    def trials(self) -> list[FrozenTrial]:
        """All trials but those that another one has replaced or that were lost at their start."""
        every = self.study.get_trials(deepcopy=False)
        replaced = {trial.user_attrs.get(_REPLACES) for trial in every}
        return [
            trial
            for trial in every
            if trial.number not in replaced
            and trial.state != TrialState.WAITING
            and not (trial.state == TrialState.FAIL and not trial.params)
        ]

    @property
    def finished(self) -> list[FrozenTrial]:
        """Those of `trials` that have ended."""
        return [trial for trial in self.trials if trial.state.is_finished()]

    @property
    def size(self) -> int | None:
        """Points of the grid; None where the sampler draws without end."""
        return len(self._cells) if self.family.exhaustive else None

    def folder_of(self, trial: optuna.Trial) -> Path:
        """Where a trial's checkpoints are: those of the trial that it replaces."""
        return self.folder / "trials" / str(trial.user_attrs.get(_FOLDER, trial.number))

    def ask(self, most: int | None) -> optuna.Trial | None:
        """Takes the next trial; first come those that were interrupted.

        Args:
            most: Trials that the study may have; None for no limit.

        Returns:
            None where there is nothing left to do that nobody does.
        """
        with locked(self.folder / "lock"):
            self._fail_dead()
            trials = self.trials
            if most is not None and len(trials) >= most:
                return None
            every = self.study.get_trials(deepcopy=False)
            waiting = any(trial.state == TrialState.WAITING for trial in every)
            if self.family.exhaustive and not waiting:
                cell = self._next_cell(every)
                if cell is None:
                    return None
                self.study.enqueue_trial(cell)
            # From the number of trials, so that no two processes draw alike.
            seed = self.settings.seed * 100_003 + len(every)
            self.study.sampler = self.family.build(seed % 2**32)
            with _quiet():
                trial = self.study.ask(self._distributions)
            trial.set_user_attr(_WORKER, self._worker.name)
            if isinstance(self.storage, RDBStorage):
                # A trial without any heartbeat is never found out.
                self.storage.record_heartbeat(trial._trial_id)
            return trial

    def _next_cell(self, trials: Sequence[FrozenTrial]) -> Params | None:
        tried = {_key(trial.params) for trial in trials}
        return next((cell for cell in self._cells if _key(cell) not in tried), None)

    def _fail_dead(self) -> None:
        if isinstance(self.storage, RDBStorage):
            with _quiet():
                optuna.storages.fail_stale_trials(self.study)
            return
        for trial in self.study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            if not self._worker.is_alive(trial.user_attrs.get(_WORKER, "")):
                self._propose_again(trial, killed=True)
                self.study.tell(trial.number, state=TrialState.FAIL)

    def interrupt(self, trial: optuna.Trial) -> None:
        """Lays a trial aside for another call, unless it has just ended."""
        frozen = self.study.get_trials(deepcopy=False)[trial.number]
        if not frozen.state.is_finished():
            self._propose_again(frozen, killed=False)
            self.study.tell(trial, state=TrialState.FAIL)

    def _propose_again(self, trial: FrozenTrial, killed: bool) -> None:
        kills = trial.user_attrs.get(_KILLS, 0) + killed
        every = self.study.get_trials(deepcopy=False)
        replaced = any(one.user_attrs.get(_REPLACES) == trial.number for one in every)
        if replaced or not trial.params or kills >= _MOST_KILLS:
            return
        self.study.enqueue_trial(
            trial.params,
            {
                _REPLACES: trial.number,
                _FOLDER: trial.user_attrs.get(_FOLDER, trial.number),
                _KILLS: kills,
            },
        )

    def earlier_epochs(self, trial: optuna.Trial) -> dict[int, float]:
        """Validation losses by epoch of the trial that a trial replaces."""
        number = trial.user_attrs.get(_REPLACES)
        if number is None:
            return {}
        return self.study.get_trials(deepcopy=False)[number].intermediate_values

    def twin_of(self, trial: optuna.Trial) -> FrozenTrial | None:
        """A finished trial of the same settings, which would only give the same again."""
        key = _key(trial.params)
        return next((one for one in self.finished if _key(one.params) == key), None)

    @contextmanager
    def alive(self, trial: optuna.Trial) -> Iterator[None]:
        """Tells a database from time to time that a trial is at work."""
        storage = self.storage
        if not isinstance(storage, RDBStorage):
            yield
            return
        over = threading.Event()

        def beat() -> None:
            while not over.wait(_BEAT_SECONDS):
                storage.record_heartbeat(trial._trial_id)

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without Optuna's warnings that heartbeats are experimental and made for its own loop."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _key(params: Params) -> tuple:
    return tuple(sorted(params.items()))
