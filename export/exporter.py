"""One export: convert, compare with Keras, and write the captioner only if it kept its mind."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

from export.bundle_writer import write_bundle
from export.card import CARD, card_text
from export.convert import Calibration, convert
from export.metadata import ModelFacts, with_metadata
from export.parity import ParityReport, compare, violations
from export.refit import refit_feature_readers
from export.refusal import Refusal, RefusedError, read_refusal, refuse, refused_folder
from export.variants import REPAIRED, Variant
from mobile_app.camera_app.runtime.bundle import BundleManifest, Parity, Provenance
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.interpreter import open_interpreter
from mobile_app.camera_app.runtime.languages import LANGUAGES
from mobile_app.camera_app.runtime.preprocess import Pixels
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline import __version__
from pipeline.calibration.calibrate import CalibrationOptions, calibrate
from pipeline.captioner_model import TrainedModel, load_model
from pipeline.catalog.protocols import PROTOCOLS, leak_of
from pipeline.catalog.split import SplitPhoto
from pipeline.compression.techniques import CompressionOptions
from pipeline.compression.train import (
    folder_of,
    load_compressed,
    train_compressed,
)
from pipeline.errors import JewelcapError
from pipeline.features import extract_features, read_photos
from pipeline.files import sha256_file, write_text
from pipeline.metrics import level_accuracies
from pipeline.progress import track
from pipeline.provenance import git_commit
from pipeline.rundir import DONE, Run, run_stage
from pipeline.train import read_summary

CAPTIONER: Final = "captioner.tflite"
PARITY: Final = "parity.json"
TOOLS: Final = (
    "tensorflow",
    "tf_keras",
    "tensorflow-model-optimization",
    "litert-quantizer",
    "ai-edge-litert",
)
"""What converts, quantizes and compares; after a change of one exports are made again."""
_REFIT_PHOTOS: Final = 1000


@dataclass(frozen=True)
class Workbench:
    """What an export works with.

    Attributes:
        run: A trained run.
        variant: What to make.
        root: Folder of the catalog.
        model: The model of the variant's technique, or the run's own.
        training: Training photos that activation ranges are measured on.
        validation: Validation photos that are compared with Keras.
        refitting: Training photos that the decoder's first layer is fitted on.
    """

    run: Run
    variant: Variant
    root: Path
    model: TrainedModel
    training: tuple[SplitPhoto, ...]
    validation: tuple[SplitPhoto, ...]
    refitting: tuple[SplitPhoto, ...]

    def photos(self, items: tuple[SplitPhoto, ...], label: str) -> Iterator[Pixels]:
        """Yields photos uint8[1, H, W, 3] behind a progress bar."""
        photos = read_photos(self.root, items, self.model.encoder_spec)
        return track(photos, f"{label} {self.variant.name}", len(items))

    def calibration(self) -> Iterator[Pixels]:
        """Yields the photos for activation ranges."""
        return self.photos(self.training, "calibrate")


def open_workbench(
    run: Run, variant: Variant, root: Path, calibration_photos: int, parity_photos: int
) -> Workbench:
    """Loads the model of a variant and draws the photos."""
    technique = variant.technique
    model = load_model(run) if technique is None else load_compressed(run, technique)
    split, seed = run.manifest(), run.config().train.seed
    return Workbench(
        run,
        variant,
        root,
        model,
        _sample(split.of("train"), calibration_photos, seed),
        _sample(split.of("validation"), parity_photos, seed),
        _sample(split.of("train"), _REFIT_PHOTOS, seed),
    )


def export_variant(
    run: Run,
    variant: Variant,
    root: Path,
    calibration_photos: int = 100,
    parity_photos: int = 200,
    license_: str = "not stated",
    force: bool = False,
    confidence: CalibrationOptions = CalibrationOptions(),  # noqa: B008 - frozen
    compression: CompressionOptions = CompressionOptions(),  # noqa: B008 - frozen
) -> tuple[Path, bool]:
    """Exports a run's model as `export/<variant>/captioner.tflite` unless that is there.

    A model that must be trained on for its variant is, in `compress/` of the run.

    Args:
        run: A trained run.
        variant: What to make.
        root: Folder of its catalog.
        calibration_photos: Most training photos that activation ranges are measured on.
        parity_photos: Most validation photos that are compared with Keras.
        license_: License of the model, for its manifest.
        force: Whether a finished or refused export is made again.
        confidence: How its confidences are calibrated.
        compression: How a model is trained on.

    Returns:
        Path of the captioner, and whether it was made now.

    Raises:
        RefusedError: The variant falls below its parity floor, now or before; the refused file
            stays in `export/refused/<variant>`.
        JewelcapError: The run is not trained, or the conversion fails.
    """
    target = run.root / "export" / variant.name
    done = run.train_dir / DONE
    if not done.is_file():
        raise JewelcapError(f"{run.root}: training has not ended; call `jewelcap train` again")
    if variant.technique is not None:
        train_compressed(run, variant.technique, root, compression, force)
        done = folder_of(run, variant.technique) / DONE
    inputs = {
        "training": sha256_file(done),
        "variant": repr(variant),
        "photos": f"{calibration_photos} {parity_photos}",
        "license": license_,
        "confidence": confidence.digest(),
        "tools": " ".join(f"{name} {version(name)}" for name in TOOLS),
    }
    refusal = read_refusal(run, variant.name)
    if refusal is not None and refusal.inputs == inputs and not force:
        raise RefusedError(refusal, refused_folder(run, variant.name))

    def build(folder: Path) -> None:
        bench = open_workbench(run, variant, root, calibration_photos, parity_photos)
        _export(folder, bench, license_, confidence, inputs)

    built = run_stage(target, inputs, build, force)
    stale = [refused_folder(run, variant.name)]
    if not variant.kept_float:
        # What needs no repair any more has none.
        repaired = f"{variant.name}{REPAIRED}"
        stale += [target.with_name(repaired), refused_folder(run, repaired)]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return target / CAPTIONER, built


def read_parity(captioner: Path) -> ParityReport:
    """Reads the parity report that stands beside an exported captioner.

    Raises:
        JewelcapError: It is missing or damaged.
    """
    path = captioner.with_name(PARITY)
    try:
        text = path.read_bytes()
    except OSError as error:
        raise JewelcapError(f"{path}: cannot be read ({error.strerror or error})") from None
    return load_json(ParityReport, text, str(path))


def build_model(bench: Workbench) -> bytes:
    """Converts the workbench's model, its decoder fitted to the encoder if the variant says so."""
    model, variant = bench.model, bench.variant
    calibration: Calibration = bench.calibration
    if variant.refit:
        items = bench.refitting
        features = extract_features(bench.root, items, model.encoder_spec, model.encoder)[:]
        images = bench.photos(items, "refit")
        model = refit_feature_readers(model, variant, calibration, images, features)
    return convert(model, variant, calibration)


