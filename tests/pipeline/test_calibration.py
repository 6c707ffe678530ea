from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from mobile_app.camera_app.runtime.confidence import Calibration, LevelCalibration
from pipeline.calibration.calibrate import CalibrationOptions, calibrate_levels, fallback
from pipeline.calibration.detector import fit_detector, jewelry_found
from pipeline.calibration.outcomes import LevelOutcomes, Others
from pipeline.calibration.temperature import (
    aurc,
    calibration_error,
    fit_temperature,
    rescaled,
    risk_coverage,
)
from pipeline.calibration.text import calibration_text
from pipeline.calibration.thresholds import NEVER, choose_threshold, lower_bound
from pipeline.errors import JewelcapError
from tests.pictures import halves


def drawn(n: int, temperature: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of a decoder whose log-odds are `temperature` times too large."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(2.0, 1.5, n)
    right = rng.uniform(size=n) < 1 / (1 + np.exp(-odds))
    return 1 / (1 + np.exp(-odds * temperature)), right


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_the_temperature_that_a_decoder_lacks_is_found(temperature: float) -> None:
    probability, right = drawn(4000, temperature)
    assert fit_temperature(probability, right) == pytest.approx(temperature, rel=0.15)


def test_scaling_lowers_the_calibration_error_on_photos_not_fitted_to() -> None:
    probability, right = drawn(400, 3.0)
    temperature = fit_temperature(probability, right)
    others, others_right = drawn(4000, 3.0, seed=1)
    before = calibration_error(others, others_right)
    after = calibration_error(rescaled(others, temperature), others_right)
    assert after < 0.4 * before


def test_no_mistake_on_few_photos_makes_no_certainty() -> None:
    few = fit_temperature(np.full(10, 0.6), np.ones(10, bool))
    many = fit_temperature(np.full(1000, 0.6), np.ones(1000, bool))
    assert rescaled(np.array([0.6]), few)[0] == pytest.approx(11 / 12, abs=1e-3)
    assert rescaled(np.array([0.6]), many)[0] > 0.98
    assert 0.1 <= fit_temperature(np.array([1.0, 0.0]), np.array([False, True])) <= 10.0


def test_calibration_error_is_the_mean_gap() -> None:
    confidence = np.array([0.9] * 10 + [0.5] * 10)
    right = np.array([True] * 7 + [False] * 3 + [True] * 5 + [False] * 5)
    assert calibration_error(confidence, right) == pytest.approx(0.1)
    assert calibration_error(np.array([0.0, 1.0]), np.array([False, True])) == 0.0


def test_risk_rises_as_less_sure_captions_come_in() -> None:
    confidence = np.array([0.2, 0.9, 0.8, 0.4])
    right = np.array([False, True, True, False])
    coverage, risk = risk_coverage(confidence, right)
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 2])
    assert aurc(confidence, right) == pytest.approx(5 / 24)
    assert aurc(-confidence, right) > aurc(confidence, right)
    _, tied = risk_coverage(np.full(4, 0.5), right)
    assert tied.tolist() == [0.5] * 4


def test_the_bound_is_that_of_clopper_and_pearson() -> None:
    # With no mistake it is the n-th root of the doubt.
    assert lower_bound(59, 59, 0.05) == pytest.approx(0.05 ** (1 / 59), abs=1e-6)
    below = lower_bound(124, 136, 0.025)
    assert below == pytest.approx(0.8509, abs=5e-4)
    assert lower_bound(0, 10, 0.05) == lower_bound(0, 0, 0.05) == 0.0
    tail = sum(math.comb(136, k) * below**k * (1 - below) ** (136 - k) for k in range(124, 137))
    assert tail == pytest.approx(0.025, rel=1e-3)


def test_a_threshold_keeps_its_promise_on_photos_that_did_not_choose_it() -> None:
    kept, shares = 0, []
    for seed in range(20):
        confidence, right = drawn(400, 1.0, seed)
        none = np.zeros(400, bool)
        choice = choose_threshold(confidence, right, none, none, 0.85)
        assert choice.reached
        others, others_right = drawn(20_000, 1.0, 1000 + seed)
        given = others >= choice.threshold
        kept += others_right[given].mean() >= 0.85
        shares.append(given.mean())
    assert kept >= 19
    assert np.mean(shares) > 0.4


def test_few_photos_show_nothing_and_what_they_count_decides() -> None:
    confidence = np.linspace(0.01, 1.0, 20)
    none = np.zeros(20, bool)
    sure = choose_threshold(confidence, np.ones(20, bool), none, none, 0.95)
    assert not sure.reached
    assert (sure.given, sure.right) == (20, 20)
    half = choose_threshold(confidence, confidence > 0.5, none, none, 0.95)
    assert not half.reached
    assert half.right == half.given == 10


def test_a_level_that_is_mostly_wrong_is_never_given() -> None:
    confidence, right = np.linspace(0.0, 1.0, 500), np.arange(500) % 3 == 0
    none = np.zeros(500, bool)
    choice = choose_threshold(confidence, right, none, none, 0.9)
    assert (choice.threshold, choice.given, choice.reached) == (NEVER, 0, False)
    level = LevelCalibration("basic", 500, 1.0, NEVER, 0, 0, False, 0.1, 0.1)
    assert "never given" in calibration_text(Calibration(0.9, (level,)))


def test_right_captions_below_do_not_excuse_wrong_ones_at_the_level_itself() -> None:
    n = 600
    confidence = np.linspace(0.0, 1.0, n)
    right = np.arange(n) % 5 != 0
    always = np.ones(n, bool)
    choice = choose_threshold(confidence, right, always, always, 0.95)
    assert not choice.reached
    perfect = choose_threshold(confidence, always, always, always, 0.95)
    assert perfect.reached and perfect.given == n


