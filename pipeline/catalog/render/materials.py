"""Metals by measured optical constants, stones by refractive index and tint.

A new metal or stone is one entry here.

Metals: n and k at the red, green and blue primaries, integrated by Mitsuba 3.9 from the
measured spectra that it ships as Ag, Au, Cu and Rh. They are kept as numbers so that alloys can
be mixed: permittivity, (n + ik)^2, adds up in proportion to volume.

Stones: light fades inside them by the law of Beer and Lambert. Absorption follows from the
transmittance through ``REACH`` times a stone's own mean chord: cutters choose pale rough for large
stones and saturated for small ones, so that both look alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

Rgb = tuple[float, float, float]

_SILVER = ((0.1553, 0.1167, 0.1384), (4.8284, 3.1222, 2.1469))
_GOLD = ((0.1430, 0.3753, 1.4420), (3.9830, 2.3856, 1.6034))
_COPPER = ((0.2010, 0.9237, 1.1022), (3.9133, 2.4530, 2.1421))
_RHODIUM = ((2.5858, 1.8602, 1.5543), (6.7823, 4.7030, 3.9761))


# Way that a clear stone's color stands for, in mean chords of the stone: about a third of
# what light goes in a brilliant, down to the pavilion and back.
REACH = 1.3


@dataclass(frozen=True)
class Metal:
    """A metal.

    Attributes:
        eta: Real part of the refractive index at red, green, blue.
        k: Imaginary part at red, green, blue.
        roughness: Beckmann/GGX alpha of its usual polish, 0..1.
        tarnish: Share of its brightness that a dark layer leaves it, off raised edges.
    """

    eta: Rgb
    k: Rgb
    roughness: float
    tarnish: Rgb = (1.0, 1.0, 1.0)

    @property
    def reflectance(self) -> Rgb:
        """Share of light that it mirrors straight back, at red, green, blue."""
        n, k = np.array(self.eta), np.array(self.k)
        r, g, b = ((n - 1) ** 2 + k**2) / ((n + 1) ** 2 + k**2)
        return float(r), float(g), float(b)


def _mixed(first: tuple[Rgb, Rgb], second: tuple[Rgb, Rgb], share: float) -> tuple[Rgb, Rgb]:
    """Returns (n, k) of an alloy with ``share`` (0..1 by volume) of ``second``."""
    index = [np.array(n) + 1j * np.array(k) for n, k in (first, second)]
    mixed = np.sqrt((1 - share) * index[0] ** 2 + share * index[1] ** 2)
    r, g, b = (complex(value) for value in mixed)
    return (r.real, g.real, b.real), (r.imag, g.imag, b.imag)


def _gray(values: Rgb) -> Rgb:
    return values[0], values[0], values[0]


METALS: dict[str, Metal] = {
    # 18K yellow gold: an eighth of its weight, about a fifth of its volume, is copper. Its
    # silver is left out, since mixing tables would let it pull the hue to green.
    "yellow gold": Metal(*_mixed(_GOLD, _COPPER, 0.2), roughness=0.05),
    # White gold is sold rhodium-plated, so what one sees is rhodium. Shops balance its warm tint
    # away, so that its red n and k stand for all colors.
    "white gold": Metal(_gray(_RHODIUM[0]), _gray(_RHODIUM[1]), roughness=0.035),
    # Real 18K rose gold holds 39 % copper by volume. Mixing tables so leaves it as yellow as
    # yellow gold, since alloying also moves the absorption edge; this share reads as rose.
    "rose gold": Metal(*_mixed(_GOLD, _COPPER, 0.85), roughness=0.05),
    "silver": Metal(*_SILVER, roughness=0.07),
    # Silver under a layer of silver sulfide that polishing has taken off the raised edges. The
    # layer is a mix by eye and no measured table: a bluish gray, a quarter of silver's brightness,
    # as the law of Fresnel gives for n near 2.8 and k near 0.9.
    "oxidized silver": Metal(*_SILVER, roughness=0.14, tarnish=(0.23, 0.24, 0.27)),
}


@dataclass(frozen=True)
class Inlay:
    """A colored part that is neither metal nor stone.

    Attributes:
        roughness: Of its surface, 0 (mirror) to 1 (chalk).
        clearcoat: Strength of a clear layer over it, 0..1.
        colors: Linear reflectance of its named colors, the usual one first.
    """

    roughness: float
    clearcoat: float
    colors: dict[str, Rgb]


_DYES: dict[str, Rgb] = {
    "black": (0.012, 0.012, 0.014),
    "white": (0.82, 0.81, 0.78),
    "red": (0.56, 0.016, 0.022),
    "pink": (0.80, 0.20, 0.34),
    "orange": (0.80, 0.22, 0.02),
    "yellow": (0.83, 0.56, 0.03),
    "green": (0.02, 0.27, 0.10),
    "turquoise": (0.03, 0.46, 0.48),
    "blue": (0.02, 0.07, 0.48),
    "purple": (0.20, 0.03, 0.38),
    "brown": (0.14, 0.055, 0.022),
}


def _dyed(*names: str) -> dict[str, Rgb]:
    return {name: _DYES[name] for name in names}


INLAYS: dict[str, Inlay] = {
    "enamel": Inlay(0.18, 1.0, _dyed("blue", "black", "white", "red", "pink", "orange", "yellow",
                                     "green", "turquoise", "purple")),
    "lacquer": Inlay(0.30, 1.0, _dyed("red", "black", "green", "blue", "orange", "brown")),
    "silk": Inlay(0.55, 0.0, _dyed(*_DYES)),
    "cord": Inlay(0.85, 0.0, _dyed("black", "brown", "red", "blue", "white")),
    "leather": Inlay(0.60, 0.1, _dyed("brown", "black", "red", "white")),
    "glass": Inlay(0.06, 1.0, _dyed(*_DYES)),
    "shell": Inlay(0.25, 0.8, _dyed("white", "pink", "black")),
    "wood": Inlay(0.55, 0.2, _dyed("brown", "black")),
}  # fmt: skip


def inlay_color(kind: str, color: str) -> Rgb:
    """Returns the linear reflectance of an inlay in a named color, or in its usual one."""
    colors = INLAYS[kind or "enamel"].colors
    return colors.get(color) or next(iter(colors.values()))


@dataclass(frozen=True)
class Stone:
    """A kind of stone.

    Attributes:
        family: ``transparent``, ``opaque`` or ``pearl``.
        color: Transmittance through ``REACH`` chords if transparent, else reflectance; 0..1.
        ior: Refractive index.
        plural: The word for several of them.
        colors: Named colors of this kind other than its usual one.
        overtone: Factor of its color where it is seen edge-on, as thin layers of nacre tint it.
        matrix: Color of the host rock that veins it, linear reflectance, or None.
    """

    family: str
    color: Rgb
    ior: float
    plural: str
    colors: dict[str, Rgb] = field(default_factory=dict)
    overtone: Rgb = (1.0, 1.0, 1.0)
    matrix: Rgb | None = None


def absorption(color: Rgb, chord: float) -> Rgb:
    """Returns the absorption per mm in a stone with a mean chord of ``chord`` mm."""
    r, g, b = -np.log(np.clip(color, 1e-4, 1.0)) / (REACH * max(chord, 1e-3))
    return float(r), float(g), float(b)


STONES: dict[str, Stone] = {
    "diamond": Stone("transparent", (0.99, 0.99, 1.0), 2.417, "diamonds"),
    "emerald": Stone("transparent", (0.07, 0.58, 0.28), 1.58, "emeralds"),
    "ruby": Stone("transparent", (0.74, 0.03, 0.11), 1.77, "rubies"),
    "sapphire": Stone("transparent", (0.05, 0.12, 0.66), 1.77, "sapphires"),
    "amethyst": Stone("transparent", (0.66, 0.32, 0.90), 1.55, "amethysts"),
    "topaz": Stone("transparent", (1.0, 0.56, 0.10), 1.62, "topazes"),
    "aquamarine": Stone("transparent", (0.58, 0.90, 0.97), 1.58, "aquamarines"),
    "garnet": Stone("transparent", (0.50, 0.03, 0.05), 1.79, "garnets"),
    "onyx": Stone("opaque", (0.008, 0.008, 0.010), 1.54, "onyxes"),
    "turquoise": Stone("opaque", (0.08, 0.56, 0.58), 1.61, "turquoises", matrix=(0.07, 0.04, 0.02)),
    "pearl": Stone(
        "pearl", (0.86, 0.79, 0.70), 1.53, "pearls",
        {"white": (0.86, 0.85, 0.83), "black": (0.07, 0.075, 0.085), "pink": (0.84, 0.62, 0.56)},
        overtone=(1.0, 0.84, 0.90),
    ),
    "coral": Stone("opaque", (0.74, 0.13, 0.07), 1.49, "corals"),
    "citrine": Stone("transparent", (0.97, 0.72, 0.12), 1.55, "citrines"),
    "peridot": Stone("transparent", (0.55, 0.82, 0.14), 1.67, "peridots"),
}  # fmt: skip


def stone_words(kind: str, count: int) -> str:
    """Returns ``diamond`` for one stone, ``diamonds`` for several."""
    return kind if count == 1 else STONES[kind].plural
