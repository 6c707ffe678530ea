"""The commands `benchmark` and `report`."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.latency import MODES
from benchmarks.record_files import read_records, write_records
from benchmarks.targets import TARGETS
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.catalog.protocols import SPLITS

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("captioners", metavar="CAPTIONER…", nargs=-1, type=_PATH)
@click.option(
    "--target",
    type=click.Choice(list(TARGETS)),
    default="host",
    show_default=True,
    help="Where to measure; host is this computer.",
)
@click.option(
    "--threads",
    multiple=True,
    type=click.IntRange(1, 256),
    default=(1,),
    show_default=True,
    help="Threads of the runtime. Repeatable: each number is measured apart.",
)
@click.option(
    "--mode",
    type=click.Choice(list(MODES)),
    default="normal",
    show_default=True,
    help="How many samples are taken.",
)
@click.option("--photos", type=_FOLDER, help="Photos to measure on.  [default: generated ones]")
@click.option("--catalog", type=_FOLDER, help="Measure accuracy on this catalog, too.")
@click.option(
    "--split",
    type=click.Choice([*SPLITS, "all"]),
    default="test",
    show_default=True,
    help="Side of the catalog.",
)
@click.option(
    "--baseline",
    "baselines",
    metavar="RUN",
    multiple=True,
    type=_FOLDER,
    help="Run directory to measure the tutorials' way: Keras predict for every word.",
)
@click.option("--seed", default=0, show_default=True, help="Of generated photos.")
@click.option("--out", type=_PATH, help="Folder for the records, one file a measurement.")
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON.")
def benchmark(
    captioners: tuple[Path, ...],
    target: str,
    threads: tuple[int, ...],
    mode: str,
    photos: Path | None,
    catalog: Path | None,
    split: str,
    baselines: tuple[Path, ...],
    seed: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Measure latency, memory and, with --catalog, accuracy of captioner files.

    Several captioners are measured in turn, so that their ratios hold on a machine that is not
    quiet. A host latency is not a phone's.

    \b
    Example:
      jewelcap benchmark runs/shop/export/*/captioner.tflite --out records
      jewelcap benchmark captioner.tflite --catalog catalogs/shop --baseline runs/shop --json
    """
    from benchmarks.host import Settings
    from benchmarks.run import benchmark_text, make_contenders, run_benchmark

    if not captioners and not baselines:
        raise click.UsageError("give at least one CAPTIONER, or --baseline RUN")
    settings = Settings(MODES[mode], tuple(dict.fromkeys(threads)), photos, seed)
    contenders = make_contenders(captioners, baselines)
    records = run_benchmark(contenders, target, settings, catalog, split, _warn)
    if out is not None:
        paths = write_records(out, records)
        click.echo(f"wrote {len(paths)} records to {out}", err=True)
    click.echo(dump_json(records) if as_json else benchmark_text(records), nl=not as_json)


def _warn(message: str) -> None:
    click.echo(message, err=True)


@click.command()
@click.argument("sources", metavar="RECORDS…", nargs=-1, required=True, type=_PATH)
@click.option("--out", type=_PATH, help="Folder to write.  [default: report, beside RECORDS]")
@click.option("--json", "as_json", is_flag=True, help="Print all records as a JSON list.")
def report(sources: tuple[Path, ...], out: Path | None, as_json: bool) -> None:
    """Make index.html, table.md, table.csv and pareto.png of RECORDS.

    RECORDS are folders or files that `benchmark --out` wrote. Those that cannot be read are
    named and skipped.

    \b
    Example:
      jewelcap report records --out report
    """
    from benchmarks.report import write_report

    records, skipped = read_records(sources)
    for one in skipped:
        _warn(f"skipped {one.name}: {one.reason}")
    page = write_report(out or sources[0].resolve().parent / "report", records, skipped)
    _warn(f"wrote {page.parent}")
    click.echo(dump_json(records) if as_json else str(page), nl=not as_json)
