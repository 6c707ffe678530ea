"""The command `reproduce`."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.reproduce.cells import CELLS, EFFORTS

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


@click.command()
@click.option("--catalog", type=_FOLDER, help="Another catalog than the embedded one.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder of the experiment."
)
@click.option("--quick", is_flag=True, help="Few photos and epochs: a first impression.")
@click.option(
    "--weights",
    default="imagenet",
    show_default=True,
    help="Folder with Keras' .h5 files without top, or imagenet (downloaded by Keras).",
)
@click.option(
    "--best",
    metavar="RUN",
    multiple=True,
    type=_FOLDER,
    help="Run of `jewelcap train` on the same catalog and split that joins. Repeatable.",
)
@click.option(
    "--cell",
    "only",
    metavar="NAME",
    multiple=True,
    help="Do this cell only, by its name in the table of trainings. Repeatable.",
)
@click.option("--seed", default=0, show_default=True, help="Of splits, weights and order.")
@click.option("--report-only", is_flag=True, help="Report what is finished; train nothing.")
@click.option("--force", is_flag=True, help="Replace another experiment in the folder.")
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON.")
def reproduce(
    catalog: Path | None,
    out: Path,
    quick: bool,
    weights: str,
    best: tuple[Path, ...],
    only: tuple[str, ...],
    seed: int,
    report_only: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Repeat the paper's tables and figures, with its leak and without.

    Takes some hours on two cores; with --quick some minutes. Call it again after an
    interruption: cells that are finished are not done again.

    \b
    Example:
      jewelcap reproduce --quick --out runs/quick
      jewelcap reproduce --catalog catalogs/shop --best runs/shop --out runs/paper
      jewelcap reproduce --cell views_wide-mobilenet-1.0-224-gru-256 --out runs/cell
    """
    from benchmarks.demo import EMBEDDED_CATALOG
    from benchmarks.reproduce.experiment import run_experiment
    from benchmarks.reproduce.report import write_report
    from mobile_app.camera_app.runtime.schema import dump_json

    root = catalog or EMBEDDED_CATALOG
    cells = [cell for cell in CELLS if cell.quick or not quick]
    record = run_experiment(
        root,
        out,
        EFFORTS["quick" if quick else "full"],
        cells,
        weights,
        best,
        seed,
        force,
        _say,
        report_only,
        only,
    )
    page = write_report(out / "report", record, root)
    click.echo(dump_json(record) if as_json else str(page), nl=not as_json)


def _say(message: str) -> None:
    click.echo(message, err=True)
