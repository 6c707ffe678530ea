"""The command `export`."""

from __future__ import annotations

from pathlib import Path

import click

from export.variants import VARIANTS
from mobile_app.camera_app.runtime.bundle import read_bundle
from pipeline.calibration.text import calibration_text
from pipeline.errors import JewelcapError


@click.command()
@click.argument("run_path", metavar="RUN", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--variant",
    "variants",
    multiple=True,
    type=click.Choice(list(VARIANTS)),
    help="What to make. Repeatable.",
)
@click.option("--all", "all_variants", is_flag=True, help="Make every variant.")
@click.option(
    "--catalog",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Where the run's catalog is now, if it was moved.",
)
@click.option(
    "--calibration-photos",
    default=100,
    show_default=True,
    type=click.IntRange(1),
    help="Training photos that activation ranges are measured on.",
)
@click.option(
    "--parity-photos",
    default=200,
    show_default=True,
    type=click.IntRange(1),
    help="Validation photos that are compared with Keras.",
)
@click.option(
    "--target-precision",
    default=0.95,
    show_default=True,
    type=click.FloatRange(0.0, 1.0, min_open=True, max_open=True),
    help="Share of right captions among those given; below it the captioner says less.",
)
@click.option(
    "--negatives",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Pictures without jewelry, a kind of thing in each folder below; the captioner then "
    "says where there is none. `jewelcap catalog render --negatives` makes some.",
)
@click.option("--license", "license_", default="not stated", show_default=True)
@click.option("--force", is_flag=True, help="Make finished variants again.")
def export(
    run_path: Path,
    variants: tuple[str, ...],
    all_variants: bool,
    catalog: Path | None,
    calibration_photos: int,
    parity_photos: int,
    target_precision: float,
    negatives: Path | None,
    license_: str,
    force: bool,
) -> None:
    """Make one-file captioners from RUN: export/<variant>/captioner.tflite in its folder.

    Each is compared with Keras on validation photos; one that falls below its variant's floor
    is refused, and the others are still made. Its confidences are calibrated on all of them.

    \b
    Example:
      jewelcap export runs/shop --variant int8
      jewelcap export runs/shop --all --negatives others
    """
    if bool(variants) == all_variants:
        raise click.UsageError(f"give --variant or --all; variants: {', '.join(VARIANTS)}")
    from export.exporter import export_variant, read_parity
    from pipeline.calibration.calibrate import CalibrationOptions
    from pipeline.rundir import Run

    confidence = CalibrationOptions(target_precision, negatives)
    run = Run(run_path)
    root = catalog or Path(run.config().catalog)
    refused: list[str] = []
    for name in VARIANTS if all_variants else dict.fromkeys(variants):
        try:
            path, built = export_variant(
                run,
                VARIANTS[name],
                root,
                calibration_photos,
                parity_photos,
                license_,
                force,
                confidence,
            )
        except JewelcapError as error:
            refused.append(str(error))
            continue
        parity = read_parity(path).parity
        click.echo(
            f"{'exported' if built else 'exported already'}: {path} "
            f"({path.stat().st_size / 1e6:.2f} MB); on {parity.n} validation photos state error "
            f"{parity.state_error:.4f}, token agreement {parity.token_agreement:.4f}, caption "
            f"agreement {parity.caption_agreement:.4f}, {parity.sure_agreement:.4f} of the "
            f"{parity.sure_captions} that Keras is sure of"
        )
        if (calibration := read_bundle(path).manifest.calibration) is not None:
            click.echo(calibration_text(calibration))
    if refused:
        raise JewelcapError("; ".join(refused))
