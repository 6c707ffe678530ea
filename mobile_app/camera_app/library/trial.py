"""Tries a captioner on a known picture before the app trusts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from ..runtime.bundle import Bundle
from ..runtime.captioner import Captioner
from ..runtime.errors import BundleError, JewelcapError
from ..runtime.preprocess import Pixels

_SIDE: Final = 256


def known_picture() -> Pixels:
    """Draws a golden ring with a red stone on gray, uint8[256, 256, 3] in RGB."""
    y, x = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float64)
    picture = np.full((_SIDE, _SIDE, 3), 222.0)
    ring = np.abs(np.hypot(x - 128.0, y - 150.0) - 62.0) < 9.0
    picture[ring] = (212.0, 175.0, 55.0)
    picture[np.abs(x - 128.0) + np.abs(y - 76.0) < 26.0] = (176.0, 16.0, 48.0)
    return picture.astype(np.uint8)


def try_captioner(
    bundle: Bundle, open_captioner: Callable[[Bundle], Captioner] | None = None
) -> Captioner:
    """Loads a captioner and lets it describe the known picture at every level.

    Args:
        bundle: A verified file.
        open_captioner: Loads it; None for the usual way.

    Raises:
        BundleError: It does not load, or its answers cannot be those of a captioner.
    """
    name = bundle.path.name
    try:
        captioner = (open_captioner or _open)(bundle)
        encoded = captioner.encode(known_picture()).copy()
        if not np.isfinite(encoded.state).all():
            raise BundleError(f"{name}: the model answers with numbers that are none")
        for level in bundle.manifest.levels:
            probabilities = captioner.decode(encoded, level).probabilities
            if not all(0.0 <= one <= 1.0 for one in probabilities):
                raise BundleError(f"{name}: the model's probabilities are none")
    except JewelcapError:
        raise
    except Exception as error:
        raise BundleError(f"{name}: does not run here ({type(error).__name__}: {error})") from None
    return captioner


def _open(bundle: Bundle) -> Captioner:
    return Captioner.open(bundle.path)
