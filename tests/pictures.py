"""Pictures that are hard to read, made on the spot."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

RED, BLUE, WHITE, BLACK = (220, 20, 20), (20, 20, 220), (255, 255, 255), (0, 0, 0)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    """A picture as the bytes of a file."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def halves(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, size[0], size[1]))
    return image.convert(mode)


def grays(dtype: str, low: float, high: float) -> Image.Image:
    """`low` on the left, `high` on the right, as samples of a numpy type."""
    samples = np.full((48, 64), low, dtype)
    samples[:, 32:] = high
    return Image.fromarray(samples)


def _animated() -> bytes:
    frames = [halves(), Image.new("RGB", (64, 48), WHITE), Image.new("RGB", (64, 48), BLACK)]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


def _animated_webp() -> bytes:
    frames = [halves(), Image.new("RGB", (64, 48), WHITE)]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)


def _rotated(form: str = "JPEG", **options: object) -> bytes:
    """Stored lying on its side, to be turned by its EXIF orientation."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(halves().rotate(90, expand=True), form, exif=exif, **options)


def _transparent() -> bytes:
    image = halves("RGBA")
    image.paste((0, 0, 0, 0), (32, 0, 64, 48))
    return encoded(image, "PNG")


def _transparent_palette() -> bytes:
    image = Image.new("P", (64, 48), 0)
    image.putpalette([*RED, *BLACK])
    image.paste(1, (32, 0, 64, 48))
    return encoded(image, "PNG", transparency=1)


def _transparent_gray() -> bytes:
    image = Image.new("LA", (64, 48), (0, 255))
    image.paste((0, 0), (32, 0, 64, 48))
    return encoded(image, "PNG")


def _one_bit() -> bytes:
    image = Image.new("1", (64, 48), 0)
    image.paste(1, (32, 0, 64, 48))
    return encoded(image, "PNG")


UNUSUAL: dict[str, tuple[Callable[[], bytes], tuple[int, int, int], tuple[int, int, int]]] = {
    "jpeg": (lambda: encoded(halves(), "JPEG", quality=95, subsampling=0), RED, BLUE),
    "png": (lambda: encoded(halves(), "PNG"), RED, BLUE),
    "webp": (lambda: encoded(halves(), "WEBP", lossless=True), RED, BLUE),
    "bmp": (lambda: encoded(halves(), "BMP"), RED, BLUE),
    "tiff": (lambda: encoded(halves(), "TIFF"), RED, BLUE),
    "cmyk jpeg": (
        lambda: encoded(halves("CMYK"), "JPEG", quality=95, subsampling=0),
        RED,
        BLUE,
    ),
    "cmyk tiff": (lambda: encoded(halves("CMYK"), "TIFF"), RED, BLUE),
    "palette png": (lambda: encoded(halves().quantize(4), "PNG"), RED, BLUE),
    "16-bit png": (lambda: encoded(grays("uint16", 0, 65535), "PNG"), BLACK, WHITE),
    "16-bit gray": (lambda: encoded(grays("uint16", 0, 32896), "PNG"), BLACK, (128,) * 3),
    "16-bit tiff": (lambda: encoded(grays("uint16", 0, 65535), "TIFF"), BLACK, WHITE),
    "32-bit tiff": (lambda: encoded(grays("int32", 0, 65535), "TIFF"), BLACK, WHITE),
    "float tiff": (lambda: encoded(grays("float32", 0, 255), "TIFF"), BLACK, WHITE),
    "animated gif": (_animated, RED, BLUE),
    "animated webp": (_animated_webp, RED, BLUE),
    "rotated by exif": (lambda: _rotated(quality=95, subsampling=0), RED, BLUE),
    "png rotated by exif": (lambda: _rotated("PNG"), RED, BLUE),
    "transparent": (_transparent, RED, WHITE),
    "transparent palette": (_transparent_palette, RED, WHITE),
    "transparent gray": (_transparent_gray, BLACK, WHITE),
    "1-bit": (_one_bit, BLACK, WHITE),
    "gray": (lambda: encoded(grays("uint8", 0, 255), "JPEG", quality=95), BLACK, WHITE),
}
"""For each kind of file: how it is made, and the colors of its left and right half."""


def png_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10)))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


UNUSABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is empty"),
    "text": (lambda: b"no picture at all, " * 20, "is not a picture"),
    "zip": (lambda: b"PK\x05\x06" + bytes(18), "is not a picture"),
    "noise": (lambda: np.random.default_rng(0).bytes(5000), "is not a picture"),
    "half a jpeg": (lambda: _half(encoded(halves(), "JPEG")), "is damaged"),
    "half a png": (lambda: _half(encoded(_noise(), "PNG")), "is damaged"),
    "half a webp": (lambda: _half(encoded(_noise(), "WEBP")), "is damaged|is not a picture"),
    "a jpeg's first bytes": (lambda: encoded(halves(), "JPEG")[:30], "is damaged|is not a pict"),
    "30000x30000": (lambda: png_header(30_000, 30_000), "megapixels"),
    "12000x9000": (lambda: png_header(12_000, 9_000), "megapixels"),
    "0x0": (lambda: png_header(0, 0), "is damaged|is not a picture"),
    # Pillow would start Ghostscript to draw it.
    "eps": (lambda: encoded(halves(), "EPS"), "is not a picture"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "is not a picture"),
}
"""For each kind of file: how it is made, and what the message must say."""


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8))
