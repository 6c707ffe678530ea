"""Pictures as they are kept: small enough for a phone, large enough to train on."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

from ..runtime.preprocess import Pixels

PICTURE_SIDE: Final = 768
"""Longest side in pixels of a kept picture: three times what an encoder looks at."""

THUMBNAIL_SIDE: Final = 144


def to_jpeg(pixels: Pixels, longest_side: int, quality: int = 88) -> bytes:
    """Compresses a picture.

    Args:
        pixels: uint8[h, w, 3] in RGB.
        longest_side: In pixels; larger pictures are reduced to it.
        quality: Of the JPEG, 1 to 95.
    """
    image = Image.fromarray(pixels)
    image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=quality)
    return data.getvalue()


def to_thumbnail(pixels: Pixels) -> bytes:
    """Compresses the middle square of a picture, uint8[h, w, 3] in RGB, for a list."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return to_jpeg(pixels[top : top + side, left : left + side], THUMBNAIL_SIDE, quality=80)
