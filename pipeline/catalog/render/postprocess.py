"""From linear light to what a phone or a studio camera would have stored.

A picture passes the lens (blur, color fringes, haze), the sensor (exposure, white balance,
noise), the camera's own taste (tone, saturation, sharpening) and the storage (small copies,
JPEG). Each has its parameter in ``Development``; 0 or 1 leaves the picture as it is.
"""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from pipeline.catalog.render.meshes import Array

_CLEAN_SHARE = 0.45
_KNEE = 0.85
_LIGHT = 0.42  # linear brightness from which a background counts as light
_CUT_OUT = 0.98  # coverage below which a picture has plain paper behind the piece


@dataclass(frozen=True)
class Development:
    """Random parameters of one picture's development. Pixels are those of a 256 px picture.

    Attributes:
        exposure: Stops, negative is darker.
        metering: 0..1, how far the camera brightens a dark picture by itself.
        whiten: 0..1, how far a light background is raised to white, as shops do.
        white_balance: Gains of red and blue.
        paper: Brightness of plain white behind a cut-out, 0..1, sRGB.
        haze: Stray light over everything, 0..1.
        contrast: Factor of the tone curve's slope in the middle.
        saturation: Factor of all colors' distance from gray.
        clarity: Strength of local contrast, as a phone's "HDR" adds it.
        fade: How far black is lifted to gray, 0..1, as filters do.
        vignette: Light lost in the corners, 0..1.
        blur: Standard deviation of the lens blur, pixels.
        motion: Length of the camera's shake, pixels.
        motion_angle: Its direction, degrees.
        fringe: Color fringes: how much larger red is than blue, in parts of the width.
        noise: Standard deviation of noise in brightness, in parts of full scale.
        color_noise: The same of noise in color, which comes in larger spots.
        shrink: Share of the size that an earlier copy had, 0..1.
        sharpen: Strength of sharpening with its bright and dark halos.
        first_quality: JPEG quality of an earlier save (a messenger's), or 0 for none.
    """

    exposure: float = 0.0
    metering: float = 0.0
    whiten: float = 0.0
    white_balance: tuple[float, float] = (1.0, 1.0)
    paper: float = 1.0
    haze: float = 0.0
    contrast: float = 1.0
    saturation: float = 1.0
    clarity: float = 0.0
    fade: float = 0.0
    vignette: float = 0.0
    blur: float = 0.0
    motion: float = 0.0
    motion_angle: float = 0.0
    fringe: float = 0.0
    noise: float = 0.0
    color_noise: float = 0.0
    shrink: float = 1.0
    sharpen: float = 0.0
    first_quality: int = 0

    def params(self) -> dict[str, Any]:
        """Returns the parameters that change something, as plain values for metadata."""
        values = asdict(self)
        return {f.name: values[f.name] for f in fields(self) if values[f.name] != f.default}


class _Dice:
    """Random strengths: most are absent or weak, few are strong."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def sometimes(self, chance: float, low: float, high: float) -> float:
        """Returns 0 or, with a chance, a value from low to high, mostly low."""
        happens, much = self.rng.uniform(size=2)
        return float(low + (high - low) * much**2.2) if happens < chance else 0.0


def draw(rng: np.random.Generator, clean_share: float = _CLEAN_SHARE) -> Development:
    """Returns random parameters; a share (0..1) of the pictures is as clean as a studio's."""
    dice = _Dice(rng)
    if rng.uniform() < clean_share:
        return Development(
            exposure=dice.between(-0.05, 0.25),
            metering=dice.between(0.3, 1.0),
            whiten=dice.between(0.5, 1.0) if rng.uniform() < 0.75 else 0.0,
            paper=1.0 if rng.uniform() < 0.6 else dice.between(0.95, 1.0),
            contrast=dice.between(1.0, 1.3),
            saturation=dice.between(1.0, 1.4),
            sharpen=dice.sometimes(0.4, 0.2, 0.6),
        )
    dim = rng.uniform() < 0.12  # too little light: dark, noisy, shaken
    cast = 1.8 if rng.uniform() < 0.15 else 1.0
    return Development(
        exposure=dice.between(-1.0, -0.3) if dim else dice.between(-0.4, 0.2),
        metering=dice.between(0.3, 1.0),
        whiten=dice.between(0.2, 1.0) if rng.uniform() < 0.3 else 0.0,
        white_balance=(
            float(np.exp(cast * rng.normal(0, 0.045))),
            float(np.exp(cast * rng.normal(-0.01, 0.055))),
        ),
        paper=dice.between(0.86, 1.0),
        haze=dice.sometimes(0.2, 0.02, 0.22),
        contrast=dice.between(0.88, 1.25),
        saturation=dice.between(0.75, 1.45) if rng.uniform() < 0.9 else dice.between(0.3, 1.6),
        clarity=dice.sometimes(0.25, 0.15, 0.6),
        fade=dice.sometimes(0.15, 0.03, 0.16),
        vignette=dice.sometimes(0.3, 0.05, 0.4),
        blur=dice.sometimes(0.5, 0.3, 1.6),
        motion=dice.sometimes(0.5 if dim else 0.12, 1.5, 6.0),
        motion_angle=dice.between(0, 180),
        fringe=dice.sometimes(0.2, 0.002, 0.010),
        noise=dice.sometimes(0.9, 0.006, 0.024) if dim else dice.sometimes(0.35, 0.003, 0.013),
        color_noise=dice.sometimes(0.8, 0.008, 0.03) if dim else dice.sometimes(0.2, 0.004, 0.016),
        shrink=1.0 - dice.sometimes(0.2, 0.15, 0.6),
        sharpen=dice.sometimes(0.35, 0.3, 1.8),
        first_quality=int(rng.integers(35, 85)) if rng.uniform() < 0.3 else 0,
    )


