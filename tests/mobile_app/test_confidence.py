from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mobile_app.camera_app.runtime.bundle import MANIFEST_NAME, read_bundle
from mobile_app.camera_app.runtime.captioner import Caption, Captioner
from mobile_app.camera_app.runtime.confidence import (
    Calibration,
    JewelryDetector,
    LevelCalibration,
    scaled,
)
from mobile_app.camera_app.runtime.errors import BundleError
from mobile_app.camera_app.runtime.languages import LANGUAGES, compose
from mobile_app.camera_app.runtime.levels import LEVELS
from tests.bundles import (
    PIECE,
    VOCABULARY,
    TableInterpreter,
    fake_bundle,
    members_of,
    saying,
    with_members,
    write_fake_bundle,
)
from tests.pictures import halves

PHOTO = halves()


def calibration(**thresholds: float) -> Calibration:
    """All levels named, each with its threshold and a temperature of 2."""
    levels = tuple(
        LevelCalibration(level, 100, 2.0, threshold, 90, 88, True, 0.1, 0.02)
        for level, threshold in thresholds.items()
    )
    return Calibration(0.95, levels)


def captioner_with(path: Path, known: Calibration | None) -> Captioner:
    """Says the right thing about `PIECE` at every level; its state is always 0."""
    table = {}
    for level in LEVELS.values():
        table.update(saying(level.terms(PIECE) or (), level.name))
    bundle = fake_bundle(path / "captioner.tflite", calibration=known)
    return Captioner(bundle, TableInterpreter(table, len(VOCABULARY)))


def described(path: Path, known: Calibration | None, level: str = "complete") -> Caption:
    return captioner_with(path, known).describe(PHOTO, level)


def test_scaling_divides_log_odds() -> None:
    assert scaled(0.5, 3.0) == pytest.approx(0.5)
    assert scaled(0.9, 1.0) == pytest.approx(0.9)
    assert scaled(0.9, 2.0) == pytest.approx(3 / 4)
    assert scaled(0.9, 0.5) == pytest.approx(81 / 82)
    assert 0.0 < scaled(0.0, 1.0) < 1e-6 < 1.0 - 1e-6 < scaled(1.0, 1.0) < 1.0
    assert scaled(1.0, 1e-9) == 1.0 and scaled(0.0, 1e-9) == 0.0


def test_a_captioner_without_calibration_gives_every_caption(tmp_path: Path) -> None:
    caption = described(tmp_path, None)
    assert (caption.level, caption.asked, caption.verdict) == ("complete", "complete", "answered")
    assert caption.confidence == pytest.approx(0.9 ** (len(caption.terms) + 1))


def test_a_sure_caption_is_given_with_its_calibrated_confidence(tmp_path: Path) -> None:
    caption = described(tmp_path, calibration(basic=0.5, normal=0.5, complete=0.5))
    raw = 0.9 ** (len(PIECE.terms()) + 1)
    assert (caption.level, caption.verdict) == ("complete", "answered")
    assert caption.confidence == pytest.approx(scaled(raw, 2.0))
    assert caption.text == compose(PIECE.terms(), "en")


@pytest.mark.parametrize(
    ("thresholds", "given"),
    [
        ({"basic": 0.1, "normal": 0.1, "complete": 0.99}, "normal"),
        ({"basic": 0.1, "normal": 0.99, "complete": 0.99}, "basic"),
    ],
)
def test_an_unsure_caption_falls_back_to_a_lower_level(
    tmp_path: Path, thresholds: dict[str, float], given: str
) -> None:
    caption = described(tmp_path, calibration(**thresholds))
    assert (caption.level, caption.asked, caption.verdict) == (given, "complete", "fallen back")
    assert caption.terms == LEVELS[given].terms(PIECE)


def test_no_more_is_given_than_was_asked_for(tmp_path: Path) -> None:
    caption = described(tmp_path, calibration(basic=0.99, normal=0.99, complete=0.1), "normal")
    assert (caption.verdict, caption.level, caption.asked) == ("not sure", "normal", "normal")


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_level_is_sure_it_says_so(tmp_path: Path, language: str) -> None:
    captioner = captioner_with(tmp_path, calibration(basic=0.99, normal=0.99, complete=0.99))
    caption = captioner.describe(PHOTO, "complete", language)
    assert (caption.text, caption.terms) == (LANGUAGES[language].not_sure, ())
    assert (caption.verdict, caption.asked) == ("not sure", "complete")
    assert caption.confidence == pytest.approx(scaled(0.9**2, 2.0))
    raw = captioner.describe(PHOTO, "complete", language, abstain=False)
    assert (raw.terms, raw.verdict, raw.level) == (PIECE.terms(), "answered", "complete")


