"""Puts photos through the steps of a policy."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mobile_app.camera_app.runtime.preprocess import Pixels
from pipeline.augmentation.batch import Batch, Draws
from pipeline.augmentation.policies import POLICIES, Policy
from pipeline.augmentation.steps import STEPS
from pipeline.keras_api import tf
from pipeline.registry import lookup


def augment(images: Any, seed: Any, policy: Policy) -> Any:
    """Changes photos by the steps of a policy, each photo by its own draw.

    Args:
        images: float32[n, H, W, 3] in [0, 255].
        seed: int32[2]; the same seed gives the same changes.
        policy: Entry of `POLICIES`.

    Returns:
        float32[n, H, W, 3] in [0, 255].
    """
    batch = Batch(images)
    for name, share in policy.steps:
        # By name, so that a step of a policy does not change what the others draw.
        draws = Draws(tf.shape(images)[0], tf.random.fold_in(seed, zlib.crc32(name.encode()) >> 1))
        batch = STEPS[name].apply(batch, draws, share)
    return batch.images()


def apply_policy(images: Pixels, seed: int, policy: str) -> Pixels:
    """Changes photos outside of a training.

    Args:
        images: uint8[n, H, W, 3].
        seed: At least 0; the same seed gives the same changes.
        policy: A key of `POLICIES`.

    Returns:
        uint8[n, H, W, 3].

    Raises:
        JewelcapError: There is no such policy.
    """
    changed = _compiled(lookup(POLICIES, policy, "augmentation"))(
        tf.constant(images, tf.float32), tf.constant([seed >> 31, seed & 0x7FFFFFFF])
    )
    return np.rint(changed.numpy()).astype(np.uint8)


def apply_paper_augmentation(image: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """Makes an augmented copy of a photo as the paper made them.

    Args:
        image: uint8[H, W, 3].
        seed: At least 0; the same seed gives the same copy.

    Returns:
        uint8[H, W, 3].
    """
    return apply_policy(image[None], seed, "paper")[0]


@functools.cache
def _compiled(policy: Policy) -> Callable[[Any, Any], Any]:
    signature = [tf.TensorSpec([None, None, None, 3]), tf.TensorSpec([2], tf.int32)]
    return tf.function(lambda images, seed: augment(images, seed, policy), signature)
