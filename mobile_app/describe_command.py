"""The command `describe`: captions of photos by LiteRT alone."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from .camera_app.runtime.attention import draw_attention
from .camera_app.runtime.captioner import Caption, Captioner
from .camera_app.runtime.decode import Floats
from .camera_app.runtime.errors import ImageError, JewelcapError
from .camera_app.runtime.files import replacing, write_text
from .camera_app.runtime.languages import LANGUAGES, compose
from .camera_app.runtime.levels import LEVELS
from .camera_app.runtime.preprocess import find_images, preprocess
from .camera_app.runtime.views import VIEWS

_COLUMNS = ("file", "level", "caption", "confidence", "verdict")


@click.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--model", required=True, type=click.Path(path_type=Path), help="Captioner file (.tflite)."
)
@click.option(
    "--level",
    type=click.Choice(list(LEVELS)),
    help="The most detailed level to answer at; by default the last that the captioner has.",
)
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
@click.option(
    "--alternatives",
    type=click.IntRange(0, 20),
    default=0,
    help="Show that many more captions, by beam search; all are at the level itself.",
)
@click.option(
    "--view",
    "views",
    multiple=True,
    type=click.Choice(list(VIEWS)),
    help="Look at a photo this way. Repeatable: the mean of several is right more often, and each "
    "takes the encoder's time.",
)
@click.option(
    "--no-abstain",
    is_flag=True,
    help="Give the caption of the level itself, however unsure; a calibrated captioner else "
    "says less, or that it is not sure, or that there is no jewelry.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write .csv or .jsonl here instead of to the terminal.",
)
@click.option(
    "--attention",
    type=click.Path(path_type=Path),
    help="Draw into this .png where an attention decoder looked for each term of one photo.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True)
def describe(
    sources: tuple[Path, ...],
    model: Path,
    level: str | None,
    language: str,
    alternatives: int,
    views: tuple[str, ...],
    no_abstain: bool,
    out: Path | None,
    attention: Path | None,
    as_json: bool,
    threads: int,
) -> None:
    """Describe photos, or all photos of a folder.

    A photo that cannot be read is named on standard error and left out; the exit code is 1 if
    none could be read.

    \b
    Example:
      jewelcap describe ring.jpg --model captioner.tflite --level normal
      jewelcap describe photos/ --model captioner.tflite --out captions.csv
      jewelcap describe ring.jpg --model captioner.tflite --view whole --view mirror
      jewelcap describe ring.jpg --model attention.tflite --attention where.png
    """
    if out is not None and out.suffix not in (".csv", ".jsonl"):
        raise click.UsageError(f"--out {out}: the name must end in .csv or .jsonl")
    photos: list[Path] = []
    for source in sources:
        photos += find_images(source) if source.is_dir() else [source]
    if attention is not None and (attention.suffix != ".png" or len(photos) != 1):
        raise click.UsageError(f"--attention {attention}: give one photo and a name in .png")
    captioner = Captioner.open(model, threads)
    level = level or captioner.bundle.manifest.levels[-1]
    single = len(photos) == 1 and not sources[0].is_dir() and out is None
    bad = 0
    with _output(out) as stream:
        rows = _Rows(stream, as_json or (out is not None and out.suffix == ".jsonl"))
        show = not single and (out is not None or not sys.stdout.isatty())
        for photo in _progress(photos, show):
            try:
                state = captioner.encode(photo, views)
            except ImageError as error:
                bad += 1
                click.echo(f"skipped {photo}: {error}", err=True)
                continue
            captions: tuple[Caption, ...] = (
                captioner.caption(state, level, language, abstain=not no_abstain),
            )
            if attention is not None:
                weights = captioner.attention(state, captions[0])
                _draw(attention, captioner, photo, captions[0], weights)
            if alternatives:
                captions = captioner.alternatives(state, level, language, alternatives + 1)
            if single and not as_json:
                for caption in captions:
                    suffix = f"  ({caption.confidence:.2f})" if alternatives else ""
                    click.echo(f"{caption.text}{suffix}")
                    if caption.verdict == "fallen back":
                        note = f"not sure enough for {level}: this is the {caption.level} caption"
                        click.echo(note, err=True)
            else:
                for caption in captions:
                    rows.write(photo, caption)
        if bad:
            click.echo(f"{bad} of {len(photos)} photos could not be read", err=True)
        if bad == len(photos):
            raise JewelcapError("no photo could be described")


def _draw(out: Path, captioner: Captioner, photo: Path, caption: Caption, weights: Floats) -> None:
    pixels = preprocess(photo, captioner.bundle.manifest.preprocess)
    labels = [compose([term], caption.language) for term in caption.terms]
    with replacing(out) as partial:
        draw_attention(pixels, weights, caption.text, labels).save(partial, "PNG")


class _Rows:
    """Writes captions as CSV or JSON lines."""

    def __init__(self, stream: IO[str], as_json: bool) -> None:
        self._stream = stream
        self._csv = None if as_json else csv.writer(stream, lineterminator="\n")
        self._started = False

    def write(self, photo: Path, caption: Caption) -> None:
        confidence = round(caption.confidence, 4)
        # A name that is no text must not stop the rest.
        name = os.fsencode(photo).decode("utf-8", "replace")
        values = (name, caption.level, caption.text, confidence, caption.verdict)
        if self._csv is None:
            row: dict[str, object] = dict(zip(_COLUMNS, values, strict=True))
            row["terms"] = [{"kind": t.kind, "text": t.text} for t in caption.terms]
            self._stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            return
        if not self._started:
            self._csv.writerow(_COLUMNS)
            self._started = True
        self._csv.writerow(values)


@contextmanager
def _output(path: Path | None) -> Iterator[IO[str]]:
    """Standard output, or a file that appears only when everything was written."""
    if path is None:
        yield sys.stdout
        return
    buffer = io.StringIO()
    yield buffer
    write_text(path, buffer.getvalue())


def _progress(photos: list[Path], show: bool) -> Iterator[Path]:
    if not show:
        yield from photos
        return
    with click.progressbar(photos, label="describe", file=sys.stderr) as bar:
        yield from bar
