"""The command ``jewelcap catalog render``."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import click

from pipeline.catalog.render import denoise, engine
from pipeline.catalog.render.negatives.plan import negatives_of
from pipeline.catalog.render.writer import Job, Order, Progress, jobs_of, write_catalog
from pipeline.errors import JewelcapError

EPILOG = """\b
Example:
  jewelcap catalog render --out starter
  jewelcap catalog render --out others --negatives --images 150
"""


def _require_renderer() -> None:
    if find_spec("mitsuba") is None:
        raise JewelcapError(
            "Rendering needs Mitsuba 3, which is not installed: pip install 'jewelcap[render]'"
        )


@click.command(name="render", epilog=EPILOG)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True,
    help="Folder of the catalog; a run that was stopped goes on in it.",
)  # fmt: skip
@click.option("--images", type=click.IntRange(1), default=2687, show_default=True,
              help="How many images.")  # fmt: skip
@click.option("--products", type=click.IntRange(0), default=0, show_default=True,
              help="How many products, spread over the types; 0 is all.")  # fmt: skip
@click.option("--size", type=click.IntRange(16, 2048), default=256, show_default=True,
              help="Side of the square images, pixels.")  # fmt: skip
@click.option("--samples", type=click.IntRange(4), default=8, show_default=True,
              help="Rays a pixel; more is cleaner and slower.")  # fmt: skip
@click.option("--quality", type=click.IntRange(1, 95), default=88, show_default=True,
              help="JPEG quality.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True,
              help="The same seed gives the same catalog.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1,
              show_default="one a core", help="Processes to render with.")  # fmt: skip
@click.option("--force", is_flag=True, help="Render finished images again.")
@click.option("--negatives", is_flag=True,
              help="Render what is no jewelry instead: household things, and hands, boxes and "
                   "boards without a piece.")  # fmt: skip
def render(
    out: Path,
    images: int,
    products: int,
    size: int,
    samples: int,
    quality: int,
    seed: int,
    workers: int,
    force: bool,
    negatives: bool,
) -> None:
    """Render the starter catalog: images of invented jewelry with exact labels.

    Every image has its own seed, so images that are already in the folder with the same
    parameters are kept and only the missing ones are rendered.
    """
    _require_renderer()
    _say_what_is_missing()
    order = Order(out, images, size, samples, seed, quality, products)
    progress = _run(order, workers, force, negatives_of if negatives else jobs_of)
    click.echo(f"{progress.rendered} images rendered, {progress.kept} kept, in {out}")


def _say_what_is_missing() -> None:
    if engine.find_llvm() is None and not os.environ.get("DRJIT_LIBLLVM_PATH"):
        click.echo(
            f"No LLVM of version {engine.OLDEST_LLVM} or later found, so rendering is several "
            f"times slower; on Debian: apt-get install libllvm{engine.OLDEST_LLVM}",
            err=True,
        )
    if not denoise.can_denoise():
        click.echo(
            "No denoiser found, so images are grainy unless --samples is about 128: "
            "pip install mitsuba-oidn",
            err=True,
        )


def _run(order: Order, workers: int, force: bool, plan: Callable[[Order], list[Job]]) -> Progress:
    steps = write_catalog(order, workers, force, plan)
    last = next(steps)
    started = time.monotonic()

    def rate(step: Progress | None) -> str:
        seconds = time.monotonic() - started
        return f"{step.rendered / seconds:.1f} images/s" if step and step.rendered else ""

    try:
        # Only what is missing counts, else the remaining time would be much too short.
        with click.progressbar(
            length=last.total - last.kept, label="Rendering", show_pos=True,
            item_show_func=rate, file=sys.stderr,
        ) as bar:  # fmt: skip
            for step in steps:
                bar.update(step.rendered - last.rendered, step)
                last = step
    except KeyboardInterrupt:
        steps.close()  # waits for images that are nearly finished
        raise JewelcapError(
            f"Stopped with {last.kept + last.rendered} of {last.total} images finished; "
            "the same command goes on from there"
        ) from None
    return last


if __name__ == "__main__":
    render()
