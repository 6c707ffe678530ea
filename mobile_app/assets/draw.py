"""Draws the app's icon and its picture while it starts: `python mobile_app/assets/draw.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

FOLDER: Final = Path(__file__).parent
GOLD: Final = (217, 184, 114)
VELVET: Final = (18, 16, 19)
SCALE: Final = 4
"""Drawn this much larger and then reduced, which smooths the edges."""

# A brilliant from the side, in a box of -1 to 1: table, girdle, culet.
_CROWN: Final = ((-1.0, -0.3), (-0.5, -0.85), (0.5, -0.85), (1.0, -0.3))
_CULET: Final = (0.0, 0.95)
_LINES: Final = (
    (*_CROWN, _CULET, _CROWN[0]),
    (_CROWN[0], _CROWN[3]),
    ((-0.5, -0.85), (-0.4, -0.3), _CULET, (0.4, -0.3), (0.5, -0.85)),
    ((-0.4, -0.3), (0.0, -0.85), (0.4, -0.3)),
)


def gem(size: int, share: float, background: tuple[int, ...]) -> Image.Image:
    """Draws the gem in the middle of a square.

    Args:
        size: Edge of the square, in pixels.
        share: Width of the gem as a share of the edge.
        background: Red, green, blue, alpha.
    """
    large = size * SCALE
    # The gem's own color where nothing is drawn: else smoothed edges turn dark.
    image = Image.new("RGBA", (large, large), background if background[3] else (*GOLD, 0))
    draw = ImageDraw.Draw(image)
    radius, width = large * share / 2, round(large * share * 0.035)
    for line in _LINES:
        points = [(large / 2 + x * radius, large / 2 + y * radius) for x, y in line]
        draw.line(points, (*GOLD, 255), width, joint="curve")
        for x, y in points:
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), (*GOLD, 255))
    return image.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    """Writes the four pictures; Android masks an adaptive icon to its middle two thirds."""
    gem(512, 0.6, (*VELVET, 255)).convert("RGB").save(FOLDER / "icon.png", optimize=True)
    gem(432, 0.4, (*GOLD, 0)).save(FOLDER / "icon_foreground.png", optimize=True)
    Image.new("RGB", (432, 432), VELVET).save(FOLDER / "icon_background.png", optimize=True)
    # buildozer stores whatever format it is given under the name presplash.jpg.
    gem(512, 0.45, (*VELVET, 255)).convert("RGB").save(FOLDER / "presplash.png", optimize=True)


if __name__ == "__main__":
    main()
