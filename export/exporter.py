"""One export: convert, compare with Keras, and write the captioner only if it kept its mind."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from export.bundle_writer import write_bundle
from export.convert import convert
from export.parity import ParityReport, compare
from export.refit import refit_feature_readers
from export.variants import Variant
from mobile_app.camera_app.runtime.bundle import BundleManifest, Parity, Provenance
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.interpreter import open_interpreter
from mobile_app.camera_app.runtime.languages import LANGUAGES
from mobile_app.camera_app.runtime.preprocess import Pixels
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline import __version__
from pipeline.calibration.calibrate import CalibrationOptions, calibrate
from pipeline.captioner_model import load_model
from pipeline.catalog.protocols import PROTOCOLS, leak_of
from pipeline.errors import JewelcapError
from pipeline.features import extract_features, read_photos
from pipeline.files import sha256_file, write_text
from pipeline.progress import track
from pipeline.provenance import git_commit
from pipeline.rundir import DONE, Run, run_stage
from pipeline.train import read_summary

CAPTIONER: Final = "captioner.tflite"
PARITY: Final = "parity.json"
_REFIT_PHOTOS: Final = 1000


def export_variant(
    run: Run,
    variant: Variant,
    root: Path,
    calibration_photos: int = 100,
    parity_photos: int = 200,
    license_: str = "not stated",
    force: bool = False,
    confidence: CalibrationOptions = CalibrationOptions(),  # noqa: B008 - frozen
) -> tuple[Path, bool]:
    """Exports a run's model as `export/<variant>/captioner.tflite` unless that is there.

    Args:
        run: A trained run.
        variant: What to make.
        root: Folder of its catalog.
        calibration_photos: Most training photos that activation ranges are measured on.
        parity_photos: Most validation photos that are compared with Keras.
        license_: License of the model, for its manifest.
        force: Whether a finished export is made again.
        confidence: How its confidences are calibrated.

    Returns:
        Path of the captioner, and whether it was made now.

    Raises:
        JewelcapError: The run is not trained, or the variant falls below its parity floor; then
            the refused file stays in `export/<variant>.partial`.
    """
    target = run.root / "export" / variant.name
    if not (run.train_dir / DONE).is_file():
        raise JewelcapError(f"{run.root}: training has not ended; call `jewelcap train` again")
    inputs = {
        "training": sha256_file(run.train_dir / DONE),
        "variant": repr(variant),
        "photos": f"{calibration_photos} {parity_photos}",
        "license": license_,
        "confidence": confidence.digest(),
    }
    built = run_stage(
        target,
        inputs,
        lambda folder: _export(
            folder, run, variant, root, calibration_photos, parity_photos, license_, confidence
        ),
        force,
    )
    return target / CAPTIONER, built


def read_parity(captioner: Path) -> ParityReport:
    """Reads the parity report that stands beside an exported captioner."""
    path = captioner.with_name(PARITY)
    return load_json(ParityReport, path.read_text(encoding="utf-8"), str(path))


def _export(
    folder: Path,
    run: Run,
    variant: Variant,
    root: Path,
    calibration_photos: int,
    parity_photos: int,
    license_: str,
    confidence: CalibrationOptions,
) -> None:
    model = load_model(run)
    split = run.manifest()
    seed = run.config().train.seed
    training = _sample(split.of("train"), calibration_photos, seed)
    validation = _sample(split.of("validation"), parity_photos, seed)

    def calibration() -> Iterator[Pixels]:
        photos = read_photos(root, training, model.encoder_spec)
        return track(photos, f"calibrate {variant.name}", len(training))

    manifest = BundleManifest(
        name=f"{run.root.resolve().name} {variant.name}",
        encoder=model.encoder_spec.name,
        decoder=model.decoder_spec.name,
        variant=variant.name,
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
        ),
        license=license_,
        feature_shape=model.feature_shape,
    )
    if variant.refit:
        items = _sample(split.of("train"), _REFIT_PHOTOS, seed)
        features = extract_features(root, items, model.encoder_spec, model.encoder)[:]
        images = track(read_photos(root, items, model.encoder_spec), "refit", len(items))
        model = refit_feature_readers(model, variant, calibration, images, features)
    flatbuffer = convert(model, variant, calibration)
    path = folder / CAPTIONER
    path.write_bytes(flatbuffer)
    photos = zip(
        read_photos(root, validation, model.encoder_spec),
        (item.photo.attributes for item in validation),
        strict=True,
    )
    label = f"parity {variant.name}"
    report = compare(load_model(run), open_interpreter(path), track(photos, label, len(validation)))
    write_text(folder / PARITY, dump_json(report))
    if violations := variant.floor.violations(report.parity):
        raise JewelcapError(
            f"{variant.name} is refused: on {report.parity.n} validation photos "
            f"{' and '.join(violations)}; the file is kept in {folder} for study"
        )
    known = PROTOCOLS[split.protocol].levels
    accuracy = tuple(one for one in report.accuracy if one.level in known)
    manifest = replace(manifest, parity=report.parity, accuracy=accuracy)
    write_bundle(path, flatbuffer, manifest, model.vocabulary)
    shown = read_summary(run).negatives
    # Last, by the finished file itself: its probabilities are not those of Keras.
    captioner = Captioner.open(path, threads=os.cpu_count() or 1)
    manifest = replace(manifest, calibration=calibrate(captioner, root, split, confidence, shown))
    write_bundle(path, flatbuffer, manifest, model.vocabulary)


def _sample(items: tuple, count: int, seed: int) -> tuple:
    return tuple(random.Random(seed).sample(items, min(count, len(items))))
