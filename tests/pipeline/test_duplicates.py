"""Near-duplicates: copies are found, different pieces in one pose are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from pipeline.catalog import duplicates
from pipeline.catalog.duplicates import near_duplicate_groups
from pipeline.catalog.scan import ImageFacts, image_facts
from tests.pictures import encoded
from tests.pipeline.pictures import cut_out, jpeg

SEEDS = range(12)


def _half(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)


COPIES: dict[str, Callable[[Image.Image], bytes]] = {
    "same pixels, other file": lambda image: encoded(image, "PNG"),
    "compressed again": lambda image: jpeg(image, 40),
    "half the size": lambda image: jpeg(_half(image)),
    "three times the size": lambda image: jpeg(image.resize((600, 480))),
    "brighter": lambda image: jpeg(ImageEnhance.Brightness(image).enhance(1.08)),
    "darker": lambda image: jpeg(ImageEnhance.Brightness(image).enhance(0.85)),
    "more contrast": lambda image: jpeg(ImageEnhance.Contrast(image).enhance(1.1)),
    "all at once": lambda image: jpeg(ImageEnhance.Brightness(_half(image)).enhance(1.05), 40),
}


@pytest.mark.parametrize("kind", COPIES)
def test_copies_are_found_and_nothing_else(kind: str) -> None:
    facts: dict[str, ImageFacts] = {}
    for seed in SEEDS:
        image = cut_out(seed)
        facts[f"{seed:02} original"] = image_facts(jpeg(image))
        facts[f"{seed:02} zcopy"] = image_facts(COPIES[kind](image))
    assert near_duplicate_groups(facts) == tuple(
        (f"{seed:02} original", f"{seed:02} zcopy") for seed in SEEDS
    )


def test_different_pieces_in_one_pose_are_not_merged() -> None:
    facts = {str(seed): image_facts(jpeg(cut_out(seed))) for seed in range(200)}
    assert near_duplicate_groups(facts) == ()


def test_the_same_piece_in_another_color_is_not_merged() -> None:
    # As bright as before in every pixel, so that only the color tells them apart.
    luma, blueness, redness = cut_out(3).convert("YCbCr").split()
    gold, blue = (
        Image.merge("YCbCr", (luma, *(c.point(lambda v: 128 + (v - 128) // 2) for c in colors)))
        for colors in ((blueness, redness), (redness, blueness))
    )
    facts = {
        "gold": image_facts(jpeg(gold.convert("RGB"))),
        "blue": image_facts(jpeg(blue.convert("RGB"))),
    }
    assert near_duplicate_groups(facts) == ()


def test_the_same_file_is_always_a_copy_even_if_it_shows_nothing() -> None:
    white = image_facts(encoded(Image.new("RGB", (64, 64), "white"), "PNG"))
    gray = image_facts(encoded(Image.new("RGB", (64, 64), "gray"), "PNG"))
    facts = {"c": white, "a": white, "b": gray}
    assert near_duplicate_groups(facts) == (("a", "c"),)


def test_groups_and_names_are_sorted_whatever_the_order() -> None:
    one, two = image_facts(jpeg(cut_out(1))), image_facts(jpeg(cut_out(2)))
    facts = {"d": one, "b": two, "a": one, "c": two}
    assert near_duplicate_groups(facts) == (("a", "d"), ("b", "c"))


@pytest.mark.parametrize("count", [0, 1])
def test_few_photos_have_no_groups(count: int) -> None:
    facts = {str(seed): image_facts(jpeg(cut_out(seed))) for seed in range(count)}
    assert near_duplicate_groups(facts) == ()


def test_many_copies_of_one_picture_make_one_group() -> None:
    facts = image_facts(jpeg(cut_out(1)))
    copies = {f"{number:03}": replace(facts, sha256=str(number)) for number in range(300)}
    (group,) = near_duplicate_groups(copies)
    assert len(group) == 300


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


@pytest.mark.parametrize("turn", Image.Transpose)
def test_a_mirrored_or_rotated_copy_is_found(turn: Image.Transpose) -> None:
    image = cut_out(5)
    facts = {
        "a": image_facts(jpeg(image)),
        "b": image_facts(jpeg(image.transpose(turn), 60)),
        "c": image_facts(jpeg(cut_out(6))),
    }
    assert near_duplicate_groups(facts) == (("a", "b"),)
