"""What all trainings here share: an encoder of a few values, and a catalog that is split."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import DatasetManifest, split_catalog
from tests.models import add_small_encoder
from tests.synthetic import make_catalog


@pytest.fixture(scope="package", autouse=True)
def _small_encoder() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        add_small_encoder(patch)
        yield


@pytest.fixture(scope="package")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """16 products with 3 views each; do not change it."""
    return make_catalog(tmp_path_factory.mktemp("catalog") / "small", views=3)


@pytest.fixture(scope="package")
def manifest(catalog: Path) -> DatasetManifest:
    return split_catalog(load_catalog(catalog))
