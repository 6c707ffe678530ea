from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks import latency
from benchmarks.latency import Mode
from benchmarks.record_files import read_records, write_records
from pipeline.cli import main

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
