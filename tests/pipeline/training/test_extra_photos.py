from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from pipeline.captioner_model import load_model
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import DatasetManifest, split_catalog
from pipeline.config import TrainConfig
from pipeline.encoders import build_encoder, parse_encoder
from pipeline.errors import JewelcapError
from pipeline.extra_photos import read_extra
from pipeline.rundir import Run
from pipeline.sides import build_sides, choose_photos
from pipeline.train import read_summary, train_run
from pipeline.weights_file import read_weights
from tests.synthetic import COLUMNS, draw_piece

CONFIG = TrainConfig(
    encoder="small-32", decoder="gru-8", weights="none", epochs=1, patience=2, fine_tune_epochs=1
)
OWN_PIECES = 6


@pytest.fixture(scope="module")
def other(
    catalog: Path, manifest: DatasetManifest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Another shop: six photos of its own, one of its own words, and three of `catalog`'s.

    Those are a test photo as it is, a validation photo mirrored and saved again, and a training
    photo.
    """
    root = tmp_path_factory.mktemp("catalog") / "other"
    (root / "images").mkdir(parents=True)
    first = {side: manifest.of(side)[0].photo.file_name for side in ("test", "validation", "train")}
    shutil.copy(catalog / first["test"], root / "images" / "test.jpg")
    with Image.open(catalog / first["validation"]) as image:
        ImageOps.mirror(image).save(root / "images" / "validation.jpg", quality=80)
    shutil.copy(catalog / first["train"], root / "images" / "train.jpg")
    rows = [(f"images/{side}.jpg", f"copy-{side}", "ring", "", "", "", "") for side in first]
    for number in range(OWN_PIECES):
        name = f"images/own-{number}.jpg"
        draw_piece("ring", "silver", "ruby", 900 + number, (64, 64)).save(root / name)
        rows.append((name, f"own-{number}", "ring", "", "", "silver", "ruby"))
    draw_piece("ring", "silver", "ruby", 990, (64, 64)).save(root / "images" / "words.jpg")
    rows.append(("images/words.jpg", "words", "ring", "Nemo", "", "platinum", "opal"))
    rows.append(("images/gone.jpg", "gone", "ring", "", "", "", ""))
    with (root / "metadata.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return root


def test_copies_of_validation_and_test_photos_are_held_back(
    catalog: Path, manifest: DatasetManifest, other: Path
) -> None:
    (extra,) = read_extra([other], catalog, manifest)
    names = {item.photo.file_name for item in extra.items}
    assert "images/test.jpg" not in names and "images/validation.jpg" not in names
    assert "images/train.jpg" in names
    assert (len(names), extra.held_back, extra.unusable) == (OWN_PIECES + 2, 2, 1)
    assert {item.split for item in extra.items} == {"train"}


def test_products_of_the_other_sides_are_held_back_where_products_are_parted(
    catalog: Path, other: Path, tmp_path: Path
) -> None:
    manifest = split_catalog(load_catalog(catalog), "products")
    product = manifest.of("test")[0].photo.product_id
    shutil.copytree(other, tmp_path / "other")
    path = tmp_path / "other" / "metadata.csv"
    path.write_text(path.read_text().replace("own-0,", f"{product},"))
    (extra,) = read_extra([tmp_path / "other"], catalog, manifest)
    assert not {item.photo.product_id for item in extra.items} & {
        item.photo.product_id for item in manifest.photos if item.split != "train"
    }
    assert "images/own-0.jpg" not in {item.photo.file_name for item in extra.items}


def test_the_same_catalog_twice_is_refused(
    catalog: Path, manifest: DatasetManifest, other: Path
) -> None:
    for folders in ([other, other], [catalog]):
        with pytest.raises(JewelcapError, match="given once"):
            read_extra(folders, catalog, manifest)


def test_a_catalog_of_which_nothing_is_left_is_refused(
    catalog: Path, manifest: DatasetManifest, tmp_path: Path
) -> None:
    root = tmp_path / "copies"
    (root / "images").mkdir(parents=True)
    item = manifest.of("test")[0]
    shutil.copy(catalog / item.photo.file_name, root / "images" / "a.jpg")
    (root / "metadata.csv").write_text("file_name,product_id,type\nimages/a.jpg,a,ring\n")
    with pytest.raises(JewelcapError, match=r"nothing of it can be used \(1 photos stand"):
        read_extra([root], catalog, manifest)


def test_terms_of_other_catalogs_join_the_vocabulary_only_if_asked(
    catalog: Path, manifest: DatasetManifest, other: Path
) -> None:
    extra = read_extra([other], catalog, manifest)
    plain = choose_photos(CONFIG, catalog, manifest, extra)
    asked = choose_photos(replace(CONFIG, extra_terms=True), catalog, manifest, extra)
    words = {term.text for term in asked.vocabulary.terms}
    words -= {term.text for term in plain.vocabulary.terms}
    assert words == {"platinum", "opal", "Nemo"}


@pytest.fixture(scope="module")
def run(catalog: Path, other: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    config = replace(CONFIG, extra_train=(str(other),), extra_weight=0.5)
    run, _ = train_run(config, catalog, tmp_path_factory.mktemp("runs") / "extra", False)
    return run


def test_training_sees_the_photos_of_other_catalogs(
    run: Run, catalog: Path, manifest: DatasetManifest, other: Path
) -> None:
    (extra,) = read_summary(run).extra
    assert (extra.catalog, extra.photos, extra.held_back) == ("other", OWN_PIECES + 2, 2)
    assert read_summary(run).photos == manifest.counts()
    seen = set(read_weights(run.train_dir / "encoder.npz").meta.seen_sha256)
    added = {item.sha256 for one in read_extra([other], catalog, manifest) for item in one.items}
    assert added <= seen
    assert not seen & {item.sha256 for item in manifest.of("test")}
    assert load_model(run).vocabulary.terms


def test_their_photos_are_read_from_their_folder_and_count_by_their_weight(
    catalog: Path, manifest: DatasetManifest, other: Path
) -> None:
    config = replace(CONFIG, extra_weight=0.5)
    spec = parse_encoder(CONFIG.encoder)
    photos = choose_photos(config, catalog, manifest, read_extra([other], catalog, manifest))
    sides = build_sides(config, manifest, photos, spec, build_encoder(spec))
    train = sides["train"]
    own = manifest.counts()["train"]
    assert train.weights is not None and train.folders is not None
    assert train.weights.tolist() == [1.0] * own + [0.5] * (OWN_PIECES + 2)
    assert set(train.folders[:own]) == {catalog} and set(train.folders[own:]) == {other}
    assert len(train.items) == len(train.features) == len(train.sequences.inputs)
    assert len(sides["validation"].items) == manifest.counts()["validation"]


def test_other_photos_in_the_other_catalog_are_another_training(
    run: Run, catalog: Path, other: Path
) -> None:
    config = run.config().train
    assert not train_run(config, catalog, run.root, False)[1]
    path = other / "metadata.csv"
    text = path.read_text()
    path.write_text(text.replace("own-0,ring", "own-0,bracelet"))
    try:
        with pytest.raises(JewelcapError, match="built from other extra"):
            train_run(config, catalog, run.root, False)
    finally:
        path.write_text(text)
