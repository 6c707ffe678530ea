"""`jewelcap app`: the phone's app in a desktop window."""

from __future__ import annotations

from pathlib import Path

import click

from .camera_app.runtime.bundle import read_bundle
from .camera_app.runtime.languages import LANGUAGES
from .camera_app.runtime.levels import LEVELS
from .camera_app.ui.launch import run_app
from .camera_app.ui.settings import AppSettings, choose_level
from .camera_app.ui.sources import open_source


@click.command()
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    help="Captioner file, made by `jewelcap export`.  [default: the one chosen in the app]",
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
    help="Language of the app.  [default: the one chosen in the app, or the system's]",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the app keeps its history and choices.  [default: the user's own place]",
)
def app(
    model: Path | None,
    source: str | None,
    level: str | None,
    language: str | None,
    folder: Path | None,
) -> None:
    """Point a camera at jewelry and read what it is.

    Tap the picture to hold it, drop a photo on the window to have it described. Keys: space
    holds, left and right change the photo, 1 to 3 choose the level, escape goes back.

    \b
    Example:
      jewelcap app --model captioner.tflite
      jewelcap app --model captioner.tflite --source photos/ --level normal
    """
    # Whatever is wrong with the files is said here, in the terminal, before a window opens.
    if model is not None:
        choose_level(read_bundle(model).manifest, level)
    open_source(source)
    run_app(AppSettings(model, source, level, language, folder))
