"""Finds the ImageNet weights of encoders in a folder."""

from __future__ import annotations

from pathlib import Path

from pipeline.encoders import EncoderSpec, parse_encoder
from pipeline.errors import JewelcapError

_ALPHAS = {1.0: "1_0", 0.75: "7_5", 0.5: "5_0", 0.25: "2_5"}
"""Widths as Keras writes them in names of files."""


def weights_of(source: str, encoder: str) -> str:
    """Source of an encoder's weights, as `build_encoder` takes it.

    Args:
        source: A folder of Keras' `.h5` files without top, or what `build_encoder` takes.
        encoder: The encoder's name.

    Raises:
        JewelcapError: The folder has no such file, or several.
    """
    folder = Path(source)
    if not folder.is_dir():
        return source
    spec = parse_encoder(encoder)
    start = _stem(spec)
    found = sorted(
        path.name
        for path in folder.glob("*.h5")
        if path.name.startswith(start) and ("notop" in path.name or "no_top" in path.name)
    )
    # A width's weights are stored once for each input size.
    found = [name for name in found if f"_{spec.size}_" in name] or found
    if len(found) != 1:
        there = f"several: {', '.join(found)}" if found else "none"
        raise JewelcapError(
            f"--weights {source}: {encoder} needs one file {start}*no_top.h5 (or *notop.h5) as "
            f"Keras downloads it, and there is {there}"
        )
    return str(folder / found[0])


def _stem(spec: EncoderSpec) -> str:
    width = "" if spec.alpha is None else f"{_ALPHAS[spec.alpha]}_"
    return f"{spec.family.name}_{width}"
