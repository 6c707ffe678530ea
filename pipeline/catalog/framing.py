"""Where the piece stands in a picture, and the picture with it in the center.

Shifted copies, such as augmentation makes, look alike only once their pieces lie over each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FAINT = 0.1


def piece_offsets(luma: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Where what differs from the border's brightness lies on average.

    Args:
        luma: uint8[n, s, s].

    Returns:
        float32[n, 2]: x and y from the center, in sides.
    """
    cells = luma.astype(np.float32)
    side = cells.shape[-1]
    border = np.concatenate([cells[:, 0], cells[:, -1], cells[:, :, 0], cells[:, :, -1]], axis=1)
    weight = np.abs(cells - np.median(border, axis=1)[:, None, None])
    # Noise of the background would pull the center to the middle.
    weight = np.maximum(weight - _FAINT * weight.max(axis=(1, 2), keepdims=True), 0) + 1e-3
    place = (np.arange(side, dtype=np.float32) - (side - 1) / 2) / side
    moments = [weight.sum(axis=axis) @ place for axis in (1, 2)]
    offsets: NDArray[np.float32] = np.stack(moments, axis=1) / weight.sum(axis=(1, 2))[:, None]
    return offsets


def shifted(cells: NDArray[np.uint8], offsets: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Brings a place to the center; what moves in goes on like the border.

    Args:
        cells: uint8[n, s, s].
        offsets: float32[n, 2], the place as `piece_offsets` gives it.
    """
    moved = cells.astype(np.float32)
    side = cells.shape[-1]
    for axis, offset in ((2, offsets[:, 0]), (1, offsets[:, 1])):
        place = np.clip(np.arange(side) + offset[:, None] * side, 0, side - 1)
        first = np.minimum(place.astype(np.int64), side - 2)
        across = (slice(None), None) if axis == 2 else (slice(None), slice(None), None)
        index = np.broadcast_to(first[across], moved.shape)
        share = (place - first).astype(np.float32)[across]
        moved = (1 - share) * np.take_along_axis(moved, index, axis) + share * np.take_along_axis(
            moved, index + 1, axis
        )
    return np.rint(moved).astype(np.uint8)
