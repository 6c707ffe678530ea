"""Compares small pictures of photos cell by cell, as they are or with the piece in the center."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipeline.catalog.facts import CHROMA_SIDE, LUMA_SIDE, FactTable
from pipeline.catalog.framing import piece_offsets, shifted

Thumbnails = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Luma uint8[n, 24, 24] and chroma uint8[n, 2, 8, 8] of n photos."""

MAX_CELL_ERROR: Final = 14.0
"""What may remain in a thumbnail's worst cell after the brightness was matched, of 255."""

MAX_MEAN_ERROR: Final = 0.25
"""What may remain on average (RMS), relative to the thumbnail's own contrast."""

GAINS: Final = (0.75, 1.33)
"""By what factor a copy's contrast may differ."""

CLIPPED: Final = 250
"""Brightness from which on a cell may have been brighter than it could be."""

NEAR_MEAN_ERROR: Final = 0.35
"""What may remain on average of blurred thumbnails that are worth a second look."""

NEAR_COLOR_ERROR: Final = 32.0
"""What may remain in the worst cell of their colors, of 255."""

NEAR_GAINS: Final = (0.15, 6.0)
"""By what factor their contrast may differ: the paper's augmentation darkens to 20 %."""

_BINOMIAL: Final = np.array([1, 4, 6, 4, 1], np.float32) / 16


def read_thumbnails(facts: FactTable, rows: NDArray[np.int64], centered: bool) -> Thumbnails:
    """Thumbnails of some photos.

    Args:
        facts: Of all photos.
        rows: Places of those that are read, int64[n].
        centered: Whether pieces are brought to the center.
    """
    luma, chroma = np.split(facts.thumbnails(rows), [LUMA_SIDE**2], axis=1)
    luma = luma.reshape(-1, LUMA_SIDE, LUMA_SIDE)
    chroma = chroma.reshape(-1, 2, CHROMA_SIDE, CHROMA_SIDE)
    if not centered:
        return luma, chroma
    offsets = piece_offsets(luma)
    colors = [shifted(chroma[:, channel], offsets) for channel in (0, 1)]
    return shifted(luma, offsets), np.stack(colors, axis=1)


def same_thumbnails(a: Thumbnails, b: Thumbnails) -> NDArray[np.bool_]:
    """Whether one thumbnail is the other but for brightness, bool[k] for k pairs."""
    gain, error, color_error, contrast = _remains(a, b)
    return (
        (gain >= GAINS[0])
        & (gain <= GAINS[1])
        & (error.max(axis=1) <= MAX_CELL_ERROR)
        & (color_error <= MAX_CELL_ERROR)
        & (np.sqrt((error**2).mean(axis=1)) <= MAX_MEAN_ERROR * contrast)
    )


def near_thumbnails(a: Thumbnails, b: Thumbnails) -> NDArray[np.bool_]:
    """Whether one thumbnail may be the other after a closer look, bool[k] for k pairs."""
    # Blurred, edges that a crop moved still overlap.
    gain, error, color_error, contrast = _remains((blurred(a[0]), a[1]), (blurred(b[0]), b[1]))
    return (
        (gain >= NEAR_GAINS[0])
        & (gain <= NEAR_GAINS[1])
        & (color_error <= NEAR_COLOR_ERROR)
        & (np.sqrt((error**2).mean(axis=1)) <= NEAR_MEAN_ERROR * contrast)
    )


def _remains(
    a: Thumbnails, b: Thumbnails
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Gain [k], error of cells [k, 576], worst error of color [k] and contrast [k]."""
    swap = a[0].mean(axis=(1, 2)) > b[0].mean(axis=(1, 2))
    (luma_a, chroma_a), (luma_b, chroma_b) = (
        [cells.reshape(len(cells), -1).astype(np.float32) for cells in part] for part in (a, b)
    )
    dark, bright = _ordered(luma_a, luma_b, swap)
    dark_color, bright_color = _ordered(chroma_a - 128, chroma_b - 128, swap)
    # Cells that a brighter copy clips to white do not tell how much brighter it is.
    weight = (bright < CLIPPED).astype(np.float32)
    weight[weight.sum(axis=1) < LUMA_SIDE] = 1.0
    weight /= weight.sum(axis=1, keepdims=True)
    mean = (weight * bright).sum(axis=1, keepdims=True)
    deviation = dark - (weight * dark).sum(axis=1, keepdims=True)
    variance = (weight * deviation**2).sum(axis=1, keepdims=True)
    gain = (weight * deviation * (bright - mean)).sum(axis=1, keepdims=True)
    gain /= np.maximum(variance, 1e-6)
    error = np.abs(np.clip(mean + gain * deviation, 0, 255) - bright)
    color_error = np.abs(gain * dark_color - bright_color).max(axis=1)
    return gain[:, 0], error, color_error, bright.std(axis=1)


def blurred(cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cells uint8[k, h, w] after a binomial blur over 5x5."""
    wide = np.pad(cells, ((0, 0), (2, 2), (2, 2)), mode="edge").astype(np.float32)
    rows = sliding_window_view(wide, len(_BINOMIAL), axis=1) @ _BINOMIAL
    return (sliding_window_view(rows, len(_BINOMIAL), axis=2) @ _BINOMIAL).astype(np.uint8)


def _ordered(
    a: NDArray[np.float32], b: NDArray[np.float32], swap: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return np.where(swap[:, None], b, a), np.where(swap[:, None], a, b)
