from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from benchmarks import arm64
from benchmarks.arm64 import compare, measure
from benchmarks.arm64_worker import Described, DescribeJob, Said
from benchmarks.engines import Contender
from benchmarks.latency import MODES
from benchmarks.record import Agreement
from benchmarks.report import write_report
from benchmarks.run import benchmark_text
from benchmarks.settings import Settings
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.cli import main
from pipeline.errors import JewelcapError
from tests.bundles import write_fake_bundle

from .make_record import make_record

HERE = Described(
    "x86_64",
    "3.11.7",
    "LiteRT 2.3.0",
    (
        (
            (Said("ring", (0.9, 0.8)), Said("gold ring", (0.7, 0.6, 0.9))),
            (Said("bracelet", (0.9, 0.8)), Said("silver bracelet", (0.7, 0.6, 0.9))),
        ),
    ),
)


def changed(photo: int, level: int, said: Said) -> Described:
    photos = [list(levels) for levels in HERE.said[0]]
    photos[photo][level] = said
    return replace(HERE, machine="aarch64", said=(tuple(map(tuple, photos)),))


def test_captions_that_are_equal_at_every_level_agree() -> None:
    agreement = compare(HERE, HERE, 0, ["a.jpg", "b.jpg"])
    assert (agreement.n, agreement.equal, agreement.different) == (2, 2, ())
    assert agreement.probability_difference == 0.0
    assert agreement.reference == "x86_64"


def test_one_other_word_at_one_level_is_found_and_named() -> None:
    there = changed(1, 1, Said("gold bracelet", (0.1, 0.1, 0.1, 0.1)))
    agreement = compare(HERE, there, 0, ["a.jpg", "b.jpg"])
    assert (agreement.equal, agreement.different) == (1, ("b.jpg",))
    # Tokens of other captions are not the same tokens.
    assert agreement.probability_difference == 0.0


def test_probabilities_are_compared_where_the_captions_are_equal() -> None:
    there = changed(0, 1, Said("gold ring", (0.7, 0.55, 0.9)))
    assert compare(HERE, there, 0, ["a.jpg", "b.jpg"]).probability_difference == 0.05


class FakePython:
    """Answers what is given, and remembers what it was asked."""

    def __init__(self, answer: Described) -> None:
        self.answer = answer
        self.jobs: list[DescribeJob] = []

    def run(self, *arguments: str | Path, cwd: Path | None = None) -> str:
        assert arguments[:2] == ("-m", "benchmarks.arm64_worker")
        assert cwd is not None and (cwd / "benchmarks" / "arm64_worker.py").is_file()
        question, answer = map(Path, arguments[2:])
        self.jobs.append(load_json(DescribeJob, question.read_bytes(), "job"))
        answer.write_text(dump_json(self.answer))
        return ""


def test_a_record_tells_agreement_and_no_latency(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arm64, "describe_all", lambda job: HERE)
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", (40, 30), "white").save(photos / name)
    contender = Contender("captioner", tmp_path / "int8.tflite", make_record().model)
    python = FakePython(changed(1, 1, Said("gold bracelet", (0.5,))))
    settings = Settings(MODES["quick"], photos=photos)
    (record,) = measure([contender], settings, pytest.fail, python)
    (job,) = python.jobs
    assert [Path(path).name for path in job.captioners] == ["int8.tflite"]
    assert sorted(Path(path).name for path in job.photos) == ["a.png", "b.png"]
    assert record.agreement is not None
    assert (record.agreement.n, record.agreement.equal) == (2, 1)
    assert record.latency.encode is record.latency.photo is record.memory is None
    assert "emulated" in record.device.cpu
    assert (record.device.os, record.device.python) == ("aarch64", "3.11.7")
    assert "1 of 2" in benchmark_text([record])
    page = write_report(tmp_path / "report", [record]).read_text("utf-8")
    assert "1 of 2" in page
    assert "ms a photo" not in page


@pytest.mark.parametrize(("equal", "code"), [(2, 0), (1, 1)])
def test_the_command_fails_where_fewer_captions_are_equal_than_described(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, equal: int, code: int
) -> None:
    record = replace(make_record(correct=None), agreement=Agreement(2, equal, 0.0, "x86_64"))
    monkeypatch.setattr("benchmarks.run.run_benchmark", lambda *_: (record,))
    captioner = write_fake_bundle(tmp_path / "int8.tflite")
    options = ["--target", "arm64", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, ["benchmark", str(captioner), *options])
    assert result.exit_code == code, result.output
    assert ("1 of 2 photos have the captions of x86_64" in result.stderr) == (code == 1)
    # What was found is kept all the same.
    assert len(list((tmp_path / "out").glob("*.json"))) == 1


def test_without_its_set_up_the_message_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JEWELCAP_CACHE", str(tmp_path))
    monkeypatch.setattr("mobile_app.verify.foreign.missing_programs", lambda name: [])
    with pytest.raises(JewelcapError, match="--target arm64 --setup"):
        measure([], Settings(MODES["quick"]), pytest.fail)
    monkeypatch.setattr("mobile_app.verify.foreign.missing_programs", lambda name: ["qemu"])
    with pytest.raises(JewelcapError, match="emulated ARM64 needs qemu"):
        measure([], Settings(MODES["quick"]), pytest.fail)