def develop(light: NDArray[np.float32], how: Development, rng: np.random.Generator) -> Image.Image:
    """Returns the finished picture.

    Args:
        light: Linear light and coverage, shape (S, S, 4); uncovered parts become paper.
        how: Parameters from ``draw``.
        rng: Source of the noise.
    """
    size = light.shape[0]
    scale = size / 256
    smooth = _even_edges(np.asarray(light, dtype=np.float64))
    alpha = np.clip(smooth[..., 3:], 0, 1)
    # Coverage multiplies the light, so undo it before the curve and mix after it.
    bare: Array = np.maximum(smooth[..., :3], 0) / np.maximum(alpha, 1e-3)
    gains = np.array([how.white_balance[0], 1.0, how.white_balance[1]])
    gain = 2.0**how.exposure * _metered(bare, alpha) ** how.metering
    if alpha.mean() < _CUT_OUT:
        gain *= _darkened(bare * gain, alpha)
    else:
        gain *= _whitened(bare * gain) ** how.whiten
    picture: Array = _encoded(bare * gain * gains) * alpha + how.paper * (1 - alpha)
    picture = _through_lens(picture, how, scale)
    picture = _toned(picture, how)
    if how.noise or how.color_noise:
        picture = picture + _noise(size, how, rng)
    image = Image.fromarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8), "RGB")
    return _stored(image, how, scale)


