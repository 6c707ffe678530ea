"""Android's camera frames: colors, odd sizes, padded rows, turns and mirrors."""

from __future__ import annotations

import numpy as np
import pytest

from mobile_app.camera_app.ui.sources.nv21 import nv21_to_rgb

COLORS = {
    "red": (220, 30, 30),
    "green": (30, 200, 40),
    "blue": (30, 40, 220),
    "gold": (212, 175, 55),
    "white": (250, 250, 250),
    "black": (5, 5, 5),
}
SIZES = [(8, 6), (7, 6), (8, 5), (7, 5), (1, 1), (64, 48)]


def to_nv21(pixels: np.ndarray, stride: int | None = None, filler: int = 77) -> bytes:
    """Stores uint8[h, w, 3] as a camera does, by the equations of JFIF."""
    height, width = pixels.shape[:2]
    padded = np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge").astype(float)
    red, green, blue = np.moveaxis(padded, -1, 0)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    small = (slice(None, None, 2), slice(None, None, 2))
    v = (0.5 * red - 0.418688 * green - 0.081312 * blue + 128.0)[small]
    u = (-0.168736 * red - 0.331264 * green + 0.5 * blue + 128.0)[small]
    chroma = np.stack([v, u], -1).reshape(v.shape[0], -1)
    stride = stride or padded.shape[1]
    planes = np.full((height + len(chroma), stride), filler, np.uint8)
    planes[:height, :width] = np.round(luma[:height, :width])
    planes[height:, : chroma.shape[1]] = np.clip(np.round(chroma), 0, 255)
    return planes.tobytes()


def quarters(height: int, width: int) -> np.ndarray:
    """Red, green, blue and gold, clockwise from the top left, in blocks of whole squares."""
    pixels = np.empty((height, width, 3), np.uint8)
    middle, center = height // 4 * 2, width // 4 * 2
    pixels[:middle, :center], pixels[:middle, center:] = COLORS["red"], COLORS["green"]
    pixels[middle:, center:], pixels[middle:, :center] = COLORS["blue"], COLORS["gold"]
    return pixels


@pytest.mark.parametrize("name", COLORS)
def test_colors_come_out_as_they_went_in(name: str) -> None:
    pixels = np.full((4, 6, 3), COLORS[name], np.uint8)
    got = nv21_to_rgb(to_nv21(pixels), 6, 4)
    assert got.shape == (4, 6, 3) and got.dtype == np.uint8
    np.testing.assert_allclose(got.astype(int), pixels, atol=2)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("padding", [0, 1, 13])
def test_odd_sizes_and_padded_rows(width: int, height: int, padding: int) -> None:
    pixels = quarters(height, width)
    stride = width + width % 2 + padding
    data = to_nv21(pixels, stride)
    got = nv21_to_rgb(data, width, height, stride=stride)
    np.testing.assert_allclose(got.astype(int), pixels, atol=2)
    # Cameras may leave out the padding of the last row, and may send more than a frame.
    np.testing.assert_array_equal(
        nv21_to_rgb(data[: len(data) - padding], width, height, stride=stride), got
    )
    np.testing.assert_array_equal(nv21_to_rgb(data + b"tail", width, height, stride=stride), got)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_turns_and_mirrors(width: int, height: int, rotation: int, mirrored: bool) -> None:
    pixels = quarters(height, width)
    wanted = np.rot90(pixels, -rotation // 90)
    wanted = wanted[:, ::-1] if mirrored else wanted
    got = nv21_to_rgb(to_nv21(pixels), width, height, rotation, mirrored)
    assert got.flags.c_contiguous
    np.testing.assert_allclose(got.astype(int), wanted, atol=2)


def test_a_quarter_turn_is_clockwise() -> None:
    got = nv21_to_rgb(to_nv21(quarters(8, 8)), 8, 8, rotation=90)
    np.testing.assert_allclose(got[0, 0].astype(int), COLORS["gold"], atol=2)
    np.testing.assert_allclose(got[0, -1].astype(int), COLORS["red"], atol=2)


@pytest.mark.parametrize(
    ("length", "size", "rotation", "stride", "message"),
    [
        (23, (4, 4), 0, None, "a frame of 4x4 has 24 bytes, not 23"),
        (24, (4, 4), 45, None, "turned by 45"),
        (24, (4, 4), 0, 3, "rows of 3 bytes"),
        (24, (0, 4), 0, None, "no frame is 0x4"),
        (24, (4, -1), 0, None, "no frame is 4x-1"),
    ],
)
def test_what_is_no_frame_is_refused(
    length: int, size: tuple[int, int], rotation: int, stride: int | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        nv21_to_rgb(bytes(length), *size, rotation=rotation, stride=stride)
