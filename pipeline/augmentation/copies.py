"""Augmented copies of photos, as the protocol `paper` splits them."""

from __future__ import annotations

from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline.catalog.split import SplitPhoto


def copied(pixels: Pixels, item: SplitPhoto) -> Pixels:
    """A photo as its entry of a split shows it: as it is, or changed as the paper does.

    The change is drawn from the photo's content and the copy's number, so that a copy is the
    same in training and test, whatever the split's seed.

    Args:
        pixels: The photo as the encoder's input, uint8[1, H, W, 3].
        item: The photo, or which copy of it.
    """
    if not item.copy:
        return pixels
    # It needs TensorFlow, which describing photos does without.
    from pipeline.augmentation.augment import apply_paper_augmentation

    return apply_paper_augmentation(pixels[0], int(item.content[:15], 16))[None]