def _even_edges(light: Array) -> Array:
    """Returns light (S, S, 4) with the edges of a cut-out smoothed: few rays leave them ragged."""
    padded = np.pad(light, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    soft = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4
    edge = (soft[..., 3:] > 0.01) & (soft[..., 3:] < 0.99)
    return np.where(edge, soft, light)


def _metered(bare: Array, alpha: Array) -> float:
    """Returns the gain, 1 to 2, by which a camera would brighten a dark picture.

    It stops where a light piece on a dark ground would lose its drawing.
    """
    mean = float(np.mean(np.minimum(bare, 1.5) * alpha + (1 - alpha)))
    bright = float(np.quantile(bare.mean(axis=-1), 0.96))
    return float(np.clip(min((0.2 / max(mean, 1e-3)) ** 0.6, 0.9 / max(bright, 1e-3)), 1.0, 2.0))


def _darkened(bare: Array, alpha: Array) -> float:
    """Returns the gain, 0.6 to 1, that keeps a pearl darker than the paper behind it."""
    solid = bare[alpha[..., 0] > 0.95].mean(axis=-1)
    if solid.size == 0:
        return 1.0
    return float(np.clip(0.6 / max(float(np.median(solid)), 1e-3), 0.6, 1.0))


def _whitened(bare: Array) -> float:
    """Returns the gain, 1 to 1.6, that makes the lightest tenth of a light picture white."""
    lightest = float(np.quantile(bare.mean(axis=-1), 0.9))
    return float(np.clip(0.95 / lightest, 1.0, 1.6)) if lightest > _LIGHT else 1.0


def _encoded(linear: Array) -> Array:
    """Returns sRGB values 0..1; highlights roll off instead of clipping."""
    room = 1 - _KNEE
    over = np.maximum(linear - _KNEE, 0.0)
    soft = np.where(linear > _KNEE, _KNEE + room * (1 - np.exp(-over / room)), linear)
    return np.where(soft <= 0.0031308, 12.92 * soft, 1.055 * soft ** (1 / 2.4) - 0.055)


def _through_lens(picture: Array, how: Development, scale: float) -> Array:
    """Returns the picture (S, S, 3) with blur, shake, fringes, haze and dark corners."""
    size = len(picture)
    if how.blur or how.motion or how.fringe:
        rim = 16
        padded = np.pad(picture, ((rim, rim), (rim, rim), (0, 0)), mode="edge")
        fx, fy = np.fft.rfftfreq(len(padded))[None, :], np.fft.fftfreq(len(padded))[:, None]
        turn = np.radians(how.motion_angle)
        along = fx * np.cos(turn) + fy * np.sin(turn)
        keep = np.exp(-2 * (np.pi * how.blur * scale) ** 2 * (fx**2 + fy**2))
        keep = keep * np.sinc(along * how.motion * scale)
        spectrum = np.fft.rfft2(padded.transpose(2, 0, 1)) * keep
        blurred = np.fft.irfft2(spectrum, s=padded.shape[:2])[:, rim:-rim, rim:-rim]
        planes = [
            _magnified(plane, 1 + how.fringe * side)
            for plane, side in zip(blurred, (0.5, 0.0, -0.5), strict=True)
        ]
        picture = np.stack(planes, axis=-1)
    if how.haze:
        picture = picture * (1 - how.haze) + 0.92 * how.haze
    if how.vignette:
        axis = np.linspace(-1, 1, size)
        radius = axis[:, None] ** 2 + axis[None, :] ** 2
        picture = picture * (1 - how.vignette * radius[..., None] / 2)
    return picture


def _magnified(plane: Array, factor: float) -> Array:
    """Returns a plane (S, S) enlarged around its middle."""
    if factor == 1.0:
        return plane
    size, shift = len(plane), (1 - 1 / factor) * len(plane) / 2
    image = Image.fromarray(plane.astype(np.float32), "F")
    moved = image.transform(
        (size, size), Image.Transform.AFFINE, (1 / factor, 0, shift, 0, 1 / factor, shift),
        Image.Resampling.BICUBIC,
    )  # fmt: skip
    enlarged = np.asarray(moved, dtype=np.float64).copy()
    if factor < 1:  # what comes from outside stays as it was
        rim = int(np.ceil((1 / factor - 1) * size / 2)) + 2
        inner = np.zeros((size, size), dtype=bool)
        inner[rim:-rim, rim:-rim] = True
        enlarged = np.where(inner, enlarged, plane)
    return enlarged


def _toned(picture: Array, how: Development) -> Array:
    """Returns the picture (S, S, 3) with the camera's or a filter's taste."""
    picture = np.clip(picture, 0, 1)
    if how.contrast != 1.0:
        # An S that keeps black, middle gray and white where they are.
        picture = picture + (how.contrast - 1) * 4 * picture * (1 - picture) * (picture - 0.5)
    gray = picture @ np.array([0.299, 0.587, 0.114])
    if how.clarity:
        image = Image.fromarray((np.clip(gray, 0, 1) * 255).astype(np.uint8), "L")
        around = image.filter(ImageFilter.GaussianBlur(len(gray) / 20))
        local = gray - np.asarray(around, dtype=np.float64) / 255
        picture = picture + how.clarity * (local * 4 * gray * (1 - gray))[..., None]
    if how.saturation != 1.0:
        picture = gray[..., None] + how.saturation * (picture - gray[..., None])
    return how.fade * 0.7 + (1 - how.fade * 0.7) * picture


def _noise(size: int, how: Development, rng: np.random.Generator) -> Array:
    """Returns what a sensor adds, (S, S, 3): grain in brightness, larger spots of color."""
    fine = how.noise * rng.standard_normal((size, size, 1))
    half = (size + 1) // 2
    spots = rng.standard_normal((half, half, 3)).repeat(2, 0).repeat(2, 1)[:size, :size]
    return fine + how.color_noise * (spots - spots.mean(axis=-1, keepdims=True))


def _stored(image: Image.Image, how: Development, scale: float) -> Image.Image:
    """Returns the picture after smaller copies, sharpening and an earlier JPEG."""
    size = image.size
    if how.shrink < 1.0:
        small = max(8, round(size[0] * how.shrink))
        image = image.resize((small, small), Image.Resampling.BOX)
        image = image.resize(size, Image.Resampling.BICUBIC)
    if how.sharpen:
        image = image.filter(
            ImageFilter.UnsharpMask(max(0.5, 1.2 * scale), round(100 * how.sharpen), 2)
        )
    if how.first_quality:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=how.first_quality)
        image = Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")
    return image
