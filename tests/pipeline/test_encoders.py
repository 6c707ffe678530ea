from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mobile_app.camera_app.runtime.preprocess import FITS
from pipeline.encoders import (
    ENCODERS,
    build_encoder,
    parse_encoder,
    photos_seen_by,
    set_weights,
)
from pipeline.errors import JewelcapError
from pipeline.keras_api import keras, tf
from pipeline.weights_file import WeightsMeta, read_weights, write_weights
from tests.models import TINY


@pytest.fixture(scope="module")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "tiny.npz"
    arrays = [
        np.full(weight.shape, index / 100, np.float32)
        for index, weight in enumerate(build_encoder(TINY).weights)
    ]
    write_weights(path, arrays, WeightsMeta(TINY.name, seen_sha256=("a" * 64, "b" * 64)))
    return path


def test_there_are_encoders() -> None:
    assert {"mobilenet", "vgg16", "inception_v3"} <= set(ENCODERS)


@pytest.mark.parametrize("name", ENCODERS)
def test_an_encoder_gives_one_feature_vector_for_each_photo(name: str) -> None:
    family = ENCODERS[name]
    alpha = f"-{family.alphas[-1]}" if family.alphas else ""
    spec = parse_encoder(f"{name}{alpha}-{family.min_size}")
    encoder = build_encoder(spec)
    images = np.random.default_rng(0).uniform(0, 255, (2, spec.size, spec.size, 3))
    scaled = family.scale(tf.constant(images, tf.float32))
    assert scaled.shape == images.shape
    features = encoder(scaled, training=False)
    assert features.dtype == tf.float32
    assert features.shape.rank == 2
    assert tuple(features.shape) == (2, encoder.output_shape[-1])
    assert np.isfinite(features.numpy()).all()


