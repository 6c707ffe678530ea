from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.errors import BundleError, ImageError, JewelcapError
from mobile_app.camera_app.runtime.languages import LANGUAGES, compose
from mobile_app.camera_app.runtime.levels import LEVELS
from tests.bundles import (
    PIECE,
    VOCABULARY,
    LookingInterpreter,
    RandomInterpreter,
    TableInterpreter,
    fake_bundle,
    saying,
)
from tests.pictures import halves
from tests.synthetic import draw_piece

PHOTO = halves()


@pytest.fixture
def captioner(tmp_path: Path) -> Captioner:
    """Says the right thing about `PIECE` at every level, whatever is on the photo."""
    table = {}
    for level in LEVELS.values():
        table.update(saying(level.terms(PIECE) or (), level.name))
    bundle = fake_bundle(tmp_path / "captioner.tflite")
    return Captioner(bundle, TableInterpreter(table, len(VOCABULARY)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", LEVELS)
def test_a_photo_is_described_at_every_level(
    captioner: Captioner, level: str, language: str
) -> None:
    caption = captioner.describe(PHOTO, level, language)
    terms = LEVELS[level].terms(PIECE)
    assert terms
    assert caption.terms == terms
    assert caption.text == compose(terms, language)
    assert (caption.level, caption.language) == (level, language)
    assert caption.confidence == pytest.approx(0.9 ** (len(terms) + 1))


def test_describing_is_encoding_and_decoding(captioner: Captioner) -> None:
    state = captioner.encode(PHOTO)
    assert captioner.describe(PHOTO, "normal") == captioner.caption(state, "normal")
    ids = captioner.decode(state, "normal").ids
    assert captioner.bundle.vocabulary.decode(ids) == LEVELS["normal"].terms(PIECE)


def test_alternatives_start_with_the_best(captioner: Captioner) -> None:
    state = captioner.encode(PHOTO)
    found = captioner.alternatives(state, "complete", width=4)
    # The fourth says nothing.
    assert len(found) == 3
    assert found[0] == captioner.caption(state, "complete")
    assert all(caption.terms for caption in found)
    assert len({caption.terms for caption in found}) == 3
    confidences = [caption.confidence for caption in found]
    assert confidences == sorted(confidences, reverse=True)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("width", [1, 3, 21])
def test_alternatives_never_repeat_a_term(tmp_path: Path, seed: int, width: int) -> None:
    interpreter = RandomInterpreter(seed, len(VOCABULARY))
    captioner = Captioner(fake_bundle(tmp_path / "captioner.tflite"), interpreter)
    found = captioner.alternatives(captioner.encode(PHOTO), "complete", width=width)
    assert found
    for caption in found:
        assert len(set(caption.terms)) == len(caption.terms) <= 5
    assert len({caption.terms for caption in found}) == len(found)


def test_a_caption_is_no_longer_than_the_model_learned(tmp_path: Path) -> None:
    bundle = fake_bundle(tmp_path / "captioner.tflite", max_length=2)
    table = saying(PIECE.terms(), "complete")
    captioner = Captioner(bundle, TableInterpreter(table, len(VOCABULARY)))
    assert captioner.describe(PHOTO, "complete").terms == PIECE.terms()[:2]


def test_an_unknown_level_or_language_is_one_message(captioner: Captioner) -> None:
    with pytest.raises(JewelcapError, match="unknown level 'full'"):
        captioner.describe(PHOTO, "full")
    with pytest.raises(JewelcapError, match="unknown language 'xx'"):
        captioner.describe(PHOTO, "basic", "xx")


def test_a_photo_that_cannot_be_used_is_one_message(captioner: Captioner, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        captioner.describe(tmp_path / "none.jpg", "basic")
    with pytest.raises(ImageError, match="is empty"):
        captioner.describe(b"", "basic")


def test_a_file_that_is_no_captioner_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "x.tflite").write_text("x")
    with pytest.raises(BundleError):
        Captioner.open(tmp_path / "x.tflite")


def test_attention_follows_the_terms_of_the_caption(tmp_path: Path) -> None:
    table = saying(PIECE.terms(), "complete")
    bundle = fake_bundle(tmp_path / "captioner.tflite", feature_shape=(4, 2))
    captioner = Captioner(bundle, LookingInterpreter(table, len(VOCABULARY)))
    encoded = captioner.encode(PHOTO)
    caption = captioner.caption(encoded, "complete")
    weights = captioner.attention(encoded, caption)
    assert weights.dtype == np.float32
    # Each step looks at the place that its number of tokens so far names.
    np.testing.assert_array_equal(weights, np.eye(4, dtype=np.float32)[[1, 2, 3, 0, 1]])
    nothing = captioner.attention(encoded, replace(caption, terms=()))
    assert nothing.shape == (0, 4)


def test_a_decoder_that_looks_at_no_place_is_one_message(captioner: Captioner) -> None:
    encoded = captioner.encode(PHOTO)
    with pytest.raises(JewelcapError, match=r"gru-8, does not look at places .*attention_gru"):
        captioner.attention(encoded, captioner.caption(encoded, "basic"))


def test_all_forms_of_a_photo_give_the_same_caption(tiny_bundle: Path, tmp_path: Path) -> None:
    captioner = Captioner.open(tiny_bundle)
    image = draw_piece("ring", "silver", "ruby", 3)
    image.save(tmp_path / "photo.png")
    path = tmp_path / "photo.png"
    expected = captioner.describe(path, "complete")
    assert expected.text == compose(expected.terms, "en")
    assert 0.0 < expected.confidence <= 1.0
    for source in (path.read_bytes(), Image.open(path), np.asarray(image)):
        assert captioner.describe(source, "complete") == expected


def test_the_file_may_be_read_by_several_captioners(tiny_bundle: Path) -> None:
    photo = draw_piece("ring", "silver", "ruby", 3)
    one, two = Captioner.open(tiny_bundle), Captioner.open(tiny_bundle, threads=2)
    assert one.describe(photo, "normal").terms == two.describe(photo, "normal").terms
