from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.ablation import ABLATED, REFERENCE, TEACHERS, config_of, main, ordered, run_ablation
from benchmarks.ablation_table import (
    AblationRecord,
    AblationRow,
    csv_table,
    fill_head,
    markdown_table,
)
from mobile_app.camera_app.runtime.schema import load_json
from pipeline.config import TrainConfig
from pipeline.config_files import find_config
from pipeline.errors import JewelcapError
from pipeline.metrics import level_accuracy
from tests.benchmarks.make_record import DEVICE
from tests.models import add_small_encoder
from tests.synthetic import make_catalog


def row(
    config: str, correct: int, against: tuple[float, float, float, float] | None
) -> AblationRow:
    return AblationRow(
        config=config,
        summary=f"What {config} is.",
        encoder="mobilenet-1.0-224",
        decoder="gru-256",
        epochs=30,
        seconds=600.0,
        validation=(level_accuracy("basic", 98, 100), level_accuracy("complete", 90, 100)),
        test=(level_accuracy("basic", 99, 100), level_accuracy("complete", correct, 100)),
        worst_f1=0.96,
        against_reference=against,
    )


@pytest.fixture
def record() -> AblationRecord:
    return AblationRecord(
        rows=(row("fine_tuned", 95, None), row("plateau", 91, (-0.04, -0.09, 0.01, 0.125))),
        reference="fine_tuned",
        overrides=("train_photos = 500",),
        protocol="views",
        seed=0,
        photos={"train": 500, "validation": 100, "test": 100},
        catalog_digest="c" * 64,
        device=DEVICE,
        command="python -m benchmarks.ablation catalog",
        git_commit="a" * 40,
    )


def test_the_table_gives_each_configuration_with_n_interval_and_duration(
    record: AblationRecord,
) -> None:
    text = markdown_table(record)
    (line,) = (line for line in text.splitlines() if line.startswith("| `plateau`"))
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == [
        "`plateau`",
        "What plateau is.",
        "0.900 [0.826, 0.945]",
        "0.990 [0.946, 0.998]",
        "0.910 [0.838, 0.952]",
        "100",
        "0.960",
        "-0.040 [-0.090, +0.010], p = 0.12",
        "10 min, 30 epochs",
    ]
    assert "| reference |" in text and "train_photos = 500" in text
    assert record.command in text and record.catalog_digest[:12] in text


def test_the_csv_has_a_line_for_each_side_and_level(record: AblationRecord) -> None:
    lines = list(csv.DictReader(io.StringIO(csv_table(record))))
    assert len(lines) == len(record.rows) * 2 * 2
    last = lines[-1]
    assert (last["config"], last["side"], last["level"]) == ("plateau", "test", "complete")
    assert (last["n"], last["correct"], last["ccr"], last["seconds"]) == (
        "100",
        "91",
        "0.9100",
        "600",
    )


def test_heads_of_files_are_filled_again_and_again(record: AblationRecord, tmp_path: Path) -> None:
    path = tmp_path / "fine_tuned.toml"
    path.write_text(find_config("fine_tuned").read_text())
    settings = path.read_text().split("\n\n", 1)[1]
    for correct in (95, 97):
        fill_head(path, row("fine_tuned", correct, None), record)
    head, found = path.read_text().split("\n\n", 1)
    assert found == settings
    assert "# Duration: 10 min on" in head
    assert "# Score: complete CCR 0.970 [0.915, 0.990] on 100 test photos, 0.900 on" in head
    assert head.count("# Score:") == 1


def test_a_head_says_which_settings_were_not_its_own(
    record: AblationRecord, tmp_path: Path
) -> None:
    path = tmp_path / "plateau.toml"
    path.write_text(find_config("plateau").read_text())
    short = replace(row("plateau", 95, None), replaced=("fine_tune_epochs = 6", "seed = 2"))
    fill_head(path, short, record)
    head = path.read_text().partition("\n\n")[0]
    assert " cores, with fine_tune_epochs = 6, seed = 2\n# Score: " in head
    assert "0.900 on validation, with fine_tune_epochs = 6, seed = 2; see" in head


