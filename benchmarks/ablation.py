"""Trains configurations one by one on one split and writes the table of what each is worth.

    python -m benchmarks.ablation CATALOG --weights FOLDER --out benchmarks/results/ablation

Called again it goes on where it stopped. Records and tables are written after each configuration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from benchmarks.ablation_table import (
    AblationRecord,
    AblationRow,
    csv_table,
    fill_head,
    markdown_table,
    most_detailed,
)
from benchmarks.machine import this_device
from benchmarks.record_files import public_command
from benchmarks.reproduce.weights import weights_of
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.catalog.protocols import protocol_label
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import fitting_protocol
from pipeline.config import TrainConfig
from pipeline.config_files import CONFIGS, config_names, find_config, read_settings
from pipeline.evaluation import Evaluation
from pipeline.evaluation_compare import compare_evaluations
from pipeline.files import write_text
from pipeline.provenance import command_line, git_commit
from pipeline.rundir import DONE, Done, Run

TEACHERS: Final[dict[str, tuple[str, ...]]] = {"distilled": ("frozen_vgg16", "frozen_inception_v3")}
"""Configurations that learn from others, which are trained before them."""

CHAINED: Final = ("app", "app_first")
"""The two trainings of `make captioner`: on more pictures, and one from the other's encoder."""

ABLATED: Final = tuple(name for name in config_names() if name not in CHAINED)
"""Configurations that can be compared on one split."""

REFERENCE: Final = "fine_tuned"
"""What the others are compared with; the head of each says in what it differs, and from which."""


def config_of(
    name: str, base: Mapping[str, Any], weights: str, runs: Path, overrides: Mapping[str, Any]
) -> TrainConfig:
    """Settings of a configuration.

    Args:
        name: The configuration.
        base: Settings where it says nothing.
        weights: Folder of ImageNet weights, or what `--weights` takes.
        runs: Folder of the runs, those of teachers included.
        overrides: Settings where it must not say anything.
    """
    settings = {
        "encoder": "mobilenet",
        "decoder": "gru",
        **base,
        **read_settings(find_config(name)),
    }
    if name in TEACHERS:
        settings["teacher"] = tuple(str(runs / teacher) for teacher in TEACHERS[name])
    # Encoders of other families stand for themselves.
    family = str(settings["encoder"]).partition("-")[0]
    kept = dict(overrides)
    if str(kept.get("encoder", family)).partition("-")[0] != family:
        del kept["encoder"]
    config = TrainConfig(**settings | kept)
    if config.weights == "imagenet":
        config = replace(config, weights=weights_of(weights, config.encoder))
    return config


def ordered(names: Sequence[str]) -> list[str]:
    """Names without repeats: the reference first, teachers before those that learn from them."""
    found: list[str] = []
    for name in sorted(names, key=lambda name: name != REFERENCE):
        found += [one for one in (*TEACHERS.get(name, ()), name) if one not in found]
    return found


def run_ablation(
    catalog: Path,
    configs: Mapping[str, TrainConfig],
    out: Path,
    overrides: Sequence[str],
    replaced: Mapping[str, Sequence[str]],
) -> AblationRecord:
    """Trains and measures what is not done yet, and writes record and tables.

    Args:
        catalog: The folder.
        configs: Settings by name, in their order.
        out: Folder of tables; the runs lie in `runs` below it.
        overrides: What was to be replaced in all of them, as `name = value`.
        replaced: What was, by name; those that are left out are as they stand in their files.
    """
    from pipeline.evaluate import evaluate_run
    from pipeline.train import read_summary, train_run

    measured: dict[str, tuple[Run, Evaluation, Evaluation]] = {}
    reference = REFERENCE if REFERENCE in configs else next(iter(configs))
    for number, (name, config) in enumerate(configs.items(), 1):
        click.echo(f"{number}/{len(configs)} {name}", err=True)
        run, _ = train_run(config, catalog, out / "runs" / name, False)
        sides = [evaluate_run(run, catalog, side, ()) for side in ("validation", "test")]
        measured[name] = run, sides[0], sides[1]
        rows = tuple(
            replace(
                _row(one, *measured[one], measured[reference][2] if one != reference else None),
                replaced=tuple(replaced.get(one, ())),
            )
            for one in measured
            if reference in measured
        )
        first = next(iter(measured.values()))
        record = AblationRecord(
            rows=rows,
            reference=reference,
            overrides=tuple(overrides),
            protocol=protocol_label(config.protocol),
            seed=config.seed,
            photos=read_summary(first[0]).photos,
            catalog_digest=first[1].catalog_digest,
            device=this_device(),
            command=public_command(command_line()),
            git_commit=git_commit(),
        )
        if rows:
            write_text(out / "ablation.json", dump_json(record))
            write_text(out / "ablation.csv", csv_table(record))
            write_text(out / "ablation.md", markdown_table(record))
    return record


