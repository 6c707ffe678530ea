from __future__ import annotations

import errno
import hashlib
import json
import os
from dataclasses import fields, replace
from pathlib import Path

import pytest

from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline import __version__
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import DatasetManifest, split_catalog
from pipeline.config import TrainConfig
from pipeline.errors import JewelcapError
from pipeline.rundir import DONE, Done, Run, RunConfig, run_stage
from tests.synthetic import make_noise_catalog

INPUTS = {"split": "a" * 64, "config": "{}"}
TRAIN = TrainConfig(encoder="mobilenet-1.0-224", decoder="gru-256")


class Stage:
    """A stage of two files that can break down after the first."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.found: list[list[str]] = []

    def __call__(self, folder: Path) -> None:
        self.found.append(sorted(p.name for p in folder.iterdir() if p.name != ".inputs"))
        (folder / "sub").mkdir(exist_ok=True)
        (folder / "sub" / "one.txt").write_text("one")
        if self.error:
            raise self.error
        (folder / "two.txt").write_text("two")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "run" / "stage"


def names_below(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_stage_appears_when_it_is_complete(target: Path) -> None:
    def build(folder: Path) -> None:
        assert not target.exists()
        Stage()(folder)

    assert run_stage(target, INPUTS, build)
    assert names_below(target.parent) == ["stage/done.json", "stage/sub/one.txt", "stage/two.txt"]


def test_a_finished_stage_says_what_went_in_and_came_out(target: Path) -> None:
    run_stage(target, INPUTS, Stage())
    done = load_json(Done, (target / DONE).read_text(), "here")
    assert done.inputs == INPUTS
    assert done.outputs == {
        "sub/one.txt": hashlib.sha256(b"one").hexdigest(),
        "two.txt": hashlib.sha256(b"two").hexdigest(),
    }
    assert done.code_version == __version__
    assert 0 <= done.wall_seconds < 10


def test_a_finished_stage_is_skipped(target: Path) -> None:
    run_stage(target, INPUTS, Stage())
    again = Stage()
    assert not run_stage(target, INPUTS, again)
    assert again.found == []


@pytest.mark.parametrize(
    ("inputs", "names"),
    [
        ({**INPUTS, "split": "b"}, "split"),
        ({"split": "b", "config": "x"}, "config, split"),
        ({**INPUTS, "more": "x"}, "more"),
        ({"split": "a" * 64}, "config"),
    ],
)
def test_a_stage_of_other_inputs_is_refused_by_their_names(
    target: Path, inputs: dict[str, str], names: str
) -> None:
    run_stage(target, INPUTS, Stage())
    again = Stage()
    with pytest.raises(JewelcapError, match=f"built from other {names}; --force builds it again"):
        run_stage(target, inputs, again)
    assert again.found == []
    assert (target / "two.txt").is_file()


def test_force_builds_a_finished_stage_again_from_nothing(target: Path) -> None:
    run_stage(target, INPUTS, Stage())
    (target / "left over.txt").touch()
    again = Stage()
    assert run_stage(target, {"split": "b"}, again, force=True)
    assert again.found == [[]]
    assert names_below(target) == ["done.json", "sub/one.txt", "two.txt"]


def test_a_forced_stage_that_fails_leaves_the_finished_one(target: Path) -> None:
    run_stage(target, INPUTS, Stage())
    with pytest.raises(KeyError):
        run_stage(target, INPUTS, Stage(KeyError()), force=True)
    assert names_below(target) == ["done.json", "sub/one.txt", "two.txt"]
    assert not run_stage(target, INPUTS, Stage())


@pytest.mark.parametrize("error", [KeyError(), KeyboardInterrupt(), JewelcapError("x")])
def test_an_interrupted_stage_goes_on_with_what_it_left(target: Path, error: Exception) -> None:
    with pytest.raises(type(error)):
        run_stage(target, INPUTS, Stage(error))
    assert not target.exists()
    again = Stage()
    assert run_stage(target, INPUTS, again)
    assert again.found == [["sub"]]
    assert names_below(target.parent) == ["stage/done.json", "stage/sub/one.txt", "stage/two.txt"]


def test_what_was_left_by_other_inputs_is_not_gone_on_with(target: Path) -> None:
    with pytest.raises(KeyError):
        run_stage(target, INPUTS, Stage(KeyError()))
    again = Stage()
    run_stage(target, {**INPUTS, "split": "b"}, again)
    assert again.found == [[]]


def test_a_stage_that_was_killed_before_its_last_rename_is_not_lost(target: Path) -> None:
    run_stage(target, INPUTS, Stage())
    # What is on disk between the record and the rename.
    target.rename(target.with_name("stage.partial"))
    again = Stage()
    run_stage(target, INPUTS, again)
    assert again.found == [] or again.found == [["done.json", "sub", "two.txt"]]
    assert names_below(target.parent) == ["stage/done.json", "stage/sub/one.txt", "stage/two.txt"]


def test_a_full_disk_is_one_message_and_the_stage_goes_on_later(target: Path) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(JewelcapError, match=r"stage: the disk is full; free some space"):
        run_stage(target, INPUTS, Stage(full))
    assert not target.exists()
    again = Stage()
    run_stage(target, INPUTS, again)
    assert again.found == [["sub"]]


def test_a_damaged_record_is_one_message(target: Path) -> None:
    run_stage(target, INPUTS, Stage())
    (target / DONE).write_text("{")
    with pytest.raises(JewelcapError, match=r"done\.json: not valid JSON"):
        run_stage(target, INPUTS, Stage())
    assert run_stage(target, INPUTS, Stage(), force=True)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> DatasetManifest:
    folder = tmp_path_factory.mktemp("catalog") / "noise"
    return split_catalog(load_catalog(make_noise_catalog(folder, {"a": 8, "b": 8, "c": 8})))


@pytest.fixture
def config(manifest: DatasetManifest) -> RunConfig:
    return RunConfig(TRAIN, manifest.catalog_digest, "catalogs/noise")


@pytest.fixture
def run(tmp_path: Path, config: RunConfig, manifest: DatasetManifest) -> Run:
    found = Run(tmp_path / "runs" / "one")
    found.start(config, manifest, force=False)
    return found


def test_a_run_remembers_its_settings_and_its_split(
    run: Run, config: RunConfig, manifest: DatasetManifest
) -> None:
    assert Run(run.root).config() == config
    assert Run(run.root).manifest() == manifest


def test_a_run_is_opened_again_by_the_same_settings(
    run: Run, config: RunConfig, manifest: DatasetManifest
) -> None:
    (run.root / "train").mkdir()
    run.start(config, manifest, force=False)
    run.start(replace(config, catalog="moved/noise"), manifest, force=True)
    assert (run.root / "train").is_dir()
    assert run.config() == config


def test_a_run_of_other_settings_is_refused_by_their_names_and_replaced_by_force(
    run: Run, config: RunConfig, manifest: DatasetManifest
) -> None:
    (run.root / "train").mkdir()
    other = replace(config, train=replace(TRAIN, seed=3, epochs=4), catalog_digest="x")
    with pytest.raises(
        JewelcapError, match=r"seed: 3, not 0; epochs: 4, not 200; catalog"
    ) as caught:
        run.start(other, manifest, force=False)
    assert "--force" in str(caught.value)
    assert run.config() == config and (run.root / "train").is_dir()
    run.start(other, manifest, force=True)
    assert run.config() == other and not (run.root / "train").exists()


def test_another_split_of_the_same_catalog_is_refused(
    run: Run, config: RunConfig, manifest: DatasetManifest
) -> None:
    with pytest.raises(JewelcapError, match="split: made by another version"):
        run.start(config, replace(manifest, digest="x"), force=False)


def test_a_folder_of_something_else_is_never_touched(
    tmp_path: Path, config: RunConfig, manifest: DatasetManifest
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "mine.jpg").touch()
    for force in (False, True):
        with pytest.raises(JewelcapError, match="is not empty and no run directory"):
            Run(tmp_path / "photos").start(config, manifest, force)
    assert names_below(tmp_path) == ["photos/mine.jpg"]


def test_a_file_in_the_place_of_the_run_is_one_message(
    tmp_path: Path, config: RunConfig, manifest: DatasetManifest
) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(JewelcapError, match="file"):
        Run(tmp_path / "file").start(config, manifest, False)
    assert (tmp_path / "file").read_text() == "mine"


def test_an_empty_folder_becomes_a_run(
    tmp_path: Path, config: RunConfig, manifest: DatasetManifest
) -> None:
    (tmp_path / "new").mkdir()
    Run(tmp_path / "new").start(config, manifest, force=False)
    assert Run(tmp_path / "new").config() == config


def test_a_folder_that_is_no_run_is_one_message(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(JewelcapError, match="not a run directory"):
            Run(folder).config()


def test_a_run_whose_settings_were_half_written_starts_again(
    run: Run, config: RunConfig, manifest: DatasetManifest
) -> None:
    # The split is written first, so that this is what a crash leaves.
    (run.root / "config.json").unlink()
    run.start(config, manifest, force=False)
    assert run.config() == config


def test_a_run_of_an_earlier_version_is_still_read(tmp_path: Path) -> None:
    run = Run(tmp_path)
    config = RunConfig(TRAIN, "c" * 64, "catalog")
    data = json.loads(dump_json(config))
    for name in fields(TrainConfig):
        if name.name in ("optimizer", "schedule", "fine_tune_schedule", "teacher", "extra_train"):
            del data["train"][name.name]
    data["train"]["schema_version"] = 2
    (tmp_path / "config.json").write_text(json.dumps(data))
    # Its rate fell on plateaus, for there was nothing else.
    assert run.config() == replace(config, train=replace(TRAIN, fine_tune_schedule="plateau"))
