"""The page's icon, a cut stone, as vectors and pixels."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw

_BACKGROUND: Final = "#121013"
# Facets of a brilliant seen from the side, in a square of side 100, by brightness.
_FACETS: Final = (
    ("#F1DCA6", ((34, 28), (66, 28), (50, 44))),
    ("#D9B872", ((34, 28), (18, 44), (50, 44))),
    ("#E7CB8D", ((66, 28), (82, 44), (50, 44))),
    ("#B8924B", ((18, 44), (50, 44), (50, 80))),
    ("#9A7636", ((82, 44), (50, 44), (50, 80))),
)
_OVERSAMPLING: Final = 4


def icon_svg() -> str:
    """The icon as SVG."""
    facets = "".join(
        f'<path fill="{color}" d="M{" ".join(f"{x},{y}" for x, y in points)}z"/>'
        for color, points in _FACETS
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<rect width="100" height="100" fill="{_BACKGROUND}"/>{facets}</svg>\n'
    )


def icon_png(side: int) -> bytes:
    """The icon as PNG of `side` pixels."""
    large = side * _OVERSAMPLING
    image = Image.new("RGB", (large, large), _BACKGROUND)
    draw = ImageDraw.Draw(image)
    for color, points in _FACETS:
        draw.polygon([(x * large / 100, y * large / 100) for x, y in points], color)
    buffer = io.BytesIO()
    small = image.resize((side, side), Image.Resampling.LANCZOS).quantize(64)
    small.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
