"""The contact sheet of augmentation."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from pipeline.augmentation.policies import POLICIES
from pipeline.cli import main

POLICY = "paper"


@pytest.fixture(scope="module")
def sheet(tiny_catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sheet") / "augmentation.png"
    arguments = ["catalog", "augmentations", str(tiny_catalog), "--policy", POLICY]
    result = CliRunner().invoke(main, [*arguments, "--photos", "3", "--out", str(path)])
    assert result.exit_code == 0, result.output
    return path


def test_the_sheet_has_a_row_for_the_photos_each_step_and_the_whole(sheet: Path) -> None:
    from pipeline.catalog.sheet import SheetRow, draw_sheet

    rows = 1 + len(POLICIES[POLICY].steps) + 3
    blank = [(Image.new("RGB", (160, 160)), "")] * 3
    with Image.open(sheet) as image:
        assert image.size == draw_sheet("", [SheetRow("", "", blank)] * rows).size


def test_an_unknown_policy_is_one_message(tiny_catalog: Path, tmp_path: Path) -> None:
    arguments = ["catalog", "augmentations", str(tiny_catalog), "--policy", "nonsense"]
    result = CliRunner().invoke(main, [*arguments, "--out", str(tmp_path / "x.png")])
    assert result.exit_code == 2 and "nonsense" in result.output
    assert not list(tmp_path.iterdir())
