"""The commands `benchmark` and `report`."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.compare import TOLERANCE, Comparison, compare_records
from benchmarks.compare_text import comparison_text, failure_text
from benchmarks.engines import BASELINES
from benchmarks.latency import MODES
from benchmarks.record_files import read_record, read_records, write_records
from benchmarks.targets import DELEGATES, TARGETS, make_contenders
from benchmarks.unfinished import discard_unfinished
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.catalog.protocols import SPLITS
from pipeline.errors import JewelcapError

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("captioners", metavar="CAPTIONER…", nargs=-1, type=_PATH)
@click.option(
    "--target",
    type=click.Choice(list(TARGETS)),
    default="host",
    show_default=True,
    help="Where: host is this computer; adb a connected phone, by TFLite's benchmark_model; app "
    "takes reports that the app exported in place of captioners; arm64 runs captioners under "
    "emulation, and fails where they do not say the same there.",
)
@click.option(
    "--threads",
    metavar="N",
    multiple=True,
    default=("1",),
    show_default=True,
    help="Threads of the runtime: 2, 1-4 or all. Repeatable: each number is measured apart.",
)
@click.option(
    "--delegate",
    "delegates",
    multiple=True,
    type=click.Choice(DELEGATES),
    default=("xnnpack",),
    show_default=True,
    help="What runs the model's operations; none is the runtime's own kernels. Repeatable.",
)
@click.option(
    "--mode",
    type=click.Choice(list(MODES)),
    default="normal",
    show_default=True,
    help="How many samples are taken.",
)
@click.option(
    "--sustained",
    metavar="SECONDS",
    type=click.FloatRange(0.0, 3600.0),
    default=0.0,
    help="Describe photos without a pause for so long, too: does it slow down?",
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
    help="Run directory to measure another way than by a captioner file. Repeatable.",
)
@click.option(
    "--baseline-by",
    "engines",
    multiple=True,
    type=click.Choice(BASELINES),
    default=BASELINES[:1],
    show_default=True,
    help="Which way: keras_predict is the tutorials', for every word. Repeatable.",
)
@click.option("--seed", default=0, show_default=True, help="Of generated photos.")
@click.option("--binary", type=_PATH, help="adb: benchmark_model for the phone's processor.")
@click.option("--serial", default="", help="adb: the phone, where several are connected.")
@click.option("--taskset", default="", help="adb: mask of the cores to use, such as f0.")
@click.option("--setup", is_flag=True, help="arm64: fetch what it needs, once.")
@click.option(
    "--compare",
    metavar="BEFORE AFTER",
    nargs=2,
    type=_PATH,
    help="Measure nothing: compare two folders or files of records, and fail where the second "
    "is worse beyond noise, or lacks one of the first.",
)
@click.option(
    "--tolerance",
    metavar="PERCENT",
    type=click.FloatRange(0.0, 1000.0),
    default=100 * TOLERANCE,
    show_default=True,
    help="With --compare: growth of a median latency that is let pass. Other figures have limits "
    "of their own: p90 25 %, cold start, load and first photo 40 %, memory 5 %, file 1 %.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="With --compare: fail, too, where noise hides whether a figure is worse, and where one "
    "cannot be compared.",
)
@click.option(
    "--allow-missing",
    is_flag=True,
    help="With --compare: let pass that AFTER lacks captioners of BEFORE.",
)
@click.option("--out", type=_PATH, help="Folder for the records, one file a measurement.")
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON.")
def benchmark(
    captioners: tuple[Path, ...],
    target: str,
    threads: tuple[str, ...],
    delegates: tuple[str, ...],
    mode: str,
    sustained: float,
    photos: Path | None,
    catalog: Path | None,
    split: str,
    baselines: tuple[Path, ...],
    engines: tuple[str, ...],
    seed: int,
    binary: Path | None,
    serial: str,
    taskset: str,
    setup: bool,
    compare: tuple[Path, Path] | None,
    tolerance: float,
    strict: bool,
    allow_missing: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Measure latency, memory and, with --catalog, accuracy of captioner files.

    Several captioners are measured in turn, so that their ratios hold on a machine that is not
    quiet. A host latency is not a phone's. With --out, the same call goes on where an
    interrupted one was stopped.

    \b
    Example:
      jewelcap benchmark runs/*/export/*/captioner.tflite --threads 1-2 --out records
      jewelcap benchmark captioner.tflite --catalog catalogs/shop --baseline runs/shop --json
      jewelcap benchmark captioner.tflite --target adb --binary benchmark_model --delegate gpu
      jewelcap benchmark report.json captioner.tflite --target app --catalog catalogs/shop
      jewelcap benchmark captioner.tflite --target arm64 --setup --photos photos
      jewelcap benchmark --compare records/before records/after
      jewelcap benchmark --compare before.json after.json --tolerance 5 --strict
    """
    if compare is not None:
        comparison = _compare(*compare, tolerance / 100, as_json)
        if reason := failure_text(comparison, strict, allow_missing):
            raise JewelcapError(reason)
        return
    from benchmarks.app_report import report_contender
    from benchmarks.run import benchmark_text, disagreement_text, run_benchmark
    from benchmarks.settings import AdbSettings, Settings, parse_threads

    place = TARGETS[target]
    if setup and not place.can_set_up:
        raise click.UsageError(f"--setup: there is nothing to set up for {target}")
    if baselines and "keras_predict" not in place.engines:
        raise click.UsageError(f"--baseline: {target} measures captioner files only")
    if setup:
        place.set_up(_warn)
        if not captioners:
            return
    reports = [path for path in captioners if place.reads_reports and path.suffix == ".json"]
    files = [path for path in captioners if path not in reports]
    if not (reports if place.reads_reports else captioners or baselines):
        wanted = "a report of the app" if place.reads_reports else "a CAPTIONER, or --baseline RUN"
        raise click.UsageError(f"give at least {wanted}")
    settings = Settings(
        MODES[mode],
        tuple(dict.fromkeys(count for text in threads for count in parse_threads(text))),
        photos,
        seed,
        delegates,
        sustained,
        keep=out,
        adb=AdbSettings(binary, serial, taskset=taskset),
    )
    contenders = make_contenders(files, baselines, engines)
    measured = [report_contender(path) for path in reports] or contenders
    records = run_benchmark(measured, target, settings, catalog, split, _warn, contenders)
    if out is not None:
        paths = write_records(out, records)
        discard_unfinished(out)
        _warn(f"wrote {len(paths)} records to {out}")
    click.echo(dump_json(records) if as_json else benchmark_text(records), nl=not as_json)
    if reason := disagreement_text(records):
        raise JewelcapError(reason)


