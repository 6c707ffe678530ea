"""Photos to measure on: generated ones, the same for everybody, or the caller's own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.record import PhotoSet
from mobile_app.camera_app.runtime.errors import ImageError
from mobile_app.camera_app.runtime.preprocess import find_images, load_image
from pipeline.errors import JewelcapError

GENERATED_SIZE: Final = (1280, 960)
"""Width and height in pixels of generated photos."""

GENERATED_COUNT: Final = 8
MAX_OWN: Final = 32
"""Most photos that are taken from a caller's folder."""


def generate_photos(folder: Path, seed: int = 0) -> tuple[Path, ...]:
    """Writes JPEGs with the size, detail and file length of phone photos of small things.

    Args:
        folder: Where to; it exists.
        seed: The same seed gives the same photos.
    """
    return tuple(
        _generate(folder / f"photo-{index}.jpg", np.random.default_rng((seed, index)))
        for index in range(GENERATED_COUNT)
    )


def _generate(path: Path, rng: np.random.Generator) -> Path:
    width, height = GENERATED_SIZE
    coarse = rng.integers(90, 230, (6, 8, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize(GENERATED_SIZE, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y = rng.uniform(0.2, 0.8, 2) * (width, height)
        radius = rng.uniform(8, 120)
        color = tuple(int(value) for value in rng.integers(0, 256, 3))
        box = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(box, outline=color, width=int(rng.integers(2, 14)))
    image = image.filter(ImageFilter.GaussianBlur(1.0))
    # Sensor noise: without it a JPEG is unnaturally small and quick to decode.
    noise = 5.0 * rng.standard_normal((height, width, 1), dtype=np.float32)
    noisy = np.clip(np.asarray(image, np.float32) + noise, 0.0, 255.0).astype(np.uint8)
    Image.fromarray(noisy).save(path, "JPEG", quality=90)
    return path


def choose_photos(folder: Path, seed: int = 0) -> tuple[tuple[Path, ...], int]:
    """Chooses up to `MAX_OWN` readable photos of a folder, by chance.

    Returns:
        The photos, and how many of those tried could not be read.

    Raises:
        JewelcapError: The folder has no readable photo.
    """
    found = find_images(folder)
    random.Random(seed).shuffle(found)
    chosen: list[Path] = []
    bad = 0
    for path in found:
        if len(chosen) == MAX_OWN:
            break
        try:
            load_image(path)
        except ImageError:
            bad += 1
        else:
            chosen.append(path)
    if not chosen:
        raise JewelcapError(f"{folder}: none of its {len(found)} pictures can be read")
    return tuple(chosen), bad


def photo_set(photos: Sequence[Path], generated: bool) -> PhotoSet:
    """Describes readable photos for the record."""
    pixels = 0
    for path in photos:
        with Image.open(path) as image:
            pixels += image.width * image.height
    return PhotoSet(
        "generated" if generated else "folder",
        len(photos),
        round(pixels / len(photos) / 1e6, 3),
        sum(path.stat().st_size for path in photos) // len(photos),
    )
