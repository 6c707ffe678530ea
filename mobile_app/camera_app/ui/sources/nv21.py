"""NV21, the form in which Android's cameras deliver: a plane of brightness, then one of color.

The color plane has half the width and height; each of its places holds V, then U. Values are
those of JFIF: BT.601 in the full range of a byte, as Android's cameras and its JPEGs use.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image

from ...runtime.preprocess import Pixels

_TURNS: Final = {
    (0, False): None,
    (90, False): Image.Transpose.ROTATE_270,
    (180, False): Image.Transpose.ROTATE_180,
    (270, False): Image.Transpose.ROTATE_90,
    (0, True): Image.Transpose.FLIP_LEFT_RIGHT,
    (90, True): Image.Transpose.TRANSPOSE,
    (180, True): Image.Transpose.FLIP_TOP_BOTTOM,
    (270, True): Image.Transpose.TRANSVERSE,
}
"""(degrees clockwise, then mirrored or not) -> Pillow's name, which counts counterclockwise."""


def nv21_length(width: int, height: int, stride: int | None = None) -> int:
    """Returns the bytes of a frame without the padding of its last row; see `nv21_to_rgb`."""
    rows, row = (height + 1) // 2, 2 * ((width + 1) // 2)
    return (stride or row) * (height + rows - 1) + row


def nv21_to_rgb(
    data: bytes,
    width: int,
    height: int,
    rotation: int = 0,
    mirrored: bool = False,
    stride: int | None = None,
) -> Pixels:
    """Converts a frame.

    Args:
        data: The frame; what follows it is left alone, and the padding of the last row may be
            missing.
        width: Pixels of the frame as it is stored, at least 1; may be odd.
        height: Likewise.
        rotation: Degrees by which to turn it clockwise: 0, 90, 180 or 270.
        mirrored: Whether to swap left and right of the turned picture.
        stride: Bytes from one row to the next, in both planes; None for the width made even.

    Returns:
        uint8[h, w, 3] in RGB; height and width are swapped for 90 and 270 degrees.

    Raises:
        ValueError: The sizes, the rotation or the length of the data cannot be.
    """
    rows, columns = (height + 1) // 2, (width + 1) // 2
    stride = stride or 2 * columns
    if width < 1 or height < 1 or stride < 2 * columns or (rotation, mirrored) not in _TURNS:
        raise ValueError(
            f"no frame is {width}x{height} with rows of {stride} bytes, turned by {rotation}"
        )
    length = nv21_length(width, height, stride)
    if len(data) < length:
        raise ValueError(f"a frame of {width}x{height} has {length} bytes, not {len(data)}")
    chroma = np.lib.stride_tricks.as_strided(
        np.frombuffer(data, np.uint8, length - stride * height, stride * height),
        (rows, columns, 2),
        (stride, 2, 1),
        writeable=False,
    )
    luma = Image.frombuffer("L", (width, height), data, "raw", "L", stride, 1)
    v, u = (_enlarge(np.ascontiguousarray(chroma[..., part]), luma.size) for part in (0, 1))
    image = Image.merge("YCbCr", (luma, u, v)).convert("RGB")
    turn = _TURNS[rotation, mirrored]
    return np.asarray(image if turn is None else image.transpose(turn))


def _enlarge(plane: Pixels, size: tuple[int, int]) -> Image.Image:
    """Repeats each value in a square of two by two; the last ones of odd sides are cut."""
    rows, columns = plane.shape
    image = Image.fromarray(plane).resize((2 * columns, 2 * rows), Image.Resampling.NEAREST)
    return image if image.size == size else image.crop((0, 0, *size))