def test_a_level_without_calibration_is_given_as_it_is(tmp_path: Path) -> None:
    caption = described(tmp_path, calibration(basic=0.99, normal=0.99))
    assert (caption.level, caption.verdict) == ("complete", "answered")


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_jewelry_nothing_is_described(tmp_path: Path, language: str) -> None:
    detector = JewelryDetector((5.0,), -1.0, 0.5, 100, 1, 50, 10, 3)
    known = replace(calibration(basic=0.0, normal=0.0, complete=0.0), detector=detector)
    captioner = captioner_with(tmp_path, known)
    caption = captioner.describe(PHOTO, "complete", language)
    assert (caption.text, caption.terms) == (LANGUAGES[language].no_jewelry, ())
    assert (caption.verdict, caption.asked) == ("no jewelry", "complete")
    assert caption.confidence == pytest.approx(1 / (1 + math.exp(-1)))
    assert captioner.describe(PHOTO, "complete", abstain=False).verdict == "answered"
    sure = replace(known, detector=replace(detector, bias=1.0))
    assert captioner_with(tmp_path, sure).describe(PHOTO, "complete").verdict == "answered"


@pytest.mark.parametrize("abstain", [True, False])
@pytest.mark.parametrize("known", [None, calibration(basic=0.5, normal=0.5, complete=0.99)])
def test_a_caption_that_says_nothing_means_no_jewelry(
    tmp_path: Path, known: Calibration | None, abstain: bool
) -> None:
    bundle = fake_bundle(tmp_path / "captioner.tflite", calibration=known)
    table = {}
    for level in LEVELS:
        table.update(saying((), level))
    silent = Captioner(bundle, TableInterpreter(table, len(VOCABULARY)))
    caption = silent.describe(PHOTO, "complete", abstain=abstain)
    assert (caption.text, caption.terms) == (LANGUAGES["en"].no_jewelry, ())
    assert (caption.verdict, caption.level, caption.asked) == ("no jewelry", "complete", "complete")
    alternatives = silent.alternatives(silent.encode(PHOTO), "complete")
    assert all(caption.terms for caption in alternatives)


def test_jewelry_that_a_lower_level_does_not_see_is_no_jewelry(tmp_path: Path) -> None:
    known = calibration(basic=0.1, normal=0.99, complete=0.99)
    bundle = fake_bundle(tmp_path / "captioner.tflite", calibration=known)
    table = saying(PIECE.terms(), "complete") | saying((), "normal") | saying((), "basic")
    caption = Captioner(bundle, TableInterpreter(table, len(VOCABULARY))).describe(
        PHOTO, "complete"
    )
    assert (caption.verdict, caption.level, caption.asked) == ("no jewelry", "normal", "complete")


def test_the_detector_is_a_logistic_regression_on_the_state() -> None:
    detector = JewelryDetector((2.0, -1.0), 0.5, 0.5, 1, 0, 1, 1, 0)
    found = detector.probability(np.array([[0.25, 2.0]], np.float32))
    assert found == pytest.approx(1 / (1 + math.exp(1.0)))
    assert detector.probability(np.array([[1e5, 0.0]], np.float32)) == 1.0


def test_alternatives_have_calibrated_confidences_and_never_abstain(tmp_path: Path) -> None:
    captioner = captioner_with(tmp_path, calibration(basic=0.99, normal=0.99, complete=0.99))
    found = captioner.alternatives(captioner.encode(PHOTO), "normal", width=3)
    assert {caption.verdict for caption in found} == {"answered"}
    assert {caption.level for caption in found} == {"normal"}
    best = captioner.describe(PHOTO, "normal", abstain=False)
    assert found[0] == best
    confidences = [caption.confidence for caption in found]
    assert confidences == sorted(confidences, reverse=True)


def test_calibration_travels_with_the_file(tmp_path: Path) -> None:
    detector = JewelryDetector((0.1,), 0.2, 0.3, 100, 1, 50, 10, 3)
    known = replace(calibration(basic=0.5), detector=detector)
    path = write_fake_bundle(tmp_path / "captioner.tflite", calibration=known)
    assert read_bundle(path).manifest.calibration == known


def test_a_file_of_the_version_before_calibration_opens(tmp_path: Path) -> None:
    good = write_fake_bundle(tmp_path / "good.tflite")
    text = members_of(good)[MANIFEST_NAME]
    older = text.replace(b'"schema_version": 2', b'"schema_version": 1')
    older = older.replace(b' "calibration": null,\n', b"")
    assert older.count(b"calibration") == 0 and b'"schema_version": 1' in older
    path = with_members(tmp_path / "older.tflite", good, json=older)
    manifest = read_bundle(path).manifest
    assert manifest.calibration is None
    assert manifest == read_bundle(good).manifest


def test_a_detector_or_a_temperature_that_cannot_be_is_refused(tmp_path: Path) -> None:
    detector = JewelryDetector((0.1, 0.2), 0.0, 0.5, 1, 0, 1, 1, 0)
    known = replace(calibration(basic=0.5), detector=detector)
    path = write_fake_bundle(tmp_path / "captioner.tflite", calibration=known)
    with pytest.raises(BundleError, match="jewelry detector is another model's"):
        read_bundle(path)
    good = write_fake_bundle(tmp_path / "good.tflite", calibration=calibration(basic=0.5))
    text = members_of(good)[MANIFEST_NAME].replace(b'"temperature": 2.0', b'"temperature": 0.0')
    with pytest.raises(BundleError, match=r"temperature 0\.0 is not above 0"):
        read_bundle(with_members(tmp_path / "bad.tflite", good, json=text))
