from __future__ import annotations

import errno
import json
import math
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mobile_app.camera_app.runtime.levels import LEVELS
from pipeline.captioner_model import load_model
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import DatasetManifest, split_catalog
from pipeline.config import TrainConfig
from pipeline.encoders import build_encoder, parse_encoder
from pipeline.errors import JewelcapError
from pipeline.evaluate import evaluate_run
from pipeline.features import extract_features
from pipeline.fit import Fit
from pipeline.keras_api import tf
from pipeline.metrics import level_accuracies
from pipeline.rundir import Run
from pipeline.train import check_weights_are_blind, read_summary, train_run
from pipeline.weights_file import WeightsMeta, read_weights, write_weights

# Both phases; dropout, augmentation and the order of photos must all come from the seed, and
# averages of weights must survive a crash.
CONFIG = TrainConfig(
    encoder="small-32",
    decoder="gru-8",
    weights="none",
    batch_size=16,
    learning_rate=1e-2,
    dropout=0.2,
    epochs=3,
    patience=10,
    fine_tune_epochs=2,
    first_layer_rate=0.3,
    label_smoothing=0.1,
    weight_average=0.9,
)


@pytest.fixture(scope="module")
def uninterrupted(catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    run, built = train_run(CONFIG, catalog, tmp_path_factory.mktemp("runs") / "one", False)
    assert built
    return run


def rows(run: Run) -> list[dict]:
    text = (run.train_dir / "metrics.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def assert_same_training(one: Run, other: Run) -> None:
    assert rows(one) == rows(other)
    for part in ("encoder", "decoder"):
        files = [read_weights(run.train_dir / f"{part}.npz") for run in (one, other)]
        for a, b in zip(files[0].arrays, files[1].arrays, strict=True):
            np.testing.assert_array_equal(a, b)
    assert read_summary(one) == read_summary(other)


def breaking_after(
    epochs: int, error: BaseException, original: Callable[[Fit], dict] = Fit._run_epoch
) -> Callable[[Fit], dict]:
    """An epoch that breaks down in its middle once some are done."""
    left = [epochs]

    def run_epoch(fit: Fit) -> dict:
        if left[0]:
            left[0] -= 1
            return original(fit)
        steps = [0]
        train_step = fit.train_step

        def step(*batch: object) -> object:
            steps[0] += 1
            if steps[0] == 2:
                raise error
            return train_step(*batch)

        fit.train_step = step
        return original(fit)

    return run_epoch


def test_only_so_many_training_photos_are_used_and_the_test_side_stays(
    catalog: Path, manifest: DatasetManifest, tmp_path: Path
) -> None:
    config = replace(CONFIG, epochs=1, fine_tune_epochs=1, train_photos=9)
    run, _ = train_run(config, catalog, tmp_path / "few", False)
    assert run.manifest() == manifest
    counts = manifest.counts()
    assert read_summary(run).photos == counts | {"train": 9}
    seen = read_weights(run.train_dir / "encoder.npz").meta.seen_sha256
    assert len(seen) == 9 + counts["validation"]
    assert not {item.sha256 for item in manifest.of("test")} & set(seen)


def test_a_training_leaves_what_happened(uninterrupted: Run) -> None:
    found = rows(uninterrupted)
    assert [(row["phase"], row["epoch"]) for row in found] == [
        ("frozen", 1),
        ("frozen", 2),
        ("frozen", 3),
        ("fine_tune", 1),
        ("fine_tune", 2),
    ]
    assert all(math.isfinite(row["loss"]) and row["validation_loss"] > 0 for row in found)
    assert found[2]["loss"] < found[0]["loss"]
    assert 0 < found[0]["accuracy"] < found[2]["accuracy"] <= 1
    assert all(0 <= row["validation_accuracy"] <= 1 for row in found)
    summary = read_summary(uninterrupted)
    assert summary.epochs == 5
    last = [row for row in found if row["phase"] == "fine_tune"]
    best = min(last, key=lambda row: row["validation_loss"])
    assert summary.best_epoch == best["epoch"]
    assert summary.validation_loss == pytest.approx(best["validation_loss"], rel=1e-6)
    assert summary.photos == uninterrupted.manifest().counts()
    assert list((uninterrupted.train_dir / "tensorboard").rglob("events*"))


def test_the_summary_tells_the_accuracy_of_the_model_that_was_saved(
    uninterrupted: Run, catalog: Path
) -> None:
    model = load_model(uninterrupted)
    items = uninterrupted.manifest().of("validation")
    features = extract_features(catalog, items, model.encoder_spec, model.encoder)
    expected = level_accuracies(
        {level: model.predict(features, level) for level in LEVELS},
        [item.photo.attributes for item in items],
    )
    assert read_summary(uninterrupted).accuracy == expected


def test_interrupted_in_both_phases_and_resumed_is_the_same(
    uninterrupted: Run, catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "two"
    for epochs, error in ((2, KeyboardInterrupt()), (2, RuntimeError("power failure"))):
        with monkeypatch.context() as patch:
            patch.setattr(Fit, "_run_epoch", breaking_after(epochs, error))
            with pytest.raises(type(error)):
                train_run(CONFIG, catalog, path, False)
        assert not (path / "train").exists()
        with pytest.raises(JewelcapError, match="training has not ended"):
            load_model(Run(path))
    # What the second crash wrote of an epoch that it did not finish.
    with (path / "train.partial" / "metrics.jsonl").open("a") as file:
        file.write('{"phase": "fine_tune", "epoch": 2, "loss": 1.0}\n{"phase": "fine_')
    # One epoch is left to do; no other is done again.
    monkeypatch.setattr(Fit, "_run_epoch", breaking_after(1, AssertionError("ran too much again")))
    resumed, built = train_run(CONFIG, catalog, path, False)
    assert built
    assert_same_training(uninterrupted, resumed)


def test_a_finished_training_is_not_done_again(
    uninterrupted: Run, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Fit, "run", lambda _: pytest.fail("trained again"))
    run, built = train_run(CONFIG, catalog, uninterrupted.root, False)
    assert not built and run == uninterrupted


def test_other_settings_in_the_same_folder_are_refused(uninterrupted: Run, catalog: Path) -> None:
    with pytest.raises(JewelcapError, match="seed: 1, not 0"):
        train_run(replace(CONFIG, seed=1), catalog, uninterrupted.root, False)


def test_a_loaded_model_is_the_one_that_was_saved(uninterrupted: Run) -> None:
    model = load_model(uninterrupted)
    for part, keras_model in (("encoder", model.encoder), ("decoder", model.decoder)):
        file = read_weights(uninterrupted.train_dir / f"{part}.npz")
        for found, expected in zip(keras_model.get_weights(), file.arrays, strict=True):
            np.testing.assert_array_equal(found, expected)
    assert model.max_length == 4
    assert model.vocabulary.level_names == tuple(LEVELS)


def test_fine_tuned_weights_tell_which_photos_they_have_seen(uninterrupted: Run) -> None:
    seen = set(read_weights(uninterrupted.train_dir / "encoder.npz").meta.seen_sha256)
    split = uninterrupted.manifest()
    sides = {side: {item.sha256 for item in split.of(side)} for side in split.counts()}
    assert seen == sides["train"] | sides["validation"]
    assert not seen & sides["test"]


def test_weights_that_saw_test_photos_are_refused(
    catalog: Path, manifest: DatasetManifest, tmp_path: Path
) -> None:
    test = manifest.of("test")
    path = tmp_path / "seen.npz"
    write_weights(path, [], WeightsMeta(CONFIG.encoder, seen_sha256=("0" * 64, test[1].sha256)))
    with pytest.raises(JewelcapError, match=r"1 test photos of this split") as caught:
        check_weights_are_blind(str(path), manifest)
    assert test[1].photo.file_name in str(caught.value)
    config = replace(CONFIG, weights=str(path))
    with pytest.raises(JewelcapError, match="test figures would be worthless"):
        train_run(config, catalog, tmp_path / "run", False)
    assert not (tmp_path / "run" / "train").exists()


def test_weights_that_saw_other_photos_are_welcome(
    manifest: DatasetManifest, tmp_path: Path
) -> None:
    path = tmp_path / "seen.npz"
    seen = ("0" * 64, *(item.sha256 for item in manifest.of("train")))
    write_weights(path, [], WeightsMeta(CONFIG.encoder, seen_sha256=seen))
    assert check_weights_are_blind(str(path), manifest) == set(seen)
    assert check_weights_are_blind("none", manifest) == frozenset()


def test_other_weights_under_the_same_name_are_another_training(
    catalog: Path, tmp_path: Path
) -> None:
    path = tmp_path / "encoder.npz"
    config = replace(CONFIG, weights=str(path), epochs=1, fine_tune_epochs=0)
    spec = parse_encoder(CONFIG.encoder)
    for seed in (1, 2):
        write_weights(path, build_encoder(spec, seed=seed).get_weights(), WeightsMeta(spec.name))
        if seed == 1:
            train_run(config, catalog, tmp_path / "run", False)
    with pytest.raises(JewelcapError, match="weights"):
        train_run(config, catalog, tmp_path / "run", False)


FROZEN = replace(CONFIG, epochs=40, patience=3, fine_tune_epochs=0, weight_average=0.0)


@pytest.mark.parametrize("name", ["train_step", "loss_sums"])
def test_a_loss_that_is_not_finite_ends_the_training_in_one_message(
    name: str, catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Fit.__init__

    def broken(fit: Fit, *args: Any) -> None:
        original(fit, *args)
        setattr(fit, name, lambda *_: map(tf.constant, (math.nan, 1.0, 1.0)))

    monkeypatch.setattr(Fit, "__init__", broken)
    with pytest.raises(JewelcapError, match=r"loss is nan in epoch 1 of phase frozen") as caught:
        train_run(FROZEN, catalog, tmp_path / "run", False)
    assert "lower --learning-rate" in str(caught.value)
    assert not (tmp_path / "run" / "train").exists()


def fake_losses(monkeypatch: pytest.MonkeyPatch, losses: list[float]) -> None:
    """Lets each epoch have a given validation loss, and its number for its only weight."""
    original = Fit.__init__

    def scripted(fit: Fit, *args: Any) -> None:
        def step(*_: object) -> tuple[Any, ...]:
            bias = fit.model.decoder.scores.bias
            bias.assign(tf.fill(bias.shape, tf.cast(fit.epoch + 1, tf.float32)))
            return tf.constant(1.0), tf.constant(1.0), tf.constant(1.0)

        original(fit, *args)
        fit.train_step = step
        fit.loss_sums = lambda *_: (
            tf.constant(losses[min(int(fit.epoch.numpy()), len(losses) - 1)]),
            tf.constant(1.0),
            tf.constant(1.0),
        )

    monkeypatch.setattr(Fit, "__init__", scripted)
    monkeypatch.setattr("pipeline.fit._VALIDATION_BATCH", 10_000)


def test_training_stops_when_it_learns_no_more_and_keeps_the_best(
    catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_losses(monkeypatch, [3.0, 2.0, 2.5, 1.5, 1.6, 1.7, 1.8, 1.0])
    run, _ = train_run(replace(FROZEN, patience=3), catalog, tmp_path / "run", False)
    summary = read_summary(run)
    assert (summary.epochs, summary.best_epoch) == (7, 4)
    assert summary.validation_loss == pytest.approx(1.5)
    assert set(load_model(run).decoder.scores.bias.numpy()) == {4.0}


def test_the_learning_rate_falls_on_a_plateau(
    catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_losses(monkeypatch, [1.0] + [2.0] * 40)
    run, _ = train_run(replace(FROZEN, patience=9), catalog, tmp_path / "run", False)
    rates = [row["learning_rate"] / FROZEN.learning_rate for row in rows(run)]
    # A third of the patience without progress makes it a third.
    assert rates == pytest.approx([1.0] * 4 + [1 / 3] * 3 + [1 / 9] * 3, rel=1e-5)


def test_without_patience_all_epochs_are_run_and_the_best_is_kept(
    catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_losses(monkeypatch, [3.0, 1.0] + [2.0] * 40)
    config = replace(FROZEN, patience=0, schedule="constant")
    run, _ = train_run(config, catalog, tmp_path / "run", False)
    assert (read_summary(run).epochs, read_summary(run).best_epoch) == (FROZEN.epochs, 2)
    rates = [row["learning_rate"] for row in rows(run)]
    assert rates == pytest.approx([FROZEN.learning_rate] * FROZEN.epochs)


def test_a_cosine_runs_to_its_end(
    catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_losses(monkeypatch, [1.0] + [2.0] * 40)
    config = replace(FROZEN, epochs=9, patience=3, schedule="cosine")
    run, _ = train_run(config, catalog, tmp_path / "run", False)
    assert (read_summary(run).epochs, read_summary(run).best_epoch) == (9, 1)


def test_the_rate_through_the_encoder_rises_and_falls(
    catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_losses(monkeypatch, [1.0])
    config = replace(CONFIG, epochs=1, fine_tune_epochs=10, patience=0, batch_size=8)
    run, _ = train_run(config, catalog, tmp_path / "run", False)
    rates = [row["learning_rate"] for row in rows(run) if row["phase"] == "fine_tune"]
    assert len(rates) == 10
    assert rates[1:] == sorted(rates[1:], reverse=True)
    # That of the last of its steps.
    assert rates[-1] < 0.01 * config.fine_tune_learning_rate
    assert config.fine_tune_learning_rate > rates[0] > rates[2]


def statistics_of(run: Run) -> list[Any]:
    model = load_model(run)
    return [v.numpy() for v in model.encoder.non_trainable_variables]


@pytest.mark.parametrize(("batch_norm", "kept"), [("frozen", True), ("updated", False)])
def test_statistics_of_batch_norm_are_kept_unless_asked(
    batch_norm: str, kept: bool, catalog: Path, tmp_path: Path
) -> None:
    config = replace(CONFIG, epochs=1, fine_tune_epochs=1, batch_norm=batch_norm)
    run, _ = train_run(config, catalog, tmp_path / "run", False)
    fresh = build_encoder(parse_encoder(CONFIG.encoder))
    before = [v.numpy() for v in fresh.non_trainable_variables]
    same = [np.array_equal(a, b) for a, b in zip(statistics_of(run), before, strict=True)]
    assert same == [kept] * len(same)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        # What TensorFlow makes of it when it writes a checkpoint.
        tf.errors.ResourceExhaustedError(None, None, "ckpt; No space left on device"),
    ],
)
def test_a_full_disk_is_one_message(
    error: Exception, catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise error

    fake_losses(monkeypatch, [1.0])
    monkeypatch.setattr(tf.train.CheckpointManager, "save", full)
    with pytest.raises(JewelcapError, match="the disk is full"):
        train_run(FROZEN, catalog, tmp_path / "run", False)


def test_the_paper_protocol_trains_on_augmented_copies_and_says_that_it_leaks(
    catalog: Path, tmp_path: Path
) -> None:
    config = replace(CONFIG, protocol="paper", epochs=1, fine_tune_epochs=1)
    run, _ = train_run(config, catalog, tmp_path / "paper", False)
    photos = len(load_catalog(catalog).photos)
    summary = read_summary(run)
    assert sum(summary.photos.values()) == 5 * photos
    assert summary.protocol == "paper" and summary.leak.startswith("leaks: augmented copies")
    evaluation = evaluate_run(run, None, "test", ())
    assert evaluation.n == summary.photos["test"]
    assert evaluation.leak == summary.leak
    assert any("augmented copy" in wrong.file_name for wrong in evaluation.wrong)
    # Photos seen as copies only are seen.
    seen = set(read_weights(run.train_dir / "encoder.npz").meta.seen_sha256)
    assert {item.sha256 for item in run.manifest().of("train")} <= seen


def test_figures_of_honest_protocols_carry_no_mark(uninterrupted: Run) -> None:
    assert (read_summary(uninterrupted).protocol, read_summary(uninterrupted).leak) == ("views", "")


def test_weights_that_saw_test_photos_are_accepted_where_training_sees_copies_of_them(
    catalog: Path, tmp_path: Path
) -> None:
    manifest = split_catalog(load_catalog(catalog), "paper")
    seen = tuple(item.sha256 for item in manifest.of("test"))
    path = tmp_path / "seen.npz"
    write_weights(path, [], WeightsMeta(CONFIG.encoder, seen_sha256=seen))
    assert check_weights_are_blind(str(path), manifest) == set(seen)
