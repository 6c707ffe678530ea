"""Where a decoder looked for each term of a caption, drawn over the photo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .decode import Floats
from .preprocess import Pixels

_COLUMNS: Final = 4
_PANEL: Final = 224
_MARGIN: Final = 8
_FONT_SIZE: Final = 15
_DIM: Final = 0.15
"""Brightness of what was not looked at, as a share of the photo's."""


def light_up(pixels: Pixels, weights: Floats) -> Image.Image:
    """Dims a photo where the decoder did not look.

    Args:
        pixels: The encoder's input, uint8[1, H, W, 3].
        weights: How much each place of a square grid was looked at, row by row, float32[R].

    Returns:
        The photo, as bright as it is where the decoder looked most.
    """
    side = math.isqrt(len(weights))
    grid = Image.fromarray(np.asarray(weights, np.float32).reshape(side, side))
    height, width = pixels.shape[1:3]
    smooth = np.clip(np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC)), 0.0, None)
    light = _DIM + (1.0 - _DIM) * smooth / max(float(smooth.max()), 1e-9)
    return Image.fromarray((pixels[0] * light[..., np.newaxis]).astype(np.uint8))


def draw_attention(
    pixels: Pixels, weights: Floats, caption: str, labels: Sequence[str]
) -> Image.Image:
    """Draws the photo, and beside it one panel for each term.

    Args:
        pixels: The encoder's input, uint8[1, H, W, 3].
        weights: How much each place was looked at for each term, float32[terms, R].
        caption: What stands above all.
        labels: What stands below the panel of each term.
    """
    panels = [Image.fromarray(pixels[0]), *(light_up(pixels, row) for row in weights)]
    columns = min(_COLUMNS, len(panels))
    cell_width, cell_height = _PANEL + _MARGIN, _PANEL + _FONT_SIZE + 2 * _MARGIN
    rows = -(-len(panels) // columns)
    top = _FONT_SIZE + 2 * _MARGIN
    size = columns * cell_width + _MARGIN, top + rows * cell_height
    sheet = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(_FONT_SIZE)

    def write(x: int, y: int, text: str, width: int) -> None:
        while draw.textlength(text, font) > width:
            text = text.rstrip("…")[:-1] + "…"
        draw.text((x, y), text, "black", font)

    write(_MARGIN, _MARGIN // 2, caption, size[0] - 2 * _MARGIN)
    for number, (panel, label) in enumerate(zip(panels, ("", *labels), strict=True)):
        x = _MARGIN + number % columns * cell_width
        y = top + number // columns * cell_height
        sheet.paste(panel.resize((_PANEL, _PANEL), Image.Resampling.BICUBIC), (x, y))
        write(x, y + _PANEL + 2, label, _PANEL)
    return sheet
