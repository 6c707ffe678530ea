"""Accuracy of what is measured, on one side of a catalog's split."""

from __future__ import annotations

from pathlib import Path

from benchmarks.engines import Contender
from benchmarks.record import Accuracy
from pipeline.evaluate import evaluate_captioner, evaluate_run
from pipeline.rundir import Run


def measure_accuracy(contender: Contender, catalog: Path, split: str) -> Accuracy:
    """Describes the photos of a side and compares the captions with the catalog.

    Args:
        contender: A captioner file or a run directory.
        catalog: The catalog it was trained on, or with `all` another one.
        split: The side.

    Raises:
        JewelcapError: The catalog is another one, or a photo is gone or damaged.
    """
    if contender.path.is_dir():
        evaluation = evaluate_run(Run(contender.path), catalog, split, ())
    else:
        evaluation = evaluate_captioner(contender.path, catalog, split, ())
    return Accuracy(
        split=evaluation.split,
        protocol=evaluation.protocol,
        catalog_digest=evaluation.catalog_digest,
        levels=evaluation.accuracy,
        leak=evaluation.leak,
    )