def _compare(before: Path, after: Path, tolerance: float, as_json: bool) -> Comparison:
    sets = []
    for source in (before, after):
        records, skipped = read_records([source])
        for one in skipped:
            _warn(f"skipped {one.name}: {one.reason}")
        sets.append(records)
    comparison = compare_records(sets[0], sets[1], tolerance)
    click.echo(dump_json(comparison) if as_json else comparison_text(comparison), nl=not as_json)
    return comparison


def _warn(message: str) -> None:
    click.echo(message, err=True)


@click.command()
@click.argument("sources", metavar="RECORDS…", nargs=-1, required=True, type=_PATH)
@click.option("--out", type=_PATH, help="Folder to write.  [default: report, beside RECORDS]")
@click.option(
    "--against",
    metavar="RECORD",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Set all others against this record, in percent.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all records as a JSON list.")
def report(
    sources: tuple[Path, ...], out: Path | None, against: Path | None, as_json: bool
) -> None:
    """Make index.html, table.md, table.csv and plots of RECORDS.

    The plots set accuracy against latency, size and memory, with Pareto fronts.

    RECORDS are folders or files that `benchmark --out` wrote. Those that cannot be read are
    named and skipped.

    \b
    Example:
      jewelcap report records --out report
      jewelcap report records --against records/host-shop-float32-t1.json
    """
    from benchmarks.report import write_report

    records, skipped = read_records(sources)
    for one in skipped:
        _warn(f"skipped {one.name}: {one.reason}")
    baseline = read_record(against) if against is not None else None
    folder = out or sources[0].resolve().parent / "report"
    page = write_report(folder, records, skipped, baseline)
    _warn(f"wrote {page.parent}")
    click.echo(dump_json(records) if as_json else str(page), nl=not as_json)
