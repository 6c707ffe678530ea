"""Variants that fell below their floor: kept aside for study, named, and not made twice."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mobile_app.camera_app.runtime.bundle import Parity
from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline.errors import JewelcapError
from pipeline.files import write_text
from pipeline.rundir import Run

REFUSAL: Final = "refusal.json"


@dataclass(frozen=True)
class Refusal:
    """Why a variant is not exported.

    Attributes:
        variant: Its name.
        violations: What falls below the floor, with both figures.
        parity: All figures.
        size_bytes: Size of the refused model.
        inputs: Digest of each input by name, as of a stage.
        schema_version: Version of this form.
    """

    variant: str
    violations: tuple[str, ...]
    parity: Parity
    size_bytes: int
    inputs: dict[str, str]
    schema_version: int = 1


class RefusedError(JewelcapError):
    """A variant fell below its floor."""

    def __init__(self, refusal: Refusal, folder: Path, note: str = "") -> None:
        """Says why, where the file is, and what else there is to say of it."""
        super().__init__(
            f"{refusal.variant} is refused: on {refusal.parity.n} validation photos "
            f"{' and '.join(refusal.violations)}; the file is kept in {folder} for study"
            + (f"; {note}" if note else "")
        )
        self.refusal, self.folder, self.note = refusal, folder, note


def refused_folder(run: Run, variant: str) -> Path:
    """Where a refused variant is kept."""
    return run.root / "export" / "refused" / variant


def read_refusal(run: Run, variant: str) -> Refusal | None:
    """Reads why a variant was refused; None where it was not."""
    path = refused_folder(run, variant) / REFUSAL
    if not path.is_file():
        return None
    return load_json(Refusal, path.read_text(encoding="utf-8"), str(path))


def refuse(run: Run, work: Path, refusal: Refusal) -> RefusedError:
    """Moves what was made aside; an older captioner of the variant goes.

    Args:
        run: The run.
        work: Folder with the refused file, which goes.
        refusal: Why.

    Returns:
        The error to raise.
    """
    folder = refused_folder(run, refusal.variant)
    # Whoever asked for the variant anew must not find the file that it was before.
    for old in (run.root / "export" / refusal.variant, folder):
        shutil.rmtree(old, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # The marker of a stage under work.
    (work / ".inputs").unlink(missing_ok=True)
    work.rename(folder)
    # Last, since its presence says that the rest is there.
    write_text(folder / REFUSAL, dump_json(refusal))
    return RefusedError(refusal, folder)
