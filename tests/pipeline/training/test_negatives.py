from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.captioner_model import load_model
from pipeline.catalog.split import DatasetManifest
from pipeline.config import TrainConfig
from pipeline.encoders import build_encoder, parse_encoder
from pipeline.errors import JewelcapError
from pipeline.features import extract_features
from pipeline.negatives import kinds_of, read_negatives
from pipeline.rundir import Run
from pipeline.sides import build_sides, choose_photos
from pipeline.train import read_summary, train_run

CONFIG = TrainConfig(
    encoder="small-32", decoder="gru-16", weights="none", epochs=30, learning_rate=0.01
)


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight pictures of two kinds of things, all dark, as no piece of the catalog is."""
    root = tmp_path_factory.mktemp("things")
    rng = np.random.default_rng(0)
    for kind, color in (("cup", (20, 60, 30)), ("coin", (40, 20, 60))):
        (root / kind).mkdir()
        for number in range(4):
            noise = rng.integers(0, 20, (48, 48, 3)) + np.array(color)
            Image.fromarray(noise.astype(np.uint8)).save(root / kind / f"{number}.png")
    return root


@pytest.fixture(scope="module")
def run(catalog: Path, things: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    config = replace(CONFIG, negatives=str(things))
    return train_run(config, catalog, tmp_path_factory.mktemp("runs") / "run", False)[0]


def test_a_trained_model_says_nothing_of_them_and_something_of_jewelry(
    run: Run, catalog: Path, manifest: DatasetManifest, things: Path
) -> None:
    model = load_model(run)
    for folder, items, nothing in (
        (things, read_negatives(things), True),
        (catalog, manifest.of("train"), False),
    ):
        features = extract_features(folder, items, model.encoder_spec, model.encoder)
        for level in model.vocabulary.level_names:
            said = model.predict(features[:], level)
            assert np.mean([not terms for terms in said]) == pytest.approx(float(nothing), abs=0.1)


def test_the_summary_names_the_kinds_that_were_shown(run: Run, manifest: DatasetManifest) -> None:
    assert read_summary(run).negatives == ("coin", "cup")
    assert read_summary(run).photos == manifest.counts()


def test_they_are_captioned_by_the_end_alone_whatever_teachers_say(
    run: Run, catalog: Path, manifest: DatasetManifest, things: Path
) -> None:
    config = replace(CONFIG, negatives=str(things), teacher=(str(run.root),))
    photos = choose_photos(config, catalog, manifest, ())
    spec = parse_encoder(CONFIG.encoder)
    train = build_sides(config, manifest, photos, spec, build_encoder(spec))["train"]
    end = photos.vocabulary.end_id
    own = manifest.counts()["train"]
    assert len(train.items) == len(train.features) == own + 8
    assert (train.sequences.targets[own:, :, 0] == end).all()
    assert not train.sequences.targets[own:, :, 1:].any()
    assert not (train.sequences.targets[:own, :, 0] == end).any()
    assert train.teacher is not None
    assert (train.teacher[own:, :, :, end] == 1).all()
    assert (train.teacher[:own, :, 0, end] < 1).all()


def test_other_pictures_are_another_training(run: Run, catalog: Path, things: Path) -> None:
    config = run.config().train
    assert not train_run(config, catalog, run.root, False)[1]
    added = things / "cup" / "more.png"
    Image.new("RGB", (48, 48)).save(added)
    try:
        with pytest.raises(JewelcapError, match="built from other negatives"):
            train_run(config, catalog, run.root, False)
    finally:
        added.unlink()


def test_kinds_are_names_of_folders(things: Path) -> None:
    items = read_negatives(things)
    assert kinds_of(items) == ("coin", "cup")
    assert len(items) == 8
    with (things / "names.csv").open("w") as file:
        csv.writer(file).writerow(["no picture"])
    assert read_negatives(things) == items


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match="no pictures in this folder"):
        read_negatives(tmp_path)
