"""From linear light to what a phone or a studio camera would have stored."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from pipeline.catalog.render.meshes import Array


@dataclass(frozen=True)
class Development:
    """Random parameters of one picture's development.

    Attributes:
        exposure: Stops, negative is darker.
        white_balance: Gains of red and blue.
        vignette: Light lost in the corners, 0..1.
        blur: Standard deviation of the lens blur, in pixels of a 256 px picture.
        noise: Standard deviation of sensor noise, in parts of full scale.
        first_quality: JPEG quality of an earlier save (a messenger's), or 0 for none.
        paper: Brightness of plain white behind a cut-out, 0..1, sRGB.
    """

    exposure: float
    white_balance: tuple[float, float]
    vignette: float
    blur: float
    noise: float
    first_quality: int
    paper: float

    def params(self) -> dict[str, Any]:
        """Returns the parameters as plain values for metadata."""
        return asdict(self)


def draw(rng: np.random.Generator) -> Development:
    """Returns random parameters; a third of the pictures are as clean as a studio's."""
    studio = rng.uniform() < 0.35
    if studio:
        return Development(float(rng.uniform(-0.15, 0.15)), (1.0, 1.0), 0.0, 0.0, 0.0, 0,
                           float(rng.uniform(0.95, 1.0)))  # fmt: skip
    return Development(
        exposure=float(rng.uniform(-0.45, 0.2)),
        white_balance=(float(rng.uniform(0.95, 1.06)), float(rng.uniform(0.93, 1.05))),
        vignette=float(rng.uniform(0.0, 0.3)),
        blur=float(max(0.0, rng.uniform(-0.6, 0.8))),
        noise=float(max(0.0, rng.uniform(-0.015, 0.012))),
        first_quality=int(rng.integers(45, 85)) if rng.uniform() < 0.4 else 0,
        paper=float(rng.uniform(0.88, 1.0)),
    )


def _encoded(linear: Array) -> Array:
    """Returns sRGB values 0..1; highlights roll off instead of clipping."""
    knee = 0.72
    over = np.maximum(linear - knee, 0.0)
    soft = np.where(linear > knee, knee + (1 - knee) * (1 - np.exp(-over / (1 - knee))), linear)
    soft = np.clip(soft, 0.0, 1.0)
    return np.where(soft <= 0.0031308, 12.92 * soft, 1.055 * soft ** (1 / 2.4) - 0.055)


def develop(light: NDArray[np.float32], how: Development, rng: np.random.Generator) -> Image.Image:
    """Returns the finished picture.

    Args:
        light: Linear light and coverage, shape (S, S, 4); uncovered parts become paper.
        how: Parameters from ``draw``.
        rng: Source of the noise.
    """
    size = light.shape[0]
    alpha = np.clip(light[..., 3:], 0, 1).astype(np.float64)
    gains = np.array([how.white_balance[0], 1.0, how.white_balance[1]])
    color = light[..., :3] * (2.0**how.exposure) * gains
    # Coverage multiplies the light, so undo it before the curve and mix after it.
    bare = _encoded(np.maximum(color, 0) / np.maximum(alpha, 1e-3))
    picture = bare * alpha + how.paper * (1 - alpha)
    if how.vignette:
        axis = np.linspace(-1, 1, size)
        radius = axis[:, None] ** 2 + axis[None, :] ** 2
        picture = picture * (1 - how.vignette * radius[..., None] / 2)
    if how.noise:
        fine = rng.standard_normal((size, size, 1)) + 0.5 * rng.standard_normal((size, size, 3))
        picture = picture + how.noise * fine
    image = Image.fromarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8), "RGB")
    if how.blur:
        image = image.filter(ImageFilter.GaussianBlur(how.blur * size / 256))
    if how.first_quality:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=how.first_quality)
        image = Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")
    return image
