"""The command `evaluate`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from click.core import ParameterSource

from mobile_app.camera_app.runtime.languages import LANGUAGES
from mobile_app.camera_app.runtime.levels import get_level
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from mobile_app.camera_app.runtime.views import VIEWS
from pipeline.evaluate import evaluate_captioner, evaluate_run
from pipeline.evaluation import Evaluation
from pipeline.evaluation_compare import compare_evaluations
from pipeline.rundir import Run
from pipeline.text_tables import evaluation_table

_SUBJECT = click.Path(path_type=Path, exists=True)
_HOW = ("catalog", "split", "exclude_store", "language", "view")


@click.command()
@click.argument("subject", type=_SUBJECT)
@click.option(
    "--catalog",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Catalog; by default the one of the run.",
)
@click.option(
    "--split",
    type=click.Choice(["train", "validation", "test", "all"]),
    default="test",
    show_default=True,
)
@click.option("--level", help="Show this level only; all are measured.")
@click.option("--exclude-store", multiple=True, help="Leave a store out. Repeatable.")
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default="en",
    show_default=True,
    help="Language in which captions are compared as text.",
)
@click.option(
    "--view",
    multiple=True,
    type=click.Choice(list(VIEWS)),
    help="Of captioner files: look at each photo this way. Repeatable, as in `describe`; "
    "choose on validation photos. What stands --against it is looked at as it is.",
)
@click.option(
    "--against",
    type=_SUBJECT,
    help="Another run, captioner or record: the difference on the same photos, with its interval.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for evaluation.json and evaluation.png.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON.")
@click.pass_context
def evaluate(
    ctx: click.Context,
    subject: Path,
    catalog: Path | None,
    split: str,
    level: str | None,
    exclude_store: tuple[str, ...],
    language: str,
    view: tuple[str, ...],
    against: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Accuracy of SUBJECT: a run (by Keras), a captioner file (by LiteRT), or a record of one.

    CCR is the share of captions that are exactly right. A record is the evaluation.json that this
    command writes.

    \b
    Example:
      jewelcap evaluate runs/shop --split test
      jewelcap evaluate runs/shop --against runs/vgg16
      jewelcap evaluate captioner.tflite --catalog catalogs/other --split all --json
    """
    if level is not None:
        get_level(level)
    if subject.suffix == ".json":
        given = [o for o in _HOW if ctx.get_parameter_source(o) is not ParameterSource.DEFAULT]
        if given and against is None:
            options = ", ".join("--" + name.replace("_", "-") for name in given)
            raise click.UsageError(f"{subject} is a record, measured already: leave out {options}")

    def obtain(path: Path, views: tuple[str, ...] = ()) -> Evaluation:
        if path.is_dir():
            if views:
                raise click.UsageError(f"{path} is a run: --view is for captioner files")
            return evaluate_run(Run(path), catalog, split, exclude_store, language)
        if path.suffix == ".json":
            return load_json(Evaluation, path.read_bytes(), str(path))
        if catalog is None:
            raise click.UsageError("a captioner file needs --catalog")
        return evaluate_captioner(path, catalog, split, exclude_store, language, views)

    evaluation = obtain(subject, view)
    if against is not None:
        comparison = compare_evaluations(evaluation, obtain(against))
        evaluation = replace(evaluation, against=comparison)
    elif subject.is_dir() and out is None and catalog is None and not exclude_store:
        out = subject / "evaluate" / split
    if out is not None:
        from pipeline.evaluation_plot import write_evaluation

        write_evaluation(out, evaluation)
        click.echo(f"wrote {out}", err=True)
    click.echo(dump_json(evaluation) if as_json else evaluation_table(evaluation, level))
