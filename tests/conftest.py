"""Shared fixtures: a drawn catalog, a run trained on it, and its captioner files."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.compression.techniques import CompressionOptions
from tests.models import EXPORTED, add_small_encoder, write_tiny_weights
from tests.synthetic import make_catalog

FEW_STEPS = CompressionOptions(epochs=1, photos=16, learning_rate=1e-3)
"""How `compressed_run` is trained on."""

# Read before TensorFlow or Kivy is imported anywhere.
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Names bytes by their kind: an archive's hold the time, and processes that share the
    tests between them must collect the same names."""
    return "bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["JEWELCAP_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def tiny_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """16 products with 8 views each; do not change it."""
    return make_catalog(tmp_path_factory.mktemp("catalog") / "drawn")


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Name and weights of an encoder whose features tell the drawn pieces apart."""
    from pipeline.encoders import EMBEDDED_WEIGHTS

    if EMBEDDED_WEIGHTS.is_file():
        return "mobilenet-1.0-64", "embedded"
    path = tmp_path_factory.mktemp("weights") / "tiny.npz"
    return write_tiny_weights(path, "mobilenet-0.25-64"), str(path)


@pytest.fixture(scope="session")
def tiny_run(
    tiny_catalog: Path, tiny_encoder: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A run directory, trained for some epochs on frozen features; copy it before changing it."""
    from pipeline.config import TrainConfig
    from pipeline.train import train_run

    encoder, weights = tiny_encoder
    config = TrainConfig(
        encoder=encoder,
        decoder="gru-32",
        weights=weights,
        learning_rate=1e-2,
        dropout=0.0,
        epochs=30,
        patience=30,
    )
    run, _ = train_run(config, tiny_catalog, tmp_path_factory.mktemp("runs") / "tiny", False)
    return run.root


@pytest.fixture(scope="session")
def tiny_bundle(tiny_run: Path, tiny_catalog: Path) -> Path:
    """The run's float32 captioner file; copy it before changing it."""
    from export.exporter import export_variant
    from export.variants import VARIANTS
    from pipeline.rundir import Run

    path, _ = export_variant(Run(tiny_run), VARIANTS["float32"], tiny_catalog)
    return path


@pytest.fixture(scope="session")
def tiny_exports(
    tiny_run: Path, tiny_bundle: Path, tiny_catalog: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The run's captioner file in the variants of `EXPORTED`; none of them is refused.

    A tiny encoder cannot promise the parity of a real one, so all but float32 have no floor.
    """
    from export.exporter import export_variant
    from export.variants import VARIANTS, ParityFloor
    from pipeline.rundir import Run

    root = tmp_path_factory.mktemp("exports") / "tiny"
    shutil.copytree(tiny_run, root, ignore=shutil.ignore_patterns("export", "checkpoints"))
    found = {"float32": tiny_bundle}
    for name in EXPORTED:
        if name not in found:
            lenient = replace(VARIANTS[name], floor=ParityFloor(10.0, 0.0, 0.0))
            found[name], _ = export_variant(Run(root), lenient, tiny_catalog, 10)
    return found


@pytest.fixture(scope="session")
def compressed_run(tiny_catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of `tests.models.add_small_encoder`, trained on by every technique.

    Tests that load it must add the encoder, too; copy it before changing it.
    """
    from pipeline.compression.techniques import TECHNIQUES
    from pipeline.compression.train import train_compressed
    from pipeline.config import TrainConfig
    from pipeline.train import train_run

    with pytest.MonkeyPatch.context() as patch:
        add_small_encoder(patch)
        config = TrainConfig(
            encoder="small-32",
            decoder="gru-8",
            weights="none",
            learning_rate=3e-2,
            dropout=0.0,
            epochs=15,
            patience=15,
            seed=1,
        )
        run, _ = train_run(config, tiny_catalog, tmp_path_factory.mktemp("runs") / "small", False)
        for technique in TECHNIQUES.values():
            train_compressed(run, technique, tiny_catalog, FEW_STEPS)
        return run.root
