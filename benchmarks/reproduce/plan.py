"""The steps of the experiment, in order, and how long each is likely to take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.reproduce.cells import Cell, Effort
from benchmarks.reproduce.data import Data
from benchmarks.reproduce.workshop import Workshop
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.catalog.split import DatasetManifest
from pipeline.rundir import DONE, Run

_PHOTOS_PER_SECOND: Final = {"vgg16": 3.7, "inception_v3": 9.0, "mobilenet": 49.0}
"""Features of frozen encoders on two cores; of others, as slow as the slowest."""

_STEP_SECONDS: Final = {"flat": 0.09, "": 0.03}
"""A training step by the encoder's output: one layer on 50,176 values is most of the decoder."""

_REFIT_PHOTOS: Final = 1000
"""Training photos that an 8-bit file's first layer is fitted on."""

_USUAL_EPOCHS: Final = 45
"""Epochs after which early stopping has usually stopped."""

_START_SECONDS: Final = 15.0
"""Building models and tracing graphs, of any step."""


@dataclass(frozen=True)
class Step:
    """A step, done or not.

    Attributes:
        name: What it does.
        seconds: How long it is likely to take.
        marker: File that is there once it is done.
        act: Does it.
    """

    name: str
    seconds: float
    marker: Path
    act: Callable[[], object]

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.marker.is_file()


def make_steps(shop: Workshop, cells: Sequence[Cell], best: Sequence[Run]) -> list[Step]:
    """All steps but the measuring of latencies.

    Args:
        shop: Where.
        cells: Which models.
        best: Runs that are given.
    """
    extracted: set[tuple[str, str]] = set()
    # What the headline compares comes first: an experiment that is ended early has it.
    main = [cell for cell in cells if cell.exported]
    return [
        *_cell_steps(shop, main, extracted),
        *_given_steps(shop, best),
        *_export_steps(shop, main, best),
        *_cell_steps(shop, [cell for cell in cells if not cell.exported], extracted),
    ]


def _cell_steps(
    shop: Workshop, cells: Sequence[Cell], extracted: set[tuple[str, str]]
) -> Iterator[Step]:
    for cell in cells:
        run = shop.run_of(cell)
        marker = shop.results_of(run) / "test" / DONE
        seconds = _START_SECONDS + _training_seconds(cell, shop.effort, shop.data)
        # Protocols without copies share their photos, and features stay on the disk.
        photos = cell.protocol if PROTOCOLS[cell.protocol].copies else "photos"
        if (cell.encoder, photos) not in extracted and not marker.is_file():
            seconds += len(shop.data.splits[cell.protocol].photos) / _speed(cell.encoder)
        extracted.add((cell.encoder, photos))
        yield Step(cell.name, seconds, marker, _training(shop, cell))


def _given_steps(shop: Workshop, best: Sequence[Run]) -> Iterator[Step]:
    for run in best:
        marker = shop.results_of(run) / "test" / DONE
        speed = _speed(run.config().train.encoder)
        seconds = _START_SECONDS + len(run.manifest().of("test")) / speed
        yield Step(f"{run.root.name} (given)", seconds, marker, _testing(shop, run))


def _export_steps(shop: Workshop, cells: Sequence[Cell], best: Sequence[Run]) -> Iterator[Step]:
    for run, encoder, manifest in [
        *((shop.run_of(c), c.encoder, shop.data.splits[c.protocol]) for c in cells),
        *((run, run.config().train.encoder, run.manifest()) for run in best),
    ]:
        for variant in shop.effort.variants:
            marker = shop.results_of(run) / "captioners" / variant / DONE
            seconds = _START_SECONDS + _photos_of_export(variant, shop.effort, manifest) / _speed(
                encoder
            )
            name = f"{run.root.name} as {variant}"
            yield Step(name, seconds, marker, _exporting(shop, run, variant))


def _photos_of_export(variant: str, effort: Effort, manifest: DatasetManifest) -> float:
    """Photos that pass the encoder; the 8-bit file sees them about twice as fast as Keras."""
    counts = manifest.counts()
    # Confidences are calibrated on all validation photos.
    by_file = counts["validation"]
    if variant == "float32":
        return effort.parity_photos + by_file
    by_file += min(_REFIT_PHOTOS, counts["train"]) + counts["test"]
    return effort.parity_photos + effort.calibration_photos + by_file / 2


def _speed(encoder: str) -> float:
    return _PHOTOS_PER_SECOND.get(encoder.partition("-")[0], min(_PHOTOS_PER_SECOND.values()))


def _training_seconds(cell: Cell, effort: Effort, data: Data) -> float:
    epochs = min(effort.epochs, _USUAL_EPOCHS) if cell.early_stopping else effort.all_epochs
    batch = effort.config(cell, "none", 0).batch_size
    photos = len(data.splits[cell.protocol].of("train"))
    kind = "flat" if cell.encoder.endswith("-flat") else ""
    return epochs * photos / batch * _STEP_SECONDS[kind]


def _training(shop: Workshop, cell: Cell) -> Callable[[], object]:
    return lambda: shop.train_and_test(cell)


def _testing(shop: Workshop, run: Run) -> Callable[[], object]:
    return lambda: shop.test(run, given=True)


def _exporting(shop: Workshop, run: Run, variant: str) -> Callable[[], object]:
    return lambda: shop.export(run, variant)


def plan_text(steps: Sequence[Step]) -> str:
    """What is to be done, with estimates."""
    left = [step for step in steps if not step.done]
    lines = [f"{len(steps)} steps, {len(steps) - len(left)} done"]
    lines += [
        f"  {'done' if step.done else duration(step.seconds):>8}  {step.name}" for step in steps
    ]
    total = sum(step.seconds for step in left)
    return "\n".join([*lines, f"about {duration(total)} on two cores to go"])


def carry_out(steps: Sequence[Step], say: Callable[[str], None]) -> Iterator[Step]:
    """Does what is left, in order, and says what remains; yields each step that was done."""
    left = [step for step in steps if not step.done]
    planned = taken = 0.0
    for number, step in enumerate(left):
        say(f"[{number + 1}/{len(left)}] {step.name}, about {duration(step.seconds)}")
        started = time.monotonic()
        step.act()
        taken += time.monotonic() - started
        planned += step.seconds
        rest = sum(one.seconds for one in left[number + 1 :])
        if rest:
            say(f"about {duration(rest * taken / planned)} to go")
        yield step


def duration(seconds: float) -> str:
    """`45 s`, `12 min` or `2.5 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
