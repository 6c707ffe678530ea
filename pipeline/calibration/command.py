"""The command `confidence`."""

from __future__ import annotations

from pathlib import Path

import click

from mobile_app.camera_app.runtime.schema import dump_json


@click.command()
@click.argument("captioner", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--catalog",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The catalog that it was trained on, or with --split all another one.",
)
@click.option(
    "--split",
    type=click.Choice(["train", "validation", "test", "all"]),
    default="test",
    show_default=True,
)
@click.option(
    "--negatives",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of pictures without jewelry, a kind of thing in each folder below it. A fair "
    "test has kinds that the captioner was not exported with.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for confidence.json and confidence.png.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON.")
def confidence(
    captioner: Path,
    catalog: Path,
    split: str,
    negatives: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """What the confidences of CAPTIONER, a calibrated file, are worth.

    Calibration error, risk and coverage, and what is answered, said at a lower level or not said
    at all, on photos that did not calibrate it.

    \b
    Example:
      jewelcap confidence captioner.tflite --catalog catalogs/shop --out confidence
    """
    from pipeline.calibration.plot import plot_confidence
    from pipeline.calibration.report import report_confidence
    from pipeline.calibration.text import confidence_table
    from pipeline.files import write_text

    report = report_confidence(captioner, catalog, split, negatives)
    if out is not None:
        write_text(out / "confidence.json", dump_json(report))
        plot_confidence(out / "confidence.png", report)
        click.echo(f"wrote {out}", err=True)
    click.echo(dump_json(report) if as_json else confidence_table(report), nl=not as_json)
