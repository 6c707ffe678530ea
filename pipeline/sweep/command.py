"""The command `sweep`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click

from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.catalog.split import DatasetManifest
from pipeline.commands import FOLDER, OUTPUT
from pipeline.config import TrainConfig
from pipeline.errors import JewelcapError
from pipeline.provenance import command_line, git_commit
from pipeline.sweep.locks import locked
from pipeline.sweep.loop import Budget, run_trials
from pipeline.sweep.report import train_command, write_report
from pipeline.sweep.rows import TrialRow, trial_rows
from pipeline.sweep.samplers import PRUNERS, SAMPLERS
from pipeline.sweep.settings import (
    StudySettings,
    identity_of_weights,
    keep_split,
    make_split,
    read_split,
    weights_by_encoder,
)
from pipeline.sweep.space import check_space, config_of, read_space
from pipeline.sweep.study import Study

_DEFAULTS = TrainConfig(encoder="mobilenet", decoder="gru")
_HOUR = 3600


@dataclass(frozen=True)
class SweepSummary:
    """What `sweep --json` prints.

    Attributes:
        study: The study's folder.
        trials: Number of trials by state.
        best: The best trial that ran to its end, if there is one.
        config: Its settings.
        command: The command line that trains by them.
        schema_version: Version of this form.
    """

    study: str
    trials: dict[str, int]
    best: TrialRow | None
    config: TrainConfig | None
    command: str
    schema_version: int = 1


@click.command()
@click.option("--catalog", type=FOLDER, required=True, help="Folder made by `catalog import`.")
@click.option("--study", "folder", type=OUTPUT, required=True, help="Folder of the study.")
@click.option(
    "--space",
    "space_path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="TOML file of dimensions that replace those of the paper's grid, such as "
    "units = [128, 256] or learning_rate = {low = 1e-4, high = 1e-2, log = true}.",
)
@click.option(
    "--sampler",
    type=click.Choice(list(SAMPLERS)),
    default="tpe",
    show_default=True,
    help="; ".join(f"{one.name}: {one.summary}" for one in SAMPLERS.values()) + ".",
)
@click.option(
    "--pruner",
    type=click.Choice(list(PRUNERS)),
    default="median",
    show_default=True,
    help="; ".join(f"{one.name}: {one.summary}" for one in PRUNERS.values()) + ".",
)
@click.option(
    "--trials",
    type=click.IntRange(min=1),
    help="Trials of the study in all, whichever call or process runs them.",
)
@click.option(
    "--hours",
    type=click.FloatRange(min=0, min_open=True),
    help="Time of this call; a trial under way then is laid aside for the next call.",
)
@click.option(
    "--storage",
    metavar="URL",
    help="Database of the trials, as SQLAlchemy names it; by default a journal in the folder.",
)
@click.option(
    "--weights",
    multiple=True,
    default=("imagenet",),
    show_default=True,
    help="As `train --weights`; ENCODER=SOURCE for one encoder. Repeatable.",
)
@click.option("--protocol", type=click.Choice(list(PROTOCOLS)), help="As `train --protocol`.")
@click.option("--seed", default=_DEFAULTS.seed, show_default=True, help="Of all that is drawn.")
@click.option(
    "--epochs", default=_DEFAULTS.epochs, show_default=True, help="Of a trial, at the most."
)
@click.option(
    "--patience",
    default=_DEFAULTS.patience,
    show_default=True,
    help="Epochs without progress on validation photos before a trial stops.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def sweep(
    catalog: Path,
    folder: Path,
    space_path: Path | None,
    sampler: str,
    pruner: str,
    trials: int | None,
    hours: float | None,
    storage: str | None,
    weights: tuple[str, ...],
    protocol: str | None,
    seed: int,
    epochs: int,
    patience: int,
    as_json: bool,
) -> None:
    """Search the best settings of decoders on frozen features.

    By default over the grid of the paper. Called again it goes on; several calls at once share
    the work. Test photos are never looked at: settings are chosen on validation photos.

    \b
    Example:
      jewelcap sweep --catalog catalogs/shop --study studies/shop --hours 2
      jewelcap sweep --catalog catalogs/shop --study studies/grid --sampler grid --space few.toml
    """
    if trials is None and hours is None and not SAMPLERS[sampler].exhaustive:
        raise click.UsageError(f"--sampler {sampler} goes on for ever; give --trials or --hours")
    space = read_space(space_path)
    sources = weights_by_encoder(weights, tuple(map(str, space["encoder"].ends())))
    base = TrainConfig(encoder="", decoder="", seed=seed, epochs=epochs, patience=patience)
    check_space(space, base, sources)
    identities = identity_of_weights(sources)

    def settings_for(manifest: DatasetManifest) -> StudySettings:
        return StudySettings(
            catalog=manifest.catalog_digest,
            split=manifest.digest,
            protocol=manifest.protocol,
            seed=seed,
            epochs=epochs,
            patience=patience,
            weights=identities,
            sampler=sampler,
            space=space,
        )

    _check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "lock.start"):
        rows = ""
        manifest = read_split(folder, catalog, protocol, seed)
        if manifest is None:
            manifest, rows = make_split(catalog, protocol, seed, sources.values())
        study = Study(folder, settings_for(manifest), pruner, storage)
        if rows:
            keep_split(folder, manifest, rows)

    from pipeline.sweep.trial import DecoderTraining

    configure = partial(config_of, replace(base, protocol=manifest.protocol), sources)
    objective = DecoderTraining(catalog, manifest, folder / "lock.features")
    budget = Budget(trials, None if hours is None else hours * _HOUR)
    try:
        run_trials(study, configure, objective, budget)
    finally:
        study.close()
        best = write_report(study, configure, catalog, command_line(), git_commit())
    config = None if best is None else configure(best.params)
    summary = SweepSummary(
        study=str(folder),
        trials=dict(Counter(row.state for row in trial_rows(study))),
        best=best,
        config=config,
        command=train_command(config, catalog) if config else "",
    )
    click.echo(dump_json(summary) if as_json else _text(summary), nl=not as_json)


def _text(summary: SweepSummary) -> str:
    counts = ", ".join(f"{count} {state}" for state, count in summary.trials.items())
    lines = [f"{summary.study}: {counts or 'no'} trials (trials.md, trials.csv, plots)"]
    if summary.best is not None and summary.best.result is not None:
        ccr = ", ".join(f"{one.level} {one.ccr:.4f}" for one in summary.best.result.accuracy)
        lines += [
            f"best: trial {summary.best.number}, validation loss {summary.best.loss:.4f}, "
            f"validation CCR {ccr}",
            f"its settings are in {summary.study}/best.toml; to train by them:",
            f"  {summary.command}",
        ]
    else:
        lines += ["no trial has run to its end yet; call again with more --trials or --hours"]
    return "\n".join(lines)


def _check_folder(folder: Path) -> None:
    """Makes sure that a folder is new, empty, or a study's.

    Raises:
        JewelcapError: It holds something else.
    """
    if folder.exists() and not folder.is_dir():
        raise JewelcapError(f"{folder}: is a file; choose another --study")
    if folder.exists() and any(folder.iterdir()) and not (folder / "lock.start").exists():
        raise JewelcapError(f"{folder}: is not empty and no study; choose another folder")
