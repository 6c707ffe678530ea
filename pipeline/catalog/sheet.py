"""Contact sheets: labelled rows of pictures, to look at data before training on it."""

from __future__ import annotations

import functools
import importlib.util
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont, ImageOps

from mobile_app.camera_app.runtime.preprocess import load_image
from pipeline.catalog.schema import Catalog, Photo
from pipeline.errors import ImageError
from pipeline.registry import lookup

MAX_SHEET_ROWS: Final = 40

TILE: Final = 160
"""Side of a picture on a sheet, pixels."""

_GAP: Final = 6
_LABEL_WIDTH: Final = 230
_LINE: Final = 20
_SMALL_LINE: Final = 15
_FONT_SIZE: Final = 15
_PAPER: Final = (236, 238, 241)
_INK: Final = (30, 34, 40)
_FAINT: Final = (105, 112, 122)

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True)
class SheetRow:
    """A row of a contact sheet.

    Attributes:
        label: What the row shows.
        note: A line below it.
        tiles: `TILE` pixels square, each with the words below it.
    """

    label: str
    note: str
    tiles: Sequence[tuple[Image.Image, str]]


def draw_sheet(title: str, rows: Sequence[SheetRow]) -> Image.Image:
    """Draws rows of pictures under a title."""
    columns = max((len(row.tiles) for row in rows), default=1)
    row_height = TILE + 2 * _SMALL_LINE + 3 * _GAP
    width = _LABEL_WIDTH + columns * (TILE + _GAP) + _GAP
    top = _LINE + 3 * _GAP
    sheet = Image.new("RGB", (width, top + len(rows) * row_height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((2 * _GAP, 2 * _GAP), title, _INK, _font(_FONT_SIZE))
    for number, row in enumerate(rows):
        y = top + number * row_height
        draw.line([(0, y - _GAP // 2), (width, y - _GAP // 2)], (205, 208, 213))
        _write_label(draw, (2 * _GAP, y + _GAP), row.label, row.note)
        for column, (tile, words) in enumerate(row.tiles):
            x = _LABEL_WIDTH + column * (TILE + _GAP)
            sheet.paste(tile, (x, y + _GAP))
            lines = _two_lines(words, TILE, _font(12))
            draw.multiline_text((x, y + _GAP + TILE + 2), lines, _FAINT, _font(12), spacing=1)
    return sheet


def _by_type(photo: Photo) -> str:
    return " + ".join(photo.attributes.types)


def _by_store(photo: Photo) -> str:
    return photo.store or "(no store)"


def _by_product(photo: Photo) -> str:
    return photo.product_id


GROUPINGS: Final[dict[str, Callable[[Photo], str]]] = {
    "type": _by_type,
    "store": _by_store,
    "product": _by_product,
}
"""What a row of a contact sheet may stand for. A new grouping is a new entry here."""


def contact_sheet(catalog: Catalog, by: str, per_row: int, seed: int) -> Image.Image:
    """Draws a row of randomly chosen photos for each type, store or product.

    Args:
        catalog: The catalog; photos that cannot be read leave a gray tile.
        by: A key of `GROUPINGS`.
        per_row: Photos in a row, at most.
        seed: Chooses the photos, and the rows where there are more than `MAX_SHEET_ROWS`.
    """
    group_of = lookup(GROUPINGS, by, "grouping")
    groups: defaultdict[str, list[Photo]] = defaultdict(list)
    for photo in catalog.photos:
        groups[group_of(photo)].append(photo)
    chooser = random.Random(seed)
    names = sorted(groups)
    if len(names) > MAX_SHEET_ROWS:
        # Products with several photos tell more about the catalog than single photos.
        names.sort(key=lambda name: (-min(len(groups[name]), per_row), chooser.random()))
        names = sorted(names[:MAX_SHEET_ROWS])
    title = f"{catalog.root.name}: {len(catalog.photos)} photos, by {by}"
    if len(groups) > len(names):
        title += f", {len(names)} of {len(groups)}"
    rows = []
    for name in names:
        photos = groups[name]
        chosen = chooser.sample(photos, min(per_row, len(photos)))
        tiles = [(_tile(catalog.path(photo)), _caption(photo, by)) for photo in chosen]
        rows.append(SheetRow(name, f"{len(photos)} photos", tiles))
    return draw_sheet(title, rows)


def _caption(photo: Photo, by: str) -> str:
    terms = photo.attributes.terms()
    words = [term.text for term in terms if not (by == "type" and term.kind == "type")]
    return ", ".join(dict.fromkeys(words)) or Path(photo.file_name).name


def _tile(path: Path) -> Image.Image:
    try:
        image = load_image(path, min_side=TILE)
    except ImageError as error:
        tile = Image.new("RGB", (TILE, TILE), (200, 200, 200))
        ImageDraw.Draw(tile).text((_GAP, TILE // 2), str(error)[:22], _INK, _font(12))
        return tile
    return ImageOps.pad(image, (TILE, TILE), Image.Resampling.LANCZOS, color=_PAPER)


def _write_label(draw: ImageDraw.ImageDraw, place: tuple[int, int], name: str, note: str) -> None:
    x, y = place
    for text, ink, size in ((name, _INK, _FONT_SIZE), (note, _FAINT, 13)):
        for line in _lines(text, _LABEL_WIDTH - 3 * _GAP, _font(size))[:4]:
            draw.text((x, y), line, ink, _font(size))
            y += size + _GAP - 1


def _lines(text: str, width: int, font: Font) -> list[str]:
    """Breaks a text at spaces, and inside words that are too long for a line."""
    lines = [""]
    for word in text.split():
        if lines[-1] and font.getlength(f"{lines[-1]} {word}") > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
        while font.getlength(lines[-1]) > width:
            length = len(lines[-1])
            while font.getlength(lines[-1][:length]) > width:
                length -= 1
            lines[-1:] = [lines[-1][:length], lines[-1][length:]]
    return lines


def _two_lines(text: str, width: int, font: Font) -> str:
    first, rest = "", text.split()
    while rest and font.getlength(f"{first} {rest[0]}") <= width:
        first = f"{first} {rest.pop(0)}".strip()
    if not first:
        return _fitted(text, width, font)
    return f"{first}\n{_fitted(' '.join(rest), width, font)}"


def _fitted(text: str, width: int, font: Font) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"


@functools.cache
def _font(size: int) -> Font:
    # matplotlib brings a font with all the letters of Spanish and Italian; Pillow's has few.
    found = importlib.util.find_spec("matplotlib")
    if found is not None and found.origin is not None:
        path = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        if path.is_file():
            return ImageFont.truetype(str(path), size)
    return ImageFont.load_default(size)
