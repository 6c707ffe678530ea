from __future__ import annotations

import json
import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest

from mobile_app.camera_app.runtime.levels import LEVELS
from pipeline.commands import train
from pipeline.config import TrainConfig
from pipeline.errors import JewelcapError
from pipeline.rundir import Run
from pipeline.weights_file import read_weights
from tests.command_line import assert_done, assert_fails, jewelcap

NOT_SETTINGS = {"catalog", "run_path", "config", "force", "as_json"}


@pytest.fixture
def arguments(tiny_run: Path, tiny_catalog: Path) -> list[Any]:
    """Options that give the tiny run again."""
    config = Run(tiny_run).config().train
    options: list[Any] = ["--catalog", tiny_catalog, "--run", tiny_run]
    for field in fields(TrainConfig):
        value = getattr(config, field.name)
        if field.name != "schema_version" and not isinstance(value, bool | tuple):
            options += [f"--{field.name.replace('_', '-')}", value]
    return options


def test_options_and_settings_correspond_one_to_one() -> None:
    options = {option.name: option for option in train.params if option.name not in NOT_SETTINGS}
    settings = {field.name for field in fields(TrainConfig)} - {"schema_version"}
    assert set(options) == settings
    defaults = TrainConfig(encoder="mobilenet", decoder="gru")
    for name, option in options.items():
        assert isinstance(option, click.Option)
        assert option.opts == [f"--{name.replace('_', '-')}"]
        # The protocol is chosen by the catalog.
        if name != "protocol":
            assert option.default == getattr(defaults, name), name
            assert type(option.default) is type(getattr(defaults, name)), name
            assert option.show_default, name


def settings_of(*options: object) -> TrainConfig:
    """What the command would train with."""
    found: list[TrainConfig] = []

    def train_run(config: TrainConfig, *_: object) -> None:
        found.append(config)
        raise JewelcapError("far enough")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.train.train_run", train_run)
        assert_fails(jewelcap("train", *options), "far enough")
    return found[0]


def test_a_file_sets_what_options_do_not(tiny_catalog: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'encoder = "vgg16"\nepochs = 7\ndropout = 0.1\nteacher = ["a", "b"]\nextra_terms = true\n'
    )
    base = ("--catalog", tiny_catalog, "--run", tmp_path / "run")
    config = settings_of(*base, "--config", path, "--dropout", 0.2)
    assert (config.encoder, config.epochs, config.dropout) == ("vgg16-224", 7, 0.2)
    assert (config.teacher, config.extra_terms) == (("a", "b"), True)
    assert config.patience == TrainConfig("", "").patience


def test_a_file_of_the_project_is_found_by_its_name(tiny_catalog: Path, tmp_path: Path) -> None:
    base = ("--catalog", tiny_catalog, "--run", tmp_path / "run")
    assert settings_of(*base, "--config", "fine_tuned").fine_tune_epochs > 0
    assert_fails(jewelcap("train", *base, "--config", "fine_tune"), "did you mean 'fine_tuned'")


def test_every_option_of_a_setting_says_what_it_is() -> None:
    assert [option.name for option in train.params if not getattr(option, "help", "x")] == []


def test_a_finished_training_is_told(arguments: list[Any], tiny_run: Path) -> None:
    result = jewelcap("train", *arguments)
    assert_done(result)
    assert result.stdout.startswith(f"trained already: {tiny_run} (")
    assert all(level in result.stdout for level in LEVELS)


def test_the_summary_is_printed_as_json(arguments: list[Any], tiny_run: Path) -> None:
    result = jewelcap("train", *arguments, "--json")
    assert_done(result)
    assert result.stdout == (tiny_run / "train" / "summary.json").read_text()
    assert json.loads(result.stdout)["schema_version"] == 3


def test_other_settings_in_the_same_run_are_a_failure(arguments: list[Any]) -> None:
    assert_fails(jewelcap("train", *arguments, "--dropout", "0.5"), "dropout: 0.5, not 0.0")


def test_all_wrong_settings_are_named_at_once(tiny_catalog: Path, tmp_path: Path) -> None:
    base = ("train", "--catalog", tiny_catalog, "--run", tmp_path / "run")
    wrong = ("--encoder", "mobilnet", "--decoder", "gro", "--epochs", 0, "--dropout", 2)
    assert_fails(jewelcap(*base, *wrong), "mobilnet", "gro", "epochs is 0", "dropout is 2.0")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "options",
    [("--protocol", "paper-like"), ("--epochs", "many"), ("--seed", "x"), ("--encodr", "vgg16")],
)
def test_unknown_choices_and_options_are_wrong_usage(
    tiny_catalog: Path, tmp_path: Path, options: tuple[str, str]
) -> None:
    base = ("train", "--catalog", tiny_catalog, "--run", tmp_path / "run")
    assert_fails(jewelcap(*base, *options), options[0], code=2)


def test_a_catalog_that_is_none_is_a_failure(tmp_path: Path) -> None:
    result = jewelcap("train", "--catalog", tmp_path, "--run", tmp_path / "run")
    assert_fails(result, "neither metadata.csv nor metadata.jsonl")
    result = jewelcap("train", "--catalog", tmp_path / "none", "--run", tmp_path / "run")
    assert result.exit_code == 2


def test_a_file_in_the_place_of_the_run_is_a_failure(tiny_catalog: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    result = jewelcap("train", "--catalog", tiny_catalog, "--run", tmp_path / "file")
    assert result.exit_code in (1, 2)
    assert isinstance(result.exception, SystemExit), result.exception
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("bits", ["8", "32"])
def test_the_encoders_weights_of_a_run_are_written(
    tiny_run: Path, tmp_path: Path, bits: str
) -> None:
    out = tmp_path / "encoder.npz"
    options = ("--out", out, "--bits", bits, "--license", "CC0-1.0")
    assert_done(jewelcap("weights", tiny_run, *options))
    written, source = read_weights(out), read_weights(tiny_run / "train" / "encoder.npz")
    assert written.meta.license == "CC0-1.0"
    assert written.meta.command
    assert (written.meta.name, written.meta.seen_sha256) == (
        source.meta.name,
        source.meta.seen_sha256,
    )
    for found, expected in zip(written.arrays, source.arrays, strict=True):
        tolerance = 0.0 if bits == "32" else np.abs(expected).max(initial=0.0) / 127
        np.testing.assert_allclose(found, expected, atol=tolerance)


def test_weights_never_replace_a_file_unasked(tiny_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "encoder.npz"
    out.write_text("mine")
    assert_fails(jewelcap("weights", tiny_run, "--out", out), "--force replaces it")
    assert out.read_text() == "mine"
    assert_done(jewelcap("weights", tiny_run, "--out", out, "--force"))
    assert read_weights(out).arrays


def test_weights_of_another_ending_or_run_are_refused(tiny_run: Path, tmp_path: Path) -> None:
    result = jewelcap("weights", tiny_run, "--out", tmp_path / "encoder.h5")
    assert_fails(result, "weights files end in .npz", code=2)
    assert_fails(jewelcap("weights", tmp_path, "--out", tmp_path / "e.npz"), "no trained encoder")


def test_the_models_photos_may_not_be_gone(
    tiny_catalog: Path, tmp_path: Path, tiny_encoder: tuple[str, str]
) -> None:
    root = tmp_path / "catalog"
    shutil.copytree(tiny_catalog, root)
    for path in (root / "images").iterdir():
        path.unlink()
    result = jewelcap("train", "--catalog", root, "--run", tmp_path / "run")
    assert_fails(result, "no usable row")
