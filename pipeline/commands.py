"""The commands `train` and `weights`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from pipeline.augmentation.policies import POLICIES
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import fitting_protocol
from pipeline.config import BATCH_NORMS, TrainConfig
from pipeline.config_files import config_names, find_config, read_settings
from pipeline.decoders import DECODERS, DecoderSpec, parse_decoder
from pipeline.encoders import ENCODERS, EncoderSpec, parse_encoder
from pipeline.errors import JewelcapError
from pipeline.optimizers import OPTIMIZERS
from pipeline.schedules import SCHEDULES

FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
OUTPUT = click.Path(path_type=Path)
_DEFAULTS = TrainConfig(encoder="mobilenet", decoder="gru")


def _use_config(context: click.Context, _: click.Parameter, name: str | None) -> None:
    if name is not None:
        context.default_map = read_settings(find_config(name))


@click.command()
@click.option(
    "--config",
    metavar="NAME|FILE.toml",
    is_eager=True,
    expose_value=False,
    callback=_use_config,
    help=f"Settings of a file; options here replace them. Names: {', '.join(config_names())}.",
)
@click.option("--catalog", type=FOLDER, required=True, help="Folder made by `catalog import`.")
@click.option("--run", "run_path", type=OUTPUT, required=True, help="Run directory to make.")
@click.option(
    "--encoder",
    default=_DEFAULTS.encoder,
    show_default=True,
    help="FAMILY[-ALPHA][-SIZE][-flat], such as mobilenet-0.5-160; flat gives the features of all "
    f"places in one vector, not their mean. Families: {', '.join(ENCODERS)}.",
)
@click.option(
    "--decoder",
    default=_DEFAULTS.decoder,
    show_default=True,
    help=f"FAMILY[-UNITS], such as lstm-512. Families: {', '.join(DECODERS)}.",
)
@click.option(
    "--weights",
    default=_DEFAULTS.weights,
    show_default=True,
    help="imagenet (downloaded by Keras), embedded, none, or the path of a .h5 or .npz.",
)
@click.option(
    "--protocol",
    type=click.Choice(list(PROTOCOLS)),
    help="How photos are split. By default views, where most products have several photos, "
    "else products; paper repeats the paper and leaks.",
)
@click.option(
    "--seed",
    default=_DEFAULTS.seed,
    show_default=True,
    help="Of split, weights, order and augmentation.",
)
@click.option("--batch-size", default=_DEFAULTS.batch_size, show_default=True, help="Photos.")
@click.option(
    "--optimizer",
    type=click.Choice(list(OPTIMIZERS)),
    default=_DEFAULTS.optimizer,
    show_default=True,
    help="What turns gradients into steps.",
)
@click.option(
    "--learning-rate",
    default=_DEFAULTS.learning_rate,
    show_default=True,
    help="First rate of the decoder on frozen features.",
)
@click.option(
    "--schedule",
    type=click.Choice(list(SCHEDULES)),
    default=_DEFAULTS.schedule,
    show_default=True,
    help="How that rate goes on.",
)
@click.option(
    "--dropout", default=_DEFAULTS.dropout, show_default=True, help="Share of features dropped."
)
@click.option("--epochs", default=_DEFAULTS.epochs, show_default=True, help="At the most.")
@click.option(
    "--patience",
    default=_DEFAULTS.patience,
    show_default=True,
    help="Epochs without progress on validation photos before training stops; 0: never, "
    "as on the schedule cosine.",
)
@click.option(
    "--fine-tune-epochs",
    default=_DEFAULTS.fine_tune_epochs,
    show_default=True,
    help="Epochs through the encoder, afterwards; 0 keeps it frozen.",
)
@click.option(
    "--fine-tune-learning-rate",
    default=_DEFAULTS.fine_tune_learning_rate,
    show_default=True,
    help="First rate through the encoder.",
)
@click.option(
    "--fine-tune-schedule",
    type=click.Choice(list(SCHEDULES)),
    default=_DEFAULTS.fine_tune_schedule,
    show_default=True,
    help="How that rate goes on, after a rise over the first epoch.",
)
@click.option(
    "--first-layer-rate",
    default=_DEFAULTS.first_layer_rate,
    show_default=True,
    help="Share of that rate that the encoder's first layer takes; later layers take more.",
)
@click.option(
    "--batch-norm",
    type=click.Choice(list(BATCH_NORMS)),
    default=_DEFAULTS.batch_norm,
    show_default=True,
    help="Statistics of BatchNorm: frozen, updated, or frozen unless weights are random.",
)
@click.option(
    "--label-smoothing",
    default=_DEFAULTS.label_smoothing,
    show_default=True,
    help="Share of each target that is spread over all terms.",
)
@click.option(
    "--weight-average",
    default=_DEFAULTS.weight_average,
    show_default=True,
    help="Share that each step leaves of the average of weights that is kept, such as 0.99; "
    "0 keeps the weights themselves.",
)
@click.option(
    "--augmentation",
    type=click.Choice(list(POLICIES)),
    default=_DEFAULTS.augmentation,
    show_default=True,
    help="How training photos are changed while the encoder is trained.",
)
@click.option(
    "--teacher",
    multiple=True,
    default=_DEFAULTS.teacher,
    show_default="none",
    help="Run directory of the same split whose model is learned from as well. Repeatable: the "
    "average counts.",
)
@click.option(
    "--teacher-weight",
    default=_DEFAULTS.teacher_weight,
    show_default=True,
    help="Share of what teachers hold likely against the truth.",
)
@click.option(
    "--teacher-temperature",
    default=_DEFAULTS.teacher_temperature,
    show_default=True,
    help="Softens what teachers hold likely.",
)
@click.option(
    "--extra-train",
    multiple=True,
    default=_DEFAULTS.extra_train,
    show_default="none",
    help="Another catalog to train on as well; copies of validation and test photos are left "
    "out. Repeatable.",
)
@click.option(
    "--extra-weight",
    default=_DEFAULTS.extra_weight,
    show_default=True,
    help="How much a photo of another catalog counts against one of this catalog.",
)
@click.option(
    "--extra-terms",
    is_flag=True,
    default=_DEFAULTS.extra_terms,
    show_default=True,
    help="Let terms that only other catalogs have join the vocabulary.",
)
@click.option(
    "--negatives",
    default=_DEFAULTS.negatives,
    show_default="none",
    help="Folder of pictures without jewelry, a kind of thing in each folder below it; the model "
    "learns to say nothing of them.",
)
@click.option(
    "--train-photos",
    type=int,
    default=_DEFAULTS.train_photos,
    show_default=True,
    help="Use so many photos of the training side; 0 uses all.",
)
@click.option("--force", is_flag=True, help="Replace what the run directory holds.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def train(
    catalog: Path,
    run_path: Path,
    encoder: str,
    decoder: str,
    protocol: str | None,
    force: bool,
    as_json: bool,
    **settings: object,
) -> None:
    """Train a captioner. An interrupted training goes on where it stopped.

    \b
    Example:
      jewelcap train --catalog catalogs/shop --encoder mobilenet --decoder gru --run runs/shop
      jewelcap train --catalog catalogs/shop --config fine_tuned --run runs/shop
    """
    config = TrainConfig(
        encoder=_full_name(parse_encoder, encoder),
        decoder=_full_name(parse_decoder, decoder),
        protocol=protocol or fitting_protocol(load_catalog(catalog)),
        **settings,  # type: ignore[arg-type]  # options and fields are compared by a test
    )
    from pipeline.text_tables import accuracy_table
    from pipeline.train import read_summary, train_run

    run, built = train_run(config, catalog, run_path, force)
    text = (run.train_dir / "summary.json").read_text(encoding="utf-8")
    if as_json:
        click.echo(text, nl=False)
        return
    summary = read_summary(run)
    sides = ", ".join(f"{count} {split}" for split, count in summary.photos.items())
    click.echo(
        f"{'trained' if built else 'trained already'}: {run.root} ({sides} photos, protocol "
        f"{PROTOCOLS[config.protocol].label}: {PROTOCOLS[config.protocol].question})"
    )
    for extra in summary.extra:
        click.echo(
            f"with {extra.photos} photos of {extra.catalog} ({extra.held_back} held back, "
            f"{extra.untaught} without known terms, {extra.unusable} unusable)"
        )
    click.echo(f"best epoch {summary.best_epoch}, validation loss {summary.validation_loss:.4f}")
    click.echo(accuracy_table(summary.accuracy, "validation"))


def _full_name(parse: Callable[[str], EncoderSpec | DecoderSpec], name: str) -> str:
    """The full name; a wrong one is left to `TrainConfig.check`, which names all at once."""
    try:
        return parse(name).name
    except JewelcapError:
        return name


@click.command()
@click.argument("run_path", metavar="RUN", type=FOLDER)
@click.option("--out", type=OUTPUT, required=True, help="The .npz to write.")
@click.option(
    "--bits",
    type=click.Choice(["8", "32"]),
    default="32",
    show_default=True,
    help="8 stores kernels in a quarter of the size.",
)
@click.option("--license", "license_", default="", help="License of the weights.")
@click.option("--force", is_flag=True, help="Replace the file.")
def weights(run_path: Path, out: Path, bits: str, license_: str, force: bool) -> None:
    """Write the encoder's weights of a run, for `train --weights PATH`.

    \b
    Example:
      jewelcap weights runs/starter --out encoder.npz --bits 8
    """
    from dataclasses import replace

    from pipeline.provenance import command_line
    from pipeline.weights_file import read_weights, write_weights

    if out.suffix != ".npz":
        raise click.UsageError(f"--out {out}: weights files end in .npz")
    if out.exists() and not force:
        raise JewelcapError(f"{out} exists; --force replaces it")
    source = run_path / "train" / "encoder.npz"
    if not source.is_file():
        raise JewelcapError(f"{run_path}: no trained encoder there; call `jewelcap train` first")
    file = read_weights(source)
    meta = replace(file.meta, license=license_, command=command_line())
    write_weights(out, file.arrays, meta, bits=int(bits))
    click.echo(f"wrote {out} ({out.stat().st_size / 1e6:.2f} MB)")
