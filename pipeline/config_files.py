"""Settings of a training in TOML files; some come with the project."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

from mobile_app.camera_app.runtime.schema import from_jsonable
from pipeline.config import TrainConfig
from pipeline.errors import JewelcapError
from pipeline.registry import lookup

CONFIGS: Final = Path(__file__).parent / "configs"
"""Files that `--config NAME` finds; their heads say what they reached."""


def config_names() -> tuple[str, ...]:
    """Names of the project's own files, sorted."""
    return tuple(sorted(path.stem for path in CONFIGS.glob("*.toml")))


def find_config(name: str) -> Path:
    """The file that `--config` means: one of the project by its name, or any by its path.

    Raises:
        JewelcapError: There is no such file.
    """
    if not name.endswith(".toml"):
        return lookup({one: CONFIGS / f"{one}.toml" for one in config_names()}, name, "config")
    path = Path(name)
    if not path.is_file():
        raise JewelcapError(
            f"--config {name}: no such file; give one, or one of {', '.join(config_names())}"
        )
    return path


def read_settings(path: Path) -> dict[str, Any]:
    """Reads settings by their names in `TrainConfig`; those that are missing are not given.

    Raises:
        JewelcapError: The file is no TOML, or a setting is unknown or of another type.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise JewelcapError(f"{path}: cannot be read as TOML ({error})") from None
    # The file's own version would be one of the project, not of its form.
    version = {"schema_version": TrainConfig.schema_version}
    whole = {"encoder": "", "decoder": "", **data, **version}
    config = from_jsonable(TrainConfig, whole, str(path))
    return {name: getattr(config, name) for name in data}
