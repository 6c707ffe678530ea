"""Steps that change light and color, of photos float32[n, H, W, 3] in [0, 255].

Metals are told apart by their color, so no step of the policies `light` and `modern` turns hues
or takes color away: the test of these steps holds that gold stays gold and silver silver.
"""

from __future__ import annotations

import math
from typing import Any

from pipeline.augmentation.batch import Draws
from pipeline.keras_api import tf

_LUMA = (0.299, 0.587, 0.114)


def _each(numbers: Any) -> Any:
    """float32[n, k] -> float32[n, 1, 1, k], to be multiplied with photos."""
    return numbers[:, tf.newaxis, tf.newaxis, :]


def luma(images: Any) -> Any:
    """Brightness as television weighs it, float32[n, H, W, 1]."""
    return tf.reduce_sum(images * tf.constant(_LUMA), axis=-1, keepdims=True)


def brightness(images: Any, draws: Draws) -> Any:
    """To 20 to 100 % of the light."""
    return images * _each(draws.uniform(0.2, 1.0))


def exposure(images: Any, draws: Draws) -> Any:
    """To 75 to 125 % of the light."""
    return images * _each(draws.uniform(0.75, 1.25))


def color_shift(images: Any, draws: Draws) -> Any:
    """Each channel by up to 10 of 255 levels."""
    return images + _each(draws.uniform(-10.0, 10.0, 3))


def tint(images: Any, draws: Draws) -> Any:
    """Each channel by up to 6 %."""
    return images * _each(draws.uniform(0.94, 1.06, 3))


def warmth(images: Any, draws: Draws) -> Any:
    """White balance from cool to warm: red and blue by up to 7 % against each other."""
    gain = tf.exp(draws.uniform(-0.07, 0.07))
    return images * _each(tf.concat([gain, tf.ones_like(gain), 1.0 / gain], axis=1))


def saturation(images: Any, draws: Draws) -> Any:
    """Colors from 85 to 120 % of their distance from gray."""
    gray = luma(images)
    return gray + (images - gray) * _each(draws.uniform(0.85, 1.2))


def contrast(images: Any, draws: Draws) -> Any:
    """From 80 to 120 % of the distance from the photo's mean."""
    mean = tf.reduce_mean(images, axis=[1, 2], keepdims=True)
    return mean + (images - mean) * _each(draws.uniform(0.8, 1.2))


def gamma(images: Any, draws: Draws) -> Any:
    """Midtones lighter or darker: brightness to a power of 0.7 to 1.4.

    All channels take the same factor, since a power of each one would change the hue.
    """
    power = _each(tf.exp(draws.uniform(math.log(0.7), math.log(1.4))))
    gray = tf.maximum(luma(images) / 255.0, 1.0 / 255.0)
    return images * gray ** (power - 1.0)