@pytest.mark.parametrize("name", ENCODERS)
def test_every_form_of_output_comes_of_the_same_weights_and_values(
    name: str, tmp_path: Path
) -> None:
    family = ENCODERS[name]
    alpha = f"-{family.alphas[-1]}" if family.alphas else ""
    base = f"{name}{alpha}-{64 if family.min_size < 64 else 128}"
    spec = parse_encoder(base)
    encoder = build_encoder(spec, seed=3)
    path = tmp_path / "pooled.npz"
    write_weights(path, encoder.get_weights(), WeightsMeta(spec.name))
    images = np.random.default_rng(0).uniform(0, 255, (2, spec.size, spec.size, 3))
    scaled = family.scale(tf.constant(images, tf.float32))
    pooled, flat, grid = (
        one(scaled, training=False).numpy()
        for one in (
            encoder,
            build_encoder(parse_encoder(f"{base}-flat"), str(path)),
            build_encoder(parse_encoder(base, grid=True), str(path)),
        )
    )
    assert grid.shape == (2, 4, pooled.shape[1])
    np.testing.assert_allclose(pooled, grid.mean(axis=1), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(flat, grid.reshape(2, -1), atol=1e-6)


def test_mobilenet_flat_is_the_vector_of_the_papers_authors() -> None:
    encoder = build_encoder(parse_encoder("mobilenet-flat"))
    assert encoder.output_shape == (None, 7 * 7 * 1024)


def test_a_flat_encoder_is_refused_where_the_decoder_reads_by_place() -> None:
    assert parse_encoder("vgg16", grid=True).name == "vgg16-224"
    with pytest.raises(JewelcapError, match=r"'vgg16-flat': .* leave out -flat"):
        parse_encoder("vgg16-flat", grid=True)


@pytest.mark.parametrize("name", ENCODERS)
def test_an_encoders_name_says_all_of_it(name: str) -> None:
    family = ENCODERS[name]
    assert family.name == name and family.fit in FITS
    default = parse_encoder(name)
    assert default.size == family.size
    assert default.alpha == (family.alphas[0] if family.alphas else None)
    for alpha in family.alphas or (None,):
        for size in (family.min_size, family.size, 1024):
            options = [name, *([] if alpha is None else [str(alpha)]), str(size)]
            spec = parse_encoder("-".join(options))
            assert (spec.family, spec.alpha, spec.size) == (family, alpha, size)
            assert parse_encoder(spec.name) == spec
            assert spec.name == "-".join(options)
            assert spec.preprocess.height == spec.preprocess.width == size
            assert spec.weights_name == "-".join(options[:-1])
            flat = parse_encoder("-".join([*options, "flat"]))
            assert flat == replace(spec, output="flat") == parse_encoder(flat.name)
            assert (flat.name, flat.weights_name) == (f"{spec.name}-flat", spec.weights_name)


@pytest.mark.parametrize("name", ENCODERS)
def test_sizes_and_widths_that_it_does_not_have_are_refused(name: str) -> None:
    family = ENCODERS[name]
    for option in (family.min_size - 1, 1025, 0, "-5"):
        with pytest.raises(JewelcapError, match=f"encoder '{name}-{option}'"):
            parse_encoder(f"{name}-{option}")
    with pytest.raises(JewelcapError, match=r"no width 0\.33; "):
        parse_encoder(f"{name}-0.33")
    for option in ("big", "flat-64", "flat-flat"):
        with pytest.raises(JewelcapError, match=r"'(big|flat)' is neither a width such as"):
            parse_encoder(f"{name}-{option}")


def test_an_unknown_encoder_is_named_with_the_closest() -> None:
    with pytest.raises(JewelcapError, match="unknown encoder 'mobilnet': did you mean 'mobilenet'"):
        parse_encoder("mobilnet")
    with pytest.raises(JewelcapError, match=r"unknown encoder ''.*mobilenet, vgg16"):
        parse_encoder("")


@pytest.mark.parametrize("name", ENCODERS)
def test_scaling_is_what_keras_does(name: str) -> None:
    family = ENCODERS[name]
    module = {"vgg16": "vgg16", "inception_v3": "inception_v3"}.get(name, "mobilenet")
    images = np.random.default_rng(0).uniform(0, 255, (1, 8, 8, 3)).astype(np.float32)
    expected = getattr(keras.applications, module).preprocess_input(images.copy())
    np.testing.assert_allclose(family.scale(images), expected, atol=1e-4)


def test_random_weights_come_from_the_seed() -> None:
    one, same, other = (build_encoder(TINY, "none", seed).get_weights() for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_weights_of_a_file_are_put_in(tiny_weights: Path) -> None:
    encoder = build_encoder(TINY, str(tiny_weights))
    expected = read_weights(tiny_weights).arrays
    for found, array in zip(encoder.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(found, array)


def test_weights_serve_another_input_size(tiny_weights: Path) -> None:
    encoder = build_encoder(parse_encoder("mobilenet-0.25-64"), str(tiny_weights))
    assert encoder.input_shape == (None, 64, 64, 3)
    np.testing.assert_array_equal(encoder.get_weights()[0], read_weights(tiny_weights).arrays[0])


def test_weights_of_another_encoder_are_refused(tiny_weights: Path) -> None:
    with pytest.raises(JewelcapError, match=r"holds weights of mobilenet-0\.25-32, not of mobilen"):
        build_encoder(parse_encoder("mobilenet-0.5-32"), str(tiny_weights))
    file = read_weights(tiny_weights)
    with pytest.raises(JewelcapError, match="its arrays do not fit"):
        set_weights(build_encoder(TINY), type(file)(file.meta, file.arrays[:-1]), TINY.name, Path())


def test_weights_that_are_not_there_are_one_message(tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match=r"none\.npz: no such file; .*imagenet, embedded, none"):
        build_encoder(TINY, str(tmp_path / "none.npz"))
    with pytest.raises(JewelcapError, match="no such file"):
        build_encoder(TINY, str(tmp_path))


@pytest.mark.parametrize("content", [b"", b"no weights", b"\x89HDF\r\n\x1a\n" + bytes(600)])
@pytest.mark.parametrize("suffix", [".h5", ".npz"])
def test_a_damaged_file_of_weights_is_one_message(
    tmp_path: Path, content: bytes, suffix: str
) -> None:
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(content)
    with pytest.raises(JewelcapError, match=f"bad{suffix}: not ") as caught:
        build_encoder(TINY, str(path))
    assert "\n" not in str(caught.value)


def test_keras_weights_of_its_own_form_are_read(tmp_path: Path) -> None:
    encoder = build_encoder(TINY, seed=5)
    encoder.save_weights(tmp_path / "keras.h5")
    read = build_encoder(TINY, str(tmp_path / "keras.h5"))
    for found, expected in zip(read.get_weights(), encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(found, expected)
    with pytest.raises(JewelcapError, match=r"keras\.h5: not weights of mobilenet-0\.5-32"):
        build_encoder(parse_encoder("mobilenet-0.5-32"), str(tmp_path / "keras.h5"))


def test_a_download_that_fails_is_one_sentence_with_the_other_ways(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def offline(**_: object) -> None:
        raise Exception("URL fetch failure on https://example.org: None -- no route to host")

    monkeypatch.setattr(keras.applications, "MobileNet", offline)
    with pytest.raises(JewelcapError) as caught:
        build_encoder(TINY, "imagenet")
    message = str(caught.value)
    assert "could not be downloaded (URL fetch failure" in message
    assert "--weights embedded" in message and "--weights PATH" in message
    assert "\n" not in message


def test_weights_tell_which_photos_they_have_seen(tiny_weights: Path) -> None:
    assert photos_seen_by(str(tiny_weights)) == {"a" * 64, "b" * 64}
    for weights in ("none", "imagenet", "weights.h5", "none.npz"):
        assert photos_seen_by(weights) == frozenset()
