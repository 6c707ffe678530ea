from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import TrainConfig
from pipeline.errors import JewelcapError
from pipeline.sweep.settings import weights_by_encoder
from pipeline.sweep.space import (
    DIMENSIONS,
    PAPER_GRID,
    Choices,
    Span,
    cells,
    check_space,
    config_of,
    read_space,
)

BASE = TrainConfig(encoder="", decoder="", epochs=7)
WEIGHTS = {
    "vgg16-224": "imagenet",
    "inception_v3-299": "imagenet",
    "mobilenet-1.0-224": "embedded",
}


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "space.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_paper_s_grid_is_the_default_and_each_of_its_values_is_a_setting() -> None:
    space = read_space(None)
    assert space == dict(PAPER_GRID)
    check_space(space, BASE, WEIGHTS)
    points = cells(space, seed=0)
    assert len(points) == 3 * 2 * 5 * 6 * 4 * 4
    assert len({tuple(point.items()) for point in points}) == len(points)
    assert points != cells(space, seed=1)


def test_a_point_is_a_training() -> None:
    point = {
        "encoder": "mobilenet",
        "decoder": "lstm",
        "units": 64,
        "batch_size": 4,
        "optimizer": "rmsprop",
        "learning_rate": 1e-2,
    }
    assert config_of(BASE, WEIGHTS, point) == TrainConfig(
        encoder="mobilenet-1.0-224",
        decoder="lstm-64",
        weights="embedded",
        batch_size=4,
        optimizer="rmsprop",
        learning_rate=1e-2,
        epochs=7,
    )


def test_a_file_replaces_the_dimensions_that_it_names(tmp_path: Path) -> None:
    text = """
        encoder = "mobilenet"
        units = {low = 32, high = 512, log = true}
        learning_rate = {low = 1e-4, high = 1e-1, log = true}
        dropout = [0, 0.5]
    """
    space = read_space(write(tmp_path, text))
    assert space == dict(PAPER_GRID) | {
        "encoder": Choices(("mobilenet",)),
        "units": Span(32, 512, True),
        "learning_rate": Span(1e-4, 1e-1, True),
        "dropout": Choices((0.0, 0.5)),
    }
    check_space(space, BASE, WEIGHTS)
    assert set(space) <= set(DIMENSIONS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("neurons = [64]", "unknown dimension"),
        ("epochs = [64]", "unknown dimension"),
        ("units = [64", "not valid TOML"),
        ("units = []", "one or more different ints"),
        ("units = [64, 64]", "one or more different ints"),
        ("units = [64.5]", "one or more different ints"),
        ("units = [true]", "one or more different ints"),
        ("optimizer = [1]", "one or more different strs"),
        ('decoder = {low = "gru", high = "lstm"}', "a span is"),
        ("units = {low = 64}", "high is None"),
        ("units = {low = 64, high = 32}", "low is 64 and high is 32"),
        ("units = {low = 8, high = 32, step = 8}", "a span is"),
        ("dropout = {low = 0, high = 0.5, log = true}", "above 0 with log"),
    ],
)
def test_a_wrong_space_is_one_message(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match=words) as caught:
        read_space(write(tmp_path, text))
    assert "space.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("units = [64, 5000]", "units = 5000: decoder"),
        ("batch_size = [0]", "batch_size = 0: batch_size is 0"),
        ('optimizer = ["adam", "sgd"]', "optimizer = 'sgd'"),
        ("dropout = {low = 0.1, high = 2.0}", "dropout = 2.0"),
    ],
)
def test_a_value_that_is_no_setting_is_named(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match=words):
        check_space(read_space(write(tmp_path, text)), BASE, WEIGHTS)


def test_a_grid_needs_lists(tmp_path: Path) -> None:
    space = read_space(write(tmp_path, "dropout = {low = 0.1, high = 0.5}"))
    with pytest.raises(JewelcapError, match=r"dropout = 0.1 to 0.5: a grid needs a list"):
        cells(space, 0)


def test_each_encoder_has_its_weights() -> None:
    encoders = ("vgg16", "mobilenet-0.5", "mobilenet")
    assert weights_by_encoder(("imagenet",), encoders) == {
        "vgg16-224": "imagenet",
        "mobilenet-0.5-224": "imagenet",
        "mobilenet-1.0-224": "imagenet",
    }
    chosen = weights_by_encoder(("vgg16=a/v.h5", "none", "mobilenet-1.0-224=embedded"), encoders)
    assert chosen == {
        "vgg16-224": "a/v.h5",
        "mobilenet-0.5-224": "none",
        "mobilenet-1.0-224": "embedded",
    }


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (("vgg16=none",), "no weights for mobilenet-1.0-224"),
        (("none", "inception_v3=none"), "no such encoder is searched"),
    ],
)
def test_weights_that_fit_no_encoder_are_named(sources: tuple[str, ...], words: str) -> None:
    with pytest.raises(JewelcapError, match=words):
        weights_by_encoder(sources, ("vgg16", "mobilenet"))
