"""What the app starts with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..runtime.bundle import Bundle

DEFAULT_LANGUAGE: Final = "en"


@dataclass(frozen=True)
class AppSettings:
    """What the app starts with.

    Attributes:
        model: Captioner file.
        source: As `open_source` takes it; None for the first camera.
        level: Level of description; None for the most detailed that the captioner has.
        language: ISO 639-1 code of the captions.
    """

    model: Path
    source: str | None = None
    level: str | None = None
    language: str = DEFAULT_LANGUAGE


def choose_level(bundle: Bundle, wanted: str | None) -> str:
    """Returns the level to begin with: the one wanted, or the captioner's most detailed one.

    Raises:
        JewelcapError: The captioner does not have the wanted level.
    """
    level = wanted or bundle.manifest.levels[-1]
    bundle.vocabulary.start_id(level)
    return level
