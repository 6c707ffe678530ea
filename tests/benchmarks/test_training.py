from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.training import StepTimes, TrainingSpeed, main, time_steps
from mobile_app.camera_app.runtime.schema import load_json
from pipeline.config import TrainConfig
from pipeline.errors import JewelcapError
from tests.models import add_small_encoder
from tests.synthetic import make_catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return make_catalog(tmp_path / "catalog", views=3)


def test_steps_of_each_kind_are_timed(catalog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_small_encoder(monkeypatch)
    times, digest = time_steps(TrainConfig("small-32", "gru-8", "none", batch_size=8), catalog, 3)
    assert len(digest) == 64
    for kind in (times.constant, times.pipeline, times.frozen):
        assert len(kind) == 3 and min(kind) > 0


def test_too_few_photos_are_refused(catalog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_small_encoder(monkeypatch)
    config = TrainConfig("small-32", "gru-8", "none", batch_size=500)
    with pytest.raises(JewelcapError, match="lower --batch-size"):
        time_steps(config, catalog, 3)


def test_the_record_compares_medians(
    catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = StepTimes((1.0, 1.0, 9.0), (1.05, 1.1, 1.05), (0.01, 0.02, 0.02))
    monkeypatch.setattr("benchmarks.training.time_steps", lambda *_: (times, "d" * 64))
    out = tmp_path / "training.json"
    result = CliRunner().invoke(main, [str(catalog), "--steps", "3", "--out", str(out)])
    assert result.exit_code == 0, result.output
    speed = load_json(TrainingSpeed, out.read_text(), str(out))
    assert (speed.constant_seconds, speed.pipeline_seconds, speed.frozen_seconds) == (1, 1.05, 0.02)
    assert speed.pipeline_share == pytest.approx(0.05)
    assert speed.speedup == pytest.approx(52.5)
    assert "+5.0%" in result.output and "52 times faster" in result.output
    assert str(catalog) not in out.read_text()
