from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from benchmarks.demo import DEMO_CONFIG, DEMO_VARIANTS, DemoResult, demo_text, run_demo
from benchmarks.latency import Mode
from export.variants import VARIANTS, Variant
from pipeline.config import TrainConfig
from pipeline.rundir import Run

# The other variants are exported in the tests of `export`.
VARIANTS_HERE = ("float32",)
PHOTOS_HERE = 100, 200
INSTANT = Mode("instant", rounds=1, warmups=0, least=1, seconds=0.0)


@pytest.fixture(scope="module")
def finished(
    tiny_run: Path,
    tiny_bundle: Path,
    tiny_catalog: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[DemoResult, TrainConfig]:
    """The demo's stages after training and one export, on a copy of the tiny run."""
    assert tiny_bundle.is_relative_to(tiny_run)
    out = tmp_path_factory.mktemp("demo") / "run"
    shutil.copytree(tiny_run, out)
    config = Run(out).config().train
    return run_demo(out, tiny_catalog, config, INSTANT, False, VARIANTS_HERE, PHOTOS_HERE), config


def test_the_demo_leaves_captioners_records_and_a_report(
    finished: tuple[DemoResult, TrainConfig],
) -> None:
    result, _ = finished
    assert [path.parent.name for path in result.captioners] == list(VARIANTS_HERE)
    assert all(path.is_file() for path in result.captioners)
    assert {record.model.variant for record in result.records} == set(VARIANTS_HERE)
    assert all(record.accuracy is not None for record in result.records)
    assert "Captioner benchmarks" in result.report.read_text("utf-8")
    assert (result.run.root / "evaluate" / "test" / "evaluation.json").is_file()


def test_the_demo_says_what_it_made_and_what_to_do_next(
    finished: tuple[DemoResult, TrainConfig],
) -> None:
    result, _ = finished
    text = demo_text(result, 123.4)
    assert "in 123 s from" in text
    assert "CCR complete [95 % interval]" in text
    assert "n = " in text
    model = result.shown
    assert model.read_bytes() == result.captioners[-1].read_bytes()
    for command in ("jewelcap describe", "jewelcap app"):
        (line,) = [line for line in text.splitlines() if command in line]
        assert f"--model {model}" in line or "--model .." in line
    assert result.photo.is_file()


def test_a_finished_demo_measures_nothing_again(
    finished: tuple[DemoResult, TrainConfig],
    tiny_catalog: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result, config = finished
    monkeypatch.setattr("benchmarks.host.run_in_new_process", lambda job: pytest.fail("measured"))
    again = run_demo(
        result.run.root, tiny_catalog, config, INSTANT, False, VARIANTS_HERE, PHOTOS_HERE
    )
    assert again.records == result.records


def test_the_demo_is_made_of_known_parts() -> None:
    DEMO_CONFIG.check()
    assert set(DEMO_VARIANTS) <= set(VARIANTS)


def test_the_demo_shows_what_it_repaired_where_8_bits_are_refused(
    finished: tuple[DemoResult, TrainConfig],
    tiny_catalog: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result, config = finished
    out = shutil.copytree(result.run.root, tmp_path / "run")
    shutil.rmtree(out / "benchmarks")
    repaired = out / "export" / "int8-repaired" / "captioner.tflite"
    shutil.copytree(result.captioners[0].parent, repaired.parent)
    asked = []

    def export(run: Run, variant: Variant, root: Path, repair: bool, *_: int, force: bool) -> Any:
        asked.append((variant.name, repair))
        return repaired, True, None

    monkeypatch.setattr("export.repaired.export_or_repair", export)
    again = run_demo(out, tiny_catalog, config, INSTANT, False, ("int8",))
    assert asked == [("int8", True)]
    assert again.captioners == (repaired,)
    assert again.shown.read_bytes() == repaired.read_bytes()
