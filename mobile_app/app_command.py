"""`jewelcap app`: the phone's app in a desktop window."""

from __future__ import annotations

from pathlib import Path

import click

from .camera_app.runtime.bundle import read_bundle
from .camera_app.runtime.languages import LANGUAGES
from .camera_app.runtime.levels import LEVELS
from .camera_app.ui.launch import run_app
from .camera_app.ui.settings import DEFAULT_LANGUAGE, AppSettings, choose_level
from .camera_app.ui.sources import open_source


@click.command()
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    required=True,
    help="Captioner file, made by `jewelcap export`.",
)
@click.option(
    "--source",
    metavar="FOLDER|VIDEO|NUMBER",
    help="Photos, a video, or the number of a webcam.  [default: the first webcam]",
)
@click.option(
    "--level",
    type=click.Choice(list(LEVELS)),
    help="Level of description to begin with.  [default: the most detailed one]",
)
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default=DEFAULT_LANGUAGE,
    show_default=True,
    help="Language of the captions.",
)
def app(model: Path, source: str | None, level: str | None, language: str) -> None:
    """Point a camera at jewelry and read what it is.

    Tap the picture to freeze it. Keys: space freezes, left and right change the photo,
    1 to 3 choose the level, escape closes.

    \b
    Example:
      jewelcap app --model captioner.tflite
      jewelcap app --model captioner.tflite --source photos/ --level normal
    """
    # Whatever is wrong with the files is said here, in the terminal, before a window opens.
    choose_level(read_bundle(model), level)
    open_source(source)
    run_app(AppSettings(model, source, level, language))
