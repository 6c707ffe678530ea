"""Exports a variant, and where it is refused one with the layers that spoil it in float."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from export.convert import convert_float, ranges_of
from export.exporter import (
    CAPTIONER,
    Workbench,
    build_model,
    export_variant,
    measure_parity,
    open_workbench,
    read_parity,
)
from export.host_latency import caption_latency_ms
from export.parity import accuracy_loss, violations
from export.quantize import quantize
from export.refusal import Refusal, RefusedError
from export.repair import BLAME_PHOTOS, Reference, Repair, RepairError, blame_layers, fewest
from export.variants import Variant
from export.walks import runners, walks
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.errors import JewelcapError
from pipeline.features import read_photos
from pipeline.files import write_text
from pipeline.rundir import Run

REPAIR: Final = "repair.json"


def can_repair(variant: Variant) -> bool:
    """Whether layers of a variant can be left in float.

    Those of a model that has learned its ranges in training cannot: the converter quantizes it
    as a whole.
    """
    return variant.static and not (variant.technique and variant.technique.quantizing)


def export_or_repair(
    run: Run,
    variant: Variant,
    root: Path,
    repair: bool,
    calibration_photos: int,
    parity_photos: int,
    **options: Any,
) -> tuple[Path, bool, Repair | None]:
    """Exports a variant; if it is refused, its repaired form.

    Args:
        run: A trained run.
        variant: What to make.
        root: Folder of its catalog.
        repair: Whether to repair at all.
        calibration_photos: As `export_variant`.
        parity_photos: As `export_variant`.
        **options: The others of `export_variant`.

    Returns:
        Path of the captioner, whether it was made now, and the repair if one was needed.

    Raises:
        RefusedError: The variant is refused and was not to be, or cannot be, repaired, or its
            repaired form is refused, too.
        JewelcapError: As `export_variant`.
    """
    photos = calibration_photos, parity_photos
    try:
        return *export_variant(run, variant, root, *photos, **options), None
    except RefusedError as error:
        if not repair or not can_repair(variant):
            raise
        refused = error
    done = read_repair(refused.folder)
    if done is None or done.inputs != refused.refusal.inputs:
        try:
            done = _hopeless(variant, refused) or find_repair(
                open_workbench(run, variant, root, *photos), refused
            )
        except JewelcapError as error:
            # It is refused all the same; what failed may be gone the next time.
            raise RefusedError(refused.refusal, refused.folder, str(error)) from None
        write_text(refused.folder / REPAIR, dump_json(done))
    if done.reason:
        raise RefusedError(refused.refusal, refused.folder, done.reason)
    repaired = replace(variant, kept_float=done.kept_float)
    return *export_variant(run, repaired, root, *photos, **options), done


def read_repair(folder: Path) -> Repair | None:
    """Reads how a refused variant was repaired; None where it was not."""
    path = folder / REPAIR
    if not path.is_file():
        return None
    return load_json(Repair, path.read_text(encoding="utf-8"), str(path))


def _hopeless(variant: Variant, refused: RefusedError) -> Repair | None:
    """Says of a model that lost its accuracy in training that no number of floats helps."""
    report = read_parity(refused.folder / CAPTIONER)
    loss = accuracy_loss(replace(report, accuracy=report.keras_accuracy))
    if loss <= variant.floor.accuracy_loss:
        return None
    return _failed(
        refused.refusal,
        f"not repaired: what it was trained on to loses {loss:.4f} of accuracy in float, too",
    )


def _failed(refusal: Refusal, reason: str) -> Repair:
    return Repair(
        refusal.variant,
        refusal.violations,
        0.0,
        0,
        (),
        (),
        (refusal.size_bytes, 0),
        (0.0, 0.0),
        refusal.inputs,
        reason,
    )


def find_repair(bench: Workbench, refused: RefusedError) -> Repair:
    """Finds the fewest layers to leave in float.

    Args:
        bench: Of the refused variant.
        refused: Why it was.

    Returns:
        The repair, or with a reason that there is none.

    Raises:
        JewelcapError: The model cannot be converted or its photos not be read.
    """
    model, variant, refusal = bench.model, bench.variant, refused.refusal
    exact = convert_float(model)
    ranges = ranges_of(model, exact, variant, bench.calibration)
    few = bench.validation[:BLAME_PHOTOS]
    images = list(read_photos(bench.root, few, model.encoder_spec))
    reference = Reference(walks(runners(exact), model, images))
    blames = blame_layers(exact, variant, ranges, reference)
    original = refused.folder / CAPTIONER
    with tempfile.TemporaryDirectory(prefix="jewelcap-") as folder:
        made: dict[tuple[str, ...], Path] = {}

        def good(kept: tuple[str, ...]) -> bool:
            trial = replace(bench, variant=replace(variant, kept_float=kept))
            path = made[kept] = Path(folder) / f"{len(kept)}.tflite"
            path.write_bytes(build_model(trial))
            return not violations(variant.floor, measure_parity(trial, path))

        try:
            kept = fewest([blame.layer for blame in blames], good)
        except RepairError as error:
            return replace(_failed(refusal, str(error)), photos=len(few), blames=tuple(blames))
        latency = caption_latency_ms({"": original, "repaired": made[kept]}, model, images)
        return Repair(
            variant.name,
            refusal.violations,
            reference.distance(original.read_bytes()),
            len(few),
            tuple(blames),
            kept,
            # Both without metadata.
            (len(quantize(exact, variant, ranges)), made[kept].stat().st_size),
            (latency[""], latency["repaired"]),
            refusal.inputs,
        )
