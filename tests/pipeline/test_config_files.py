from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import TrainConfig
from pipeline.config_files import config_names, find_config, read_settings
from pipeline.errors import JewelcapError


@pytest.mark.parametrize("name", config_names())
def test_the_projects_own_files_are_right_and_tell_their_command(name: str) -> None:
    path = find_config(name)
    TrainConfig(**read_settings(path)).check()
    text = path.read_text(encoding="utf-8")
    assert f"--config {name} " in text
    for what in ("# Command: ", "# Duration: ", "# Score: "):
        assert f"\n{what}" in text
    assert text.startswith("# ") and text.endswith("\n")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.toml"


def test_only_what_stands_there_is_set(file: Path) -> None:
    file.write_text('optimizer = "adamw"\nlearning_rate = 1\nteacher = ["a", "b"]\n')
    assert find_config(str(file)) == file
    assert read_settings(file) == {
        "optimizer": "adamw",
        "learning_rate": 1.0,
        "teacher": ("a", "b"),
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("learnin_rate = 1", "unknown learnin_rate"),
        ('epochs = "many"', "epochs: expected int, found str"),
        ("epochs = ", "cannot be read as TOML"),
        ("epochs = true", "epochs: expected int"),
    ],
)
def test_what_is_wrong_is_named(file: Path, text: str, reason: str) -> None:
    file.write_text(text)
    with pytest.raises(JewelcapError, match=reason) as caught:
        read_settings(file)
    assert str(file) in str(caught.value)


def test_a_file_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(JewelcapError, match="did you mean 'fine_tuned'"):
        find_config("fine_tune")
    with pytest.raises(JewelcapError, match=r"no such file.*frozen"):
        find_config(str(tmp_path / "none.toml"))
