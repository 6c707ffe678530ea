"""The renderer behind the catalog."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.catalog.render import engine
from pipeline.catalog.render.denoise import without_outliers


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
