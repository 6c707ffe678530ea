"""Any photo or camera frame to the encoder's input, the same way in training and on the phone."""

from __future__ import annotations

import io
import math
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from .errors import ImageError, JewelcapError

Pixels = NDArray[np.uint8]

MAX_PIXELS: Final = 100_000_000
"""Larger pictures are refused before they are decoded: a small file can ask for any size."""

IMAGE_SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}
)
"""File name endings that folders are searched for, in lower case."""

# What Pillow finds odd, it reads all the same or refuses with an error. A filter for the whole
# process, because `warnings.catch_warnings` is not made for threads.
warnings.filterwarnings("ignore", module=r"PIL\.")

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
"""What is decoded, whatever the file's name: Pillow would start Ghostscript for an EPS."""

_DECODER_ERRORS: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    TypeError,
    OverflowError,
)
"""Pillow's decoders raise all of these on damaged data."""


def _pad(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    # Shops photograph on white; a white border is the least foreign one.
    return ImageOps.pad(image, size, Image.Resampling.BILINEAR, color=(255, 255, 255))


def _crop(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return ImageOps.fit(image, size, Image.Resampling.BILINEAR)


def _stretch(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image.resize(size, Image.Resampling.BILINEAR)


@dataclass(frozen=True)
class Fit:
    """An entry of `FITS`.

    Attributes:
        apply: Brings a picture to a width and height.
        scale: Of the two scales, width to width and height to height, the one that the picture
            is brought to.
    """

    apply: Callable[[Image.Image, tuple[int, int]], Image.Image]
    scale: Callable[[float, float], float]


FITS: Final[dict[str, Fit]] = {
    "pad": Fit(_pad, min),
    "crop": Fit(_crop, max),
    # The larger one: neither side may be decoded too small.
    "stretch": Fit(_stretch, max),
}
"""How a picture of another shape is brought to the encoder's. A new way is a new entry here."""

_DECODE_MARGIN: Final = 1.25
"""A JPEG is decoded at least this many times as large as the encoder sees it, so that the one
resize that follows still averages: on photos of 1280x960, captions agree with those of full
decoding as often as with a margin of 2, in two thirds of the time."""


@dataclass(frozen=True)
class PreprocessSpec:
    """What the encoder's input looks like. Scaling to its value range happens inside the model.

    Attributes:
        height: Pixels, 16 to 1024.
        width: Pixels, 16 to 1024.
        fit: A key of `FITS`.
    """

    height: int
    width: int
    fit: str = "pad"

    def __post_init__(self) -> None:
        if not (16 <= self.height <= 1024 and 16 <= self.width <= 1024):
            raise ValueError(f"input size {self.height}x{self.width} is not within 16 to 1024")
        if self.fit not in FITS:
            raise ValueError(f"unknown fit {self.fit!r}: choose one of {', '.join(FITS)}")

    def decoded_size(self, width: int, height: int) -> tuple[int, int]:
        """Least width and height that a picture of this size, upright or not, is decoded at."""
        side = _DECODE_MARGIN * max(self.width, self.height)
        scale = FITS[self.fit].scale(side / width, side / height)
        return math.ceil(width * scale), math.ceil(height * scale)


def load_image(
    source: Path | bytes,
    min_side: int | None = None,
    max_pixels: int = MAX_PIXELS,
    spec: PreprocessSpec | None = None,
) -> Image.Image:
    """Decodes a picture to upright RGB.

    EXIF rotation is applied, transparency is laid over white, 16-bit and floating-point samples
    are scaled to 8 bits, CMYK is converted, and of an animation the first frame is taken.

    Args:
        source: A path, or the file's bytes.
        min_side: If given, a JPEG may be decoded at a reduced size whose sides stay at least
            twice this many pixels: several times faster for large photos.
        max_pixels: Width times height that is still decoded.
        spec: If given instead of `min_side`, a JPEG may be decoded no larger than this needs.

    Raises:
        ImageError: The file is missing, empty, damaged, too large or no picture. The message
            does not repeat the path.
    """
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        raise ImageError(f"cannot be read ({error.strerror})") from None
    if not data:
        raise ImageError("is empty")
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
        if image.width * image.height > max_pixels:
            raise Image.DecompressionBombError
        if min_side is not None:
            image.draft("RGB", (2 * min_side, 2 * min_side))
        elif spec is not None:
            image.draft("RGB", spec.decoded_size(*image.size))
        image.load()
        # In place, because it copies even what stands upright already.
        ImageOps.exif_transpose(image, in_place=True)
        return _to_rgb(image)
    except UnidentifiedImageError:
        raise ImageError("is not a picture that Pillow reads (JPEG, PNG, WebP, ...)") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageError(
            f"has more than {max_pixels // 1_000_000} megapixels; make it smaller first"
        ) from None
    except _DECODER_ERRORS as error:
        raise ImageError(f"is damaged ({error})") from None


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        samples = np.nan_to_num(np.asarray(image, dtype=np.float64))
        peak = samples.max(initial=0.0)
        if image.mode.startswith("I;16"):
            top = 65535.0
        else:
            # These modes do not say what white is.
            top = next((white for white in (1.0, 255.0) if peak <= white), 65535.0)
        scaled = np.clip(samples * (255.0 / top), 0.0, 255.0).astype(np.uint8)
        return Image.fromarray(scaled).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        layered = image.convert("RGBA")
        white = Image.new("RGBA", layered.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, layered).convert("RGB")
    return image.convert("RGB")


def preprocess(source: Path | bytes | Image.Image | Pixels, spec: PreprocessSpec) -> Pixels:
    """Brings a photo or a camera frame to the encoder's input.

    Args:
        source: A file's path or bytes, a Pillow image, or a frame uint8[h, w, 3] in RGB.
        spec: The encoder's input.

    Returns:
        uint8[1, H, W, 3] in RGB.

    Raises:
        ImageError: As `load_image`, or the frame has another shape or dtype.
    """
    if isinstance(source, np.ndarray):
        if source.dtype != np.uint8 or source.ndim != 3 or source.shape[2] != 3 or not source.size:
            raise ImageError(f"frame is {source.dtype}{list(source.shape)}, not uint8[h, w, 3]")
        image = Image.fromarray(source)
    elif isinstance(source, Image.Image):
        image = _to_rgb(source)
    else:
        image = load_image(source, spec=spec)
    fitted = FITS[spec.fit].apply(image, (spec.width, spec.height))
    return np.asarray(fitted, dtype=np.uint8)[np.newaxis]


def images_below(folder: Path) -> Iterator[Path]:
    """Yields the pictures below a folder by their endings; hidden files are left out."""
    # `Path.rglob` would keep every path in memory.
    with (
        suppress(FileNotFoundError, NotADirectoryError, PermissionError),
        os.scandir(folder) as found,
    ):
        for entry in found:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from images_below(folder / entry.name)
            elif Path(entry.name).suffix.lower() in IMAGE_SUFFIXES and entry.is_file():
                yield folder / entry.name


def find_images(folder: Path) -> list[Path]:
    """Lists the pictures below a folder by their endings, sorted; hidden files are left out.

    Raises:
        JewelcapError: The folder holds none.
    """
    found = sorted(images_below(folder))
    if not found:
        endings = ", ".join(sorted(IMAGE_SUFFIXES))
        raise JewelcapError(f"{folder}: no pictures in this folder ({endings})")
    return found
