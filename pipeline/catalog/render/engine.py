"""A described scene in, linear light out, by Mitsuba.

With LLVM (``llvm_ad_rgb``) the project's own tracer absorbs light by its way through stones. Where
there is none, ``scalar_rgb`` cannot run a tracer written in Python: Mitsuba's ``path`` renders,
several times slower, and stones bear their color on their surfaces, whatever their depth; pearls
have no overtone, and tarnish lies evenly.

All scenes share one compiled kernel, which else costs a second each: the kinds of materials and
of lens, and nearly the number of shapes, are the same in each, and numbers are passed as data.
"""

from __future__ import annotations

import ctypes.util
import gc
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.catalog.render.bsdfs import (
    Look,
    bsdfs,
    matte_bsdf,
    mean_chord,
    metal_of,
    stone_of,
    surfaces_of,
)
from pipeline.catalog.render.camera import Camera
from pipeline.catalog.render.denoise import denoised, without_outliers
from pipeline.catalog.render.integrator import trace
from pipeline.catalog.render.meshes import Array, Mesh
from pipeline.catalog.render.wear import lying, raised

OLDEST_LLVM = 19
_LLVM_PLACES = (
    "usr/lib/*/libLLVM*.so*",
    "usr/lib/libLLVM*.so*",
    "usr/lib64/libLLVM*.so*",
    "usr/lib/llvm-*/lib/libLLVM*.so*",
    "usr/lib64/llvm*/lib*/libLLVM*.so*",
    "usr/local/lib/libLLVM*.so*",
    "opt/homebrew/opt/llvm*/lib/libLLVM*.dylib",
    "usr/local/opt/llvm*/lib/libLLVM*.dylib",
)
# What a piece of jewelry is made of, one mesh each.
ROLES = ("metal", "second", "main", "accent", "inlay")
# Passes are rendered apart so that a firefly in one can be told from light in all.
_PASSES = 4


@dataclass(frozen=True)
class Prop:
    """A thing in the picture that is no jewelry: a form, a hand, a box, a leaf, a cloth.

    Attributes:
        mesh: Its shape.
        color: Linear reflectance where there is no texture.
        roughness: 0 (mirror) to 1 (chalk).
        specular: Strength of its gloss, 0..1.
        texture: Linear reflectance, shape (H, W, 3), or None.
        uv: Texture coordinates of the mesh's vertices, shape (V, 2); needed with a texture.
    """

    mesh: Mesh
    color: tuple[float, float, float]
    roughness: float = 1.0
    specular: float = 0.0
    texture: Array | None = None
    uv: Array | None = None


@dataclass(frozen=True)
class Scene:
    """Everything that a picture needs.

    Attributes:
        piece: One mesh a role: ``metal``, ``second``, ``main``, ``accent``, ``inlay``.
        props: What is in the picture beside the piece and the backdrop.
        surface: Mesh of the backdrop and its texture coordinates (V, 2), or None.
        look: Its materials.
        light: Panorama, shape (H, W, 3), z up.
        camera: Where it is seen from.
    """

    piece: dict[str, Mesh]
    props: tuple[Prop, ...]
    surface: tuple[Mesh, Array] | None
    look: Look
    light: Array
    camera: Camera


def _llvm_version(path: str) -> int:
    """Returns the major version that a library's path tells, or 0."""
    found = re.search(r"libLLVM(?:-|\.so\.|\.)(\d+)", path) or re.search(r"llvm-?(\d+)/", path)
    return int(found.group(1)) if found else 0


def find_llvm() -> str | None:
    """Returns the path or name of an LLVM library that is new enough, or None."""
    paths = [str(path) for place in _LLVM_PLACES for path in Path("/").glob(place)]
    for version in range(OLDEST_LLVM, OLDEST_LLVM + 6):
        name = ctypes.util.find_library(f"LLVM-{version}")
        if name:
            paths.append(name)
    fit = sorted((_llvm_version(path), path) for path in paths)
    return next((path for version, path in fit if version >= OLDEST_LLVM), None)


