from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import scale
from benchmarks.scale import COPIED, SIDE, VIEWS, generate
from benchmarks.scale_read import read_catalog
from pipeline.catalog.duplicates import Copy, find_copies
from pipeline.catalog.scan import scan_images
from pipeline.catalog.schema import load_catalog
from pipeline.errors import JewelcapError

COUNT = 2 * COPIED


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("scale") / "shop", COUNT)


def test_generated_catalogs_have_as_many_photos_as_asked_for(shop: Path) -> None:
    catalog = load_catalog(shop)
    assert (len(catalog.photos), catalog.skipped) == (COUNT, ())
    assert len({photo.product_id for photo in catalog.photos}) == COUNT // VIEWS
    with Image.open(catalog.path(catalog.photos[0])) as image:
        assert image.size == (SIDE, SIDE)


def test_generated_photos_are_the_same_every_time(shop: Path, tmp_path: Path) -> None:
    again = generate(tmp_path / "again", COPIED)
    with (again / "metadata.csv").open() as file:
        for row in csv.DictReader(file):
            assert (again / row["file_name"]).read_bytes() == (shop / row["file_name"]).read_bytes()


def test_only_the_copies_are_copies(shop: Path) -> None:
    names = [photo.file_name for photo in load_catalog(shop).photos]
    pairs = [(names[end - 2], names[end - 1]) for end in (COPIED, 2 * COPIED)]
    copies = find_copies(scan_images(shop, names).facts, shop)
    assert copies == tuple(Copy(*pair, "mirrored copy") for pair in pairs)


def test_reading_leaves_a_run_and_the_features_of_all_photos(shop: Path, tmp_path: Path) -> None:
    assert read_catalog(str(shop), str(tmp_path)) == 0
    (features,) = (tmp_path / "cache").rglob("features.f32")
    assert np.fromfile(features, np.float32).reshape(COUNT, -1).min() > 0
    assert (tmp_path / "run" / "data" / "manifest.json").is_file()


def test_a_step_is_measured_in_a_process_of_its_own() -> None:
    step = scale._step("help", scale._COMMAND, ["catalog", "--help"])
    assert step.name == "help"
    assert 0 < step.seconds < 60 and 0 < step.cpu_seconds < 60
    assert 5 < step.peak_megabytes < 500


def test_a_step_that_fails_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match=r"step check failed:[\s\S]*neither metadata"):
        scale._step("check", scale._COMMAND, ["catalog", "check", str(tmp_path)])
