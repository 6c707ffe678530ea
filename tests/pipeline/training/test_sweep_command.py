"""The command, with real trainings of a small network."""

from __future__ import annotations

import csv
import json
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import Result

from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import DatasetManifest, split_catalog
from pipeline.config import TrainConfig
from pipeline.config_files import read_settings
from pipeline.fit import Fit
from pipeline.rundir import Run
from pipeline.train import read_summary
from pipeline.weights_file import WeightsMeta, write_weights
from tests.command_line import assert_done, assert_fails, jewelcap
from tests.synthetic import make_catalog

SPACE = """
encoder = "small"
decoder = "gru"
units = [8, 16]
batch_size = 32
optimizer = ["adam", "rmsprop"]
learning_rate = [1e-2]
"""


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("space") / "space.toml"
    path.write_text(SPACE, encoding="utf-8")
    return path


def sweep(catalog: Path, folder: Path, space: Path, *options: object) -> Result:
    return jewelcap(
        *("sweep", "--catalog", catalog, "--study", folder, "--space", space),
        *("--sampler", "grid", "--weights", "none", "--epochs", 3, *options),
    )


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "trials.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def swept(
    catalog: Path, manifest: DatasetManifest, space: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, dict]:
    """A catalog without its test photos, a study over the whole grid, and what was printed."""
    root = tmp_path_factory.mktemp("swept")
    shutil.copytree(catalog, root / "catalog")
    folder = root / "study"
    assert_done(sweep(root / "catalog", folder, space, "--trials", 1))
    for item in manifest.of("test"):
        (root / "catalog" / item.photo.file_name).unlink()
    result = sweep(root / "catalog", folder, space, "--json")
    assert_done(result)
    return root / "catalog", folder, json.loads(result.stdout)


def test_a_sweep_goes_on_where_the_test_photos_are_gone(swept: tuple[Path, Path, dict]) -> None:
    _, folder, printed = swept
    assert printed["trials"] == {"complete": 4}
    rows = table(folder)
    assert {row["units"] for row in rows} == {"8", "16"}
    assert {row["optimizer"] for row in rows} == {"adam", "rmsprop"}
    losses = [float(row["validation loss"]) for row in rows]
    assert losses == sorted(losses) and len(set(losses)) == 4
    assert printed["best"]["loss"] == pytest.approx(losses[0], abs=1e-4)
    levels = [one["level"] for one in printed["best"]["result"]["accuracy"]]
    assert levels == ["basic", "normal", "complete"]


def test_a_study_keeps_no_test_photo(
    swept: tuple[Path, Path, dict], manifest: DatasetManifest
) -> None:
    _, folder, _ = swept
    kept = (folder / "data" / "manifest.json").read_text(encoding="utf-8")
    assert all(item.photo.file_name in kept for item in manifest.of("validation"))
    assert not any(item.photo.file_name in kept for item in manifest.of("test"))


def test_a_study_shows_what_came_out(swept: tuple[Path, Path, dict]) -> None:
    _, folder, printed = swept
    names = {path.name for path in folder.iterdir() if path.is_file()}
    plots = {"history.png", "slices.png", "parallel.png", "importance.png"}
    assert {"trials.csv", "trials.md", "best.toml", "journal.log", *plots} <= names
    assert not list((folder / "trials").iterdir()), "checkpoints of trials that have ended"
    text = (folder / "trials.md").read_text(encoding="utf-8")
    assert "4 complete, 0 pruned" in text and "of a grid of 4" in text
    assert printed["command"] in text and printed["config"]["decoder"] in printed["command"]


def test_the_best_settings_train_the_model_of_the_best_trial(
    swept: tuple[Path, Path, dict], catalog: Path, tmp_path: Path
) -> None:
    _, folder, printed = swept
    words = shlex.split(printed["command"])
    words[words.index("--run") + 1] = str(tmp_path / "best")
    words[words.index("--catalog") + 1] = str(catalog)
    assert_done(jewelcap(*words[1:]))
    run = Run(tmp_path / "best")
    assert read_summary(run).validation_loss == pytest.approx(printed["best"]["loss"], rel=1e-5)
    expected = printed["best"]["result"]["accuracy"]
    assert [one.ccr for one in read_summary(run).accuracy] == [one["ccr"] for one in expected]
    assert TrainConfig(**read_settings(folder / "best.toml")) == run.config().train


def test_a_finished_grid_is_only_reported_again(
    swept: tuple[Path, Path, dict], space: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog, folder, printed = swept
    monkeypatch.setattr(Fit, "run", lambda _: pytest.fail("trained again"))
    result = sweep(catalog, folder, space, "--json")
    assert_done(result)
    assert json.loads(result.stdout) == printed


def test_a_killed_training_goes_on_from_its_checkpoint(
    catalog: Path, space: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, epochs = Fit._run_epoch, []

    def breaking(fit: Fit) -> dict:
        if len(epochs) == 2:
            raise KeyboardInterrupt
        epochs.append(1)
        return original(fit)

    with monkeypatch.context() as patch:
        patch.setattr(Fit, "_run_epoch", breaking)
        result = sweep(catalog, tmp_path / "study", space, "--trials", 1)
    assert result.exit_code == 1 and "Aborted" in result.stderr

    def counting(fit: Fit) -> dict:
        epochs.append(1)
        return original(fit)

    monkeypatch.setattr(Fit, "_run_epoch", counting)
    assert_done(sweep(catalog, tmp_path / "study", space, "--trials", 1))
    assert len(epochs) == 3
    (row,) = table(tmp_path / "study")
    assert row["epochs"] == "3" and row["state"] == "complete"


def test_another_catalog_is_refused_and_both_are_named(
    swept: tuple[Path, Path, dict], space: Path, manifest: DatasetManifest, tmp_path: Path
) -> None:
    _, folder, _ = swept
    other = make_catalog(tmp_path / "other", views=4)
    digest = split_catalog(load_catalog(other)).catalog_digest
    result = sweep(other, folder, space)
    assert_fails(result, f"catalog: {digest[:12]}, not {manifest.catalog_digest[:12]}", "split: ")
    result = sweep(other, folder, space, "--protocol", "products")
    assert_fails(result, "protocol: products, not views")


def test_weights_that_saw_test_photos_are_refused(
    catalog: Path, space: Path, manifest: DatasetManifest, tmp_path: Path
) -> None:
    path = tmp_path / "seen.npz"
    write_weights(path, [], WeightsMeta("small-32", seen_sha256=(manifest.of("test")[0].sha256,)))
    result = sweep(catalog, tmp_path / "study", space, "--weights", f"small={path}")
    assert_fails(result, "1 test photos of this split")


def test_a_search_without_end_needs_a_budget(catalog: Path, space: Path, tmp_path: Path) -> None:
    result = sweep(catalog, tmp_path / "study", space, "--sampler", "tpe")
    assert_fails(result, "give --trials or --hours", code=2)
    assert not (tmp_path / "study").exists()


def test_a_folder_of_something_else_is_refused(catalog: Path, space: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("a", encoding="utf-8")
    assert_fails(sweep(catalog, tmp_path / "letters", space), "not empty and no study")
    assert_fails(sweep(catalog, space, space), "is a file")
