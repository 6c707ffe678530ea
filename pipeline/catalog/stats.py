"""What a catalog holds: numbers, and a contact sheet to look at before training on it."""

from __future__ import annotations

import functools
import importlib.util
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont, ImageOps

from mobile_app.camera_app.runtime.levels import LEVELS
from mobile_app.camera_app.runtime.preprocess import load_image
from pipeline.catalog.schema import Catalog, Photo
from pipeline.errors import ImageError
from pipeline.registry import lookup

TOP: Final = 12
"""How many of the most frequent words are counted."""

MAX_SHEET_ROWS: Final = 40

_TILE: Final = 160
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
class CatalogStats:
    """Numbers of a catalog's usable rows; counts by name, the most frequent first.

    Attributes:
        catalog: The folder.
        photos: Usable rows.
        skipped: Rows left out.
        products: Distinct products.
        photos_per_product: Products by how many photos they have.
        types: Photos by type, several joined by ` + `.
        stores: Photos by store.
        levels: Photos that have what a level needs.
        terms: Photos by word, for each kind of attribute, the `TOP` most frequent.
        distinct_terms: How many words there are of each kind.
        schema_version: Version of this form.
    """

    catalog: str
    photos: int
    skipped: int
    products: int
    photos_per_product: dict[str, int]
    types: dict[str, int]
    stores: dict[str, int]
    levels: dict[str, int]
    terms: dict[str, dict[str, int]]
    distinct_terms: dict[str, int]
    schema_version: int = 1


def count_catalog(catalog: Catalog) -> CatalogStats:
    """Counts a catalog's rows; photos are not opened."""
    photos = catalog.photos
    per_product = Counter(photo.product_id for photo in photos)
    terms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for photo in photos:
        for term in photo.attributes.terms():
            if term.kind != "type":
                terms[term.kind][term.text] += 1
    return CatalogStats(
        catalog=str(catalog.root),
        photos=len(photos),
        skipped=len(catalog.skipped),
        products=len(per_product),
        photos_per_product={
            str(number): count for number, count in sorted(Counter(per_product.values()).items())
        },
        types=_ranked(" + ".join(photo.attributes.types) for photo in photos),
        stores=_ranked(photo.store for photo in photos),
        levels={
            level.name: sum(level.terms(photo.attributes) is not None for photo in photos)
            for level in LEVELS.values()
        },
        terms={
            kind: dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:TOP])
            for kind, found in terms.items()
        },
        distinct_terms={kind: len(found) for kind, found in terms.items()},
    )


def _ranked(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def stats_text(stats: CatalogStats) -> str:
    """The numbers for people."""
    from pipeline.text_tables import text_table

    parts = [
        f"{stats.catalog}: {stats.photos} photos of {stats.products} products; "
        f"{stats.skipped} rows left out"
    ]
    tables = [
        ("type", "photos", stats.types),
        ("store", "photos", stats.stores),
        ("photos of a product", "products", stats.photos_per_product),
        ("level", "photos", stats.levels),
        *(
            (f"{kind} ({stats.distinct_terms[kind]})", "photos", counts)
            for kind, counts in stats.terms.items()
        ),
    ]
    for title, unit, counts in tables:
        rows = [(name or "(none)", str(count)) for name, count in counts.items()]
        parts.append(text_table((title, unit), rows))
    return "\n\n".join(parts)


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
    columns = min(per_row, max(len(groups[name]) for name in names))
    row_height = _TILE + 2 * _SMALL_LINE + 3 * _GAP
    width = _LABEL_WIDTH + columns * (_TILE + _GAP) + _GAP
    top = _LINE + 3 * _GAP
    sheet = Image.new("RGB", (width, top + len(names) * row_height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    title = f"{catalog.root.name}: {len(catalog.photos)} photos, by {by}"
    if len(groups) > len(names):
        title += f", {len(names)} of {len(groups)}"
    draw.text((2 * _GAP, 2 * _GAP), title, _INK, _font(_FONT_SIZE))
    for row, name in enumerate(names):
        photos = groups[name]
        y = top + row * row_height
        draw.line([(0, y - _GAP // 2), (width, y - _GAP // 2)], (205, 208, 213))
        _write_label(draw, (2 * _GAP, y + _GAP), name, f"{len(photos)} photos")
        for column, photo in enumerate(chooser.sample(photos, min(columns, len(photos)))):
            x = _LABEL_WIDTH + column * (_TILE + _GAP)
            sheet.paste(_tile(catalog.path(photo)), (x, y + _GAP))
            lines = _two_lines(_caption(photo, by), _TILE, _font(12))
            draw.multiline_text((x, y + _GAP + _TILE + 2), lines, _FAINT, _font(12), spacing=1)
    return sheet


def _caption(photo: Photo, by: str) -> str:
    terms = photo.attributes.terms()
    words = [term.text for term in terms if not (by == "type" and term.kind == "type")]
    return ", ".join(dict.fromkeys(words)) or Path(photo.file_name).name


def _tile(path: Path) -> Image.Image:
    try:
        image = load_image(path, min_side=_TILE)
    except ImageError as error:
        tile = Image.new("RGB", (_TILE, _TILE), (200, 200, 200))
        ImageDraw.Draw(tile).text((_GAP, _TILE // 2), str(error)[:22], _INK, _font(12))
        return tile
    return ImageOps.pad(image, (_TILE, _TILE), Image.Resampling.LANCZOS, color=_PAPER)


def _write_label(draw: ImageDraw.ImageDraw, place: tuple[int, int], name: str, count: str) -> None:
    x, y = place
    font = _font(_FONT_SIZE)
    rest, room = name, _LABEL_WIDTH - 3 * _GAP
    for _ in range(4):
        if not rest:
            break
        length = len(rest)
        while font.getlength(rest[:length]) > room:
            length -= 1
        draw.text((x, y), rest[:length], _INK, font)
        rest, y = rest[length:], y + _LINE
    draw.text((x, y), count, _FAINT, _font(13))


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
