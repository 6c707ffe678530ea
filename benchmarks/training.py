"""Speed of training: from cached features, through the encoder, and what reading photos costs.

    python -m benchmarks.training CATALOG --weights imagenet --out benchmarks/results/training.json

Three kinds of steps are timed in turn, so that whatever else the computer does meets all of them:
through the encoder with one and the same batch, decoded and never changed; the same with photos
from the input pipeline, decoded in an epoch before, augmented and batched anew; and those of the
decoder on features from the cache. The median of each kind counts.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import click
import numpy as np

from benchmarks.machine import load_average, this_device
from benchmarks.record import Device
from benchmarks.record_files import public_command
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.augmentation.policies import POLICIES
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import fitting_protocol, split_catalog
from pipeline.config import TrainConfig
from pipeline.decoders import parse_pair
from pipeline.errors import JewelcapError
from pipeline.files import write_text
from pipeline.progress import track
from pipeline.provenance import command_line, git_commit


@dataclass(frozen=True)
class TrainingSpeed:
    """How long a training step takes on a computer.

    Attributes:
        encoder: Encoder's name.
        decoder: Decoder's name.
        augmentation: Policy of the input pipeline.
        batch_size: Photos of a step.
        steps: Steps of each kind.
        constant_seconds: Median of a step through the encoder on one and the same batch.
        pipeline_seconds: Median of a step with photos of the input pipeline.
        frozen_seconds: Median of a step of the decoder on cached features.
        pipeline_share: What the input pipeline adds to a step on one batch.
        speedup: How many times faster an epoch is from cached features than through the encoder
            with its input pipeline.
        device: The computer.
        load_average: Of the minute before the start and of that before the end; None where the
            system tells none. More than its own share means that others worked too.
        catalog_digest: The catalog.
        command: The command that made this record.
        git_commit: Code that made it; empty outside a checkout.
        schema_version: Version of this form.
    """

    encoder: str
    decoder: str
    augmentation: str
    batch_size: int
    steps: int
    constant_seconds: float
    pipeline_seconds: float
    frozen_seconds: float
    pipeline_share: float
    speedup: float
    device: Device
    load_average: tuple[float | None, float | None]
    catalog_digest: str
    command: str
    git_commit: str
    schema_version: int = 1


@dataclass(frozen=True)
class StepTimes:
    """Seconds of single steps of each kind."""

    constant: tuple[float, ...]
    pipeline: tuple[float, ...]
    frozen: tuple[float, ...]


def time_steps(config: TrainConfig, catalog: Path, steps: int) -> tuple[StepTimes, str]:
    """Times steps of a training on a catalog.

    Args:
        config: Settings; their epochs do not count.
        catalog: The folder.
        steps: Steps of each kind.

    Returns:
        The times, and the catalog's digest.

    Raises:
        JewelcapError: The training side has fewer photos than two batches.
    """
    from pipeline.captioner_model import new_model
    from pipeline.encoders import build_encoder
    from pipeline.fit import Fit
    from pipeline.keras_api import tf
    from pipeline.phases import phases
    from pipeline.sides import build_sides, choose_photos

    tf.config.experimental.enable_op_determinism()
    manifest = split_catalog(load_catalog(catalog), config.protocol, config.seed, progress=True)
    spec, _ = parse_pair(config.encoder, config.decoder)
    encoder = build_encoder(spec, config.weights, config.seed)
    photos = choose_photos(config, catalog, manifest, ())
    sides = build_sides(config, manifest, photos, spec, encoder)
    whole = len(photos.sources[0].items) // config.batch_size
    if whole < 2:
        raise JewelcapError(
            f"{catalog}: {len(photos.sources[0].items)} training photos are fewer than two "
            f"batches of {config.batch_size}; lower --batch-size"
        )
    model = new_model(config, encoder, photos.vocabulary, photos.max_length)
    frozen, through = phases(replace(config, fine_tune_epochs=1))
    order = np.arange(min(whole, steps) * config.batch_size)

    def epochs(fit: Fit) -> Generator[object, None, None]:
        while True:
            yield from fit.train_steps(1, order)

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        fits = [
            Fit(root / str(number), one, catalog, model, phase, sides)
            for number, (one, phase) in enumerate(
                [
                    (replace(config, augmentation="none"), through),
                    (config, through),
                    (config, frozen),
                ]
            )
        ]
        batch = next(fits[0].batches("train", order, config.batch_size))
        running = [epochs(fit) for fit in fits[1:]]
        kinds: list[Callable[[], object]] = [
            lambda: fits[0].train_step(batch, tf.constant([0, 0])),
            lambda: next(running[0]),
            lambda: next(running[1]),
        ]
        # All photos are decoded, and all graphs traced, before the clock runs.
        for _ in islice(running[0], len(order) // config.batch_size):
            pass
        times: list[list[float]] = [[], [], []]
        for count in track(range(steps + 1), "training steps", steps + 1):
            for kind, found in zip(kinds, times, strict=True):
                started = time.perf_counter()
                tf.nest.map_structure(lambda value: value.numpy(), kind())
                if count:
                    found.append(time.perf_counter() - started)
        for one in running:
            one.close()
    return StepTimes(*map(tuple, times)), manifest.catalog_digest


@click.command()
@click.argument("catalog", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--encoder", default="mobilenet-1.0-224", show_default=True, help="Encoder.")
@click.option("--decoder", default="gru-256", show_default=True, help="Decoder.")
@click.option("--weights", default="imagenet", show_default=True, help="As `train --weights`.")
@click.option("--batch-size", default=32, show_default=True, help="Photos of a step.")
@click.option("--augmentation", type=click.Choice(list(POLICIES)), default="light")
@click.option("--steps", default=30, show_default=True, help="Steps of each kind.")
@click.option("--out", type=click.Path(path_type=Path), help="The JSON to write.")
def main(
    catalog: Path,
    encoder: str,
    decoder: str,
    weights: str,
    batch_size: int,
    augmentation: str,
    steps: int,
    out: Path | None,
) -> None:
    """Time training steps on CATALOG."""
    config = TrainConfig(
        encoder,
        decoder,
        weights,
        fitting_protocol(load_catalog(catalog)),
        batch_size=batch_size,
        augmentation=augmentation,
    )
    config.check()
    before = load_average()
    times, digest = time_steps(config, catalog, steps)
    constant, piped, frozen = map(statistics.median, (times.constant, times.pipeline, times.frozen))
    speed = TrainingSpeed(
        encoder=encoder,
        decoder=decoder,
        augmentation=augmentation,
        batch_size=batch_size,
        steps=steps,
        constant_seconds=round(constant, 6),
        pipeline_seconds=round(piped, 6),
        frozen_seconds=round(frozen, 6),
        pipeline_share=round(piped / constant - 1.0, 4),
        speedup=round(piped / frozen, 2),
        device=this_device(),
        load_average=(before, load_average()),
        catalog_digest=digest,
        command=public_command(command_line()),
        git_commit=git_commit(),
    )
    if out is not None:
        write_text(out, dump_json(speed))
    click.echo(
        f"a step of {batch_size} photos: {constant:.3f} s on one batch, {piped:.3f} s with the "
        f"input pipeline ({speed.pipeline_share:+.1%}), {frozen:.4f} s from cached features "
        f"({speed.speedup:.0f} times faster)"
    )


if __name__ == "__main__":
    main()
