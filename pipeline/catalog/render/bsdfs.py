"""What surfaces are made of, in the words of Mitsuba."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
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
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.textures import cells, fractal, warped

# Below this gloss a surface is plain diffuse, which renders a third faster than principled.
_MATTE = 0.35
# A clear layer too thin to see. Without one Mitsuba would make another kind of principled, and
# each set of kinds in a scene is a kernel of its own that takes a second to compile.
_TRACE = 1e-3


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


def metal_of(look: Look, role: str) -> Metal | None:
    """Returns the metal of a role, or None for one that is no metal."""
    if role not in ("metal", "second"):
        return None
    return METALS[(look.second if role == "second" else "") or look.metal]


def stone_of(look: Look, role: str) -> Stone | None:
    """Returns the stone of a role, or None for one that has none."""
    return STONES.get({"main": look.main, "accent": look.accent}.get(role, ""))


@lru_cache(maxsize=1)
def _veins() -> Array:
    """Returns the coverage (S, S) of a web of veins, here broad, there gone, 0..1."""
    rng = np.random.default_rng(0)
    _, away = cells(rng, 30)
    away = warped(away, 9 * fractal(rng, 1.6), 9 * fractal(rng, 1.6))
    width = np.clip(2.0 + 4.0 * fractal(rng, 2.0), 0.0, 9.0)
    return np.clip(width - away, 0.0, 1.0)


def _veined(color: Any, matrix: Any) -> Array:
    """Returns a texture (S, S, 3) of a color, or of a color with veins in that of ``matrix``."""
    if matrix is None:
        return np.full((1, 1, 3), color)
    share = _veins()[..., None]
    veins: Array = (1 - share) * np.array(color) + share * np.array(matrix)
    return veins


def _stone_bsdf(mi: Any, stone: Stone, color: Any, traced: bool) -> dict[str, Any]:
    if stone.family == "transparent":
        if traced:  # the tracer bends light by itself and never asks
            return _diffuse(mi, np.ones((1, 1, 3)))
        return {
            "type": "dielectric",
            "int_ior": stone.ior,
            "ext_ior": 1.0,
            # Mitsuba's own integrator knows no absorption: there the surfaces bear the color.
            "specular_transmittance": rgb(color),
        }
    pearl = stone.family == "pearl"
    return {
        "type": "principled",
        "base_color": bitmap(mi, _veined(color, stone.matrix)),
        "roughness": 0.32 if pearl else 0.16,
        "specular": 0.6 if pearl else 0.5,
        # Nacre is clear over a softly glowing ground: a sharp highlight on a broad one.
        "clearcoat": 1.0 if pearl else 0.3,
        "clearcoat_gloss": 0.92,
    }


def _metal_bsdf(metal: Metal, roughness: float, traced: bool) -> dict[str, Any]:
    # The tracer darkens tarnish by itself; else the whole metal is half as tarnished.
    bright = np.ones(3) if traced else (1 + np.array(metal.tarnish)) / 2
    return {
        "specular_reflectance": rgb(bright),
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


def _diffuse(mi: Any, texture: Array) -> dict[str, Any]:
    return {"type": "diffuse", "reflectance": bitmap(mi, texture)}


def matte_bsdf(mi: Any, texture: Array, roughness: float, specular: float) -> dict[str, Any]:
    """Returns a diffuse or, where it is glossy enough to show, a coated surface.

    Args:
        mi: Mitsuba, its variant set.
        texture: Linear reflectance, shape (H, W, 3); (1, 1, 3) for a plain color.
        roughness: 0 (mirror) to 1 (chalk).
        specular: Strength of its gloss, 0..1.
    """
    if specular <= _MATTE:
        return _diffuse(mi, texture)
    return {
        "type": "principled",
        "base_color": bitmap(mi, texture),
        "roughness": roughness,
        "specular": specular,
        "clearcoat": _TRACE,
    }


def bsdfs(mi: Any, look: Look, traced: bool) -> dict[str, dict[str, Any]]:
    """Returns Mitsuba's description of the material of each role and of the backdrop.

    Args:
        mi: Mitsuba, its variant set.
        look: What the materials are.
        traced: Whether the tracer absorbs light inside stones; else their surfaces do.
    """
    metal, second = METALS[look.metal], METALS[look.second or look.metal]
    inlay = INLAYS[look.inlay or "enamel"]
    main = STONES[look.main or "diamond"]
    accent = STONES[look.accent or "diamond"]
    return {
        "metal": _metal_bsdf(metal, look.roughness, traced),
        "second": _metal_bsdf(second, look.roughness, traced),
        "main": _stone_bsdf(mi, main, look.stone_color or main.color, traced),
        "accent": _stone_bsdf(mi, accent, accent.color, traced),
        "inlay": {
            "type": "principled",
            "base_color": bitmap(mi, np.full((1, 1, 3), look.inlay_color)),
            "roughness": inlay.roughness,
            "specular": 0.5,
            "clearcoat": max(inlay.clearcoat, _TRACE),
            "clearcoat_gloss": 0.95,
        },
        "surface": matte_bsdf(mi, look.backdrop, look.backdrop_roughness, look.backdrop_specular),
        # Metal, inlay and this: all kinds are in every scene, which so share one kernel.
        "spare diffuse": _diffuse(mi, np.ones((1, 1, 3))),
    }


def mean_chord(mesh: Mesh) -> float:
    """Returns the mean way in mm of straight lines through the solids of a mesh.

    Cauchy: four times the volume over the surface, whatever the (convex) shape.
    """
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    across = np.cross(b - a, c - a)
    volume = abs(float(np.einsum("ij,ij->", a, across))) / 6
    surface = float(np.linalg.norm(across, axis=1).sum()) / 2
    return 4 * volume / max(surface, 1e-9)


def surfaces_of(look: Look, piece: dict[str, Mesh], names: list[str]) -> Surfaces:
    """Returns what the tracer must know of the shapes called ``names``, in their order."""
    count = len(names)
    absorbed, overtone, tarnish, albedo = (
        np.full((count, 3), fill, np.float32) for fill in (0.0, 1.0, 1.0, -1.0)
    )
    ior = np.zeros(count, np.float32)
    for row, name in enumerate(names):
        metal, stone = metal_of(look, name), stone_of(look, name)
        if metal is not None:
            albedo[row], tarnish[row] = metal.reflectance, metal.tarnish
        if stone is None or name not in piece:
            continue
        overtone[row] = stone.overtone
        if stone.family == "transparent":
            color = look.stone_color if name == "main" else None
            absorbed[row] = absorption(color or stone.color, mean_chord(piece[name]))
            albedo[row], ior[row] = 1.0, stone.ior
    return Surfaces(absorbed, overtone, tarnish, albedo, ior)
