from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mobile_app.camera_app.runtime.errors import ImageError, JewelcapError
from mobile_app.camera_app.runtime.preprocess import (
    FITS,
    IMAGE_SUFFIXES,
    MAX_PIXELS,
    PreprocessSpec,
    find_images,
    load_image,
    preprocess,
)
from tests.pictures import BLUE, RED, UNUSABLE, UNUSUAL, WHITE, encoded, halves

SPEC = PreprocessSpec(32, 32)
STRETCHED = PreprocessSpec(32, 32, "stretch")


def near(pixel: object, color: tuple[int, int, int], tolerance: int = 12) -> bool:
    return bool(np.all(np.abs(np.asarray(pixel, int) - color) <= tolerance))


@pytest.mark.parametrize("kind", UNUSUAL)
def test_unusual_pictures_are_read_upright_in_rgb(kind: str) -> None:
    make, left, right = UNUSUAL[kind]
    image = load_image(make())
    assert (image.mode, image.size) == ("RGB", (64, 48))
    assert near(image.getpixel((8, 24)), left), image.getpixel((8, 24))
    assert near(image.getpixel((56, 24)), right), image.getpixel((56, 24))
    pixels = preprocess(make(), STRETCHED)
    assert (pixels.dtype, pixels.shape) == (np.uint8, (1, 32, 32, 3))
    assert near(pixels[0, 16, 4], left) and near(pixels[0, 16, 28], right)


@pytest.mark.parametrize("kind", UNUSABLE)
def test_unusable_files_are_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    make, message = UNUSABLE[kind]
    path = tmp_path / "photo.jpg"
    path.write_bytes(make())
    for source in (path, path.read_bytes()):
        with pytest.raises(ImageError, match=message) as caught:
            preprocess(source, SPEC)
        assert "\n" not in str(caught.value)
        assert str(path) not in str(caught.value)


def test_a_bomb_is_refused_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ImageError, match=f"more than {MAX_PIXELS // 1_000_000} megapixels"):
            load_image(UNUSABLE["12000x9000"][0]())


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        load_image(tmp_path / "none.jpg")
    with pytest.raises(ImageError, match="cannot be read"):
        load_image(tmp_path)


@pytest.mark.parametrize("kind", UNUSUAL)
def test_damage_anywhere_never_gives_another_error(kind: str) -> None:
    data = UNUSUAL[kind][0]()
    rng = np.random.default_rng(len(kind))
    for turn in range(40):
        damaged = bytearray(data)
        for position in rng.integers(0, min(len(data), 10 ** (1 + turn % 4)), 3):
            damaged[position] = rng.integers(256)
        try:
            assert preprocess(bytes(damaged[: len(data) - turn % 7]), SPEC).shape == (1, 32, 32, 3)
        except ImageError as error:
            assert str(error) and "\n" not in str(error)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("size", [(64, 64), (200, 50), (50, 200), (1, 1), (3, 2), (5000, 1)])
def test_every_fit_gives_the_encoders_size(fit: str, size: tuple[int, int]) -> None:
    spec = PreprocessSpec(48, 32, fit)
    pixels = preprocess(encoded(Image.new("RGB", size, RED), "PNG"), spec)
    assert (pixels.dtype, pixels.shape) == (np.uint8, (1, 48, 32, 3))
    if min(size) > 1 or size == (1, 1):
        assert near(pixels[0, 24, 16], RED)


def test_there_are_fits() -> None:
    assert "pad" in FITS
    with pytest.raises(ValueError, match="unknown fit 'tile'"):
        PreprocessSpec(32, 32, "tile")


@pytest.mark.parametrize("size", [(15, 32), (32, 1025), (0, 32), (-32, 32)])
def test_an_input_size_out_of_range_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not within 16 to 1024"):
        PreprocessSpec(*size)


def test_pad_keeps_the_aspect_ratio_on_white() -> None:
    image = Image.new("RGB", (400, 200), WHITE)
    ImageDraw.Draw(image).ellipse((150, 50, 250, 150), fill=RED)
    pixels = preprocess(image, PreprocessSpec(100, 100))[0]
    assert near(pixels[:20], WHITE, 3) and near(pixels[-20:], WHITE, 3)
    red = pixels[:, :, 1] < 128
    height, width = np.ptp(np.flatnonzero(red.any(1))), np.ptp(np.flatnonzero(red.any(0)))
    assert abs(int(height) - int(width)) <= 1
    assert 23 <= height <= 26


def test_crop_keeps_the_middle_and_stretch_keeps_everything() -> None:
    wide = Image.new("RGB", (90, 30), RED)
    wide.paste(BLUE, (30, 0, 60, 30))
    cropped = preprocess(wide, PreprocessSpec(30, 30, "crop"))[0]
    assert near(cropped[15, 2], BLUE) and near(cropped[15, 27], BLUE)
    stretched = preprocess(wide, PreprocessSpec(30, 30, "stretch"))[0]
    assert near(stretched[15, 2], RED) and near(stretched[15, 15], BLUE)


