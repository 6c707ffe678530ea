"""The captioner that the app ships with, where the checkout has it."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest

from mobile_app.camera_app.library.trial import try_captioner
from mobile_app.camera_app.runtime.bundle import Bundle, read_bundle
from mobile_app.camera_app.runtime.languages import LANGUAGES
from mobile_app.camera_app.runtime.levels import LEVELS

ROOT = Path(__file__).parents[2]
EMBEDDED = ROOT / "mobile_app" / "camera_app" / "models" / "embedded.captioner"
MOST_BYTES = 4_500_000


@pytest.fixture(scope="module")
def embedded() -> Bundle:
    if not EMBEDDED.is_file():
        pytest.skip(f"{EMBEDDED.relative_to(ROOT)} is not in this checkout: make captioner")
    return read_bundle(EMBEDDED)


def test_it_is_small_and_whole(embedded: Bundle) -> None:
    assert EMBEDDED.stat().st_size <= MOST_BYTES
    assert embedded.manifest.variant == "int8"
    assert embedded.manifest.levels == tuple(LEVELS)
    assert set(embedded.manifest.languages) == set(LANGUAGES)


def test_it_says_where_it_came_from_and_what_it_is_worth(embedded: Bundle) -> None:
    manifest = embedded.manifest
    assert manifest.license != "not stated"
    assert manifest.provenance.train_photos > 0 and not manifest.provenance.leak
    assert {one.level for one in manifest.accuracy} == set(LEVELS)
    assert all(one.n >= 100 for one in manifest.accuracy)
    assert manifest.calibration is not None and manifest.calibration.detector is not None


def test_it_describes_the_known_picture(embedded: Bundle) -> None:
    try_captioner(embedded).close()


def test_installing_the_project_installs_it() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    data = setup["options.package_data"]
    # Its folder is no package, so that a pattern of file names alone would not reach it.
    assert "models/*.captioner" in data["mobile_app.camera_app"]
