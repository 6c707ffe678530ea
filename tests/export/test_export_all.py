"""The command with all variants, repair and cards, on a run that trains and converts in no time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import export.commands
import export.exporter
from export.card import CARD
from export.exporter import CAPTIONER, Workbench, read_parity
from export.flatbuffer import layers
from export.parity import ParityReport
from export.refusal import REFUSAL
from export.repaired import REPAIR, read_repair
from export.selection import SELECTION
from export.variants import VARIANTS, ParityFloor, Variant
from mobile_app.camera_app.runtime.bundle import read_bundle
from pipeline.config import TrainConfig
from pipeline.errors import JewelcapError
from pipeline.train import train_run
from tests.command_line import assert_done, assert_fails, jewelcap
from tests.models import add_small_encoder

ANYTHING = ParityFloor(10.0, 0.0, 0.0, 1.0)
FEW = ("--parity-photos", 8, "--calibration-photos", 8)


@pytest.fixture(scope="module")
def trained(tiny_catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        add_small_encoder(patch)
        config = TrainConfig(
            encoder="small-32",
            decoder="gru-8",
            weights="none",
            learning_rate=1e-2,
            dropout=0.0,
            epochs=10,
            patience=10,
            seed=1,
        )
        run, _ = train_run(config, tiny_catalog, tmp_path_factory.mktemp("runs") / "small", False)
        yield run.root


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    root = tmp_path / "small"
    shutil.copytree(trained, root, ignore=shutil.ignore_patterns("checkpoints"))
    return root


def offer(patch: pytest.MonkeyPatch, *variants: Variant) -> None:
    """Leaves these variants only, whose names must be of those that there are."""
    assert {one.name for one in variants} <= set(VARIANTS)
    patch.setattr(export.commands, "VARIANTS", {one.name: one for one in variants})


def lenient(*names: str) -> list[Variant]:
    return [replace(VARIANTS[name], floor=ANYTHING) for name in names]


def test_all_variants_are_tried_and_the_best_within_the_budgets_is_named(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unreachable = replace(VARIANTS["float16"], floor=ParityFloor(-1.0, 1.1, 1.1))
    offer(monkeypatch, *lenient("float32", "dynamic"), unreachable, *lenient("int8_float32"))
    convert = export.exporter.convert

    def crash(model: object, variant: Variant, *rest: object) -> bytes:
        if variant.name == "int8_float32":
            raise RuntimeError("a tool of others\nfell over")
        return convert(model, variant, *rest)

    monkeypatch.setattr(export.exporter, "convert", crash)
    published = ("--record", run.parent / "published")
    result = jewelcap("export", run, "--all", *FEW, "--budget", "size_mb=1", "--json", *published)
    assert_done(result)
    said = json.loads(result.stdout)
    assert json.loads((run / "export" / SELECTION).read_text()) == said
    status = {one["variant"]: one["status"] for one in said["outcomes"]}
    assert status == {
        "float32": "exported",
        "dynamic": "exported",
        "float16": "refused",
        "int8_float32": "failed",
    }
    outcomes = {one["variant"]: one for one in said["outcomes"]}
    assert outcomes["int8_float32"]["reason"] == "a tool of others"
    assert "state error" in outcomes["float16"]["reason"]
    for name in ("float32", "dynamic"):
        path = run / outcomes[name]["path"]
        assert outcomes[name]["size_bytes"] == path.stat().st_size
        assert 0 < outcomes[name]["zipped_bytes"] < path.stat().st_size
        assert outcomes[name]["latency_ms"] > 0.0
        assert outcomes[name]["accuracy"][-1]["n"] == 8
        assert outcomes[name]["parity"]["n"] == 8
    assert outcomes["float16"]["parity"]["n"] == 8
    assert "float16 (refused)" in (run.parent / "published" / "variants.md").read_text()
    assert said["best"] in ("float32", "dynamic")
    # The second time only what failed is tried again.
    tried = []

    def fail(_: Path, bench: Workbench, *rest: object) -> None:
        tried.append(bench.variant.name)
        raise JewelcapError("it fell over again")

    monkeypatch.setattr(export.exporter, "_export", fail)
    again = jewelcap("export", run, "--all", *FEW, "--budget", "size_mb=0.000001")
    assert_fails(again, "no variant was exported within the budgets")
    assert "no variant keeps size_mb <= 1e-06" in again.stdout
    assert again.stdout.count("over size_mb") == 2
    assert tried == ["int8_float32"]


def test_a_refused_8_bit_variant_is_repaired_and_says_what_that_costs(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plain,) = lenient("int8")
    offer(monkeypatch, plain)
    assert_done(jewelcap("export", run, "--variant", "int8", *FEW))
    error = read_parity(run / "export" / "int8" / CAPTIONER).parity.state_error
    strict = replace(plain, floor=replace(ANYTHING, state_error=0.8 * error))
    offer(monkeypatch, strict)
    refused = run / "export" / "refused" / "int8"
    shutil.rmtree(run / "export" / "int8")
    result = jewelcap("export", run, "--variant", "int8", *FEW, "--no-repair")
    assert_fails(result, "int8 is refused: on 8 validation photos state error", str(refused))
    result = jewelcap("export", run, "--variant", "int8", *FEW)
    assert_done(result)
    path = run / "export" / "int8-repaired" / CAPTIONER
    assert result.stdout.startswith(f"exported: {path}")
    repair = read_repair(refused)
    assert repair is not None
    assert "int8 was repaired with" in result.stdout and repair.kept_float[0] in result.stdout
    assert 0 < len(repair.kept_float) <= len(repair.blames)
    assert min(repair.size_bytes) > 0
    assert min(repair.latency_ms) > 0.0
    manifest = read_bundle(path).manifest
    assert manifest.variant == "int8-repaired"
    assert manifest.parity.state_error <= 0.8 * error
    kept = {one.name for one in layers(path.read_bytes()) if one.kernel_dtype == "float32"}
    assert kept == set(repair.kept_float)
    assert repair.kept_float[0] in (path.with_name(CARD)).read_text()
    assert {one.name for one in refused.iterdir()} == {CAPTIONER, "parity.json", REFUSAL, REPAIR}
    # What was found is not looked for again.
    monkeypatch.setattr("export.repaired.find_repair", lambda *_: pytest.fail("looked again"))
    again = jewelcap("export", run, "--variant", "int8", *FEW)
    assert_done(again)
    assert again.stdout.startswith("exported already")


def test_a_failed_repair_is_a_refusal_that_is_not_searched_again(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hopeless = replace(VARIANTS["int8"], floor=replace(ANYTHING, state_error=-1.0))
    offer(monkeypatch, hopeless, *lenient("float32"))
    result = jewelcap("export", run, "--all", *FEW, "--json")
    assert_done(result)
    refused, _ = json.loads(result.stdout)["outcomes"]
    assert (refused["variant"], refused["status"]) == ("int8", "refused")
    assert "state error" in refused["reason"] and "repair failed" in refused["reason"]
    assert refused["parity"]["n"] == 8
    repair = read_repair(run / "export" / "refused" / "int8")
    assert repair is not None
    assert "repair failed" in repair.reason and repair.kept_float == () and repair.blames
    monkeypatch.setattr("export.repaired.find_repair", lambda *_: pytest.fail("looked again"))
    # Nor does a damaged record of it end the others.
    (run / "export" / "refused" / "int8" / "parity.json").write_text("{")
    again = jewelcap("export", run, "--all", *FEW, "--json")
    assert_done(again)
    assert "parity.json: not valid JSON" in again.stderr
    status = {one["variant"]: one["status"] for one in json.loads(again.stdout)["outcomes"]}
    assert status == {"int8": "refused", "float32": "exported"}


def test_a_search_that_falls_over_is_a_refusal_that_is_searched_again(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, replace(VARIANTS["int8"], floor=replace(ANYTHING, state_error=-1.0)))

    def fall_over(*_: object) -> None:
        raise JewelcapError("a photo cannot be read")

    monkeypatch.setattr("export.repaired.find_repair", fall_over)
    result = jewelcap("export", run, "--variant", "int8", *FEW)
    assert_fails(result, "int8 is refused: on 8 validation photos", "a photo cannot be read")
    assert read_repair(run / "export" / "refused" / "int8") is None


def test_a_model_that_lost_its_accuracy_in_training_is_not_repaired(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, replace(VARIANTS["int8"], floor=replace(ANYTHING, accuracy_loss=0.1)))
    measure = export.exporter.measure_parity

    def measured(bench: Workbench, path: Path) -> ParityReport:
        report = measure(bench, path)
        own = [replace(one, correct=one.n) for one in report.accuracy]
        worse = tuple(replace(one, correct=0) for one in report.accuracy)
        return replace(report, accuracy=worse, keras_accuracy=worse, run_accuracy=tuple(own))

    monkeypatch.setattr(export.exporter, "measure_parity", measured)
    monkeypatch.setattr("export.repaired.find_repair", lambda *_: pytest.fail("looked for"))
    result = jewelcap("export", run, "--variant", "int8", *FEW)
    assert_fails(result, "int8 is refused", "loss of accuracy", "not repaired")


def test_a_file_that_the_runtime_cannot_run_is_one_message(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("sub.cc:217 shift <= 0 was not true.\nNode number 3 failed")

    monkeypatch.setattr(export.exporter, "compare", fail)
    result = jewelcap("export", run, "--variant", "float32", *FEW)
    assert_fails(result, "float32: LiteRT cannot run it (sub.cc:217 shift <= 0 was not true.)")


def test_a_card_tells_what_records_know(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, *lenient("float32"))
    options = ("--variant", "float32", *FEW, "--license", "CC-BY-4.0")
    assert_done(jewelcap("export", run, *options))
    path = run / "export" / "float32" / CAPTIONER
    card, manifest = path.with_name(CARD).read_text(), read_bundle(path).manifest
    for one in manifest.accuracy:
        assert f"| {one.level} | {one.n} | {one.ccr:.3f} [{one.low:.3f}, {one.high:.3f}] |" in card
    for text in (
        "# small float32",
        "small-32",
        "gru-8",
        manifest.flatbuffer_sha256,
        manifest.provenance.catalog_digest[:16],
        "Protocol: views, seed 1",
        "## Limits",
        "no pictures without jewelry",
        "CC-BY-4.0",
        f"| equal of {8 * len(manifest.accuracy)} captions [95 %] | 1.0000 [0.8620, 1.0000] |",
        "changed without a doubt of Keras' own [95 %] | 0.0000 [0.0000, 0.1380] |",
    ):
        assert text in card


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--variant", "int8", "--budget", "size_mb=5"), "give --all"),
        (("--variant", "int8", "--json"), "give --all"),
        (("--variant", "int8", "--record", "folder"), "give --all"),
    ],
)
def test_a_budget_chooses_among_all(options: tuple[str, ...], words: str, run: Path) -> None:
    assert_fails(jewelcap("export", run, *options), words, code=2)


def test_an_unknown_budget_is_one_message(run: Path) -> None:
    assert_fails(jewelcap("export", run, "--all", "--budget", "mb=5"), "unknown budget 'mb'")
