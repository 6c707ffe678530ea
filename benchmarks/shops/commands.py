"""The command `evaluate-shops`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

import click

from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.config import TrainConfig
from pipeline.config_files import config_names, find_config, read_settings
from pipeline.decoders import parse_decoder
from pipeline.encoders import parse_encoder

_DEFAULTS = TrainConfig(encoder=parse_encoder("mobilenet").name, decoder=parse_decoder("gru").name)
_READERS: Final[dict[type, Callable[[str], object]]] = {
    str: str,
    int: int,
    float: float,
    bool: {"true": True, "false": False}.__getitem__,
}
"""How a setting of each kind is read; lists have options of their own."""

_FIXED: Final = ("protocol", "schema_version")


def with_settings(config: TrainConfig, settings: tuple[str, ...]) -> TrainConfig:
    """Replaces settings of a training.

    Args:
        config: The others.
        settings: Each `NAME=VALUE`.

    Raises:
        click.UsageError: There is no such setting, or its value is of another kind.
    """
    known = {
        field.name: _READERS[type(value)]
        for field in fields(config)
        if type(value := getattr(config, field.name)) in _READERS and field.name not in _FIXED
    }
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or name not in known:
            raise click.UsageError(f"--set {setting}: give NAME=VALUE; names: {', '.join(known)}")
        try:
            changed: dict[str, Any] = {name: known[name](value)}
            config = replace(config, **changed)
        except (KeyError, ValueError):
            kind = type(getattr(config, name)).__name__
            raise click.UsageError(f"--set {setting}: {value!r} is no {kind}") from None
    return config


@click.command()
@click.argument("catalog", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder for the record, its plot, and a run directory for each fold.",
)
@click.option("--folds", default=5, show_default=True, help="Parts that the shops are dealt into.")
@click.option(
    "--config",
    metavar="NAME|FILE.toml",
    help=f"Settings of the trainings, as for `train`. Names: {', '.join(config_names())}.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="One setting, as in such a file; replaces what the file says. Repeatable.",
)
@click.option(
    "--extra-train",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    help="Another catalog that every fold is trained on as well. Repeatable.",
)
@click.option("--force", is_flag=True, help="Do finished folds again.")
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON.")
def evaluate_shops(
    catalog: Path,
    out: Path,
    folds: int,
    config: str | None,
    settings: tuple[str, ...],
    extra_train: tuple[Path, ...],
    force: bool,
    as_json: bool,
) -> None:
    """Accuracy on shops that training never saw.

    The shops of CATALOG (column `store`) are dealt into folds; each fold is tested by a model
    trained on the other shops. Finished folds are kept, so an interrupted call goes on. The
    record names no shop: they are numbered by size.

    \b
    Example:
      jewelcap evaluate-shops catalogs/shops --config fine_tuned --out shops
    """
    from benchmarks.shops.report import shops_text, write_shops
    from benchmarks.shops.run import evaluate_shops as run

    def tell(message: str) -> None:
        click.echo(message, err=True)

    chosen = _DEFAULTS
    if config is not None:
        chosen = replace(chosen, **read_settings(find_config(config)))
    chosen = with_settings(chosen, settings)
    if extra_train:
        chosen = replace(chosen, extra_train=tuple(map(str, extra_train)))
    record = run(catalog, out, chosen, folds, force, tell)
    write_shops(out, record)
    tell(f"wrote {out}")
    click.echo(dump_json(record) if as_json else shops_text(record), nl=not as_json)
