"""How large the APK will be: what is measured, and for what is not, a stand-in that is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

STAND_INS: Final[dict[str, tuple[str, ...]]] = {
    "Python and its modules": (
        "libpython3.14-stdlib",
        "libpython3.14-minimal",
        "libssl3t64",
        "libsqlite3-0",
        "libffi8",
    ),
    "numpy": ("numpy-",),
    "Pillow with JPEG, PNG and FreeType": ("pillow-",),
    "LiteRT": ("ai",),
}
"""Part of an APK -> packages for ARM64 Linux whose compressed size stands in for it."""

KIVY_BYTES: Final = 8_565_253
"""Kivy 2.3.1 with SDL2, from its wheel for ARM64 Linux: what is loaded of the libraries, without
their debug sections, and the modules; deflated."""


def estimate_apk(private_tar_bytes: int, packages: Mapping[str, int]) -> dict[str, Any]:
    """Adds the parts up, for one ABI; an upper estimate.

    numpy's wheel brings OpenBLAS, which the phone's is built without, and LiteRT's wheel tools
    for the desktop, which its Android library has not.

    Args:
        private_tar_bytes: Measured: the app's modules and its captioner.
        packages: Compressed size in bytes of the unpacked packages, by name.
    """
    parts = {"private.tar, measured": private_tar_bytes}
    for part, names in STAND_INS.items():
        parts[part] = sum(
            size for package, size in packages.items() for name in names if package.startswith(name)
        )
    parts["Kivy and SDL2"] = KIVY_BYTES
    return {"parts_bytes": parts, "upper_estimate_bytes": sum(parts.values())}
