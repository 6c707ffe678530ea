"""What the customer has chosen, kept from one start to the next."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Literal

from .runtime.files import write_text
from .runtime.schema import SchemaError, dump_json, load_json

FILE_NAME: Final = "preferences.json"

Appearance = Literal["system", "dark", "light"]
TextSize = Literal["normal", "large", "largest"]


@dataclass(frozen=True)
class Preferences:
    """What the customer has chosen.

    Attributes:
        language: ISO 639-1 code, or `system`.
        appearance: Dark, light, or as the system has it.
        text_size: Of everything that is read.
        high_contrast: Whether colors are drawn apart.
        keep_history: Whether descriptions are kept.
        level: Level of description; empty for the captioner's most detailed one.
        model: Key of the captioner; empty for the first one.
        welcomed: Whether the first start is over.
        schema_version: Version of the file's form.
    """

    language: str = "system"
    appearance: Appearance = "system"
    text_size: TextSize = "normal"
    high_contrast: bool = False
    keep_history: bool = True
    level: str = ""
    model: str = ""
    welcomed: bool = False
    schema_version: int = 1


class PreferencesFile:
    """The preferences in the app's own folder."""

    def __init__(self, folder: Path) -> None:
        """Reads them; a damaged file counts as none."""
        self._path = folder / FILE_NAME
        try:
            self.values = load_json(Preferences, self._path.read_bytes(), FILE_NAME)
        except (OSError, SchemaError):
            self.values = Preferences()

    def change(self, **values: Any) -> Preferences:
        """Changes some and writes all.

        Raises:
            JewelcapError: There is no space; the change still holds until the app ends.
        """
        known = {field.name for field in fields(Preferences)}
        assert set(values) <= known, f"no such preferences: {set(values) - known}"
        if any(getattr(self.values, name) != value for name, value in values.items()):
            self.values = replace(self.values, **values)
            write_text(self._path, dump_json(self.values))
        return self.values
