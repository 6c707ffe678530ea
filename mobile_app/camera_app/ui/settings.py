"""What the app starts with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..runtime.bundle import BundleManifest
from ..runtime.errors import JewelcapError


@dataclass(frozen=True)
class AppSettings:
    """What the app starts with; what the customer has chosen before comes second.

    Attributes:
        model: Captioner file to use; None for the one chosen last, or the embedded one.
        source: As `open_source` takes it; None for the first camera.
        level: Level of description; None for the one chosen last.
        language: ISO 639-1 code; None for the one chosen last, or the system's.
        folder: Where the app keeps what is its own; None for the system's place for it.
    """

    model: Path | None = None
    source: str | None = None
    level: str | None = None
    language: str | None = None
    folder: Path | None = None


def choose_level(manifest: BundleManifest, wanted: str | None) -> str:
    """Returns the level to begin with: the one wanted, or the captioner's most detailed one.

    Raises:
        JewelcapError: The captioner does not have the wanted level.
    """
    if wanted and wanted not in manifest.levels:
        raise JewelcapError(
            f"this captioner has no level {wanted!r}; it has {', '.join(manifest.levels)}"
        )
    return wanted or manifest.levels[-1]
