"""Figures 3 and 4: wrong captions beside the piece that they describe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap
from typing import Final

from PIL import Image, ImageDraw, ImageFont, ImageOps

from benchmarks.reproduce.plots import quick_mark
from benchmarks.reproduce.records import Confusion, ModelResult, Reproduction
from benchmarks.reproduce.tables import model_name
from mobile_app.camera_app.runtime.preprocess import load_image
from pipeline.files import replacing

_TILE: Final = 220
_GAP: Final = 14
_TEXT: Final = 96
_COLUMNS: Final = 3
_MOST: Final = 9
_FONT: Final = 15
_WRAP: Final = 28
_PAPER: Final = (255, 255, 255)
_INK: Final = (27, 27, 31)
_WRONG: Final = (176, 60, 0)

Named = tuple[str, Confusion]
"""A wrong caption with the name of the model that said it."""

TITLES: Final = {
    False: "Figure 3: taken for another design",
    True: "Figure 4: the right design in other materials",
}
"""By whether both captions name the same design."""


def draw_gallery(
    path: Path,
    record: Reproduction,
    results: Sequence[ModelResult],
    same_design: bool,
    root: Path,
) -> bool:
    """Writes pairs of a test photo and a training photo of what it was taken for.

    Args:
        path: The PNG.
        record: The experiment.
        results: Whose wrong captions, of one protocol; of several, each pair names its model.
        same_design: Which of the two figures.
        root: Folder of the catalog.

    Returns:
        Whether there are any.
    """
    # Where a model says nothing it takes the piece for no other one.
    own = [
        (_name(result), one)
        for result in results
        for one in result.confusions
        if one.predicted and one.same_design == same_design
    ]
    chosen = _spread(own)
    if not chosen:
        return False
    width = _COLUMNS * (2 * _TILE + 2 * _GAP) + _GAP
    rows = -(-len(chosen) // _COLUMNS)
    head = 56
    sheet = Image.new("RGB", (width, head + rows * (_TILE + _TEXT + _GAP)), _PAPER)
    draw = ImageDraw.Draw(sheet)
    first = results[0]
    several = len(results) > 1
    who = f"{len(results)} frozen models" if several else _name(first)
    draw.text((_GAP, 8), f"{quick_mark(record)}{TITLES[same_design]}", _INK, _font(19))
    total = first.accuracy("complete")
    n = total.n if total else 0
    of = f"captions of {n} test photos each" if several else f"of {n} test photos"
    draw.text(
        (_GAP, 32),
        f"{who}, protocol {first.config.protocol}: {len(own)} {of}, {len(chosen)} shown. "
        "Left the test photo, right a training photo.",
        _INK,
        _font(_FONT),
    )
    for place, (name, one) in enumerate(chosen):
        left = _GAP + place % _COLUMNS * (2 * _TILE + 2 * _GAP)
        top = head + place // _COLUMNS * (_TILE + _TEXT + _GAP)
        _draw_pair(sheet, draw, left, top, one, name if several else "", root)
    with replacing(path) as partial:
        # A third of the file in full color, and the pieces are told as well.
        sheet.quantize(256).save(partial, format="PNG", optimize=True)
    return True


def _name(result: ModelResult) -> str:
    return " + ".join(model_name(result.config.encoder, result.config.decoder))


def _spread(confusions: list[Named]) -> list[Named]:
    """Different mistakes first, then the same ones again."""
    by_mistake: dict[tuple[str, str], list[Named]] = {}
    for one in confusions:
        by_mistake.setdefault((one[1].expected, one[1].predicted), []).append(one)
    ranked = sorted(by_mistake.values(), key=len, reverse=True)
    turns = [own[turn] for turn in range(_MOST) for own in ranked if turn < len(own)]
    return turns[:_MOST]


def _draw_pair(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    left: int,
    top: int,
    one: Confusion,
    name: str,
    root: Path,
) -> None:
    relation = "said" if one.same_caption else "closest to what was said"
    if name:
        relation = f"{relation} by {name}"
    for column, file_name, label, text, color in (
        (0, one.file_name, "is", one.expected, _INK),
        (1, one.confused_with, relation, one.predicted, _WRONG),
    ):
        x = left + column * _TILE
        image = ImageOps.pad(load_image(root / file_name), (_TILE - 6, _TILE - 6), color=_PAPER)
        sheet.paste(image, (x, top))
        lines = [*wrap(f"{label}:", _WRAP), *wrap(text, _WRAP)]
        draw.multiline_text((x, top + _TILE), "\n".join(lines[:6]), color, _font(_FONT), spacing=2)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
