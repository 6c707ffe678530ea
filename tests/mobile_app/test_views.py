from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.decode import Encoded, Floats
from mobile_app.camera_app.runtime.errors import JewelcapError
from mobile_app.camera_app.runtime.preprocess import Pixels
from mobile_app.camera_app.runtime.views import VIEWS
from tests.bundles import VOCABULARY, LookingInterpreter, RandomInterpreter, fake_bundle

PIXELS = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3), np.uint8)


class _Means(RandomInterpreter):
    """Its state is the mean of the left half and that of the middle."""

    def encode(self, image: Pixels) -> Encoded:
        left, middle = image[:, :, : image.shape[2] // 2], image[:, 8:-8, 8:-8]
        return Encoded(np.array([[left.mean(), middle.mean()]], np.float32))


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_the_shape_and_dtype_of_the_photo(view: str) -> None:
    found = VIEWS[view](PIXELS)
    assert (found.shape, found.dtype) == (PIXELS.shape, PIXELS.dtype)


def test_views_are_the_photo_its_mirror_image_and_parts_of_it() -> None:
    assert np.array_equal(VIEWS["whole"](PIXELS), PIXELS)
    assert np.array_equal(VIEWS["mirror"](PIXELS)[0, :, 0], PIXELS[0, :, -1])
    framed = np.zeros((1, 40, 40, 3), np.uint8)
    framed[:, 4:-4, 4:-4] = 200
    assert VIEWS["middle80"](framed).min() == 200
    assert VIEWS["middle90"](framed).min() == 0


def test_a_photo_is_encoded_as_the_mean_of_its_views(tmp_path: Path) -> None:
    captioner = Captioner(fake_bundle(tmp_path / "a.tflite"), _Means(0, len(VOCABULARY)))
    spec = captioner.bundle.manifest.preprocess
    frame = np.resize(PIXELS[0], (spec.height, spec.width, 3))

    def state(*views: str) -> Floats:
        return captioner.encode(frame, views).state

    assert np.array_equal(state(), state("whole"))
    assert not np.allclose(state("whole"), state("mirror"))
    both = (state("whole") + state("mirror")) / 2
    assert np.allclose(state("whole", "mirror"), both)
    assert state("whole", "mirror").dtype == np.float32


def test_views_are_refused_where_the_decoder_looks_at_places(tmp_path: Path) -> None:
    bundle = fake_bundle(tmp_path / "a.tflite", feature_shape=(4, 2))
    captioner = Captioner(bundle, LookingInterpreter({}, len(VOCABULARY)))
    with pytest.raises(JewelcapError, match="leave out --view"):
        captioner.encode(PIXELS[0], ("whole", "mirror"))
