from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import export.commands
import export.exporter
from export.card import CARD
from export.convert import Calibration
from export.exporter import CAPTIONER, PARITY, export_variant, read_parity
from export.parity import few_photos_text
from export.refusal import REFUSAL
from export.variants import VARIANTS, ParityFloor, Variant
from mobile_app.camera_app.runtime.bundle import read_bundle
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.levels import LEVELS
from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline import __version__
from pipeline.captioner_model import TrainedModel
from pipeline.catalog.split import SplitPhoto
from pipeline.encoders import EncoderSpec
from pipeline.errors import BundleError, JewelcapError
from pipeline.rundir import Run
from tests.command_line import assert_done, assert_fails, jewelcap
from tests.models import EXPORTED
from tests.synthetic import draw_piece

UNREACHABLE = ParityFloor(-1.0, 1.1, 1.1)


@pytest.fixture
def own_run(tiny_run: Path, tmp_path: Path) -> Path:
    """A copy of the tiny run without exports."""
    root = tmp_path / "own"
    shutil.copytree(tiny_run, root, ignore=shutil.ignore_patterns("export", "checkpoints"))
    return root


@pytest.fixture
def converted(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The tiny run's float32 model, which every conversion gives from now on."""
    model = tiny_bundle.read_bytes()[: read_bundle(tiny_bundle).manifest.flatbuffer_bytes]
    monkeypatch.setattr(export.exporter, "convert", lambda *_: model)
    return model


def validation_photos(run: Run) -> int:
    return len(run.manifest().of("validation"))


@pytest.mark.parametrize("name", EXPORTED)
def test_every_variant_gives_a_captioner_that_describes(
    name: str, tiny_exports: dict[str, Path]
) -> None:
    captioner = Captioner.open(tiny_exports[name])
    photo = draw_piece("ring", "silver", "ruby", 5)
    for level in LEVELS:
        caption = captioner.describe(photo, level)
        assert 0.0 < caption.confidence <= 1.0
        assert captioner.alternatives(captioner.encode(photo), level, width=5)


@pytest.mark.parametrize("name", EXPORTED)
def test_the_manifest_says_the_truth(name: str, tiny_exports: dict[str, Path]) -> None:
    path = tiny_exports[name]
    run = Run(path.parent.parent.parent)
    split, config = run.manifest(), run.config().train
    manifest = read_bundle(path).manifest
    model = path.read_bytes()[: manifest.flatbuffer_bytes]
    assert manifest.flatbuffer_sha256 == hashlib.sha256(model).hexdigest()
    assert path.read_bytes()[manifest.flatbuffer_bytes :].startswith(b"PK\x03\x04")
    assert (manifest.name, manifest.variant) == (f"tiny {name}", name)
    assert (manifest.encoder, manifest.decoder) == (config.encoder, config.decoder)
    assert manifest.license == "not stated"
    assert manifest.levels == tuple(LEVELS)
    provenance = manifest.provenance
    assert provenance.catalog_digest == split.catalog_digest
    assert (provenance.protocol, provenance.split_seed) == (split.protocol, split.seed)
    assert provenance.split_digest == split.digest
    assert provenance.code_version == __version__
    assert provenance.train_photos == split.counts()["train"] > 0
    report = read_parity(path)
    assert manifest.parity == report.parity
    count = validation_photos(run)
    assert manifest.parity.n == count > 10
    assert manifest.accuracy == report.accuracy
    assert [(one.level, one.n) for one in manifest.accuracy] == [(x, count) for x in LEVELS]


@pytest.mark.parametrize("name", EXPORTED)
def test_parity_stands_beside_the_captioner(name: str, tiny_exports: dict[str, Path]) -> None:
    folder = tiny_exports[name].parent
    assert {CAPTIONER, PARITY, CARD, "done.json"} == {path.name for path in folder.iterdir()}
    report = json.loads((folder / PARITY).read_text())
    assert report["schema_version"] == 1
    captions = report["parity"]["n"] * len(LEVELS)
    agreement = report["parity"]["caption_agreement"]
    assert agreement == pytest.approx(1.0 - len(report["disagreements"]) / captions)


def test_float32_keeps_its_floor_and_int8_does_not_lose_its_mind(
    tiny_exports: dict[str, Path],
) -> None:
    parity = read_parity(tiny_exports["float32"]).parity
    assert VARIANTS["float32"].floor.violations(parity) == []
    # A tiny encoder is no measure for the real floor.
    parity = read_parity(tiny_exports["int8"]).parity
    assert parity.state_error < 0.5
    assert parity.token_agreement > 0.6


def test_calibration_photos_are_training_photos_and_parity_photos_validation_photos(
    own_run: Path, tiny_catalog: Path, converted: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Sequence[SplitPhoto]] = []
    read_photos = export.exporter.read_photos

    def spy(root: Path, items: Sequence[SplitPhoto], spec: EncoderSpec) -> Iterator[Pixels]:
        reads.append(items)
        return read_photos(root, items, spec)

    def refit(model: TrainedModel, _: Variant, calibration: Calibration, *__: Any) -> TrainedModel:
        assert len(list(calibration())) == 7
        return model

    def convert(model: TrainedModel, _: Variant, calibration: Calibration) -> bytes:
        assert len(list(calibration())) == 7
        return converted

    monkeypatch.setattr(export.exporter, "read_photos", spy)
    monkeypatch.setattr(export.exporter, "refit_feature_readers", refit)
    monkeypatch.setattr(export.exporter, "convert", convert)
    variant = replace(VARIANTS["int8"], floor=ParityFloor(10.0, 0.0, 0.0))
    export_variant(Run(own_run), variant, tiny_catalog, calibration_photos=7, parity_photos=5)
    training = len(Run(own_run).manifest().of("train"))
    # For the fit, for the calibration of its encoder, for that of all, and for the comparison.
    assert sorted(len(items) for items in reads) == sorted((training, 7, 7, 5))
    for items in reads:
        assert {item.split for item in items} == {"validation" if len(items) == 5 else "train"}
        assert len({item.sha256 for item in items}) == len(items)


def test_a_finished_export_is_not_made_again(
    tiny_run: Path, tiny_bundle: Path, tiny_catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export.exporter, "convert", lambda *_: pytest.fail("made again"))
    path, built = export_variant(Run(tiny_run), VARIANTS["float32"], tiny_catalog)
    assert (path, built) == (tiny_bundle, False)


def test_an_export_of_other_settings_is_refused_by_their_name(
    tiny_run: Path, tiny_bundle: Path, tiny_catalog: Path
) -> None:
    with pytest.raises(JewelcapError, match="built from other license; --force builds it again"):
        export_variant(Run(tiny_run), VARIANTS["float32"], tiny_catalog, license_="MIT")
    assert read_bundle(tiny_bundle).manifest.license == "not stated"


def test_an_export_by_other_tools_is_not_taken_for_todays(
    tiny_run: Path, tiny_bundle: Path, tiny_catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export.exporter, "version", lambda name: "0.0.1")
    with pytest.raises(JewelcapError, match="built from other tools; --force builds it again"):
        export_variant(Run(tiny_run), VARIANTS["float32"], tiny_catalog)


def test_force_makes_a_finished_export_again(
    own_run: Path, tiny_catalog: Path, converted: bytes
) -> None:
    run, variant = Run(own_run), VARIANTS["float32"]
    for license_, force in (("CC0-1.0", False), ("MIT", True)):
        path, built = export_variant(run, variant, tiny_catalog, 1, 3, license_, force)
        assert built
        assert read_bundle(path).manifest.license == license_
        assert read_bundle(path).manifest.parity.n == 3


def test_a_variant_below_its_floor_is_refused_and_the_next_is_made(
    own_run: Path, converted: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = replace(VARIANTS["float16"], floor=UNREACHABLE)
    monkeypatch.setitem(export.commands.VARIANTS, "float16", strict)
    two = ("--variant", "float16", "--variant", "float32", "--parity-photos", 4)
    result = jewelcap("export", own_run, *two)
    kept = own_run / "export" / "refused" / "float16"
    assert_fails(result, "float16 is refused: on 4 validation photos state error")
    assert "above -1.0" in result.stderr and f"kept in {kept}" in result.stderr
    assert result.stdout.startswith("exported: ") and "float16" not in result.stdout
    assert read_bundle(own_run / "export" / "float32" / CAPTIONER).manifest.variant == "float32"
    assert {one.name for one in kept.iterdir()} == {CAPTIONER, PARITY, REFUSAL}
    assert sorted(one.name for one in (own_run / "export").iterdir()) == ["float32", "refused"]
    # Nobody takes it for a captioner.
    with pytest.raises(BundleError):
        read_bundle(kept / CAPTIONER)
    # It is not made again to be refused again.
    monkeypatch.setattr(export.exporter, "convert", lambda *_: pytest.fail("made again"))
    assert_fails(jewelcap("export", own_run, *two), "float16 is refused: on 4 validation")


def test_a_refused_variant_leaves_no_older_captioner_behind(
    own_run: Path, converted: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--variant", "float16", "--parity-photos", 4)
    assert_done(jewelcap("export", own_run, *options))
    assert (own_run / "export" / "float16" / CAPTIONER).is_file()
    strict = replace(VARIANTS["float16"], floor=UNREACHABLE)
    monkeypatch.setitem(export.commands.VARIANTS, "float16", strict)
    result = jewelcap("export", own_run, *options, "--force")
    assert_fails(result, "float16 is refused")
    assert [one.name for one in (own_run / "export").iterdir()] == ["refused"]


def test_a_variant_that_needs_no_repair_any_more_has_no_repaired_form(
    own_run: Path, tiny_catalog: Path, converted: bytes
) -> None:
    for name in ("float16-repaired", "refused/float16-repaired", "float32-repaired"):
        (own_run / "export" / name).mkdir(parents=True)
    export_variant(Run(own_run), VARIANTS["float16"], tiny_catalog, parity_photos=4)
    assert sorted(one.name for one in (own_run / "export").iterdir()) == [
        "float16",
        "float32-repaired",
        "refused",
    ]
    assert list((own_run / "export" / "refused").iterdir()) == []


def test_a_comparison_on_few_of_many_photos_is_said(
    own_run: Path, converted: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = validation_photos(Run(own_run))
    few = f"compared with Keras on only 4 of {count} validation photos"
    result = jewelcap("export", own_run, "--variant", "float32", "--parity-photos", 4)
    assert_done(result)
    assert f"warning: float32 was {few}" in result.stderr
    assert few in (own_run / "export" / "float32" / CARD).read_text()
    assert few_photos_text(49, 50) and few_photos_text(49, 1000)
    assert few_photos_text(50, 1000) == few_photos_text(19, 19) == ""


def test_the_command_makes_what_is_asked_for_once(tiny_run: Path, tiny_bundle: Path) -> None:
    result = jewelcap("export", tiny_run, "--variant", "float32", "--variant", "float32")
    assert_done(result)
    line, *calibrated = result.stdout.splitlines()
    assert line.startswith(f"exported already: {tiny_bundle} (")
    assert "token agreement 1.0000" in line
    assert not any(other.startswith("export") for other in calibrated)


@pytest.mark.parametrize("options", [(), ("--all", "--variant", "int8"), ("--variant", "int9")])
def test_wrong_usage(tiny_run: Path, options: tuple[str, ...]) -> None:
    assert_fails(jewelcap("export", tiny_run, *options), "--variant", code=2)


def test_a_folder_that_is_no_trained_run_is_one_message(tmp_path: Path, own_run: Path) -> None:
    result = jewelcap("export", tmp_path / "none", "--all")
    assert_fails(result, "not a run directory")
    shutil.rmtree(own_run / "train")
    result = jewelcap("export", own_run, "--variant", "float32")
    assert_fails(result, "training has not ended")


def test_a_catalog_that_is_gone_is_one_message(
    own_run: Path, tmp_path: Path, converted: bytes
) -> None:
    (tmp_path / "empty").mkdir()
    result = jewelcap("export", own_run, "--variant", "float32", "--catalog", tmp_path / "empty")
    assert_fails(result, "cannot be read (No such file or directory)")
    assert not (own_run / "export" / "float32").exists()
