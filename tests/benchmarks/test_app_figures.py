"""The app's figures: what follows from samples, what a record goes on with, and a real window."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks import app_figures, app_parts
from benchmarks.app_parts import FPS, PARTS, SIZE, write_clip
from benchmarks.app_record import gaps_of, goals_of, growth_of, read_app_record
from benchmarks.app_window import WindowJob, WindowSamples
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.errors import JewelcapError
from tests.mobile_app.ui.conftest import REPOSITORY, draw_photo, window_environment
from tests.mobile_app.ui.stub import write_stub_bundle

SAMPLES = WindowSamples(
    renderer="painter",
    side=288,
    start_ms=900.0,
    seconds=10.0,
    pictures=290,
    path_ms=(9.0,) * 200,
    seen_ms=(20.0,) * 200,
    gaps_ms=(16.0,) * 500 + (40.0,),
    bare_gaps_ms=(16.0,) * 500,
    memory_bytes=(200_000_000,) * 10 + (201_000_000,) * 10,
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_stub_bundle(tmp_path / "stub.tflite")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[WindowJob]:
    """Stands in for the window; holds what it would have been asked for."""
    jobs: list[WindowJob] = []

    def run(job: WindowJob) -> WindowSamples:
        jobs.append(job)
        return SAMPLES

    monkeypatch.setattr(app_parts, "run_window", run)
    monkeypatch.setattr(app_parts, "measure_own", lambda *_: (8.0,) * 300)
    monkeypatch.setattr(app_figures, "write_clip", lambda *_: None)
    return jobs


def call(model: Path, out: Path, photos: Path, *more: str) -> Any:
    arguments = [str(model), "--out", str(out), "--folder", str(photos), "--photos", "50", *more]
    return CliRunner().invoke(app_figures.main, arguments)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in "abc":
        draw_photo(folder / f"{name}.png", "#f3e2d8", "#d8a93a", "#b01030")
    return folder


def test_memory_that_grows_is_told_from_memory_that_wavers() -> None:
    assert growth_of([100, 110, 90] * 40).growth == 0.0
    grown = growth_of(list(range(1000, 2000)))
    assert grown.growth == pytest.approx(0.8576, abs=0.0001) and grown.samples == 1000
    with pytest.raises(JewelcapError, match="does not tell"):
        growth_of([])


def test_a_gap_counts_as_long_above_50_ms() -> None:
    gaps = gaps_of([16.0] * 98 + [50.0, 50.1])
    assert (gaps.n, gaps.p50_ms, gaps.longest_ms, gaps.long) == (100, 16.0, 50.1, 1)
    with pytest.raises(JewelcapError, match="measure for longer"):
        gaps_of([16.0])


def test_all_parts_are_measured_and_held_against_the_goals(
    asked: list[WindowJob], model: Path, photos: Path, tmp_path: Path
) -> None:
    out = tmp_path / "figures.json"
    result = call(model, out, photos)
    assert result.exit_code == 0, result.output
    record = read_app_record(out)
    assert record is not None and None not in [getattr(record, part) for part in PARTS]
    assert record.renderer == "painter" and record.schema_version == 1
    assert dump_json(record) == out.read_text(encoding="utf-8")
    goals = {goal.name: goal for goal in record.goals}
    assert len(goals) == 7 and all(goal.holds for goal in goals.values())
    assert goals["preview, pictures a second"].measured == 29.0
    assert goals["captions a second"].measured == 20.0
    assert goals["frame path, p50 over the captioner's own"].measured == pytest.approx(1.125)
    assert goals["memory growth over 50 photos"].measured == 0.005
    # As many photos as asked for beside the warm-up, of however few there are.
    assert len(asked[-1].photos) == 50 + asked[-1].warm_up


def test_a_goal_that_is_missed_is_said(
    asked: list[WindowJob],
    model: Path,
    photos: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = replace(SAMPLES, pictures=200, path_ms=(13.0,) * 70, gaps_ms=(16.0, 80.0))
    monkeypatch.setattr(app_parts, "run_window", lambda job: slow)
    result = call(model, tmp_path / "figures.json", photos)
    missed = [line for line in result.output.splitlines() if line.startswith("MISSED")]
    said = [line.partition(":")[0].removeprefix("MISSED").strip() for line in missed]
    assert said == [
        "preview, pictures a second",
        "captions a second",
        "frame path, p50 over the captioner's own",
        "longest gap with captions, ms",
    ]
    # What the window costs without captions is not theirs.
    record = read_app_record(tmp_path / "figures.json")
    assert record is not None and record.stall is not None
    bare = replace(record.stall.without, longest_ms=90.0)
    judged = goals_of(replace(record, stall=replace(record.stall, without=bare)))
    assert next(goal for goal in judged if "gap" in goal.name).holds


def test_another_call_goes_on_with_what_is_missing(
    asked: list[WindowJob], model: Path, photos: Path, tmp_path: Path
) -> None:
    out = tmp_path / "figures.json"
    assert call(model, out, photos, "--part", "stall").exit_code == 0
    first = read_app_record(out)
    assert first is not None and first.live is None and [job.part for job in asked] == ["stall"]
    assert call(model, out, photos).exit_code == 0
    assert [job.part for job in asked].count("stall") == 1
    write_stub_bundle(model, name="another")
    assert call(model, out, photos, "--part", "stall").exit_code == 0
    renewed = read_app_record(out)
    assert renewed is not None and renewed.live is None, "figures of another captioner are kept"
    out.write_text("{}", encoding="utf-8")
    result = call(model, out, photos)
    assert result.exit_code == 1 and "schema_version" in result.output


def test_the_window_is_watched_from_outside(model: Path, photos: Path, tmp_path: Path) -> None:
    clip, home = tmp_path / "clip.avi", tmp_path / "app"
    home.mkdir()
    write_clip(clip, sorted(photos.iterdir())[:1], seconds=1)
    job = WindowJob("live", str(model), str(clip), str(home), seconds=1.0, warm_up=0.2)
    question, answer = tmp_path / "job.json", tmp_path / "samples.json"
    question.write_text(dump_json(job), encoding="utf-8")
    code = (
        "import sys; from mobile_app.camera_app.runtime import captioner; "
        "from tests.mobile_app.ui.stub import ColorInterpreter; "
        "captioner.open_interpreter = ColorInterpreter; "
        "from benchmarks.app_window import main; sys.exit(main(*sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, question, answer],
        env=window_environment(tmp_path, REPOSITORY),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    samples = load_json(WindowSamples, answer.read_bytes(), "samples")
    assert samples.seconds >= 1.0 and 0 < samples.side <= 480 and samples.renderer
    assert samples.start_ms is not None and samples.start_ms > 100.0
    assert 0 < samples.pictures <= samples.seconds * FPS * 1.5
    assert samples.path_ms and min(samples.path_ms) > 0.0
    assert all(a <= b for a, b in zip(samples.path_ms, samples.seen_ms, strict=True))
    assert sum(samples.gaps_ms) == pytest.approx(1000.0 * samples.seconds, rel=0.5)
    assert samples.memory_bytes and min(samples.memory_bytes) > 10_000_000
    assert SIZE == (640, 480)
