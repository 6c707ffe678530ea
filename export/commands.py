"""The command `export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from export.variants import REPAIRED, VARIANTS
from mobile_app.camera_app.runtime.bundle import read_bundle
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.calibration.text import calibration_text
from pipeline.errors import JewelcapError

if TYPE_CHECKING:
    from export.disagreement import Disagreement
    from export.selection import Outcome
    from pipeline.rundir import Run


@click.command()
@click.argument("run_path", metavar="RUN", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--variant",
    "variants",
    multiple=True,
    type=click.Choice(list(VARIANTS)),
    help="What to make. Repeatable.",
)
@click.option(
    "--all",
    "all_variants",
    is_flag=True,
    help="Make every variant, show them in a table and name the best.",
)
@click.option(
    "--budget",
    "budgets",
    metavar="NAME=NUMBER",
    multiple=True,
    help="With --all: a limit that the best must keep; size_mb, zipped_mb or latency_ms (on this "
    "computer). Repeatable.",
)
@click.option(
    "--repair/--no-repair",
    default=True,
    show_default=True,
    help="Leave the layers that spoil a refused 8-bit variant in float.",
)
@click.option(
    "--epochs",
    default=3,
    show_default=True,
    type=click.IntRange(1),
    help="Epochs that a variant is trained on for, if it is.",
)
@click.option(
    "--epoch-photos",
    default=0,
    type=click.IntRange(0),
    help="Most photos of such an epoch, drawn from those of the training.  [default: all]",
)
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
@click.option("--force", is_flag=True, help="Make finished and refused variants again.")
@click.option(
    "--record",
    type=click.Path(path_type=Path, file_okay=False),
    help="With --all: folder for variants.json and variants.md, to be published: agreement with "
    "Keras, and each caption that an export changed.",
)
@click.option("--json", "as_json", is_flag=True, help="With --all: print the table as JSON.")
def export(
    run_path: Path,
    variants: tuple[str, ...],
    all_variants: bool,
    budgets: tuple[str, ...],
    repair: bool,
    epochs: int,
    epoch_photos: int,
    catalog: Path | None,
    calibration_photos: int,
    parity_photos: int,
    target_precision: float,
    negatives: Path | None,
    license_: str,
    force: bool,
    record: Path | None,
    as_json: bool,
) -> None:
    """Make one-file captioners from RUN: export/<variant>/captioner.tflite in its folder.

    Each is compared with Keras on validation photos; one that falls below its variant's floor
    is refused and kept in export/refused, and the others are still made. Its confidences are
    calibrated on all of them. A variant is named [TRAINING-]ENCODER[_DECODER]; a model is trained
    on for the variants qat, pruned, clustered, pqat and cqat, in RUN/compress.

    \b
    Example:
      jewelcap export runs/shop --variant int8
      jewelcap export runs/shop --variant qat-int8 --epochs 5
      jewelcap export runs/shop --all --budget size_mb=5 --budget latency_ms=10
    """
    if bool(variants) == all_variants:
        raise click.UsageError(f"give --variant or --all; variants: {', '.join(VARIANTS)}")
    if (budgets or record or as_json) and not all_variants:
        raise click.UsageError("--budget, --record and --json are of all variants; give --all")
    from export.selection import parse_budgets
    from pipeline.calibration.calibrate import CalibrationOptions
    from pipeline.compression.techniques import CompressionOptions
    from pipeline.rundir import Run

    limits = parse_budgets(budgets)
    run = Run(run_path)
    root = catalog or Path(run.config().catalog)
    options = {
        "repair": repair,
        "calibration_photos": calibration_photos,
        "parity_photos": parity_photos,
        "license_": license_,
        "force": force,
        "confidence": CalibrationOptions(target_precision, negatives),
        "compression": CompressionOptions(epochs, epoch_photos),
    }
    if all_variants:
        _export_all(run, root, limits, options, record, as_json)
        return
    failed: list[str] = []
    for name in dict.fromkeys(variants):
        try:
            _export_one(run, name, root, options)
        except JewelcapError as error:
            failed.append(str(error))
    if failed:
        raise JewelcapError("; ".join(failed))


def _export_one(
    run: Run, name: str, root: Path, options: dict[str, Any], err: bool = False
) -> Path:
    """Exports a variant and says so, on standard error if asked to."""
    from export.disagreement import causes_text
    from export.exporter import read_parity
    from export.parity import few_photos_text
    from export.repair import repair_text
    from export.repaired import export_or_repair

    path, built, repair = export_or_repair(run, VARIANTS[name], root, **options)
    report = read_parity(path)
    parity = report.parity
    if few := few_photos_text(parity.n, len(run.manifest().of("validation"))):
        click.echo(f"warning: {path.parent.name} was {few}", err=True)
    click.echo(
        f"{'exported' if built else 'exported already'}: {path} "
        f"({path.stat().st_size / 1e6:.2f} MB); on {parity.n} validation photos state error "
        f"{parity.state_error:.4f}, token agreement {parity.token_agreement:.4f}, caption "
        f"agreement {parity.caption_agreement:.4f}, {parity.sure_agreement:.4f} of the "
        f"{parity.sure_captions} that Keras is sure of; {causes_text(report.disagreements)}",
        err=err,
    )
    if repair is not None:
        for line in repair_text(repair):
            click.echo(line, err=err)
    if (calibration := read_bundle(path).manifest.calibration) is not None:
        click.echo(calibration_text(calibration), err=err)
    return path


def _export_all(
    run: Run,
    root: Path,
    limits: dict[str, float],
    options: dict[str, Any],
    record: Path | None,
    as_json: bool,
) -> None:
    """Exports all variants, whatever becomes of each, and shows and writes which is the best."""
    from export.exporter import CAPTIONER
    from export.refusal import RefusedError
    from export.selection import Outcome, select, selection_text, write_selection
    from export.variants_page import write_variants

    outcomes: list[Outcome] = []
    for name in VARIANTS:
        try:
            path = _export_one(run, name, root, options, err=True)
            outcomes.append(Outcome(path.parent.name, "exported", path=str(path)))
        except RefusedError as error:
            outcomes.append(
                Outcome(
                    name,
                    "refused",
                    f"{' and '.join(error.refusal.violations)}; kept for study in "
                    f"{error.folder.relative_to(run.root).as_posix()}"
                    + (f"; {error.note}" if error.note else ""),
                    size_bytes=error.refusal.size_bytes,
                    parity=error.refusal.parity,
                    disagreements=_kept_disagreements(error.folder / CAPTIONER),
                )
            )
        except Exception as error:  # Three tools of others are at work; the rest must go on.
            reason = (str(error) or type(error).__name__).splitlines()[0]
            outcomes.append(Outcome(name, "failed", reason))
        if outcomes[-1].reason:
            click.echo(f"{name}: {outcomes[-1].reason}", err=True)
    selection = select(_measured(run, root, outcomes), limits, run.root.resolve().name)
    write_selection(run.root / "export", selection)
    if record is not None:
        write_variants(record, selection)
    click.echo(dump_json(selection) if as_json else selection_text(selection), nl=not as_json)
    if not selection.best:
        raise JewelcapError(
            "no variant was exported within the budgets; raise them, or train a smaller encoder"
        )


def _kept_disagreements(captioner: Path) -> tuple[Disagreement, ...]:
    """What a refused file says otherwise; none, with a word of it, where its report is damaged."""
    from export.exporter import read_parity

    try:
        return read_parity(captioner).disagreements
    except JewelcapError as error:
        click.echo(f"{error}; --force makes it again", err=True)
        return ()


def _measured(run: Run, root: Path, outcomes: list[Outcome]) -> list[Outcome]:
    """Fills in the size, the latency here and the accuracy of what was exported."""
    from dataclasses import replace

    from export.exporter import read_parity
    from export.host_latency import caption_latency_ms
    from export.refusal import refused_folder
    from export.repaired import read_repair
    from export.selection import zipped_bytes
    from pipeline.captioner_model import load_model
    from pipeline.features import read_photos

    files = {one.variant: Path(one.path) for one in outcomes if one.path}
    if not files:
        return outcomes
    model = load_model(run)
    items = run.manifest().of("validation")[:8]
    photos = list(read_photos(root, items, model.encoder_spec))
    latency = caption_latency_ms(files, model, photos)
    measured = []
    for one in outcomes:
        if path := files.get(one.variant):
            report = read_parity(path)
            repair = read_repair(refused_folder(run, one.variant.removesuffix(REPAIRED)))
            kept = repair.kept_float if repair and one.variant.endswith(REPAIRED) else ()
            one = replace(
                one,
                path=path.relative_to(run.root).as_posix(),
                size_bytes=path.stat().st_size,
                zipped_bytes=zipped_bytes(path),
                latency_ms=latency[one.variant],
                accuracy=read_bundle(path).manifest.accuracy,
                parity=report.parity,
                kept_float=kept,
                disagreements=report.disagreements,
            )
        measured.append(one)
    return measured
