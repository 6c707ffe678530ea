"""`python -m mobile_app.verify`: proves what can be proved of an Android build without a phone."""

from __future__ import annotations

import hashlib
import shutil
import sys
import time
from pathlib import Path
from typing import Final

import click

from ..camera_app.runtime.bundle import read_bundle
from ..camera_app.runtime.errors import JewelcapError
from ..camera_app.runtime.preprocess import find_images
from .proofs import EMBEDDED, PROOFS, CannotTryError, Workshop
from .record import Proof, Verification, now, this_command, this_commit, this_machine, write_record

APP: Final = Path(__file__).parent.parent
MARKS: Final = {True: "holds", False: "FAILED", None: "not tried"}


@click.command()
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    help="Captioner to embed.  [default: the app's own]",
)
@click.option(
    "--photos",
    type=click.Path(path_type=Path),
    default=Path("pipeline/catalog/embedded"),
    show_default=True,
    help="Folder of photos to describe.",
)
@click.option("--count", type=click.IntRange(1), default=12, show_default=True, help="Of photos.")
@click.option(
    "--work",
    type=click.Path(path_type=Path),
    default=Path("runs/verify-android"),
    show_default=True,
    help="Folder for what is fetched and made, about 1 GB; a second run finds it there.",
)
@click.option("--record", type=click.Path(path_type=Path), help="Write the result here, as JSON.")
def main(model: Path | None, photos: Path, count: int, work: Path, record: Path | None) -> None:
    """Prove what can be proved of an Android build without a phone.

    \b
    Example:
      python -m mobile_app.verify --model runs/demo/captioner.tflite
    """
    try:
        command = this_command(sys.argv[1:])
        verification = verify(model or APP / EMBEDDED, photos, count, work.resolve(), command)
        if record is not None:
            write_record(record, verification)
    except JewelcapError as error:
        raise click.ClickException(str(error)) from None
    sys.exit(0 if verification.passed else 1)


def verify(model: Path, photos: Path, count: int, work: Path, command: str) -> Verification:
    """Runs every proof, in their order; one that fails does not keep the next from being tried.

    Args:
        model: Captioner to embed.
        photos: Folder of photos.
        count: How many of them are described, evenly spread.
        work: Folder for what is fetched and made.
        command: As the record is to name it.

    Raises:
        JewelcapError: The captioner or the photos cannot be used.
    """
    manifest = read_bundle(model).manifest
    found = find_images(photos)
    chosen = [path.resolve() for path in found[:: max(1, len(found) // count)][:count]]
    work.mkdir(parents=True, exist_ok=True)
    app = work / "app"
    shutil.rmtree(app, ignore_errors=True)
    shutil.copytree(APP, app, ignore=shutil.ignore_patterns("__pycache__", "bin", ".buildozer"))
    (app / EMBEDDED).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(model, app / EMBEDDED)
    workshop = Workshop(work, app, chosen, lambda text: click.echo(f"  {text} …"))
    proofs = []
    for name in PROOFS:
        click.echo(f"{name}: {PROOFS[name].__doc__}")
        proof = _try(name, workshop)
        proofs.append(proof)
        click.echo(f"  {MARKS[proof.passed]} ({proof.seconds:.0f} s)")
        for problem in proof.problems:
            click.echo(f"  - {problem}")
    return Verification(
        command=command,
        commit=this_commit(APP),
        date=now(),
        machine=this_machine(),
        model={
            "name": manifest.name,
            "variant": manifest.variant,
            "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        },
        proofs=proofs,
    )


def _try(name: str, workshop: Workshop) -> Proof:
    started = time.perf_counter()
    try:
        problems, details = PROOFS[name](workshop)
        passed: bool | None = not problems
    except CannotTryError as error:
        problems, details, passed = [str(error)], {}, None
    except (JewelcapError, KeyError, OSError, ValueError) as error:
        problems, details, passed = [f"{type(error).__name__}: {error}"], {}, False
    return Proof(name, passed, round(time.perf_counter() - started, 1), problems, details)


if __name__ == "__main__":
    main()
