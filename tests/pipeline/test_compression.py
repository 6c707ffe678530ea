"""Techniques of the toolkit on an encoder that trains in no time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.captioner_model import load_model
from pipeline.compression.photos import training_side
from pipeline.compression.techniques import TECHNIQUES, CompressionOptions, Technique
from pipeline.compression.train import (
    folder_of,
    load_compressed,
    read_compression,
    train_compressed,
)
from pipeline.compression.wrap import CLUSTERS, SPARSITY
from pipeline.errors import JewelcapError
from pipeline.rundir import DONE, Run
from tests.conftest import FEW_STEPS
from tests.models import add_small_encoder
from tests.synthetic import draw_piece


@dataclass(frozen=True)
class Compressed:
    run: Run
    root: Path


@pytest.fixture(scope="module")
def compressed(compressed_run: Path, tiny_catalog: Path) -> Iterator[Compressed]:
    with pytest.MonkeyPatch.context() as patch:
        add_small_encoder(patch)
        yield Compressed(Run(compressed_run), tiny_catalog)


def kernel(run: Run, technique: Technique | None) -> NDArray[np.float32]:
    """Of the second convolution, the only one that is pruned or clustered."""
    model = load_model(run) if technique is None else load_compressed(run, technique)
    arrays = [array for array in model.encoder.get_weights() if array.shape == (3, 3, 8, 12)]
    assert len(arrays) == 1
    found: NDArray[np.float32] = arrays[0]
    return found


@pytest.mark.parametrize("name", TECHNIQUES)
def test_a_technique_leaves_a_finished_folder_of_its_own(name: str, compressed: Compressed) -> None:
    technique = TECHNIQUES[name]
    folder = folder_of(compressed.run, technique)
    assert folder == compressed.run.root / "compress" / name
    assert (folder / DONE).is_file()
    summary = read_compression(compressed.run, technique)
    assert (summary.technique, summary.epochs, summary.train_photos) == (name, 1, 16)
    assert np.isfinite(summary.validation_loss)
    changed = kernel(compressed.run, technique)
    assert not np.array_equal(changed, kernel(compressed.run, None))


@pytest.mark.parametrize("name", ["pruned", "pqat"])
def test_pruned_weights_are_and_stay_0(name: str, compressed: Compressed) -> None:
    zeros = float(np.mean(kernel(compressed.run, TECHNIQUES[name]) == 0.0))
    assert zeros == pytest.approx(SPARSITY, abs=0.01)
    assert float(np.mean(kernel(compressed.run, None) == 0.0)) == 0.0


@pytest.mark.parametrize("name", ["clustered", "cqat"])
def test_clustered_weights_are_and_stay_few(name: str, compressed: Compressed) -> None:
    assert len(np.unique(kernel(compressed.run, None))) > 800
    assert len(np.unique(kernel(compressed.run, TECHNIQUES[name]))) <= CLUSTERS


@pytest.mark.parametrize("name", TECHNIQUES)
def test_only_quantizing_techniques_simulate_8_bits(name: str, compressed: Compressed) -> None:
    technique = TECHNIQUES[name]
    encoder = load_compressed(compressed.run, technique).encoder
    wrappers = [layer for layer in encoder.layers if "Quantize" in type(layer).__name__]
    assert bool(wrappers) == technique.quantizing
    leftover = [type(layer).__name__ for layer in encoder.layers]
    assert not {"PruneLowMagnitude", "ClusterWeights"} & set(leftover)


def test_a_model_is_trained_on_with_all_that_it_was_trained_on(
    compressed: Compressed, tiny_catalog: Path, tmp_path: Path
) -> None:
    for kind in ("cup", "coin"):
        (tmp_path / "things" / kind).mkdir(parents=True)
        draw_piece("ring", "silver", "ruby", 7, (32, 32)).save(tmp_path / "things" / kind / "0.png")
    model, manifest = load_model(compressed.run), compressed.run.manifest()
    config = replace(compressed.run.config().train, negatives=str(tmp_path / "things"))
    own = manifest.of("train")
    side = training_side(config, tiny_catalog, manifest, model)
    assert [item.sha256 for item in side.items[:-2]] == [item.sha256 for item in own]
    assert side.folders == [tiny_catalog] * len(own) + [tmp_path / "things"] * 2
    for column, level in enumerate(model.vocabulary.level_names):
        start = model.vocabulary.start_id(level)
        assert list(side.sequences.inputs[-2:, column, 0]) == [start, start]
        assert list(side.sequences.targets[-2:, column, 0]) == [model.vocabulary.end_id] * 2
        assert model.vocabulary.end_id not in side.sequences.targets[:-2, column, 0]
    few = training_side(config, tiny_catalog, manifest, model, 10)
    assert len(few.items) == len(few.folders or ()) == 10
    again = training_side(config, tiny_catalog, manifest, model, 10)
    assert [one.sha256 for one in few.items] == [one.sha256 for one in again.items]


def test_ranges_start_where_photos_need_them_whatever_their_size() -> None:
    from pipeline.compression.wrap import settle_ranges, wrap
    from pipeline.keras_api import keras

    layers = keras.layers
    encoder = keras.Sequential(
        [
            layers.Input((8, 8, 3)),
            layers.Conv2D(6, 3, activation="relu", name="large"),
            layers.Conv2D(6, 3, name="small"),
            layers.GlobalAveragePooling2D(name="pool"),
        ]
    )
    large, small = (encoder.get_layer(name) for name in ("large", "small"))
    # What the first gives goes far beyond the toolkit's own [-6, 6]; that of the second would
    # fall between two of its steps.
    large.set_weights([100.0 * weight for weight in large.get_weights()])
    small.set_weights([1e-3 * weight for weight in small.get_weights()])
    photos = np.random.default_rng(0).uniform(-1.0, 1.0, (4, 8, 8, 3)).astype(np.float32)
    wrapped = wrap(TECHNIQUES["qat"], encoder)
    settle_ranges(wrapped, photos)
    expected = np.asarray(encoder(photos, training=False))
    found = np.asarray(wrapped(photos, training=False))
    assert np.linalg.norm(found - expected) < 0.1 * np.linalg.norm(expected)


def test_what_is_done_is_not_done_again(compressed: Compressed) -> None:
    for technique in TECHNIQUES.values():
        for force in (False, True):
            assert not train_compressed(
                compressed.run, technique, compressed.root, FEW_STEPS, force
            )
    other = CompressionOptions(epochs=2, photos=16, learning_rate=1e-3)
    with pytest.raises(JewelcapError, match="built from other options; --force"):
        train_compressed(compressed.run, TECHNIQUES["qat"], compressed.root, other)


def test_a_run_that_is_not_trained_is_one_message(compressed: Compressed, tmp_path: Path) -> None:
    root = tmp_path / "untrained"
    shutil.copytree(compressed.run.root, root, ignore=shutil.ignore_patterns("train", "compress"))
    with pytest.raises(JewelcapError, match="training has not ended"):
        train_compressed(Run(root), TECHNIQUES["qat"], compressed.root, FEW_STEPS)


def test_techniques_start_from_techniques_that_there_are() -> None:
    assert {one.start for one in TECHNIQUES.values()} <= {"", *TECHNIQUES}
    for technique in TECHNIQUES.values():
        if technique.start:
            assert not TECHNIQUES[technique.start].quantizing
