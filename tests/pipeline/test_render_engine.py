"""The renderer behind the catalog."""

from __future__ import annotations

import pytest

from pipeline.catalog.render import engine


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
