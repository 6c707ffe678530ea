"""What surfaces are made of, in the words of Mitsuba."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.catalog.render.integrator import Surfaces
from pipeline.catalog.render.materials import (
    INLAYS,
    METALS,
    STONES,
    Metal,
    Stone,
    absorption,
)
from pipeline.catalog.render.meshes import Array

# Below this gloss a surface is plain diffuse, which renders a third faster than principled.
_MATTE = 0.35


@dataclass(frozen=True)
class Look:
    """How the surfaces of a scene look.

    Attributes:
        metal: Key of ``METALS``.
        roughness: Roughness of the metal, 0..1.
        main: Key of ``STONES`` for the main stones, or empty.
        accent: Key of ``STONES`` for the small stones, or empty.
        stone_color: Overrides the main stone's usual color (linear), or None.
        backdrop: Linear reflectance texture, shape (S, S, 3).
        backdrop_roughness: Roughness of the backdrop, 0..1.
        backdrop_specular: Strength of its gloss, 0..1.
        second: Key of ``METALS`` for the second metal of a two-tone piece, or empty.
        inlay: Key of ``INLAYS`` for what is neither metal nor stone, or empty.
        inlay_color: Linear reflectance of the inlay.
    """

    metal: str
    roughness: float
    main: str
    accent: str
    stone_color: tuple[float, float, float] | None
    backdrop: Array
    backdrop_roughness: float
    backdrop_specular: float
    second: str = ""
    inlay: str = ""
    inlay_color: tuple[float, float, float] = (0.5, 0.5, 0.5)


def rgb(color: Any) -> dict[str, Any]:
    """Returns a linear color of three numbers as Mitsuba writes it."""
    return {"type": "rgb", "value": [float(value) for value in color]}


def _stone_bsdf(stone: Stone, color: Any, traced: bool) -> dict[str, Any]:
    if stone.family == "transparent":
        return {
            "type": "dielectric",
            "int_ior": stone.ior,
            "ext_ior": 1.0,
            # Mitsuba's own integrator knows no absorption: there the surfaces bear the color.
            "specular_transmittance": rgb((1, 1, 1) if traced else color),
        }
    pearl = stone.family == "pearl"
    return {
        "type": "principled",
        "base_color": rgb(color),
        "roughness": 0.32 if pearl else 0.16,
        "specular": 0.6 if pearl else 0.5,
        # Nacre is clear over a softly glowing ground: a sharp highlight on a broad one.
        "clearcoat": 1.0 if pearl else 0.3,
        "clearcoat_gloss": 0.92,
    }


def _metal_bsdf(metal: Metal, roughness: float) -> dict[str, Any]:
    return {
        "type": "roughconductor",
        "distribution": "ggx",
        "alpha": roughness,
        "eta": rgb(metal.eta),
        "k": rgb(metal.k),
    }


def bitmap(mi: Any, texture: Array) -> dict[str, Any]:
    """Returns a texture of linear reflectance, shape (H, W, 3)."""
    return {"type": "bitmap", "raw": True, "wrap_mode": "mirror",
            "bitmap": mi.Bitmap(np.asarray(texture, dtype=np.float32))}  # fmt: skip


def matte_bsdf(reflectance: dict[str, Any], roughness: float, specular: float) -> dict[str, Any]:
    """Returns a diffuse or, where it is glossy enough to show, a coated surface."""
    if specular <= _MATTE:
        return {"type": "diffuse", "reflectance": reflectance}
    return {
        "type": "principled",
        "base_color": reflectance,
        "roughness": roughness,
        "specular": specular,
    }


def bsdfs(mi: Any, look: Look, traced: bool) -> dict[str, dict[str, Any]]:
    """Returns Mitsuba's description of the material of each role and of the backdrop.

    Args:
        mi: Mitsuba, its variant set.
        look: What the materials are.
        traced: Whether the tracer absorbs light inside stones; else their surfaces do.
    """
    metal = METALS[look.metal]
    second = METALS[look.second or look.metal]
    inlay = INLAYS[look.inlay or "enamel"]
    main = STONES[look.main or "diamond"]
    accent = STONES[look.accent or "diamond"]
    return {
        "metal": _metal_bsdf(metal, look.roughness),
        "second": _metal_bsdf(second, look.roughness),
        "main": _stone_bsdf(main, look.stone_color or main.color, traced),
        "accent": _stone_bsdf(accent, accent.color, traced),
        "inlay": {
            "type": "principled",
            "base_color": rgb(look.inlay_color),
            "roughness": inlay.roughness,
            "specular": 0.5,
            "clearcoat": inlay.clearcoat,
            "clearcoat_gloss": 0.95,
        },
        "surface": matte_bsdf(
            bitmap(mi, look.backdrop), look.backdrop_roughness, look.backdrop_specular
        ),
        # Present in every scene, so that all scenes share one compiled kernel.
        "spare dielectric": _stone_bsdf(STONES["diamond"], (1, 1, 1), traced),
        "spare principled": _stone_bsdf(STONES["pearl"], (1, 1, 1), traced),
    }


def surfaces_of(look: Look, names: list[str]) -> Surfaces:
    """Returns what the tracer must know of the shapes called ``names``, in their order."""
    count = len(names)
    result = Surfaces(*(np.full((count, 3), fill, np.float32) for fill in (0.0, 1.0, -1.0)))
    kinds = {"main": look.main, "accent": look.accent}
    for row, name in enumerate(names):
        if name in ("metal", "second"):
            metal = METALS[(look.second if name == "second" else "") or look.metal]
            result.albedo[row] = metal.reflectance
        stone = STONES.get(kinds.get(name, ""))
        if stone is None:
            continue
        result.overtone[row] = stone.overtone
        if stone.family == "transparent":
            color = look.stone_color if name == "main" else None
            result.absorption[row] = absorption(color or stone.color)
            result.albedo[row] = 1.0
    return result
