"""A cheap test that most pairs of photos fail which are no copies, before their cells are compared.

It only takes what `near_thumbnails` and `same_thumbnails` refuse anyway: whatever line they lay
through the brightness of two pictures, what remains of single cells is no less than what remains
of means over blocks of cells after the best line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.catalog.facts import LUMA_SIDE
from pipeline.catalog.thumbnails import CLIPPED, MAX_MEAN_ERROR, NEAR_MEAN_ERROR, blurred

SKETCH_SIDE: Final = 8

_BLOCK: Final = LUMA_SIDE // SKETCH_SIDE
_MASKED: Final = 255
# Cells are compared after they were clipped, which lets a little less remain.
_MARGIN: Final = 1.25
_ROUNDING: Final = 1.0


@dataclass(frozen=True)
class Sketches:
    """Sketches of n photos, 68 bytes each.

    Attributes:
        blocks: Mean brightness of blocks of cells, uint8[n, 8, 8]; 255 where a cell is clipped.
        limits: How much of it may remain (RMS), in units of brightness, float32[n].
    """

    blocks: NDArray[np.uint8]
    limits: NDArray[np.float32]

    @classmethod
    def empty(cls, count: int) -> Sketches:
        """Room for the sketches of some photos."""
        blocks = np.empty((count, SKETCH_SIDE, SKETCH_SIDE), np.uint8)
        return cls(blocks, np.empty(count, np.float32))

    def put(self, part: slice, luma: NDArray[np.uint8]) -> None:
        """Draws some from their thumbnails uint8[k, 24, 24]."""
        soft = blurred(luma)
        shape = (len(luma), SKETCH_SIDE, _BLOCK, SKETCH_SIDE, _BLOCK)
        clipped = np.maximum(luma, soft).reshape(shape).max(axis=(2, 4)) >= CLIPPED
        means = np.rint(soft.reshape(shape).mean(axis=(2, 4), dtype=np.float32))
        self.blocks[part] = np.where(clipped, _MASKED, means).astype(np.uint8)
        near, same = (cells.std(axis=(1, 2), dtype=np.float32) for cells in (soft, luma))
        allowed = np.maximum(NEAR_MEAN_ERROR * near, MAX_MEAN_ERROR * same)
        self.limits[part] = _MARGIN * allowed + _ROUNDING


def may_be_copies(
    a: NDArray[np.uint8],
    b: NDArray[np.uint8],
    limits: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> NDArray[np.bool_]:
    """Whether pairs are worth a comparison cell by cell, bool[k].

    Args:
        a: Blocks of the photos that are turned, already turned, uint8[k, 8, 8].
        b: Blocks of the others, uint8[k, 8, 8].
        limits: Limits of both, float32[k] each.
    """
    left, right = (cells.reshape(len(cells), -1) for cells in (a, b))
    weight = ((left != _MASKED) & (right != _MASKED)).astype(np.float32)
    total = np.maximum(weight.sum(axis=1, keepdims=True), 1)
    x, y = (
        weight * (cells - (weight * cells).sum(axis=1, keepdims=True) / total)
        for cells in (left.astype(np.float32), right.astype(np.float32))
    )
    xx, yy, xy = (np.einsum("ij,ij->i", p, q) for p, q in ((x, x), (y, y), (x, y)))
    # Which of the two is the brighter one, whose brightness the other is to explain, is left open.
    remains = [
        (own - xy**2 / np.maximum(other, 1e-6)) / left.shape[1]
        for own, other in ((xx, yy), (yy, xx))
    ]
    found: NDArray[np.bool_] = (remains[0] <= limits[0] ** 2) | (remains[1] <= limits[1] ** 2)
    return found
