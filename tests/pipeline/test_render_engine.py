"""The renderer behind the catalog: variants, light through stones, the lens, kernels."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

from pipeline.catalog.render import engine
from pipeline.catalog.render.bsdfs import Look
from pipeline.catalog.render.camera import Camera
from pipeline.catalog.render.denoise import without_outliers
from pipeline.catalog.render.meshes import Mesh, box, merge

SIZE, SAMPLES = 32, 8

needs_mitsuba = pytest.mark.skipif(
    find_spec("mitsuba") is None, reason="rendering needs the extra: jewelcap[render]"
)
needs_llvm = pytest.mark.skipif(engine.find_llvm() is None, reason="needs LLVM")


def _scene(**piece: Mesh) -> engine.Scene:
    """Returns pieces in even light, seen from 40 mm in front of them."""
    x, y, z = np.eye(3)
    return engine.Scene(
        piece=piece,
        props=(),
        surface=None,
        look=Look("silver", 0.05, "garnet", "", None, np.full((4, 4, 3), 0.5), 1.0, 0.0),
        light=np.ones((16, 32, 3)),
        camera=Camera(-40.0 * y, x, z, y, 20.0),
    )


def _two_blocks() -> engine.Scene:
    """Returns a thin block of garnet on the left and a thick one on the right."""
    thin, thick = box(4.0, 1.0, 8.0), box(4.0, 5.0, 8.0)
    return _scene(main=merge([thin.moved(x=-3.0, z=-4.0), thick.moved(x=3.0, z=-4.0)]))


def _render(variant: str, scene: engine.Scene) -> Any:
    engine.start(variant=variant)
    return engine.render(scene, SIZE, SAMPLES, seed=3)


def _render_twice(variant: str, scene: engine.Scene) -> Any:
    return _render(variant, scene), _render(variant, scene)


def _kernels(variant: str, scene: engine.Scene) -> Any:
    """Returns the hashes of the large kernels of scenes as unlike as the catalog's."""
    import drjit as dr

    engine.start(variant=variant)
    dr.set_flag(dr.JitFlag.KernelHistory, True)
    prop = engine.Prop(box(1.0, 1.0, 1.0), (0.5, 0.4, 0.3))
    look = scene.look
    others = [
        scene,
        replace(scene, look=replace(look, metal="oxidized silver", main="turquoise")),
        replace(scene, look=replace(look, main="diamond", accent="pearl", inlay="silk")),
        replace(scene, props=(prop, replace(prop, specular=0.9))),
        replace(scene, camera=replace(scene.camera, aperture=3.0, focus=30.0)),
    ]
    for other in others:
        engine.render(other, SIZE, SAMPLES, seed=1)
    return {
        entry["hash"] for entry in dr.kernel_history() if entry.get("operation_count", 0) > 1000
    }


def _in_own_process(function: Callable, *arguments: object) -> Any:
    """Mitsuba's LLVM and the one inside TensorFlow crash where they meet in one process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/usr/lib/x86_64-linux-gnu/libLLVM-19.so", 19),
        ("/usr/lib/x86_64-linux-gnu/libLLVM.so.20.1", 20),
        ("/usr/lib/llvm-14/lib/libLLVM.so", 14),
        ("/usr/lib64/libLLVM.so", 0),
    ],
)
def test_the_version_of_llvm_is_read_from_its_path(path: str, version: int) -> None:
    assert engine._llvm_version(path) == version


def test_a_firefly_is_cut_and_even_light_is_kept() -> None:
    samples = np.full((2, 8, 4), 0.5, dtype=np.float32)
    samples[1, 3, :3] = 400.0
    even, struck = without_outliers(samples)
    assert np.allclose(even, 0.5)
    assert struck[:3].max() < 0.8


@needs_mitsuba
@needs_llvm
def test_a_stone_fades_light_by_its_depth_and_a_seed_gives_the_same_pixels() -> None:
    first, second = _in_own_process(_render_twice, "", _two_blocks())
    assert np.array_equal(first, second)
    thin, thick = first[12:20, 6:10, :3].mean((0, 1)), first[12:20, 22:26, :3].mean((0, 1))
    assert thick[1] < 0.5 * thin[1]
    assert thick[0] > 3 * thick[1]  # garnet is red


@needs_mitsuba
@needs_llvm
def test_a_wide_lens_blurs_what_is_out_of_focus() -> None:
    scene = _scene(metal=box(6.0, 1.0, 6.0).moved(z=-3.0))
    wide = replace(scene, camera=replace(scene.camera, aperture=2.0, focus=15.0))
    sharp, blurred = (_in_own_process(_render, "", each)[..., 3] for each in (scene, wide))
    assert np.isclose(sharp.mean(), blurred.mean(), rtol=0.15)
    halfway = [((cover > 0.1) & (cover < 0.9)).mean() for cover in (sharp, blurred)]
    assert halfway[1] > 2 * halfway[0]


@needs_mitsuba
@needs_llvm
def test_scenes_of_all_materials_share_one_compiled_kernel() -> None:
    assert len(_in_own_process(_kernels, "", _two_blocks())) == 1


@needs_mitsuba
def test_without_llvm_surfaces_bear_the_color_of_stones() -> None:
    picture = _in_own_process(_render, "scalar_rgb", _two_blocks())
    assert picture.shape == (SIZE, SIZE, 4)
    red, green, _ = picture[12:20, 22:26, :3].mean((0, 1))
    assert red > 2 * green