def test_a_file_without_a_head_is_refused(record: AblationRecord, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('decoder = "gru"\n')
    with pytest.raises(JewelcapError, match="has no line '# Duration"):
        fill_head(path, record.rows[0], record)


def test_the_reference_comes_first_and_teachers_before_their_students() -> None:
    found = ordered(ABLATED)
    assert found[0] == REFERENCE
    assert sorted(found) == sorted(ABLATED)
    for student, teachers in TEACHERS.items():
        assert {*teachers, student} <= set(found)
        assert all(found.index(teacher) < found.index(student) for teacher in teachers)
    assert ordered(["distilled"]) == [*TEACHERS["distilled"], "distilled"]


@pytest.mark.parametrize("name", ABLATED)
def test_each_differs_from_the_reference_in_what_it_says(name: str, tmp_path: Path) -> None:
    found = config_of(name, {"seed": 3}, "imagenet", tmp_path, {"train_photos": 9})
    assert (found.seed, found.train_photos) == (3, 9)
    assert found.teacher == tuple(str(tmp_path / one) for one in TEACHERS.get(name, ()))
    found.check()


@pytest.mark.parametrize("name", ABLATED)
def test_a_head_names_the_configuration_that_it_differs_from_in_one_thing(
    name: str, tmp_path: Path
) -> None:
    head = find_config(name).read_text().partition("\n")[0]
    found = re.match(r"# As (\w+), (but|and) ", head)
    if not found:
        assert name in ("fine_tuned", "frozen", "frozen_vgg16", "frozen_inception_v3")
        return
    own, other = (config_of(one, {}, "imagenet", tmp_path, {}) for one in (name, found[1]))
    different = {
        field.name.partition("_")[0]
        for field in fields(TrainConfig)
        if getattr(own, field.name) != getattr(other, field.name)
    }
    assert len(different) == 1


def test_a_configuration_that_overrides_make_equal_to_another_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = make_catalog(tmp_path / "catalog", views=3)
    trained: list[str] = []

    monkeypatch.setattr(
        "benchmarks.ablation.run_ablation",
        lambda _, configs, *__: trained.extend(configs),
    )
    monkeypatch.setattr("benchmarks.ablation.markdown_table", lambda _: "")
    wanted = [f"--config={name}" for name in ("fine_tuned", "small_photos", "adamw")]
    arguments = [str(catalog), "--out", str(tmp_path), "--encoder=mobilenet-0.25-64", *wanted]
    found = CliRunner().invoke(main, arguments)
    assert trained == ["fine_tuned", "adamw"]
    assert "small_photos: what is replaced makes it another one again" in found.output


def test_another_encoder_replaces_mobilenets_only(tmp_path: Path) -> None:
    other = {"encoder": "mobilenet-0.25-64"}
    assert config_of("fine_tuned", {}, "imagenet", tmp_path, other).encoder == "mobilenet-0.25-64"
    assert config_of("frozen_vgg16", {}, "imagenet", tmp_path, other).encoder == "vgg16-224"


@pytest.fixture
def _small_encoder() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        add_small_encoder(patch)
        yield


@pytest.mark.usefixtures("_small_encoder")
def test_an_ablation_writes_its_tables_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = make_catalog(tmp_path / "catalog", views=3)
    base = TrainConfig("small-32", "gru-8", "none", epochs=1, patience=1)
    configs = {"fine_tuned": base, "adamw": replace(base, optimizer="adamw")}
    out = tmp_path / "out"
    run_ablation(catalog, {"fine_tuned": base}, out, (), {})
    record = run_ablation(catalog, configs, out, (), {})
    assert [one.config for one in record.rows] == ["fine_tuned", "adamw"]
    path = out / "ablation.json"
    assert load_json(AblationRecord, path.read_text(), str(path)) == record
    assert re.search(r"(?m)^\| `adamw` \|", (out / "ablation.md").read_text())
    assert (out / "ablation.csv").is_file()
    assert record.rows[0].against_reference is None and record.rows[1].against_reference
    # What is trained is not trained again.
    monkeypatch.setattr("pipeline.fit.Fit.run", lambda _: pytest.fail("trained again"))
    again = run_ablation(catalog, configs, out, (), {})
    assert again.rows == record.rows
