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
        outline: Hairlines and the tracks of bars.
        accent: The one color that says "chosen" or "act here".
        on_accent: Text on the accent.
        text: Text to read.
        muted: Text that may be overlooked.
        danger: Text of what cannot be undone.
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
    danger: Color
    veil: Color
    glow: Color


DARK: Final = Theme(
    background=_color("121013"),
    surface=_color("221F24"),
    outline=_color("3B363E"),
    accent=_color("D9B872"),
    on_accent=_color("1C1608"),
    text=_color("F5F0E8"),
    muted=_color("ADA59F"),
    danger=_color("FF9B8F"),
    veil=_color("121013", 0.82),
    glow=_color("453E38"),
)
"""A jeweler's tray: near-black velvet and one warm gold."""

LIGHT: Final = Theme(
    background=_color("F8F5F0"),
    surface=_color("ECE6DC"),
    outline=_color("CFC6B8"),
    accent=_color("7D5A17"),
    on_accent=_color("FFFFFF"),
    text=_color("1F1A15"),
    muted=_color("635A50"),
    danger=_color("A3231B"),
    veil=_color("FBF9F5", 0.90),
    glow=_color("D8D2C8"),
)
"""The same tray by day: ivory linen, and the gold darkened until it can be read."""

DARK_CONTRAST: Final = Theme(
    background=_color("000000"),
    surface=_color("161616"),
    outline=_color("B8B8B8"),
    accent=_color("FFD24A"),
    on_accent=_color("000000"),
    text=_color("FFFFFF"),
    muted=_color("E4E4E4"),
    danger=_color("FFB4AB"),
    veil=_color("000000", 0.94),
    glow=_color("202020"),
)

LIGHT_CONTRAST: Final = Theme(
    background=_color("FFFFFF"),
    surface=_color("F0F0F0"),
    outline=_color("4A4A4A"),
    accent=_color("4E3300"),
    on_accent=_color("FFFFFF"),
    text=_color("000000"),
    muted=_color("262626"),
    danger=_color("7A0A04"),
    veil=_color("FFFFFF", 0.96),
    glow=_color("DADADA"),
)

THEMES: Final[dict[tuple[str, bool], Theme]] = {
    ("dark", False): DARK,
    ("light", False): LIGHT,
    ("dark", True): DARK_CONTRAST,
    ("light", True): LIGHT_CONTRAST,
}
"""Themes by appearance and whether contrast is high."""


@dataclass(frozen=True)
class TypeScale:
    """Font sizes by role, in scale-independent pixels (sp).

    Attributes:
        display: A caption, or what stands for one.
        title: Headings.
        body: Sentences and buttons.
        label: What names or explains something.
        small: Figures and what belongs to the margin.
    """

    display: float
    title: float
    body: float
    label: float
    small: float


def type_scale(factor: float) -> TypeScale:
    """Returns the sizes; large text grows less where it is large already."""
    gentle = 1.0 + (factor - 1.0) * 0.6
    return TypeScale(24 * gentle, 20 * gentle, 16 * factor, 14 * factor, 12 * factor)


TEXT_FACTORS: Final[dict[str, float]] = {"normal": 1.0, "large": 1.2, "largest": 1.45}
"""Factors by the customer's choice of text size."""
