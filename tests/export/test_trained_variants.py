"""Variants whose model is trained on first, from the technique to the file."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from export.card import CARD
from export.exporter import CAPTIONER, export_variant, read_parity
from export.flatbuffer import layers, unpack
from export.selection import zipped_bytes
from export.variants import VARIANTS, ParityFloor
from mobile_app.camera_app.runtime.bundle import read_bundle
from mobile_app.camera_app.runtime.captioner import Captioner
from pipeline.compression.wrap import CLUSTERS
from pipeline.rundir import Run
from tests.conftest import FEW_STEPS
from tests.models import add_small_encoder
from tests.synthetic import draw_piece

TRAINED = [name for name, variant in VARIANTS.items() if variant.technique is not None]


@pytest.fixture(scope="module")
def exports(
    compressed_run: Path, tiny_catalog: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Each of them, from a single run."""
    root = tmp_path_factory.mktemp("trained") / "small"
    shutil.copytree(compressed_run, root, ignore=shutil.ignore_patterns("checkpoints"))
    # So little training promises no accuracy; parity has a test of its own.
    floor = ParityFloor(10.0, 0.0, 0.0, 1.0)
    with pytest.MonkeyPatch.context() as patch:
        add_small_encoder(patch)
        found = {}
        for name in ("float32", *TRAINED):
            found[name], _ = export_variant(
                Run(root),
                replace(VARIANTS[name], floor=floor),
                tiny_catalog,
                calibration_photos=8,
                parity_photos=16,
                compression=FEW_STEPS,
            )
    return found


def kernel(path: Path) -> np.ndarray:
    """Of the second convolution, in the numbers that it is stored in."""
    model = unpack(path.read_bytes()[: read_bundle(path).manifest.flatbuffer_bytes])
    last = [one for one in layers(path.read_bytes()) if one.operator == "CONV_2D"][-1]
    for graph in model.subgraphs:
        for operator in graph.operators:
            if graph.tensors[operator.outputs[0]].name.decode() == last.name:
                tensor = graph.tensors[operator.inputs[1]]
                data = bytes(model.buffers[tensor.buffer].data)
                return np.frombuffer(data, last.kernel_dtype).reshape(tensor.shape)
    raise AssertionError(last.name)


@pytest.mark.parametrize("name", TRAINED)
def test_a_trained_variant_is_a_captioner(name: str, exports: dict[str, Path]) -> None:
    path = exports[name]
    assert path.name == CAPTIONER and path.parent.name == name
    assert read_bundle(path).manifest.variant == name
    caption = Captioner.open(path).describe(draw_piece("ring", "silver", "ruby", 5), "complete")
    assert 0.0 < caption.confidence <= 1.0
    technique = VARIANTS[name].technique
    assert technique is not None
    assert technique.summary in path.with_name(CARD).read_text()


@pytest.mark.parametrize("name", TRAINED)
def test_a_file_says_what_its_own_keras_model_says(name: str, exports: dict[str, Path]) -> None:
    parity = read_parity(exports[name]).parity
    assert parity.n == 16
    exact = VARIANTS[name].encoder.name == "float32"
    assert parity.state_error < (1e-4 if exact else 0.08)
    assert parity.token_agreement >= (0.999 if exact else 0.9)


@pytest.mark.parametrize("name", ["pruned-float32", "pruned-int8", "pqat-int8"])
def test_zeros_reach_the_file(name: str, exports: dict[str, Path]) -> None:
    zeros = float(np.mean(kernel(exports[name]) == 0))
    assert zeros >= 0.49
    assert float(np.mean(kernel(exports["qat-int8"]) == 0)) < 0.2


def most_different(values: np.ndarray) -> int:
    """Most different weights of a channel."""
    return max(len(np.unique(channel)) for channel in values)


@pytest.mark.parametrize("name", ["clustered-float32", "clustered-int8", "cqat-int8"])
def test_clusters_reach_the_file(name: str, exports: dict[str, Path]) -> None:
    values = kernel(exports[name])
    assert most_different(values) <= CLUSTERS < most_different(kernel(exports["qat-int8"]))
    if values.dtype == np.float32:
        assert len(np.unique(values)) <= CLUSTERS


def test_what_pruning_and_clustering_bring_is_size_zipped(exports: dict[str, Path]) -> None:
    plain = exports["float32"]
    for name in ("pruned-float32", "clustered-float32"):
        assert abs(exports[name].stat().st_size - plain.stat().st_size) < 1000
        assert zipped_bytes(exports[name]) < zipped_bytes(plain)