def start(threads: int = 0, variant: str = "") -> str:
    """Loads Mitsuba and chooses its fastest usable variant; later calls change nothing.

    Args:
        threads: How many threads may render; 0 leaves it to Mitsuba.
        variant: ``llvm_ad_rgb`` or ``scalar_rgb``; empty chooses.

    Returns:
        The variant in use.

    Raises:
        ImportError: If Mitsuba is not installed.
    """
    given = os.environ.get("DRJIT_LIBLLVM_PATH")
    library = given or find_llvm()
    if library and not given:  # must be set before Dr.Jit is first loaded
        os.environ["DRJIT_LIBLLVM_PATH"] = library
    import mitsuba as mi

    current = mi.variant()
    if current:
        return str(current)
    mi.set_variant(variant or ("llvm_ad_rgb" if library else "scalar_rgb"))
    mi.set_log_level(mi.LogLevel.Error)
    if threads:
        import drjit as dr

        dr.set_thread_count(threads)
    return str(mi.variant())


def _shape(mi: Any, name: str, mesh: Mesh, bsdf: dict[str, Any], uv: Array | None) -> Any:
    properties = mi.Properties()
    properties["mesh_bsdf"] = mi.load_dict(bsdf)
    shape = mi.Mesh(
        name, len(mesh.vertices), len(mesh.faces), has_vertex_normals=True,
        has_vertex_texcoords=True, props=properties,
    )  # fmt: skip
    parameters = mi.traverse(shape)
    coordinates = np.zeros((len(mesh.vertices), 2)) if uv is None else uv
    flat_arrays: list[tuple[str, NDArray[Any]]] = [
        ("vertex_positions", mesh.vertices),
        ("vertex_normals", mesh.normals),
        ("vertex_texcoords", coordinates),
    ]
    for key, values in flat_arrays:
        parameters[key] = np.ascontiguousarray(values, dtype=np.float32).ravel()
    parameters["faces"] = np.ascontiguousarray(mesh.faces, dtype=np.uint32).ravel()
    parameters.update()
    return shape


def _lens(camera: Camera) -> dict[str, Any]:
    # A pinhole too is a lens, a tiny one: another type of sensor would be another kernel.
    return {
        "type": "thinlens",
        "aperture_radius": max(camera.aperture / 2, 1e-5),
        "focus_distance": camera.focus if camera.focus > 0 else 100.0,
    }


def _release_lens(sensor: Any) -> None:
    """Makes the numbers of a lens data, which else were constants of a kernel of its own."""
    import drjit as dr
    import mitsuba as mi

    lens = mi.traverse(sensor)
    for key in ("aperture_radius", "focus_distance"):
        lens[key] = dr.opaque(mi.Float, lens[key][0])
    lens.update()


def _out_of_sight(camera: Camera) -> Mesh:
    """Returns a speck far behind the camera, for materials that a scene does not use."""
    corners = np.array([[0.0, 0.0, 0.0], [1e-3, 0.0, 0.0], [0.0, 0.0, 1e-3]])
    center = camera.origin - camera.ahead * 1e4
    normals = np.tile([0.0, -1.0, 0.0], (3, 1))
    return Mesh(corners + center, normals, np.array([[0, 1, 2]], dtype=np.int64))


def _coordinates(look: Look, role: str, mesh: Mesh) -> Array | None:
    """Returns texture coordinates (V, 2) of a part of the piece, if its material has a use."""
    metal, stone = metal_of(look, role), stone_of(look, role)
    if metal and min(metal.tarnish) < 1:
        return np.repeat(raised(mesh)[:, None], 2, axis=1)
    return lying(mesh, 4 * mean_chord(mesh)) if stone and stone.matrix else None


