"""Who wears a piece: colors of skin, nails, hair and clothes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.forms import Rgb
from pipeline.catalog.render.forms.hands import Hand
from pipeline.catalog.render.meshes import Array, Mesh

# From light to dark; skin in between is mixed.
_SKIN = np.array(
    [
        [0.80, 0.58, 0.47],
        [0.70, 0.45, 0.33],
        [0.52, 0.30, 0.19],
        [0.30, 0.16, 0.095],
        [0.15, 0.08, 0.052],
    ]
)
_HAIR: tuple[Rgb, ...] = (
    (0.012, 0.01, 0.01), (0.035, 0.02, 0.014), (0.09, 0.045, 0.025), (0.22, 0.12, 0.05),
    (0.5, 0.34, 0.17), (0.24, 0.06, 0.025), (0.4, 0.38, 0.36),
)  # fmt: skip
_POLISH: tuple[Rgb, ...] = (
    (0.45, 0.01, 0.02), (0.14, 0.005, 0.02), (0.82, 0.8, 0.78), (0.015, 0.015, 0.02),
    (0.75, 0.4, 0.42), (0.5, 0.36, 0.3), (0.1, 0.22, 0.3),
)  # fmt: skip
_POLISHED = 0.35  # share of hands with nail polish


@dataclass(frozen=True)
class Wearer:
    """The colors of a person, as linear reflectances.

    Attributes:
        skin: Of the skin.
        sheen: Strength of the skin's gloss, 0..1.
        nails: Of the nails.
        hair: Of the hair.
        cloth: Of the clothes.
    """

    skin: Rgb
    sheen: float
    nails: Rgb
    hair: Rgb
    cloth: Rgb

    def bare(self, mesh: Mesh) -> Prop:
        """Returns a mesh as skin."""
        return Prop(mesh, self.skin, 0.5, self.sheen)

    def nailed(self, mesh: Mesh) -> Prop:
        """Returns a mesh as nails."""
        return Prop(mesh, self.nails, 0.25, 0.5)

    def hand(self, hand: Hand) -> tuple[Prop, ...]:
        """Returns a hand with its nails."""
        return self.bare(hand.skin), self.nailed(hand.nails)


def _mixed(color: Array) -> Rgb:
    r, g, b = (float(value) for value in np.clip(color, 0.0, 0.92))
    return r, g, b


def wearer(rng: np.random.Generator) -> Wearer:
    """Returns a random person; hair is dark where skin is, as a rule."""
    depth = rng.uniform(0.0, len(_SKIN) - 1.0)
    skin = [np.interp(depth, np.arange(len(_SKIN)), np.log(_SKIN[:, band])) for band in range(3)]
    tint = rng.normal(0.0, [0.05, 0.03, 0.07]) + rng.normal(0.0, 0.06)
    skin_color = np.exp(np.array(skin) + tint)
    natural = skin_color * np.array([1.12, 1.08, 1.1]) + np.array([0.03, 0.01, 0.015])
    polish = _POLISH[int(rng.integers(len(_POLISH)))]
    hairs = _HAIR if depth < 1.6 else _HAIR[:3]
    hair = np.array(hairs[int(rng.integers(len(hairs)))]) * rng.uniform(0.8, 1.25)
    # Half of all clothes are white, gray or black; the rest have any color.
    gray, color = np.full(3, rng.choice([0.8, 0.5, 0.12, 0.02])), rng.uniform(0.02, 0.75, 3)
    return Wearer(
        skin=_mixed(skin_color),
        sheen=float(rng.choice([0.3, 0.3, 0.5])),
        nails=polish if rng.uniform() < _POLISHED else _mixed(natural),
        hair=_mixed(hair),
        cloth=_mixed(gray if rng.uniform() < 0.5 else color),
    )
