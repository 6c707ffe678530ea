from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipeline.catalog.duplicates import TURNS
from pipeline.catalog.facts import CHROMA_SIDE, LUMA_SIDE
from pipeline.catalog.sketches import Sketches, may_be_copies
from pipeline.catalog.thumbnails import near_thumbnails, same_thumbnails

COUNT = 200


def _thumbnails(seed: int, cells: int) -> NDArray[np.uint8]:
    """Soft random pictures uint8[COUNT, 24, 24]; many cells make fine patterns."""
    rng = np.random.default_rng(seed)
    side = (LUMA_SIDE, LUMA_SIDE)
    return np.stack(
        [
            Image.fromarray(rng.integers(0, 256, (cells, cells), dtype=np.uint8)).resize(side)
            for _ in range(COUNT)
        ]
    )


def _sketches(luma: NDArray[np.uint8]) -> Sketches:
    made = Sketches.empty(len(luma))
    made.put(slice(None), luma)
    return made


def _may_be(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.bool_]:
    left, right = _sketches(a), _sketches(b)
    return may_be_copies(left.blocks, right.blocks, (left.limits, right.limits))


@pytest.mark.parametrize("cells", [3, 6, 12, 24])
@pytest.mark.parametrize("gain", [0.3, 0.8, 1.0, 1.6, 3.0])
@pytest.mark.parametrize("noise", [2, 15, 40])
def test_what_thumbnails_would_accept_passes(cells: int, gain: float, noise: float) -> None:
    a = _thumbnails(0, cells)
    rng = np.random.default_rng(1)
    # Some are brightened until they are clipped, some blurred by noise until they are refused.
    b = np.clip(gain * a + rng.normal(0, noise, a.shape), 0, 255).astype(np.uint8)
    gray = np.full((COUNT, 2, CHROMA_SIDE, CHROMA_SIDE), 128, np.uint8)
    accepted = near_thumbnails((a, gray), (b, gray)) | same_thumbnails((a, gray), (b, gray))
    assert _may_be(a, b)[accepted].all()


def test_most_pairs_of_different_pictures_do_not_pass() -> None:
    a, b = (np.clip(_thumbnails(seed, 6), 10, 240) for seed in (0, 1))
    assert _may_be(a, b).mean() < 0.02


@pytest.mark.parametrize("turn", TURNS)
def test_turned_sketches_are_sketches_of_turned_pictures(turn: str) -> None:
    luma = _thumbnails(0, 6)
    turned = _sketches(np.ascontiguousarray(TURNS[turn](luma)))
    # Sums of blurred cells may be rounded the other way.
    difference = turned.blocks.astype(int) - TURNS[turn](_sketches(luma).blocks)
    assert np.abs(difference).max() <= 1