def test_wrong_captions_below_raise_the_threshold_of_no_level_above() -> None:
    n = 600
    confidence, right = np.linspace(0.0, 1.0, n), np.ones(n, bool)
    wrong_below = choose_threshold(confidence, right, right, ~right, 0.95)
    assert wrong_below.reached and wrong_below.given == n


def outcomes(n: int, seed: int, known: float = 1.0) -> dict[str, LevelOutcomes]:
    rng = np.random.default_rng(seed)
    found = {}
    for level, shift in (("basic", 5.5), ("normal", 4.5), ("complete", 3.5)):
        odds = rng.normal(shift, 1.5, n)
        right = rng.uniform(size=n) < 1 / (1 + np.exp(-odds))
        has = rng.uniform(size=n) < (known if level == "complete" else 1.0)
        found[level] = LevelOutcomes(1 / (1 + np.exp(-2 * odds)), right & has, has)
    return found


def test_what_is_given_wherever_it_is_asked_for_is_right_as_often_as_promised() -> None:
    levels = calibrate_levels(outcomes(1000, 0), 0.95)
    assert [level.level for level in levels] == ["basic", "normal", "complete"]
    assert all(level.reached for level in levels)
    assert all(level.ece_after < level.ece_before for level in levels)
    fresh = outcomes(20_000, 1)
    for count in (1, 2, 3):
        given, right = fallback(fresh, levels[:count])
        assert right[given].mean() >= 0.95
        assert given.mean() > 0.5
        assert not right[~given].any()


def test_only_photos_whose_truth_is_known_count() -> None:
    some = outcomes(500, 2, known=0.4)
    levels = calibrate_levels(some, 0.9)
    assert [level.n for level in levels][:2] == [500, 500]
    assert levels[2].n == int(some["complete"].known.sum())
    assert [one.level for one in calibrate_levels(outcomes(100, 3, known=0.01), 0.9)] == [
        "basic",
        "normal",
    ]


def others(n: int, seed: int, size: int, away: float) -> Others:
    rng = np.random.default_rng(seed)
    states = rng.normal(0.0, 1.0, (n, size)).astype(np.float32)
    states[:, 0] -= away
    return Others(states, tuple(f"kind {index % 12}" for index in range(n)))


def test_a_detector_tells_jewelry_from_kinds_of_things_it_never_saw() -> None:
    rng = np.random.default_rng(0)
    jewelry = rng.normal(0.0, 1.0, (900, 16)).astype(np.float32)
    jewelry[:, 0] += 3.0
    things = others(120, 1, 16, 3.0)
    detector = fit_detector(jewelry[:400], jewelry[400:], things)
    assert (detector.jewelry, detector.others, detector.kinds) == (500, 120, 12)
    assert detector.missed <= 5
    assert detector.mistaken <= 4
    fresh = others(400, 2, 16, 3.0)
    assert jewelry_found(detector, fresh.states).mean() < 0.03
    assert jewelry_found(detector, jewelry).mean() > 0.97
    assert jewelry_found(None, fresh.states).all()


def test_kinds_that_training_showed_judge_nothing() -> None:
    rng = np.random.default_rng(0)
    jewelry = rng.normal(0.0, 1.0, (600, 8)).astype(np.float32)
    things = others(120, 1, 8, 0.0)
    known = [f"kind {number}" for number in range(6)]
    # What training showed lies far away, the rest among the jewelry.
    shown = np.array([kind in known for kind in things.kinds])
    things.states[shown] -= 9.0
    detector = fit_detector(jewelry[:300], jewelry[300:], things, known)
    assert (detector.others, detector.kinds) == (60, 6)
    assert detector.mistaken > 50
    with pytest.raises(JewelcapError, match="20 pictures of 2 kinds of things that training did"):
        fit_detector(jewelry, jewelry, things, [f"kind {number}" for number in range(10)])


def test_what_cannot_be_told_apart_passes_for_jewelry() -> None:
    rng = np.random.default_rng(0)
    jewelry = rng.normal(0.0, 1.0, (600, 8)).astype(np.float32)
    detector = fit_detector(jewelry[:300], jewelry[300:], others(100, 1, 8, 0.0))
    assert detector.missed <= 3
    assert detector.mistaken > 80


def test_too_few_kinds_are_one_message() -> None:
    states = np.zeros((40, 4), np.float32)
    with pytest.raises(JewelcapError, match="40 pictures of 1 kinds of things that"):
        fit_detector(states, states, Others(states, ("all",) * 40))
    with pytest.raises(JewelcapError, match="each kind in a folder of its own"):
        fit_detector(states, states, Others(states[:8], tuple("abcdefgh")))


def test_other_negatives_or_another_target_are_other_options(tmp_path: Path) -> None:
    halves().save(tmp_path / "a.png")
    plain, with_pictures = CalibrationOptions(), CalibrationOptions(negatives=tmp_path)
    first = with_pictures.digest()
    assert len({plain.digest(), CalibrationOptions(0.9).digest(), first}) == 3
    assert CalibrationOptions(negatives=tmp_path).digest() == first
    halves().rotate(90).save(tmp_path / "a.png")
    assert with_pictures.digest() != first


def test_the_text_says_where_the_target_is_not_shown() -> None:
    one = LevelCalibration("basic", 20, 1.5, 0.4, 18, 18, False, 0.1, 0.05)
    text = calibration_text(Calibration(0.95, (one,)))
    assert "at least 0.95: counted, but not shown by so few photos" in text
    assert "18 of 20" in text
