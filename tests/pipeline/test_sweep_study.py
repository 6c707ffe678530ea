from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from pipeline.errors import DivergedError, JewelcapError
from pipeline.sweep import study as study_module
from pipeline.sweep.loop import Budget, run_trials
from pipeline.sweep.rows import best_row, trial_rows
from pipeline.sweep.space import Choices
from tests.command_line import REPOSITORY, run_python
from tests.pipeline.sweeps import SPACE, MadeUp, configure, loss_of, open_study

POINTS = list(itertools.product(*(dimension.ends() for dimension in SPACE.values())))


def hurry(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    event.listen(Engine, "connect", hurry)
    yield
    event.remove(Engine, "connect", hurry)


def points(study: study_module.Study) -> list[tuple]:
    return [tuple(trial.params[name] for name in SPACE) for trial in study.finished]


def test_a_grid_is_run_through_exactly_once(tmp_path: Path) -> None:
    study, objective = open_study(tmp_path / "grid"), MadeUp()
    run_trials(study, configure, objective, Budget())
    assert sorted(points(study)) == sorted(POINTS)
    assert points(study) != POINTS, "not shuffled: a part of the grid would say little"
    run_trials(study, configure, objective, Budget())
    assert len(objective.configs) == len(POINTS) == len(study.trials)
    best = best_row(trial_rows(study))
    assert best is not None
    assert best.loss == pytest.approx(min(loss_of(config) for config in objective.configs))


@pytest.mark.parametrize("sampler", ["grid", "random", "tpe"])
def test_a_study_goes_on_and_runs_no_trial_twice(sampler: str, tmp_path: Path) -> None:
    objective = MadeUp()
    for most, done in ((2, 2), (5, 5), (5, 5)):
        study = open_study(tmp_path / sampler, sampler=sampler)
        run_trials(study, configure, objective, Budget(most))
        study.close()
        assert len(study.finished) == done
    ran = [
        (config.decoder, config.batch_size, config.learning_rate) for config in objective.configs
    ]
    assert len(set(ran)) == len(ran)


def test_settings_that_were_tried_are_not_trained_again(tmp_path: Path) -> None:
    space = SPACE | {name: Choices(SPACE[name].ends()[:1]) for name in ("decoder", "units")}
    study, objective = open_study(tmp_path / "few", sampler="random", space=space), MadeUp()
    run_trials(study, configure, objective, Budget(12))
    assert len(study.finished) == 12 and len(objective.configs) == 4
    rows = trial_rows(study)
    assert sum(row.note.startswith("same settings as trial") for row in rows) == 8
    assert len({row.loss for row in rows}) == 4


def test_a_resumed_search_proposes_what_an_uninterrupted_one_does(tmp_path: Path) -> None:
    whole, parts = MadeUp(), MadeUp()
    run_trials(open_study(tmp_path / "a", sampler="tpe"), configure, whole, Budget(14))
    for most in (5, 14):
        study = open_study(tmp_path / "b", sampler="tpe")
        run_trials(study, configure, parts, Budget(most))
        study.close()
    assert whole.configs == parts.configs


def test_a_hopeless_trial_is_pruned_and_kept(tmp_path: Path) -> None:
    study, objective = open_study(tmp_path / "pruned", pruner="median"), MadeUp(epochs=9)
    run_trials(study, configure, objective, Budget())
    rows = trial_rows(study)
    pruned = [row for row in rows if row.state == "pruned"]
    assert pruned and len(rows) == len(POINTS)
    assert not list((tmp_path / "pruned" / "trials").iterdir()), "checkpoints of ended trials"
    best = best_row(rows)
    assert best is not None and best.loss is not None
    for row in pruned:
        assert row.epochs < 9 and row.loss is not None and row.loss > best.loss


def test_a_trial_that_diverges_fails_and_the_study_goes_on(tmp_path: Path) -> None:
    class Diverging(MadeUp):
        def __call__(self, config, folder, on_epoch):  # type: ignore[no-untyped-def]
            if config.learning_rate > 1e-2:
                raise DivergedError("loss is nan in epoch 1")
            return super().__call__(config, folder, on_epoch)

    study = open_study(tmp_path / "diverging")
    run_trials(study, configure, Diverging(), Budget())
    rows = trial_rows(study)
    failed = [row for row in rows if row.state == "failed"]
    assert len(rows) == len(POINTS) and len(failed) == len(POINTS) // 2
    assert {row.note for row in failed} == {"loss is nan in epoch 1"}


@pytest.mark.parametrize("error", [JewelcapError("the disk is full"), KeyboardInterrupt()])
def test_a_trial_that_is_interrupted_is_run_by_the_next_call(
    error: BaseException, tmp_path: Path
) -> None:
    class Breaking(MadeUp):
        def __call__(self, config, folder, on_epoch):  # type: ignore[no-untyped-def]
            result = super().__call__(config, folder, on_epoch)
            if len(self.configs) == 3:
                raise error
            return result

    first, second = Breaking(), MadeUp()
    study = open_study(tmp_path / "broken")
    with pytest.raises(type(error)):
        run_trials(study, configure, first, Budget())
    study.close()
    left = [path.name for path in (tmp_path / "broken" / "trials").iterdir()]
    study = open_study(tmp_path / "broken")
    assert len(study.finished) == 2
    run_trials(study, configure, second, Budget())
    assert second.configs[0] == first.configs[2]
    # Its checkpoints were where the first attempt left them.
    assert second.folders[0] == first.folders[2] and left == [first.folders[2]]
    assert sorted(points(study)) == sorted(POINTS)


def test_a_trial_under_way_when_the_time_is_over_is_laid_aside(tmp_path: Path) -> None:
    study, objective = open_study(tmp_path / "short"), MadeUp(epochs=1000, seconds=0.01)
    run_trials(study, configure, objective, Budget(seconds=0.3))
    assert len(objective.configs) == 1 and not study.trials
    (left, _) = study.study.trials
    quick = MadeUp(epochs=max(left.intermediate_values) + 1)
    run_trials(study, configure, quick, Budget(trials=1))
    assert quick.configs == objective.configs and len(study.finished) == 1
    epochs = study.finished[0].intermediate_values
    assert len(epochs) == quick.epochs and left.intermediate_values.items() < epochs.items()


def test_a_trial_whose_worker_died_is_run_again_but_not_for_ever(tmp_path: Path) -> None:
    taken = []
    for _ in range(3):
        dying = open_study(tmp_path / "dying")
        trial = dying.ask(None)
        assert trial is not None
        taken.append((trial.params, dying.folder_of(trial).name))
        dying.close()
    assert taken[0] == taken[1] == taken[2]
    study, objective = open_study(tmp_path / "dying"), MadeUp()
    run_trials(study, configure, objective, Budget())
    assert len(objective.configs) == len(POINTS) - 1
    assert [row.state for row in trial_rows(study)].count("failed") == 1


def test_a_trial_of_a_living_worker_is_left_alone(tmp_path: Path) -> None:
    busy = open_study(tmp_path / "shared")
    trial = busy.ask(None)
    assert trial is not None
    other, objective = open_study(tmp_path / "shared"), MadeUp()
    run_trials(other, configure, objective, Budget())
    assert len(objective.configs) == len(POINTS) - 1
    assert configure(trial.params) not in objective.configs


WORK = """
import sys
from pathlib import Path
from pipeline.sweep.loop import Budget, run_trials
from tests.pipeline.sweeps import MadeUp, configure, open_study

objective = MadeUp(seconds=float(sys.argv[2]))
study = open_study(Path(sys.argv[1]))
print("ready", flush=True)
run_trials(study, configure, objective, Budget())
print(len(objective.configs))
"""


def test_two_processes_share_a_study(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda _: run_python(WORK, tmp_path / "shared", 0.1), range(2)))
    assert [process.returncode for process in done] == [0, 0], done[0].stderr + done[1].stderr
    counts = [int(process.stdout.split()[-1]) for process in done]
    assert min(counts) > 0 and sum(counts) == len(POINTS)
    assert sorted(points(open_study(tmp_path / "shared"))) == sorted(POINTS)


