"""The registry of augmentation steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pipeline.augmentation import camera, light, moves
from pipeline.augmentation.batch import Batch, Draws
from pipeline.keras_api import tf

Apply = Callable[[Batch, Draws, float], Batch]

_PAPER: Final = "Alcalde-Llergo et al., Jewelry Recognition, section III-A"
_OWN: Final = "jewelcap's own range"


@dataclass(frozen=True)
class Step:
    """An entry of `STEPS`.

    Attributes:
        name: What policies call it.
        source: Where it is described.
        apply: Photos, random numbers and the share of photos to change, to photos.
    """

    name: str
    source: str
    apply: Apply


def _moving(motion: Callable[[Draws, Any, Any], Any]) -> Apply:
    """A step of matrices, see `moves`."""

    def apply(batch: Batch, draws: Draws, share: float) -> Batch:
        chosen = draws.uniform(0.0, 1.0) < share
        matrices = motion(draws, *batch.size)
        return batch.moved(tf.where(chosen[:, :, None], matrices, tf.eye(3)))

    return apply


def _changing(change: Callable[[Any, Draws], Any]) -> Apply:
    """A step of pixels, see `light` and `camera`."""

    def apply(batch: Batch, draws: Draws, share: float) -> Batch:
        images = batch.images()
        if share >= 1.0:
            return Batch(tf.clip_by_value(change(images, draws), 0.0, 255.0))
        # Only the chosen photos are changed: most steps of pixels are slow, and rare.
        chosen = tf.where(draws.uniform(0.0, 1.0)[:, 0] < share)
        changed = change(tf.gather_nd(images, chosen), draws.rows(chosen))
        clipped = tf.clip_by_value(changed, 0.0, 255.0)
        return Batch(tf.tensor_scatter_nd_update(images, chosen, clipped))

    return apply


STEPS: Final[dict[str, Step]] = {
    step.name: step
    for step in (
        Step("quarter_turn", _PAPER, _moving(moves.quarter_turn)),
        Step("width_shift", _PAPER, _moving(moves.width_shift)),
        Step("height_shift", _PAPER, _moving(moves.height_shift)),
        Step("shear", _PAPER, _moving(moves.shear)),
        Step("zoom", _PAPER, _moving(moves.zoom)),
        Step("color_shift", _PAPER, _changing(light.color_shift)),
        Step("flips", _PAPER, _moving(moves.flips)),
        Step("brightness", _PAPER, _changing(light.brightness)),
        Step("scale", _OWN, _moving(moves.scale)),
        Step("rotation", _OWN, _moving(moves.rotation)),
        Step("shift", _OWN, _moving(moves.shift)),
        Step("mirror", "Krizhevsky et al. 2012, ImageNet classification", _moving(moves.mirror)),
        Step("resized_crop", "Szegedy et al. 2015, section 6", _moving(moves.resized_crop)),
        Step("perspective", _OWN, _moving(moves.perspective)),
        Step("contrast", "Cubuk et al. 2020, RandAugment", _changing(light.contrast)),
        Step("exposure", "Cubuk et al. 2020, RandAugment", _changing(light.exposure)),
        Step("gamma", _OWN, _changing(light.gamma)),
        Step("saturation", "Cubuk et al. 2020, RandAugment", _changing(light.saturation)),
        Step("tint", _OWN, _changing(light.tint)),
        Step("warmth", _OWN, _changing(light.warmth)),
        Step("erasing", "Zhong et al. 2020, Random erasing", _changing(camera.erasing)),
        Step("blur", "Chen et al. 2020, SimCLR, appendix A", _changing(camera.blur)),
        Step("noise", "Hendrycks and Dietterich 2019, ImageNet-C", _changing(camera.noise)),
        Step("jpeg", "Hendrycks and Dietterich 2019, ImageNet-C", _changing(camera.jpeg)),
    )
}
"""Steps by name. A new step is a new entry here."""
