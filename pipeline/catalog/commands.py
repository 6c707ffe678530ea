"""The commands of `jewelcap catalog`."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.lazy_group import LazyGroup

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_PATH = click.Path(path_type=Path)


@click.group(
    cls=LazyGroup,
    lazy={
        "augmentations": (
            "pipeline.augmentation.command:augmentations",
            "Draw what augmentation does to photos.",
        ),
        "render": ("pipeline.catalog.render.command:render", "Render a catalog of designs."),
    },
)
def catalog() -> None:
    """Import, check and render catalogs: folders of photos and their metadata.csv.

    \b
    Example:
      jewelcap catalog import shop/products.csv --column type=category --out catalogs/shop
      jewelcap catalog check catalogs/shop
    """


def _pairs(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict:
    pairs = {}
    for value in values:
        left, equals, right = (part.strip() for part in value.partition("="))
        if not (left and equals and right):
            raise click.BadParameter(f"{value!r} is not of the form {parameter.metavar}")
        if left in pairs:
            raise click.BadParameter(f"{left!r} is given twice")
        pairs[left] = right
    return pairs


@catalog.command("import")
@click.argument(
    "sources",
    metavar="SOURCE...",
    type=click.Path(path_type=Path, exists=True),
    nargs=-1,
    required=True,
)
@click.option("--out", type=_PATH, required=True, help="Folder of the catalog to make.")
@click.option(
    "--column",
    "columns",
    metavar="OURS=THEIRS",
    multiple=True,
    callback=_pairs,
    help="Column of a catalog and the source's name for it. Repeatable.",
)
@click.option(
    "--type",
    "types",
    metavar="THEIRS=OURS",
    multiple=True,
    callback=_pairs,
    help="Word of the source for a type, such as pendant=necklace. Repeatable.",
)
@click.option(
    "--store",
    default="",
    help="Store of photos whose row names none; of several sources, each one's folder by default.",
)
@click.option(
    "--language",
    type=click.Choice(["en", "es", "it"]),
    help="Language of captions whose row has no caption_lang; found out by default.",
)
@click.option(
    "--dry-run", is_flag=True, help="Read and check everything, print all notes, write nothing."
)
@click.option("--force", is_flag=True, help="Replace a catalog that stands there.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_(
    sources: tuple[Path, ...],
    out: Path,
    columns: dict[str, str],
    types: dict[str, str],
    store: str,
    language: str | None,
    dry_run: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Make a catalog of SOURCE, which stays as it is.

    SOURCE is a folder with metadata.csv or metadata.jsonl, a CSV or JSON file whose rows name
    pictures beside it, or a folder of class folders such as rings/, aretes/, collane/. Several
    make one catalog; import shops with columns of their own one by one, then their catalogs.

    Columns type, materials, stones, color and model that are empty or missing are filled from
    the shop's text in the column caption, in English, Spanish or Italian.

    \b
    Example:
      jewelcap catalog import photos --out catalogs/shop
      jewelcap catalog import products.csv --out catalogs/shop \\
        --column file_name=image --column caption=title --dry-run
      jewelcap catalog import shops/rossi shops/garcia --out catalogs/both
    """
    from mobile_app.camera_app.runtime.schema import dump_json
    from pipeline.catalog.import_report import import_text
    from pipeline.catalog.importers import ImportOptions, import_catalog

    options = ImportOptions(columns, types, store, language, dry_run, force)
    report = import_catalog(sources, out, options, progress=True)
    click.echo(dump_json(report) if as_json else import_text(report), nl=not as_json)


@catalog.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option(
    "--splits",
    is_flag=True,
    help="Search splits for leaks: by each honest protocol, and the metadata's column split.",
)
@click.option("--protocol", default="", help="With --splits: by this protocol only.")
@click.option("--seed", default=0, show_default=True, help="With --splits: seed of the split.")
@click.option("--run", type=_FOLDER, help="With --splits: the split of this run only.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def check(
    ctx: click.Context,
    folder: Path,
    splits: bool,
    protocol: str,
    seed: int,
    run: Path | None,
    as_json: bool,
) -> None:
    """Find what is wrong with the catalog in DIR.

    Exit code 1 if anything cannot be used, or a product, a near-duplicate (mirrored and rotated
    ones too) or an augmented copy stands on both sides of a split.

    \b
    Example:
      jewelcap catalog check catalogs/shop
      jewelcap catalog check catalogs/shop --splits
      jewelcap catalog check catalogs/shop --splits --run runs/shop
    """
    if not splits and (protocol or run):
        raise click.UsageError("--protocol and --run need --splits")
    if protocol and run:
        raise click.UsageError("--run brings its own protocol; leave out --protocol")
    from mobile_app.camera_app.runtime.schema import dump_json
    from pipeline.catalog.check import check_catalog, check_text
    from pipeline.catalog.leaks import SplitChoice
    from pipeline.rundir import Run

    manifest = None
    if run is not None:
        Run(run).config()  # Says so if it is no run directory.
        manifest = Run(run).manifest()
    choice = SplitChoice(protocol, seed, manifest) if splits else None
    result = check_catalog(folder, progress=True, choice=choice)
    click.echo(dump_json(result) if as_json else check_text(result), nl=not as_json)
    if result.errors:
        ctx.exit(1)


@catalog.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--out", type=_PATH, help="Folder for contact-sheet.png.")
@click.option(
    "--by",
    type=click.Choice(["type", "store", "product"]),
    default="type",
    show_default=True,
    help="What a row of the contact sheet shows.",
)
@click.option("--per-row", default=12, show_default=True, type=click.IntRange(1, 40))
@click.option("--seed", default=0, show_default=True, help="Chooses the photos shown.")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
def stats(folder: Path, out: Path | None, by: str, per_row: int, seed: int, as_json: bool) -> None:
    """Count what the catalog in DIR holds and draw a contact sheet.

    \b
    Example:
      jewelcap catalog stats catalogs/shop --out sheets
    """
    from mobile_app.camera_app.runtime.schema import dump_json
    from pipeline.catalog.schema import load_catalog
    from pipeline.catalog.sheet import contact_sheet
    from pipeline.catalog.stats import count_catalog, stats_text
    from pipeline.files import replacing

    loaded = load_catalog(folder)
    numbers = count_catalog(loaded)
    if out is not None:
        sheet = contact_sheet(loaded, by, per_row, seed)
        path = out / "contact-sheet.png"
        with replacing(path) as partial:
            sheet.save(partial, "PNG")
        click.echo(f"wrote {path}", err=True)
    click.echo(dump_json(numbers) if as_json else stats_text(numbers), nl=not as_json)
