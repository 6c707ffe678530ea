from __future__ import annotations

import json
from pathlib import Path

from pipeline.evaluate import evaluate_run
from pipeline.rundir import Run
from tests.command_line import assert_done, assert_fails, jewelcap, run_python


def test_a_run_is_evaluated_into_its_folder(tiny_run: Path) -> None:
    result = jewelcap("evaluate", tiny_run, "--split", "validation", "--json")
    assert_done(result)
    shown = json.loads(result.stdout)
    expected = evaluate_run(Run(tiny_run), None, "validation", ())
    assert shown["n"] == expected.n
    assert [one["ccr"] for one in shown["accuracy"]] == [one.ccr for one in expected.accuracy]
    written = tiny_run / "evaluate" / "validation" / "evaluation.json"
    assert json.loads(written.read_text()) == shown
    assert written.with_suffix(".png").is_file()


def test_a_captioner_is_evaluated_on_a_catalog(
    tiny_bundle: Path, tiny_catalog: Path, tmp_path: Path
) -> None:
    options = ("--catalog", tiny_catalog, "--level", "normal", "--out", tmp_path / "out")
    result = jewelcap("evaluate", tiny_bundle, *options)
    assert_done(result)
    assert "normal" in result.stdout and "complete" not in result.stdout
    assert (tmp_path / "out" / "evaluation.json").is_file()


def test_several_views_of_each_photo_are_named_and_compared_with_one(
    tiny_run: Path, tiny_bundle: Path, tiny_catalog: Path
) -> None:
    options = ("--catalog", tiny_catalog, "--view", "whole", "--view", "mirror")
    result = jewelcap("evaluate", tiny_bundle, *options, "--against", tiny_bundle, "--json")
    assert_done(result)
    found = json.loads(result.stdout)
    assert found["variant"] == "float32 (whole + mirror)"
    assert [one["level"] for one in found["against"]["levels"]] == ["basic", "normal", "complete"]
    assert_fails(jewelcap("evaluate", tiny_run, "--view", "mirror"), "is a run", code=2)


def test_wrong_subjects_of_an_evaluation(
    tiny_bundle: Path, tiny_catalog: Path, tmp_path: Path
) -> None:
    assert_fails(jewelcap("evaluate", tiny_bundle), "needs --catalog", code=2)
    assert_fails(jewelcap("evaluate", tmp_path), "not a run directory")
    assert jewelcap("evaluate", tmp_path / "none").exit_code == 2
    (tmp_path / "x.tflite").write_text("x")
    result = jewelcap("evaluate", tmp_path / "x.tflite", "--catalog", tiny_catalog)
    assert_fails(result, "not a TFLite file")
    result = jewelcap("evaluate", tiny_bundle, "--catalog", tiny_catalog, "--level", "full")
    assert_fails(result, "unknown level 'full'")
    result = jewelcap("evaluate", tiny_bundle, "--catalog", tiny_catalog, "--split", "dev")
    assert result.exit_code == 2


def test_a_run_and_its_captioner_are_compared_on_the_same_photos(
    tiny_run: Path, tiny_bundle: Path, tiny_catalog: Path, tmp_path: Path
) -> None:
    here = ("--catalog", tiny_catalog, "--against", tiny_bundle, "--out", tmp_path)
    result = jewelcap("evaluate", tiny_run, *here)
    assert_done(result)
    table = result.stdout.split("\n\n")[-1].splitlines()
    assert table[0].endswith(", float32")
    rows = [line.split() for line in table[3:]]
    assert [row[0] for row in rows] == ["basic", "normal", "complete"]
    assert all(row[2:5] == ["0", "0", "+0.0000"] for row in rows)
    assert all(row[-3:] == ["not", "told", "apart"] for row in rows)
    record = json.loads((tmp_path / "evaluation.json").read_text())
    assert record["against"]["levels"][0]["ccr"]["p_value"] == 1.0


def test_a_record_stands_for_its_model(tiny_run: Path, tmp_path: Path) -> None:
    written = tmp_path / "evaluation.json"
    assert_done(jewelcap("evaluate", tiny_run, "--out", tmp_path))
    shown = jewelcap("evaluate", written)
    assert_done(shown)
    assert shown.stdout == jewelcap("evaluate", tiny_run, "--out", tmp_path).stdout
    compared = jewelcap("evaluate", written, "--against", written)
    assert_done(compared)
    assert "not told apart" in compared.stdout
    result = jewelcap("evaluate", written, "--split", "train", "--exclude-store", "x")
    assert_fails(result, "leave out --split, --exclude-store", code=2)
    other = jewelcap("evaluate", tiny_run, "--split", "validation", "--against", written)
    assert_fails(other, "evaluated on different photos (validation of", "and test of")
    written.write_bytes(b"\xff")
    assert_fails(jewelcap("evaluate", written), "not valid JSON")


def test_texts_are_compared_in_another_language(tiny_run: Path, tmp_path: Path) -> None:
    result = jewelcap("evaluate", tiny_run, "--language", "it", "--out", tmp_path)
    assert_done(result)
    assert "text (it)" in result.stdout


def test_a_captioner_is_evaluated_without_tensorflow(tiny_bundle: Path, tiny_catalog: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from pipeline.evaluate import evaluate_captioner; "
        "evaluate_captioner(Path(sys.argv[1]), Path(sys.argv[2]), 'test', ()); "
        "assert not {'tensorflow', 'tf_keras'} & set(sys.modules)"
    )
    done = run_python(code, tiny_bundle, tiny_catalog)
    assert done.returncode == 0, done.stderr