def test_the_trial_of_a_killed_process_is_run_again(tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, str(folder), "0.2"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    study, objective = open_study(folder), MadeUp()
    (left,) = [trial for trial in study.trials if not trial.state.is_finished()]
    run_trials(study, configure, objective, Budget())
    assert objective.configs[0] == configure(left.params)
    assert sorted(points(study)) == sorted(POINTS)
    replaced = study.finished[-len(objective.configs)]
    assert left.intermediate_values.items() <= replaced.intermediate_values.items()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"catalog": "c" * 64}, "catalog: cccccccccccc, not aaaaaaaaaaaa"),
        ({"split": "c" * 64}, "split: cccccccccccc, not bbbbbbbbbbbb"),
        ({"protocol": "products"}, "protocol: products, not views"),
        ({"sampler": "tpe"}, "sampler: tpe, not grid"),
        ({"weights": {"mobilenet-1.0-224": "none"}}, "weights mobilenet-1.0-224: none, not image"),
        ({"space": SPACE | {"units": Choices((32,))}}, "space units: 32, not 64, 128"),
    ],
)
def test_a_study_of_something_else_is_refused_and_both_are_named(
    changes: dict, words: str, tmp_path: Path
) -> None:
    open_study(tmp_path / "study").close()
    with pytest.raises(JewelcapError, match=words):
        open_study(tmp_path / "study", **changes)


def test_a_database_can_hold_the_trials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'trials.db'}"
    space = SPACE | {"decoder": Choices(("gru",)), "units": Choices((64,))}
    silent = open_study(tmp_path / "study", url=url, space=space)
    trial = silent.ask(None)
    assert trial is not None
    study, objective = open_study(tmp_path / "study", url=url, space=space), MadeUp(epochs=1)
    run_trials(study, configure, objective, Budget(2))
    assert len(objective.configs) == 1, "the silent one counts while it may be at work"
    monkeypatch.setattr(study_module, "_BEAT_SECONDS", 1)
    monkeypatch.setattr(study_module, "_SILENT_BEATS", 1)
    time.sleep(2.1)
    study = open_study(tmp_path / "study", url=url, space=space)
    run_trials(study, configure, objective, Budget())
    assert objective.configs[1] == configure(trial.params)
    assert len({*points(study)}) == len(study.trials) == 4
    assert not (tmp_path / "study" / "journal.log").exists()


def test_a_database_that_is_none_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match=r"--storage nosuch://x: cannot be opened"):
        open_study(tmp_path / "study", url="nosuch://x")
