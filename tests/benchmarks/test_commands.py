from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks import latency
from benchmarks.latency import Mode
from benchmarks.record_files import read_records, write_records
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.cli import main
from tests.bundles import write_fake_bundle

from .make_record import make_record

INSTANT = Mode("instant", rounds=1, warmups=0, least=1, seconds=0.0)


def call(*args: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in args])


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(latency.MODES, "quick", INSTANT)


@pytest.mark.usefixtures("instant")
def test_benchmark_prints_records_and_writes_the_same(
    tiny_bundle: Path, tiny_catalog: Path, tmp_path: Path
) -> None:
    out = tmp_path / "records"
    options = ("--mode", "quick", "--catalog", tiny_catalog, "--out", out, "--json")
    result = call("benchmark", tiny_bundle, *options)
    assert result.exit_code == 0, result.output
    (printed,) = json.loads(result.stdout)
    (record,), _ = read_records([out])
    assert printed["model"]["sha256"] == record.model.sha256
    assert record.accuracy is not None
    assert record.accuracy.split == "test"
    assert record.accuracy.at("complete") is not None
    assert record.conditions.mode == "instant"
    assert str(tmp_path) not in result.stdout


@pytest.mark.usefixtures("instant")
def test_benchmark_prints_a_table(tiny_bundle: Path) -> None:
    result = call("benchmark", tiny_bundle, "--mode", "quick")
    assert result.exit_code == 0, result.output
    assert "host latency: " in result.stdout
    assert "few_samples" in result.stdout


def test_benchmark_without_a_captioner_is_wrong_usage() -> None:
    result = call("benchmark")
    assert result.exit_code == 2
    assert "--baseline RUN" in result.output


def test_benchmark_of_no_captioner_fails_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bad.tflite").write_bytes(b"\0" * 100)
    for name in ("bad.tflite", "gone.tflite"):
        result = call("benchmark", tmp_path / name)
        assert result.exit_code == 1
        assert result.output.startswith("Error: ")
        assert len(result.output.splitlines()) == 1


def test_benchmark_on_another_catalog_fails_before_it_measures(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.synthetic import make_catalog

    monkeypatch.setattr("benchmarks.host.run_in_new_process", lambda job: pytest.fail("measured"))
    other = make_catalog(tmp_path / "other", views=2)
    result = call("benchmark", tiny_bundle, "--catalog", other)
    assert result.exit_code == 1
    assert "another catalog" in result.output


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--target", "app"), "give at least a report of the app"),
        (("--target", "adb", "--baseline", "."), "adb measures captioner files only"),
        (("--setup",), "nothing to set up for host"),
        (("--target", "nowhere"), "'nowhere' is not one of"),
        (("--compare", "one"), "requires 2 arguments"),
        (("--delegate", "npu"), "'npu' is not one of"),
    ],
)
def test_options_that_do_not_fit_are_wrong_usage(arguments: tuple[str, ...], reason: str) -> None:
    result = call("benchmark", *arguments)
    assert result.exit_code == 2
    assert reason in result.output


def test_reports_of_the_app_become_records_with_the_accuracy_of_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks.record import Accuracy
    from pipeline.files import sha256_file
    from pipeline.metrics import level_accuracy
    from tests.mobile_app.test_device_report import REPORT

    captioner = write_fake_bundle(tmp_path / "int8.tflite")
    known = replace(REPORT.model, sha256=sha256_file(captioner))
    (tmp_path / "a.json").write_text(dump_json(replace(REPORT, model=known)))
    (tmp_path / "b.json").write_text(dump_json(REPORT))
    catalog = tmp_path / "catalog"
    catalog.mkdir()
    accuracy = Accuracy("test", "views", "c" * 64, (level_accuracy("complete", 9, 10),))
    monkeypatch.setattr("benchmarks.run.measure_accuracy", lambda *_: accuracy)
    reports = (tmp_path / "a.json", tmp_path / "b.json", captioner)
    options = ("--target", "app", "--catalog", catalog, "--out", tmp_path / "out", "--json")
    result = call("benchmark", *reports, *options)
    assert result.exit_code == 0, result.output
    assert "no accuracy of int8: give its captioner file, too" in result.stderr
    (first, second) = json.loads(result.stdout)
    assert (first["accuracy"]["levels"][0]["correct"], second["accuracy"]) == (9, None)
    assert first["device"]["cpu"] == "Maker One"
    assert first["latency"]["photo"]["p50"] == 6.0
    assert first["sustained"]["windows"][1]["thermal"] == "light"
    # The GPU was asked for and did not run; the last window is slower.
    assert {flag["kind"] for flag in first["flags"]} == {"delegate", "few_samples", "throttled"}
    records, _ = read_records([tmp_path / "out"])
    assert {record.conditions.target for record in records} == {"app"}


def test_a_file_that_is_no_report_of_the_app_fails_in_one_sentence(tmp_path: Path) -> None:
    for name, text in (("bad.json", b"{"), ("other.json", b'{"schema_version": 1}')):
        (tmp_path / name).write_bytes(text)
        result = call("benchmark", tmp_path / name, "--target", "app")
        assert result.exit_code == 1
        assert result.output.startswith(f"Error: {tmp_path / name}: ")
    with (tmp_path / "long.json").open("wb") as file:
        file.truncate(5_000_000)
    assert "too long" in call("benchmark", tmp_path / "long.json", "--target", "app").output
    assert "cannot be read" in call("benchmark", tmp_path / "gone.json", "--target", "app").output


def test_a_report_may_be_set_against_a_record(tmp_path: Path) -> None:
    # Without accuracies nothing has to be drawn.
    records = [make_record("int8", correct=None), make_record("float32", 20.0, correct=None)]
    paths = write_records(tmp_path / "records", records)
    result = call("report", tmp_path / "records", "--against", paths[1])
    assert result.exit_code == 0, result.output
    assert "-50.0 %" in (tmp_path / "report" / "index.html").read_text("utf-8")


def test_report_is_written_beside_the_records_and_names_what_it_skips(tmp_path: Path) -> None:
    write_records(tmp_path / "records", [make_record()])
    (tmp_path / "records" / "cut.json").write_text("{")
    result = call("report", tmp_path / "records")
    assert result.exit_code == 0, result.output
    assert "skipped cut.json: not valid JSON" in result.stderr
    assert (tmp_path / "report" / "index.html").is_file()


def test_report_of_no_records_fails_in_one_sentence(tmp_path: Path) -> None:
    result = call("report", tmp_path)
    assert result.exit_code == 1
    assert "no benchmark records there" in result.output


def test_every_command_has_an_example() -> None:
    for name in ("benchmark", "report", "demo"):
        result = call(name, "--help")
        assert result.exit_code == 0
        assert f"jewelcap {name}" in result.output.split("Example:")[1]
