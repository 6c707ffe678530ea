"""The command `jewelcap catalog augmentations`."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.augmentation.policies import POLICIES


@click.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True)
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="PNG to write."
)
@click.option(
    "--policy",
    type=click.Choice([name for name, policy in POLICIES.items() if policy.steps]),
    default="paper",
    show_default=True,
    help="Steps to show.",
)
@click.option("--photos", default=8, show_default=True, type=click.IntRange(1, 40))
@click.option("--seed", default=0, show_default=True, help="Of photos and changes.")
def augmentations(folder: Path, out: Path, policy: str, photos: int, seed: int) -> None:
    """Draw a contact sheet of what each step of an augmentation policy does to photos of DIR.

    \b
    Example:
      jewelcap catalog augmentations catalogs/shop --policy modern --out modern.png
    """
    from pipeline.augmentation.sheet import augmentation_sheet
    from pipeline.catalog.schema import load_catalog
    from pipeline.files import replacing

    sheet = augmentation_sheet(load_catalog(folder), policy, photos, seed)
    with replacing(out) as partial:
        sheet.save(partial, "PNG")
    click.echo(f"wrote {out}", err=True)