def _mean_radiance(panorama: Array) -> float:
    """Returns the mean of a panorama (H, W, 3) over all directions."""
    height = len(panorama)
    weight = np.sin((np.arange(height) + 0.5) / height * np.pi)
    return float(np.average(panorama.mean(axis=(1, 2)), weights=weight))


def _fillers(props: int) -> int:
    """Returns how many props to add to ``props``.

    A compiled kernel holds the number of shapes, so scenes have one of few numbers of them.
    """
    return max(4, 1 << max(props - 1, 0).bit_length()) - props


def render(scene: Scene, size: int, samples: int, seed: int) -> NDArray[np.float32]:
    """Returns linear light and coverage, shape (size, size, 4).

    Args:
        scene: What to render.
        size: Side of the square picture in pixels.
        samples: Rays a pixel, at least 4.
        seed: Seed of the sampler.
    """
    import mitsuba as mi

    traced = not str(mi.variant()).startswith("scalar")
    camera = scene.camera
    look_at = mi.ScalarTransform4f().look_at(
        origin=camera.origin.tolist(),
        target=(camera.origin + camera.ahead).tolist(),
        up=camera.up.tolist(),
    )
    spare = _out_of_sight(camera)
    fillers = (Prop(spare, (1.0, 1.0, 1.0)),) * _fillers(len(scene.props))
    shapes: dict[str, tuple[Mesh, Array | None]] = dict.fromkeys(ROLES, (spare, None))
    for role, mesh in scene.piece.items():
        shapes[role] = mesh, _coordinates(scene.look, role, mesh)
    shapes["surface"] = scene.surface or (spare, None)
    description: dict[str, Any] = {
        "type": "scene",
        "integrator": {"type": "path", "max_depth": 10, "rr_depth": 4, "hide_emitters": True},
        "sensor": {
            **_lens(camera),
            "fov": camera.field,
            "to_world": look_at,
            "near_clip": 0.5,
            "far_clip": 1e6,
            "film": {
                "type": "hdrfilm",
                "width": size,
                "height": size,
                "pixel_format": "rgba",
                # A wider filter would smear noise over neighbors, which fools the denoiser.
                "rfilter": {"type": "box"},
            },
            "sampler": {"type": "independent"},
        },
        "light": {
            "type": "envmap",
            "bitmap": mi.Bitmap(np.asarray(scene.light, dtype=np.float32)),
            "to_world": mi.ScalarTransform4f().rotate([1, 0, 0], 90),
        },
    }
    for role, bsdf in bsdfs(mi, scene.look, traced).items():
        mesh, uv = shapes.get(role, (spare, None))
        description[role.replace(" ", "_")] = _shape(mi, role, mesh, bsdf, uv)
    for number, prop in enumerate(scene.props + fillers):
        plain = np.full((1, 1, 3), prop.color)
        texture = plain if prop.texture is None else prop.texture
        bsdf = matte_bsdf(mi, texture, prop.roughness, prop.specular)
        description[f"prop{number}"] = _shape(mi, f"prop{number}", prop.mesh, bsdf, prop.uv)
    loaded = mi.load_dict(description)
    if traced:
        _release_lens(loaded.sensors()[0])
        names = [str(shape.id()) for shape in loaded.shapes()]
        surfaces = surfaces_of(scene.look, scene.piece, names)
        found = trace(loaded, surfaces, _mean_radiance(scene.light), size, samples, seed)
        picture = without_outliers(found.samples).reshape(size, size, 4)
        guides = tuple(g.reshape(size, size, 3) for g in (found.albedo, found.normal))
    else:
        passes = [
            np.array(mi.render(loaded, spp=max(1, samples // _PASSES), seed=seed * _PASSES + i))
            for i in range(_PASSES)
        ]
        stacked = np.stack(passes, axis=2).reshape(size * size, _PASSES, 4)
        picture, guides = without_outliers(stacked).reshape(size, size, 4), ()
    # Dr.Jit compiles for every live material: drop them before the next scene.
    del loaded, description
    gc.collect()
    return denoised(picture, *guides)
