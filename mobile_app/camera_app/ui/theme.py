"""Colors and sizes of the interface, in one place; `.kv` files read them as `app.theme`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Color = tuple[float, float, float, float]


def _color(code: str, alpha: float = 1.0) -> Color:
    red, green, blue = (int(code[start : start + 2], 16) / 255.0 for start in (0, 2, 4))
    return red, green, blue, alpha


@dataclass(frozen=True)
class Theme:
    """Colors by role, red, green, blue and alpha each in [0, 1].

    Attributes:
        background: Behind everything.
        surface: Cards and tracks on the background.
        outline: Hairlines.
        accent: The one color that says "chosen" or "act here".
        on_accent: Text on the accent.
        text: Text to read.
        muted: Text that may be overlooked.
        veil: Behind text that lies over a picture.
        glow: Multiplied with a picture's colors for the light around it.
    """

    background: Color
    surface: Color
    outline: Color
    accent: Color
    on_accent: Color
    text: Color
    muted: Color
    veil: Color
    glow: Color


DARK: Final = Theme(
    background=_color("121013"),
    surface=_color("201D22"),
    outline=_color("37323A"),
    accent=_color("D9B872"),
    on_accent=_color("1C1608"),
    text=_color("F5F0E8"),
    muted=_color("A39B97"),
    veil=_color("121013", 0.78),
    glow=_color("453E38"),
)
"""A jeweler's tray: near-black velvet and one warm gold."""
