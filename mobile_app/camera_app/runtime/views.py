"""Ways to look at one photo: the decoder starts from the mean of what they show."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from PIL import Image

from .preprocess import Pixels


def _mirror(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[:, :, ::-1])


def _middle(pixels: Pixels, share: float) -> Pixels:
    _, height, width, _ = pixels.shape
    top, left = (round(side * (1 - share) / 2) for side in (height, width))
    part = Image.fromarray(pixels[0, top : height - top, left : width - left])
    whole = part.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(whole, dtype=np.uint8)[np.newaxis]


VIEWS: Final[dict[str, Callable[[Pixels], Pixels]]] = {
    "whole": lambda pixels: pixels,
    "mirror": _mirror,
    "middle90": partial(_middle, share=0.9),
    "middle80": partial(_middle, share=0.8),
}
"""What each makes of a preprocessed photo, uint8[1, H, W, 3].

The numbers are per cent of a side.
"""
