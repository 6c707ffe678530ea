"""From noisy samples to a clean picture: fireflies cut, Monte Carlo noise smoothed."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import numpy as np
from numpy.typing import NDArray


def without_outliers(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the mean (N, 4) of samples (N, S, 4) without fireflies.

    A sample may be three times as bright as its pixel's median, and a white sheet more, so that
    light which many samples see stays as it is.
    """
    samples = np.nan_to_num(samples, posinf=0.0, neginf=0.0)
    ranked, half = np.sort(samples, axis=1), samples.shape[1] // 2
    limit = 1.5 * (ranked[:, [half]] + ranked[:, [-half - 1]]) + 1.0
    result: NDArray[np.float32] = np.minimum(samples, limit).mean(axis=1).astype(np.float32)
    return result


def can_denoise() -> bool:
    """Returns whether the denoiser (Intel Open Image Denoise) is installed."""
    return importlib.util.find_spec("mitsuba_oidn") is not None


def denoised(
    light: NDArray[np.float32],
    albedo: NDArray[np.float32] | None = None,
    normal: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Returns the picture without its Monte Carlo noise, if the denoiser is installed."""
    if not can_denoise():
        return light
    denoiser: Any = importlib.import_module("mitsuba_oidn")
    color = np.ascontiguousarray(light[..., :3])
    guides = [None if g is None else np.ascontiguousarray(np.clip(g, -1, 1), dtype=np.float32)
              for g in (albedo, normal)]  # fmt: skip
    # Half the time of its better qualities, at 256 px without a difference to the eye.
    quality = denoiser.Quality.Fast
    clean = np.asarray(denoiser.denoise(color, *guides, hdr=True, quality=quality), np.float32)
    return np.concatenate([clean, light[..., 3:]], axis=2)
