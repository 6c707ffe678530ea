"""The experiment from cells to the page, with an encoder that costs nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.latency import MODES, Mode
from benchmarks.reproduce.all_tables import all_tables
from benchmarks.reproduce.cells import EFFORTS, HONEST, Cell, Effort
from benchmarks.reproduce.experiment import RECORD, published, run_experiment
from benchmarks.reproduce.findings import find
from benchmarks.reproduce.goals import goal_table
from benchmarks.reproduce.page import markdown_head
from benchmarks.reproduce.records import Reproduction
from benchmarks.reproduce.report import write_report
from benchmarks.reproduce.unseen import compare_unseen, unseen_pairs
from mobile_app.camera_app.runtime.schema import load_json
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import split_catalog
from pipeline.config import TrainConfig
from pipeline.errors import JewelcapError
from pipeline.rundir import Run, RunConfig
from pipeline.train import train_run
from tests.command_line import assert_fails, jewelcap
from tests.models import add_small_encoder
from tests.synthetic import make_catalog

ENCODER = "small-32"
CELLS = (
    Cell(ENCODER, "gru-16", HONEST, exported=True),
    Cell(ENCODER, "gru-16", "paper"),
    Cell(ENCODER, "merge_gru-16", HONEST),
    Cell(ENCODER, "gru-16", "products"),
    Cell(ENCODER, "gru-16", HONEST, early_stopping=False),
)
EFFORT = replace(
    EFFORTS["quick"],
    photos={"paper": 24},
    epochs=3,
    patience=2,
    all_epochs=4,
    variants=("float32",),
    parity_photos=2,
    mode="instant",
)


@dataclass
class Experiment:
    catalog: Path
    out: Path
    said: list[str]

    def run(self, effort: Effort = EFFORT, **changes: Any) -> Reproduction:
        settings: dict[str, Any] = {
            "root": self.catalog,
            "out": self.out,
            "effort": effort,
            "cells": CELLS,
            "weights": "none",
            "best": (),
            "seed": 0,
            "force": False,
            "say": self.said.append,
        }
        return run_experiment(**settings | changes)


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Experiment]:
    with pytest.MonkeyPatch.context() as patch:
        add_small_encoder(patch)
        patch.setitem(MODES, "instant", Mode("instant", 1, 0, 1, 0.0))
        root = tmp_path_factory.mktemp("reproduce")
        made = Experiment(make_catalog(root / "catalog", views=4), root / "out", [])
        with pytest.raises(KeyboardInterrupt), pytest.MonkeyPatch.context() as broken:
            kill_at(broken, "paper")
            made.run()
        yield made


def kill_at(patch: pytest.MonkeyPatch, protocol: str) -> None:
    """Lets the experiment be killed when it comes to train under a protocol."""
    from pipeline import train

    original = train.train

    def killed(run: Run, config: TrainConfig, *args: Any) -> bool:
        if config.protocol == protocol:
            raise KeyboardInterrupt
        return original(run, config, *args)

    patch.setattr(train, "train", killed)


@pytest.fixture(scope="module")
def record(experiment: Experiment) -> Reproduction:
    """The finished experiment, after it was killed once."""
    first = experiment.out / "cells" / CELLS[0].name / "train" / "done.json"
    before = first.stat().st_mtime_ns
    found = experiment.run()
    assert first.stat().st_mtime_ns == before
    return found


@pytest.fixture(scope="module")
def report(experiment: Experiment, record: Reproduction) -> Path:
    return write_report(experiment.out / "report", record, experiment.catalog).parent


def test_a_killed_experiment_keeps_what_is_finished_and_goes_on(record: Reproduction) -> None:
    assert [one.name for one in record.cells] == [cell.name for cell in CELLS]
    assert not record.missing


def test_the_plan_says_what_is_done_and_what_remains(
    experiment: Experiment, record: Reproduction
) -> None:
    plans = [text for text in experiment.said if "to go" in text and "steps" in text]
    assert "6 steps, 0 done" in plans[0]
    # The exported cell and its file come first.
    assert "6 steps, 2 done" in plans[1]
    assert f"done  {CELLS[0].name} as float32" in plans[1]
    assert any(text.startswith("[1/4] ") for text in experiment.said)


def test_a_finished_experiment_does_nothing_again(
    experiment: Experiment, record: Reproduction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.train._train", lambda *_: pytest.fail("trained"))
    monkeypatch.setattr("benchmarks.host.run_in_new_process", lambda _: pytest.fail("measured"))
    again = experiment.run()
    assert replace(again, finished=record.finished) == record


def test_the_record_is_read_as_it_was_written(experiment: Experiment, record: Reproduction) -> None:
    path = experiment.out / "report" / RECORD
    found = load_json(Reproduction, path.read_bytes(), str(path))
    assert replace(found, finished=record.finished) == published(record)
    assert {one.test.n for one in found.cells} == {one.test.n for one in record.cells}
    assert str(experiment.catalog.parent) not in path.read_text(encoding="utf-8")


def test_the_published_record_names_no_folders(record: Reproduction) -> None:
    one = record.cells[0]
    config = replace(
        one.config,
        weights="/home/me/vgg.h5",
        teacher=("/home/me/teacher",),
        extra_train=("/home/me/more",),
        negatives="/home/me/others",
    )
    found = published(replace(record, results=(replace(one, config=config),))).cells[0]
    assert "/home" not in repr(found.config)
    assert (found.config.weights, found.config.teacher) == ("vgg.h5", ("teacher",))
    assert found.test.wrong == one.test.wrong


def test_figures_come_from_the_splits_that_they_name(record: Reproduction) -> None:
    splits = {split.protocol: split for split in record.splits}
    assert splits[HONEST].originals == 64
    assert splits["paper"].originals <= 24
    assert sum(splits["paper"].photos.values()) == 5 * splits["paper"].originals
    for one in record.cells:
        protocol = one.config.protocol
        assert one.test.n == splits[protocol].photos["test"]
        assert bool(one.test.leak) == (protocol == "paper")
        assert (one.accuracy("complete") is None) == (protocol == "products")
    assert record.find(*record.peer, HONEST) is record.cells[0]


def test_training_without_early_stopping_goes_to_its_end(record: Reproduction) -> None:
    long = record.find(ENCODER, "gru-16", HONEST, early_stopping=False)
    short = record.find(ENCODER, "gru-16", HONEST)
    assert long is not None and short is not None
    assert [one.epoch for one in long.curve] == [1, 2, 3, 4]
    assert long.curve[: short.epochs] == short.curve


def test_an_exported_cell_has_a_size_and_a_latency(record: Reproduction) -> None:
    (captioner,) = record.captioners
    assert captioner.result == CELLS[0].name
    measured = record.latency(captioner)
    assert measured is not None and measured.latency.photo is not None
    assert captioner.size_bytes > 1000


def test_the_report_has_tables_figures_and_one_page(report: Path) -> None:
    names = {path.name for path in report.iterdir()}
    assert {"index.html", "tables.md", "accuracy.csv", "types.csv", "figure-2.png"} <= names
    page = (report / "index.html").read_text(encoding="utf-8")
    assert 'src="http' not in page and "<link" not in page
    for text in ("Table I:", "Table II:", "Table III:", "Limitations", "not told apart"):
        assert text in page


def test_goals_are_said_to_be_reached_or_missed(report: Path, record: Reproduction) -> None:
    peer = record.find(*record.peer, HONEST)
    assert peer is not None
    rows = {row[0]: row for row in goal_table(record).rows}
    _, _, text, verdict = next(row for goal, row in rows.items() if goal.startswith("Test of"))
    assert text.startswith(f"n = {peer.test.n};") and verdict == "missed"
    for name in ("tables.md", "index.html", "goals.csv"):
        assert "Test of at least 400 photos" in (report / name).read_text(encoding="utf-8")


def test_times_are_those_of_the_stages(record: Reproduction) -> None:
    assert all(one.train_seconds and one.test_seconds for one in record.cells)
    assert all(one.seconds for one in record.captioners)


def test_every_table_is_a_csv_too(report: Path, record: Reproduction) -> None:
    for table in all_tables(record):
        text = (report / f"{table.key}.csv").read_text(encoding="utf-8")
        assert [tuple(row) for row in csv.reader(io.StringIO(text))] == [table.head, *table.rows]


def test_tables_alone_say_what_is_unfinished_and_how_they_were_made(
    report: Path, record: Reproduction
) -> None:
    head = markdown_head(replace(record, missing=(f"products-{ENCODER}-gru-16",)))
    for text in ("NOT FINISHED", "QUICK", "LEAK", record.catalog_digest, "Made by"):
        assert text in head
    assert (report / "tables.md").read_text(encoding="utf-8").startswith("# Jewelry")


def test_the_papers_own_figures_are_marked_as_leaking(report: Path) -> None:
    assert "| paper (leaks) | VGG-16 + GRU | bracelet |" in (report / "tables.md").read_text(
        encoding="utf-8"
    )
    for name in ("accuracy.csv", "types.csv"):
        rows = list(csv.DictReader(io.StringIO((report / name).read_text())))
        assert {row["leaks"] for row in rows if row["source"] == "paper"} == {"1"}


def test_cells_can_be_chosen_by_name(experiment: Experiment, record: Reproduction) -> None:
    more = (*CELLS, Cell(ENCODER, "lstm-16", HONEST))
    found = experiment.run(cells=more, report_only=True, only=(CELLS[0].name,))
    # What is finished is reported all the same, what is not chosen is not asked for.
    assert len(found.cells) == len(CELLS) and not found.missing
    with pytest.raises(JewelcapError, match=f"--cell other: no such cell.*{CELLS[0].name}"):
        experiment.run(only=("other",))


def test_leaking_and_quick_figures_are_marked_everywhere(report: Path) -> None:
    page = (report / "index.html").read_text(encoding="utf-8")
    tables = (report / "tables.md").read_text(encoding="utf-8")
    for text in (page, tables):
        assert "QUICK" in text
        assert "ours, paper, LEAKS" in text
        assert "ours, paper" not in text.replace("ours, paper, LEAKS", "")
    rows = list(csv.DictReader(io.StringIO((report / "accuracy.csv").read_text())))
    ours = [row for row in rows if row["source"] == "ours"]
    assert {(row["protocol"], row["leaks"]) for row in ours} == {
        ("paper", "1"),
        (HONEST, "0"),
        ("products", "0"),
    }
    assert {row["effort"] for row in ours} == {"quick"}


def test_a_table_names_each_figure_with_n_and_interval(report: Path, record: Reproduction) -> None:
    one = record.cells[0].accuracy("complete")
    assert one is not None
    text = f"{one.ccr:.3f} [{one.low:.3f}, {one.high:.3f}]"
    tables = (report / "tables.md").read_text(encoding="utf-8")
    assert text in tables
    assert f"ours, {HONEST}, n = {one.n} |" in tables


def test_what_is_finished_can_be_reported_before_the_end(
    experiment: Experiment, record: Reproduction
) -> None:
    more = (*CELLS, Cell(ENCODER, "lstm-16", HONEST))
    found = experiment.run(cells=more, report_only=True)
    assert found.missing == (more[-1].name,)
    assert len(found.results) == len(CELLS)


def test_a_run_on_the_same_split_joins(
    experiment: Experiment, record: Reproduction, tmp_path: Path
) -> None:
    config = TrainConfig(ENCODER, "gru-16", "none", HONEST, epochs=1)
    run, _ = train_run(config, experiment.catalog, tmp_path / "mine", False)
    found = experiment.run(best=[run.root])
    (own,) = found.given
    assert own.name == "mine"
    page = write_report(tmp_path / "report", found, experiment.catalog).read_text("utf-8")
    assert "trained end to end (mine)" in page and "It saw the same" not in page
    config = replace(own.config, extra_train=("/home/me/more",), negatives="/home/me/others")
    results = (*found.cells, replace(own, config=config))
    fuller = replace(found, results=results)
    page = write_report(tmp_path / "second", fuller, experiment.catalog).read_text("utf-8")
    assert "catalog more, pictures without jewelry (others)" in page


def test_a_run_without_the_tests_products_stands_against_the_frozen_cell(
    record: Reproduction,
) -> None:
    frozen = record.find(ENCODER, "gru-16", "products")
    assert frozen is not None
    wrong = [one for one in frozen.test.wrong if one.level == "normal"]
    first = wrong[0].file_name
    better = replace(
        frozen.test,
        right=frozen.test.right | {"normal": (*frozen.test.right["normal"], first)},
        wrong=tuple(one for one in frozen.test.wrong if one is not wrong[0]),
    )
    own = replace(frozen, name="mine", given=True, test=better)
    found = replace(record, results=(*record.results, own))
    pairs = [(one.name, base.name) for one, base in unseen_pairs(found)]
    assert pairs == [("mine", frozen.name)]
    smaller = replace(own.config, encoder=f"{ENCODER.partition('-')[0]}-0.5-32")
    found_smaller = replace(record, results=(*record.results, replace(own, config=smaller)))
    assert [base.name for _, base in unseen_pairs(found_smaller)] == [frozen.name]
    compared = compare_unseen(own, frozen)
    assert compared is not None and compared.pair.only_a == 1
    text = f"errors {len(wrong) - 1} against {len(wrong)} of"
    assert text in compared.text
    row = next(row for row in goal_table(found).rows if row[0].startswith("Unseen"))
    assert text in row[2] and row[3] == "reached"
    answers = [text for finding in find(found) for text in finding.answers]
    assert any(text in answer for answer in answers)


def test_a_run_on_another_split_is_refused(
    experiment: Experiment, record: Reproduction, tmp_path: Path
) -> None:
    config = TrainConfig(ENCODER, "gru-16", "none", HONEST, seed=3)
    manifest = split_catalog(load_catalog(experiment.catalog), HONEST, seed=3)
    run = Run(tmp_path / "other")
    run.start(RunConfig(config, manifest.catalog_digest, ""), manifest, force=False)
    with pytest.raises(JewelcapError, match=r"--best .*other: its split \(" + HONEST + ", seed 3"):
        experiment.run(best=[run.root])


def test_another_experiment_in_the_folder_is_refused(
    experiment: Experiment, record: Reproduction
) -> None:
    with pytest.raises(JewelcapError, match=r"holds another experiment .*seed=0.*seed=1"):
        experiment.run(seed=1)


def test_a_folder_of_something_else_is_left_alone(experiment: Experiment, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(JewelcapError, match="holds no experiment"):
        experiment.run(out=tmp_path, force=True)
    assert (tmp_path / "letter.txt").exists()


def test_the_command_names_weights_that_are_missing(tiny_catalog: Path, tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    arguments = ("--catalog", tiny_catalog, "--weights", tmp_path / "weights")
    result = jewelcap("reproduce", *arguments, "--out", tmp_path / "out")
    assert_fails(result, "--weights", "needs one file", ".h5")
    assert not (tmp_path / "out").exists()