def measure_parity(bench: Workbench, path: Path) -> ParityReport:
    """Compares a flatbuffer with the workbench's model, and with the run's own in accuracy.

    Raises:
        JewelcapError: The runtime cannot run it.
    """
    items = bench.validation
    truth = [item.photo.attributes for item in items]
    photos = zip(bench.photos(items, "parity"), truth, strict=True)
    try:
        report = compare(bench.model, open_interpreter(path), photos)
    except RuntimeError as error:  # How the runtime says that its kernels cannot run a file.
        reason = str(error).strip().partition("\n")[0]
        raise JewelcapError(f"{bench.variant.name}: LiteRT cannot run it ({reason})") from None
    named = tuple(
        replace(one, file_name=items[one.photo].photo.file_name) for one in report.disagreements
    )
    report = replace(report, disagreements=named)
    if bench.variant.technique is None:
        return report
    model = load_model(bench.run)
    features = extract_features(bench.root, items, model.encoder_spec, model.encoder)
    captions = {level: model.predict(features, level) for level in model.vocabulary.level_names}
    return replace(report, run_accuracy=level_accuracies(captions, truth))


def _export(
    folder: Path,
    bench: Workbench,
    license_: str,
    confidence: CalibrationOptions,
    inputs: dict[str, str],
) -> None:
    run, variant, model = bench.run, bench.variant, bench.model
    split = run.manifest()
    manifest = _manifest(bench, license_)
    facts = ModelFacts(manifest.name, _description(manifest), __version__, license_)
    flatbuffer = with_metadata(build_model(bench), facts)
    path = folder / CAPTIONER
    path.write_bytes(flatbuffer)
    report = measure_parity(bench, path)
    write_text(folder / PARITY, dump_json(report))
    if below := violations(variant.floor, report):
        refusal = Refusal(variant.name, tuple(below), report.parity, len(flatbuffer), dict(inputs))
        raise refuse(run, folder, refusal)
    known = PROTOCOLS[split.protocol].levels
    accuracy = tuple(one for one in report.accuracy if one.level in known)
    manifest = replace(manifest, parity=report.parity, accuracy=accuracy)
    write_bundle(path, flatbuffer, manifest, model.vocabulary)
    # Last, by the finished file itself: its probabilities are not those of Keras.
    captioner = Captioner.open(path, threads=os.cpu_count() or 1)
    manifest = replace(manifest, calibration=calibrate(captioner, bench.root, split, confidence))
    write_bundle(path, flatbuffer, manifest, model.vocabulary)
    write_text(folder / CARD, card_text(run, variant, path, report))


def _manifest(bench: Workbench, license_: str) -> BundleManifest:
    """The manifest but for what is measured."""
    model, split = bench.model, bench.run.manifest()
    return BundleManifest(
        name=f"{bench.run.root.resolve().name} {bench.variant.name}",
        encoder=model.encoder_spec.name,
        decoder=model.decoder_spec.name,
        variant=bench.variant.name,
        preprocess=model.encoder_spec.preprocess,
        levels=model.vocabulary.level_names,
        max_length=model.max_length,
        languages=tuple(LANGUAGES),
        state_size=model.decoder_spec.state_size,
        flatbuffer_sha256="",
        flatbuffer_bytes=0,
        parity=Parity(0, 0.0, 0.0, 0.0, 0, 0.0),
        accuracy=(),
        provenance=Provenance(
            split.catalog_digest,
            split.protocol,
            split.seed,
            split.digest,
            git_commit(),
            __version__,
            leak_of(split.protocol),
            _train_photos(bench.run),
        ),
        license=license_,
        feature_shape=model.feature_shape,
    )


def _train_photos(run: Run) -> int:
    summary = read_summary(run)
    return summary.photos["train"] + sum(one.photos for one in summary.extra)


def _description(manifest: BundleManifest) -> str:
    levels = ", ".join(manifest.levels)
    return (
        f"Captions jewelry photos at the levels {levels}: {manifest.encoder} encoder and "
        f"{manifest.decoder} decoder, {manifest.variant}."
    )


def _sample(items: tuple[SplitPhoto, ...], count: int, seed: int) -> tuple[SplitPhoto, ...]:
    return tuple(random.Random(seed).sample(items, min(count, len(items))))