def _row(
    name: str, run: Run, validation: Evaluation, test: Evaluation, reference: Evaluation | None
) -> AblationRow:
    from pipeline.train import read_summary

    path = run.train_dir / DONE
    done = load_json(Done, path.read_text(encoding="utf-8"), str(path))
    against = None
    if reference is not None:
        level = most_detailed(test.accuracy).level
        found = compare_evaluations(test, reference).levels
        pair = next(one.ccr for one in found if one.level == level)
        against = pair.difference, pair.low, pair.high, pair.p_value
    head = find_config(name).read_text(encoding="utf-8").partition("\n")[0]
    return AblationRow(
        config=name,
        summary=head.removeprefix("#").strip(),
        encoder=test.encoder,
        decoder=test.decoder,
        epochs=read_summary(run).epochs,
        seconds=done.wall_seconds,
        validation=validation.accuracy,
        test=test.accuracy,
        worst_f1=worst.f1 if (worst := test.types.worst) else 0.0,
        against_reference=against,
    )


def _replaced(config: TrainConfig, own: TrainConfig) -> list[str]:
    names = ("encoder", "train_photos", "fine_tune_epochs")
    return [
        f"{one} = {getattr(config, one)}"
        for one in names
        if getattr(config, one) != getattr(own, one)
    ]


@click.command()
@click.argument("catalog", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of tables.")
@click.option(
    "--config",
    "names",
    multiple=True,
    type=click.Choice(ABLATED),
    help="Run this one only. Repeatable; by default all that are listed here.",
)
@click.option(
    "--weights",
    default="imagenet",
    show_default=True,
    help="imagenet, or a folder of Keras' .h5 files without top.",
)
@click.option("--protocol", help="As `train --protocol`.")
@click.option("--seed", default=0, show_default=True, help="As `train --seed`.")
@click.option("--encoder", help="Replaces the MobileNet of all configurations, to try them fast.")
@click.option("--fine-tune-epochs", type=int, help="Replaces those of all that fine-tune.")
@click.option("--train-photos", type=int, help="Use so many training photos.")
@click.option("--fill-heads", is_flag=True, help="Write scores into the heads of the files.")
def main(
    catalog: Path,
    out: Path,
    names: tuple[str, ...],
    weights: str,
    protocol: str | None,
    seed: int,
    encoder: str | None,
    fine_tune_epochs: int | None,
    train_photos: int | None,
    fill_heads: bool,
) -> None:
    """Train configurations on CATALOG and compare them."""
    overrides = {"encoder": encoder, "train_photos": train_photos}
    given = {name: value for name, value in overrides.items() if value is not None}
    base = {"protocol": protocol or fitting_protocol(load_catalog(catalog)), "seed": seed}
    configs: dict[str, TrainConfig] = {}
    replaced: dict[str, Sequence[str]] = {}
    for name in ordered(names or ABLATED):
        config = config_of(name, base, weights, out / "runs", given)
        if fine_tune_epochs is not None and config.fine_tune_epochs:
            config = replace(config, fine_tune_epochs=fine_tune_epochs)
        config.check()
        if config in configs.values():
            click.echo(f"{name}: what is replaced makes it another one again; left out", err=True)
            continue
        configs[name] = config
        replaced[name] = _replaced(config, config_of(name, base, weights, out / "runs", {}))
    if fine_tune_epochs is not None:
        given["fine_tune_epochs"] = fine_tune_epochs
    texts = [f"{name} = {value}" for name, value in given.items()]
    record = run_ablation(catalog, configs, out, texts, replaced)
    if fill_heads:
        for row in record.rows:
            fill_head(CONFIGS / f"{row.config}.toml", row, record)
    click.echo(markdown_table(record))


if __name__ == "__main__":
    main()
