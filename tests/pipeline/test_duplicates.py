"""Near-duplicates: copies are found, different pieces in one pose are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from pipeline.catalog import duplicates
from pipeline.catalog.duplicates import Copy, find_copies, near_duplicate_groups
from pipeline.catalog.facts import FactTable
from pipeline.catalog.scan import image_facts, scan_images
from tests.pictures import encoded
from tests.pipeline.pictures import cut_out, jpeg

SEEDS = range(12)


def _half(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)


def _cropped(image: Image.Image, share: float) -> Image.Image:
    width, height = image.size
    x, y = round(width * share / 2), round(height * share / 2)
    return image.crop((x, y, width - x, height - y))


def _turned(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor="white")


def _scanned(root: Path, files: dict[str, bytes]) -> tuple[Copy, ...]:
    for name, data in files.items():
        (root / name).write_bytes(data)
    return find_copies(scan_images(root, list(files)).facts, root)


def _groups(root: Path, files: dict[str, bytes]) -> tuple[tuple[str, ...], ...]:
    return near_duplicate_groups(_scanned(root, files))


COPIES: dict[str, Callable[[Image.Image], bytes]] = {
    "same pixels, other file": lambda image: encoded(image, "PNG"),
    "compressed again": lambda image: jpeg(image, 40),
    "half the size": lambda image: jpeg(_half(image)),
    "three times the size": lambda image: jpeg(image.resize((600, 480))),
    "brighter": lambda image: jpeg(ImageEnhance.Brightness(image).enhance(1.08)),
    "darker": lambda image: jpeg(ImageEnhance.Brightness(image).enhance(0.85)),
    "more contrast": lambda image: jpeg(ImageEnhance.Contrast(image).enhance(1.1)),
    "much darker": lambda image: jpeg(ImageEnhance.Brightness(image).enhance(0.4)),
    "cropped": lambda image: jpeg(_cropped(image, 0.04)),
    "turned a little": lambda image: jpeg(_turned(image, 2)),
    "wider border": lambda image: jpeg(ImageOps.expand(image, 4, "white")),
    "mirrored, brighter and cropped": lambda image: jpeg(
        _cropped(ImageEnhance.Brightness(ImageOps.mirror(image)).enhance(1.05), 0.02)
    ),
    "all at once": lambda image: jpeg(ImageEnhance.Brightness(_half(image)).enhance(1.05), 40),
}


@pytest.mark.parametrize("kind", COPIES)
def test_copies_are_found_and_nothing_else(kind: str, tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    for seed in SEEDS:
        image = cut_out(seed)
        files[f"{seed:02} original"] = jpeg(image)
        files[f"{seed:02} zcopy"] = COPIES[kind](image)
    assert _groups(tmp_path, files) == tuple(
        (f"{seed:02} original", f"{seed:02} zcopy") for seed in SEEDS
    )


def test_different_pieces_in_one_pose_are_not_merged(tmp_path: Path) -> None:
    assert _groups(tmp_path, {str(seed): jpeg(cut_out(seed)) for seed in range(200)}) == ()


def _pale(charm: bool) -> bytes:
    image = Image.new("L", (384, 384), 255)
    draw = ImageDraw.Draw(image)
    draw.ellipse((60, 80, 320, 300), outline=200, width=12)
    if charm:
        draw.rectangle((176, 176, 207, 207), 236)
    return jpeg(image, 95)


def test_pale_pieces_that_differ_by_little_are_not_merged(tmp_path: Path) -> None:
    # By less than copies do that were made brighter, but by much of their own contrast.
    assert _groups(tmp_path, {"plain": _pale(False), "charm": _pale(True)}) == ()


def _on_table(seed: int, x: int, y: int) -> bytes:
    """A piece in a wide picture, its corner at a place."""
    image = Image.new("RGB", (300, 260), "white")
    image.paste(cut_out(seed), (x, y))
    return jpeg(image)


def test_shifted_copies_are_found_and_nothing_else(tmp_path: Path) -> None:
    files = {}
    for seed in SEEDS:
        files[f"{seed:02} original"] = _on_table(seed, 40, 60)
        files[f"{seed:02} zcopy"] = _on_table(seed, 58, 48)
    groups = _groups(tmp_path, files)
    assert groups == tuple((f"{seed:02} original", f"{seed:02} zcopy") for seed in SEEDS)


def test_the_same_piece_in_another_color_is_not_merged(tmp_path: Path) -> None:
    # As bright as before in every pixel, so that only the color tells them apart.
    luma, blueness, redness = cut_out(3).convert("YCbCr").split()
    gold, blue = (
        Image.merge("YCbCr", (luma, *(c.point(lambda v: 128 + (v - 128) // 2) for c in colors)))
        for colors in ((blueness, redness), (redness, blueness))
    )
    files = {"gold": jpeg(gold.convert("RGB")), "blue": jpeg(blue.convert("RGB"))}
    assert _groups(tmp_path, files) == ()


def test_the_same_file_is_always_a_copy_even_if_it_shows_nothing(tmp_path: Path) -> None:
    white = encoded(Image.new("RGB", (64, 64), "white"), "PNG")
    gray = encoded(Image.new("RGB", (64, 64), "gray"), "PNG")
    assert _scanned(tmp_path, {"c": white, "a": white, "b": gray}) == (Copy("a", "c", "same file"),)


def test_groups_and_names_are_sorted_whatever_the_order(tmp_path: Path) -> None:
    one, two = jpeg(cut_out(1)), jpeg(cut_out(2))
    files = {"d": one, "b": two, "a": one, "c": two}
    assert _groups(tmp_path, files) == (("a", "d"), ("b", "c"))


def test_copies_of_copies_are_one_group() -> None:
    copies = [Copy("b", "c", "copy"), Copy("a", "b", "mirrored copy")]
    assert near_duplicate_groups(copies) == (("a", "b", "c"),)


@pytest.mark.parametrize("count", [0, 1])
def test_few_photos_have_no_groups(count: int, tmp_path: Path) -> None:
    assert _groups(tmp_path, {str(seed): jpeg(cut_out(seed)) for seed in range(count)}) == ()


def test_many_copies_of_one_picture_make_one_group(tmp_path: Path) -> None:
    facts = image_facts(jpeg(cut_out(1)))
    copies = FactTable()
    for number in range(300):
        copies.add(f"{number:03}", replace(facts, sha256=f"{number:064x}"))
    (group,) = near_duplicate_groups(find_copies(copies, tmp_path))
    assert len(group) == 300


def test_a_photo_deleted_after_it_was_read_is_no_copy(tmp_path: Path) -> None:
    files = {"a": jpeg(cut_out(1)), "b": jpeg(_cropped(cut_out(1), 0.04))}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    facts = scan_images(tmp_path, list(files)).facts
    assert len(find_copies(facts, tmp_path)) == 1
    (tmp_path / "a").unlink()
    assert find_copies(facts, tmp_path) == ()


def test_the_search_stays_linear_where_one_background_fills_a_bucket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[int] = []
    count_bits = np.bitwise_count

    def counting(hashes: np.ndarray) -> np.ndarray:
        looked_at.append(hashes.size)
        return count_bits(hashes)

    monkeypatch.setattr(np, "bitwise_count", counting)
    photos = 4_000
    # The upper 20 of 64 bits are equal, so that one band puts all photos into one bucket.
    hashes = np.random.default_rng(0).integers(0, 1 << 44, photos, np.uint64)
    for _ in duplicates._candidates(hashes, hashes):
        pass
    assert photos < sum(looked_at) < photos * 4 * duplicates._WINDOW


HOW = {
    Image.Transpose.FLIP_LEFT_RIGHT: "mirrored copy",
    Image.Transpose.FLIP_TOP_BOTTOM: "copy mirrored top to bottom",
    Image.Transpose.ROTATE_90: "copy turned by 90 degrees",
    Image.Transpose.ROTATE_180: "copy turned by 180 degrees",
    Image.Transpose.ROTATE_270: "copy turned by 90 degrees",
    Image.Transpose.TRANSPOSE: "copy mirrored and turned by 90 degrees",
    Image.Transpose.TRANSVERSE: "copy mirrored and turned by 270 degrees",
}


@pytest.mark.parametrize("turn", Image.Transpose)
@pytest.mark.parametrize("cut", [0, 0.04])
def test_a_mirrored_or_rotated_copy_is_found(
    turn: Image.Transpose, cut: float, tmp_path: Path
) -> None:
    image = cut_out(5)
    files = {
        "a": jpeg(image),
        "b": jpeg(_cropped(image, cut).transpose(turn), 60),
        "c": jpeg(cut_out(6)),
    }
    assert _scanned(tmp_path, files) == (Copy("a", "b", HOW[turn]),)
