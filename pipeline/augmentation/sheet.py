"""Contact sheet of augmentation: what each step of a policy does to photos."""

from __future__ import annotations

import random
from typing import Final

import numpy as np
from PIL import Image

from mobile_app.camera_app.runtime.preprocess import Pixels, load_image
from pipeline.augmentation.augment import augment
from pipeline.augmentation.policies import POLICIES, Policy
from pipeline.augmentation.steps import STEPS
from pipeline.catalog.schema import Catalog
from pipeline.catalog.sheet import TILE, SheetRow, draw_sheet
from pipeline.errors import ImageError, JewelcapError
from pipeline.keras_api import tf
from pipeline.registry import lookup

_WHOLE_ROWS: Final = 3


def augmentation_sheet(catalog: Catalog, policy: str, photos: int, seed: int) -> Image.Image:
    """Draws photos as they are, after each step of a policy alone, and after the whole policy.

    Args:
        catalog: Where the photos are from; those that cannot be read are passed over.
        policy: A key of `POLICIES`.
        photos: How many, one column each.
        seed: Chooses the photos and what the steps draw.

    Raises:
        JewelcapError: No photo can be read, or there is no such policy.
    """
    chosen = lookup(POLICIES, policy, "augmentation")
    originals = _photos(catalog, photos, seed)
    rows = [_row("as it is", "", originals)]
    for name, share in chosen.steps:
        # For every photo here, however rarely in training: the sheet shows what it does.
        alone = Policy(name, "", ((name, 1.0),))
        label = name.replace("_", " ")
        note = f"{share:.0%} of photos; {STEPS[name].source}"
        rows.append(_row(label, note, _changed(originals, seed, alone)))
    for draw in range(_WHOLE_ROWS):
        changed = _changed(originals, seed + draw, chosen)
        rows.append(_row(f"whole policy, draw {draw + 1}", "", changed))
    return draw_sheet(f"Augmentation {policy}: {chosen.summary}", rows)


def _photos(catalog: Catalog, count: int, seed: int) -> Pixels:
    found: list[Pixels] = []
    for photo in random.Random(seed).sample(catalog.photos, len(catalog.photos)):
        if len(found) == count:
            break
        try:
            image = load_image(catalog.path(photo), min_side=TILE)
        except ImageError:
            continue
        found.append(np.asarray(image.resize((TILE, TILE), Image.Resampling.LANCZOS)))
    if not found:
        raise JewelcapError(f"{catalog.root}: no photo of the catalog can be read")
    return np.stack(found)


def _changed(images: Pixels, seed: int, policy: Policy) -> Pixels:
    changed = augment(tf.constant(images, tf.float32), tf.constant([0, seed]), policy)
    return np.rint(changed.numpy()).astype(np.uint8)


def _row(label: str, note: str, images: Pixels) -> SheetRow:
    return SheetRow(label, note, [(Image.fromarray(image), "") for image in images])
