"""The page's pixels are those that Pillow makes."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from mobile_app.camera_app.runtime.preprocess import FITS, PreprocessSpec, preprocess
from tests.export.web.node import Run

SIZES = [(1, 1), (64, 48), (48, 64), (37, 211), (640, 9), (200, 200), (31, 47), (333, 500)]
SPECS = [(32, 32), (48, 32), (20, 71)]

PREPROCESS = """
const { preprocess } = await import('./preprocess.js');
return data.map(({ width, height, rgba, spec, isJpeg }) => {
  const all = bytes(rgba);
  const read = (top, count) => all.subarray(top * width * 4, (top + count) * width * 4);
  const pixels = preprocess({ width, height, read }, spec, isJpeg);
  return Buffer.from(pixels).toString('base64');
});
"""


def case(image: Image.Image, spec: PreprocessSpec, is_jpeg: bool = False) -> dict:
    rgba = base64.b64encode(image.convert("RGBA").tobytes()).decode()
    fields = {"height": spec.height, "width": spec.width, "fit": spec.fit}
    size = {"width": image.width, "height": image.height}
    return {**size, "rgba": rgba, "spec": fields, "isJpeg": is_jpeg}


def pixels_of(text: str, spec: PreprocessSpec) -> np.ndarray:
    data = np.frombuffer(base64.b64decode(text), np.uint8)
    return data.reshape(1, spec.height, spec.width, 3)


def noise(width: int, height: int) -> Image.Image:
    rng = np.random.default_rng([width, height])
    return Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))


@pytest.mark.parametrize("fit", FITS)
def test_resizing_is_pillows_to_the_last_bit(node: Run, fit: str) -> None:
    specs = [PreprocessSpec(height, width, fit) for width, height in SPECS]
    pairs = [(noise(*size), spec) for size in SIZES for spec in specs]
    # Already of the right size, and of the right width or height alone.
    pairs += [(noise(width, 40), PreprocessSpec(40, 40, fit)) for width in (40, 80)]
    found = node(PREPROCESS, [case(image, spec) for image, spec in pairs])
    for (image, spec), text in zip(pairs, found, strict=True):
        expected = preprocess(image, spec)
        assert np.array_equal(pixels_of(text, spec), expected), (image.size, spec)


def test_every_fit_is_known_to_the_page(node: Run) -> None:
    known = node("return Object.keys((await import('./preprocess.js')).FITS);")
    assert sorted(known) == sorted(FITS)


def test_a_large_jpeg_becomes_nearly_the_pixels_of_its_reduced_decoding(node: Run) -> None:
    spec = PreprocessSpec(32, 32)
    smooth = noise(24, 18).resize((611, 457), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    smooth.save(buffer, "JPEG", quality=95)
    expected = preprocess(buffer.getvalue(), spec).astype(int)
    decoded = Image.open(io.BytesIO(buffer.getvalue()))
    (as_jpeg,) = node(PREPROCESS, [case(decoded, spec, True)])
    error = np.abs(pixels_of(as_jpeg, spec) - expected)
    assert error.mean() < 0.6
    assert error.max() <= 6


def test_a_jpeg_is_reduced_as_far_as_the_runtime_reduces_it(node: Run) -> None:
    sides = (1, 40, 63, 79, 80, 81, 127, 160, 161, 319, 320, 512, 640, 1000)
    sizes = [(width, height) for width in sides for height in sides]
    specs = [PreprocessSpec(32, 32, fit) for fit in FITS] + [PreprocessSpec(20, 71)]
    fields = [{"height": s.height, "width": s.width, "fit": s.fit} for s in specs]
    found = node(
        "const { decodeFactor } = await import('./preprocess.js');\n"
        "return data.specs.map((s) => data.sizes.map(([w, h]) => decodeFactor(w, h, s)));",
        {"sizes": sizes, "specs": fields},
    )
    files = [io.BytesIO() for _ in sizes]
    for size, buffer in zip(sizes, files, strict=True):
        Image.new("RGB", size).save(buffer, "JPEG")
    for spec, factors in zip(specs, found, strict=True):
        for (width, height), buffer, factor in zip(sizes, files, factors, strict=True):
            image = Image.open(buffer)
            image.draft("RGB", spec.decoded_size(width, height))
            assert image.size == (-(-width // factor), -(-height // factor)), (spec, width, height)


@pytest.mark.parametrize(
    "kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF", "progressive", "lossless", "clear"]
)
def test_the_size_of_a_picture_is_read_before_it_is_decoded(node: Run, kind: str) -> None:
    image = noise(211, 97)
    options: dict[str, object] = {}
    file_format = kind
    if kind == "progressive":
        file_format, options = "JPEG", {"progressive": True, "exif": b"Exif\0\0" + bytes(3000)}
    elif kind == "lossless":
        file_format, options = "WEBP", {"lossless": True}
    elif kind == "clear":
        file_format = "WEBP"
        image.putalpha(128)
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    header = node(
        "return (await import('./picture.js')).readHeader(bytes(data));",
        base64.b64encode(buffer.getvalue()).decode(),
    )
    assert (header["width"], header["height"]) == (211, 97)
    assert (header["type"] == "jpeg") == (file_format == "JPEG")


def test_what_is_no_picture_has_no_size(node: Run) -> None:
    junk = [b"", b"hello, I am a text", b"\x89PNG", b"\xff\xd8\xff\xe0\x00\x10", b"RIFF1234WEBP"]
    junk += [b"\xff\xd8" + b"\xff" * 500, b"GIF89a" + bytes(20), bytes(1000)]
    rng = np.random.default_rng(7)
    junk += [start + rng.bytes(200) for start in (b"\xff\xd8\xff", b"\0\0\0\x18ftypheic", b"BM")]
    found = node(
        "const { readHeader } = await import('./picture.js');\n"
        "return data.map((text) => readHeader(bytes(text)));",
        [base64.b64encode(one).decode() for one in junk],
    )
    assert found[:8] == [None] * 8