def test_path_bytes_image_and_frame_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    halves().save(path)
    expected = preprocess(path, SPEC)
    frame = np.asarray(halves())
    for source in (path.read_bytes(), halves(), halves("RGBA"), frame):
        np.testing.assert_array_equal(preprocess(source, SPEC), expected)


def test_a_frame_may_be_a_view_with_its_channels_reversed() -> None:
    bgr = np.ascontiguousarray(np.asarray(halves())[..., ::-1])
    np.testing.assert_array_equal(preprocess(bgr[..., ::-1], SPEC), preprocess(halves(), SPEC))


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((48, 64, 3), np.float32),
        np.zeros((48, 64, 3), np.int64),
        np.zeros((48, 64), np.uint8),
        np.zeros((48, 64, 4), np.uint8),
        np.zeros((1, 48, 64, 3), np.uint8),
        np.zeros((0, 64, 3), np.uint8),
        np.zeros((0,), np.uint8),
    ],
)
def test_frames_of_another_form_are_refused(frame: np.ndarray) -> None:
    with pytest.raises(ImageError, match=re.escape(f"frame is {frame.dtype}{list(frame.shape)}")):
        preprocess(frame, SPEC)


def _photograph(scale: int) -> Image.Image:
    """As large as wanted, with edges and texture like a photo's."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(60, 220, (60, 80, 3), np.uint8)
    image = Image.fromarray(coarse).resize((400 * scale, 300 * scale), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for index in range(30):
        x, y = (scale * rng.integers(0, 300, 2)).tolist()
        box = (x, y, x + 38 * scale, y + 22 * scale)
        draw.ellipse(box, outline=(10 * index % 255, 90, 200), width=2 * scale)
    return image


@pytest.mark.parametrize("scale", [1, 4])
@pytest.mark.parametrize("orientation", [1, 6])
def test_draft_decoding_stays_close_to_full_decoding(orientation: int, scale: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(_photograph(scale), "JPEG", quality=90, exif=exif)
    full, draft = load_image(data), load_image(data, min_side=64)
    assert draft.width * draft.height <= full.width * full.height / 4
    assert min(draft.size) >= 2 * 64
    spec = PreprocessSpec(64, 64)
    difference = np.abs(preprocess(full, spec).astype(int) - preprocess(data, spec))
    assert difference.mean() < 1.5
    assert difference.max() < 15


@pytest.mark.parametrize(
    ("fit", "side", "size"),
    # A JPEG decodes at a half, a quarter or an eighth of 1600x1200.
    [("pad", 64, (200, 150)), ("pad", 256, (400, 300)), ("crop", 256, (800, 600))],
)
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_photo_is_decoded_no_larger_than_the_encoder_needs(
    fit: str, side: int, size: tuple[int, int], orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(_photograph(4), "JPEG", quality=90, exif=exif)
    spec = PreprocessSpec(side, side, fit)
    image = load_image(data, spec=spec)
    assert sorted(image.size) == sorted(size)
    fitted = FITS[fit].apply(image, (side, side))
    np.testing.assert_array_equal(preprocess(data, spec)[0], np.asarray(fitted))
    difference = np.abs(preprocess(load_image(data), spec).astype(int) - preprocess(data, spec))
    assert difference.mean() < 1.5
    assert difference.max() < 15


def test_a_small_photo_is_decoded_whole() -> None:
    data = encoded(_photograph(1).resize((256, 256)), "JPEG")
    assert load_image(data, spec=PreprocessSpec(128, 128)).size == (256, 256)


def test_pictures_are_found_below_a_folder_by_their_endings(tmp_path: Path) -> None:
    wanted = [f"{index}{suffix}" for index, suffix in enumerate(sorted(IMAGE_SUFFIXES))]
    wanted += ["B.JPG", "sub/deep/c.Png"]
    hidden = ["notes.txt", "jpg", ".d.jpg", ".thumbs/e.jpg", "sub/.f/g.jpg"]
    for name in wanted + hidden:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "folder.jpg").mkdir()
    assert find_images(tmp_path) == sorted(tmp_path / name for name in wanted)


def test_a_folder_without_pictures_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(JewelcapError, match=r"no pictures in this folder \(\.bmp, \.gif"):
        find_images(tmp_path)


def test_a_hidden_folder_above_does_not_hide_its_pictures(tmp_path: Path) -> None:
    path = tmp_path / ".hidden" / "a.jpg"
    path.parent.mkdir()
    path.touch()
    assert find_images(path.parent) == [path]
