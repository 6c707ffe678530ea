"""What `export` and `confidence` tell of a real file's confidences."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from mobile_app.camera_app.runtime.bundle import read_bundle
from mobile_app.camera_app.runtime.captioner import Captioner
from tests.bundles import write_fake_bundle
from tests.command_line import assert_done, assert_fails, jewelcap
from tests.synthetic import draw_noise, draw_piece


@pytest.fixture(scope="module")
def negatives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 pictures of six kinds without jewelry."""
    root = tmp_path_factory.mktemp("negatives")
    for number in range(30):
        folder = root / f"kind {number % 6}"
        folder.mkdir(exist_ok=True)
        draw_noise(number).save(folder / f"{number}.png")
    return root


@pytest.fixture(scope="module")
def careful(
    tiny_run: Path, tiny_catalog: Path, negatives: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A captioner that was shown what is no jewelry."""
    run = tmp_path_factory.mktemp("careful") / "run"
    shutil.copytree(tiny_run, run, ignore=shutil.ignore_patterns("export", "checkpoints"))
    result = jewelcap(
        "export", run, "--variant", "float32", "--catalog", tiny_catalog, "--negatives", negatives
    )
    assert_done(result)
    assert "no jewelry: missed" in result.stdout
    return run / "export" / "float32" / "captioner.tflite"


def test_every_export_is_calibrated_on_all_validation_photos(
    tiny_bundle: Path, tiny_run: Path
) -> None:
    from pipeline.rundir import Run

    calibration = read_bundle(tiny_bundle).manifest.calibration
    assert calibration is not None
    assert calibration.target == 0.95
    assert calibration.detector is None
    assert [level.level for level in calibration.levels] == ["basic", "normal", "complete"]
    for level in calibration.levels:
        assert level.n == len(Run(tiny_run).manifest().of("validation"))
        assert 0 <= level.right <= level.given <= level.n
        assert 0.0 <= level.threshold <= 1.0 or level.given == 0


def test_a_captioner_that_was_shown_other_things_says_where_there_is_no_jewelry(
    careful: Path,
) -> None:
    captioner = Captioner.open(careful)
    calibration = captioner.bundle.manifest.calibration
    assert calibration is not None and calibration.detector is not None
    detector = calibration.detector
    assert (detector.others, detector.kinds) == (30, 6)
    assert detector.missed == 0
    verdicts = [captioner.describe(draw_noise(100 + seed), "basic").verdict for seed in range(10)]
    assert verdicts.count("no jewelry") >= 8
    pieces = [draw_piece("ring", "silver", "ruby", 50 + seed) for seed in range(10)]
    found = [captioner.describe(piece, "basic").verdict for piece in pieces]
    assert found.count("no jewelry") <= 2


def test_describe_says_so_and_gives_the_caption_when_told_to(careful: Path, tmp_path: Path) -> None:
    photo = tmp_path / "noise.png"
    captioner = Captioner.open(careful)
    seeds = (seed for seed in range(100, 120))
    seed = next(
        s for s in seeds if captioner.describe(draw_noise(s), "complete").verdict == "no jewelry"
    )
    draw_noise(seed).save(photo)
    result = jewelcap("describe", photo, "--model", careful)
    assert (result.stdout, result.exit_code) == ("no jewelry found\n", 0)
    in_spanish = jewelcap("describe", photo, "--model", careful, "--language", "es", "--json")
    row = json.loads(in_spanish.stdout)
    assert (row["caption"], row["verdict"]) == ("no se encontró ninguna joya", "no jewelry")
    raw = jewelcap("describe", photo, "--model", careful, "--level", "complete", "--no-abstain")
    assert raw.stdout not in ("", "no jewelry found\n")


def test_confidence_is_reported_with_its_plot(
    careful: Path, tiny_catalog: Path, negatives: Path, tmp_path: Path
) -> None:
    out = tmp_path / "confidence"
    options = ("--catalog", tiny_catalog, "--negatives", negatives, "--out", out)
    result = jewelcap("confidence", careful, *options)
    assert_done(result)
    assert "basic: right" in result.stdout
    assert "pictures of 6 kinds of other things" in result.stdout
    record = json.loads((out / "confidence.json").read_text())
    assert record["split"] == "test"
    assert [level["level"] for level in record["levels"]] == ["basic", "normal", "complete"]
    for level in record["levels"]:
        n = level["right"]["n"]
        assert n == record["n"]
        assert sum(one["n"] for one in level["after"]) == n
        assert sum(one["right"] for one in level["after"]) == level["right"]["count"]
        counts = (level[key]["count"] for key in ("described", "fallen_back", "no_jewelry"))
        assert sum(counts) <= n
        assert level["coverage"][-1] == 1.0
        assert level["risk"][-1] == pytest.approx(1 - level["right"]["count"] / n, abs=1e-3)
    assert sum(n for _, n in record["negatives"]["by_kind"].values()) == 30
    with Image.open(out / "confidence.png") as image:
        assert image.width > 800


def test_a_captioner_without_calibration_has_nothing_to_report(
    tiny_bundle: Path, tiny_catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = read_bundle(write_fake_bundle(tmp_path / "plain.tflite"))
    plain = Captioner(bundle, Captioner.open(tiny_bundle).interpreter)
    monkeypatch.setattr(Captioner, "open", lambda *_, **__: plain)
    result = jewelcap("confidence", bundle.path, "--catalog", tiny_catalog)
    assert_fails(result, "is not calibrated; export it again")


def test_negatives_of_too_few_kinds_are_refused(
    tiny_run: Path, tiny_catalog: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(tiny_run, run, ignore=shutil.ignore_patterns("export", "checkpoints"))
    flat = tmp_path / "flat"
    flat.mkdir()
    draw_noise(1).save(flat / "1.png")
    options = ("--variant", "float32", "--catalog", tiny_catalog, "--negatives", flat)
    assert_fails(jewelcap("export", run, *options), "1 pictures of 1 kinds", "too few")
