"""The command `front`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from benchmarks.front.plan import FRONT, make_cells
from benchmarks.latency import MODES
from export.variants import VARIANTS
from pipeline.catalog.protocols import PROTOCOLS, SPLITS
from pipeline.encoders import parse_encoder
from pipeline.errors import JewelcapError
from pipeline.rundir import Run

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


@click.command()
@click.argument("catalog", type=_FOLDER)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder of runs and records."
)
@click.option(
    "--encoder",
    "encoders",
    multiple=True,
    help="Make this one only, by its full name. Repeatable; by default MobileNets of all widths "
    "and sizes, VGG-16 and InceptionV3.",
)
@click.option(
    "--run",
    "runs",
    metavar="RUN",
    multiple=True,
    type=_FOLDER,
    help="Trained run that stands for its encoder, in place of training one. Repeatable.",
)
@click.option(
    "--weights",
    default="imagenet",
    show_default=True,
    help="imagenet, or a folder of Keras' .h5 files without top; a width that it lacks is cut out "
    "of the widest MobileNet.",
)
@click.option(
    "--fine-tune-epochs",
    default=8,
    show_default=True,
    type=click.IntRange(0),
    help="Epochs through the largest MobileNet of each width; the others of its width start from "
    "it and take a quarter. 0 trains decoders only.",
)
@click.option("--train-photos", default=0, help="Most training photos.  [default: all]")
@click.option(
    "--extra-train",
    multiple=True,
    type=_FOLDER,
    help="Another catalog to train on as well. Repeatable.",
)
@click.option("--protocol", type=click.Choice(list(PROTOCOLS)), help="As `train --protocol`.")
@click.option("--seed", default=0, show_default=True, help="Of split and training.")
@click.option(
    "--variant",
    "variants",
    multiple=True,
    type=click.Choice(list(VARIANTS)),
    default=("float32", "int8"),
    show_default=True,
    help="What to export. Repeatable.",
)
@click.option("--parity-photos", default=200, show_default=True, type=click.IntRange(1))
@click.option(
    "--mode", type=click.Choice(list(MODES)), default="normal", show_default=True, help="Samples."
)
@click.option(
    "--split", type=click.Choice(SPLITS), default="test", show_default=True, help="For accuracy."
)
@click.option("--prepare", is_flag=True, help="Train and export only; measure by another call.")
def front(
    catalog: Path,
    out: Path,
    encoders: tuple[str, ...],
    runs: tuple[Path, ...],
    weights: str,
    fine_tune_epochs: int,
    train_photos: int,
    extra_train: tuple[Path, ...],
    protocol: str | None,
    seed: int,
    variants: tuple[str, ...],
    parity_photos: int,
    mode: str,
    split: str,
    prepare: bool,
) -> None:
    """Train and measure many encoders on CATALOG, and draw what accuracy costs.

    All captioners are measured in one interleaved run; records and report lie in OUT. Called
    again, it goes on where it was stopped.

    \b
    Example:
      jewelcap front catalogs/shop --out runs/front --prepare
      jewelcap front catalogs/shop --out runs/front
      jewelcap front catalogs/shop --out runs/small --encoder mobilenet-0.25-128 --mode quick
    """
    from benchmarks.front.run import Front, measure_front, prepare_front
    from benchmarks.run import benchmark_text
    from pipeline.calibration.calibrate import CalibrationOptions
    from pipeline.catalog.schema import load_catalog
    from pipeline.catalog.split import fitting_protocol
    from pipeline.compression.techniques import CompressionOptions

    settings: dict[str, Any] = {
        "protocol": protocol or fitting_protocol(load_catalog(catalog)),
        "seed": seed,
        "train_photos": train_photos,
        "extra_train": tuple(str(path.resolve()) for path in extra_train),
    }
    taken = _taken(runs, settings)
    names = [parse_encoder(name).name for name in encoders] or list(FRONT)
    cells = make_cells([*names, *taken], weights, fine_tune_epochs, list(taken))
    exports = {
        "repair": True,
        "calibration_photos": 100,
        "parity_photos": parity_photos,
        "license_": "not stated",
        "force": False,
        "confidence": CalibrationOptions(),
        "compression": CompressionOptions(),
    }
    plan = Front(catalog, out, cells, taken, settings, variants, exports)
    files = prepare_front(plan, _warn)
    if prepare:
        click.echo(f"{len(files)} captioners are ready to be measured")
        return
    click.echo(benchmark_text(measure_front(files, plan, MODES[mode], split, _warn)))
    click.echo(f"report: {out / 'report' / 'index.html'}")


def _taken(runs: tuple[Path, ...], settings: dict[str, Any]) -> dict[str, Run]:
    """Runs by encoder, which must have the split that the others will have."""
    found: dict[str, Run] = {}
    for path in runs:
        run = Run(path)
        config = run.config().train
        for name in ("protocol", "seed"):
            if getattr(config, name) != settings[name]:
                raise JewelcapError(
                    f"--run {path}: its {name} is {getattr(config, name)}, the front's "
                    f"{settings[name]}; give --{name} {getattr(config, name)}, or another run"
                )
        encoder = parse_encoder(config.encoder).name
        if encoder in found:
            raise JewelcapError(f"--run {path}: {found[encoder].root} is of {encoder}, too")
        found[encoder] = run
    return found


def _warn(message: str) -> None:
    click.echo(message, err=True)
