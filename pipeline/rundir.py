"""The run directory: stages that build under a temporary name and are skipped once done."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mobile_app.camera_app.runtime.schema import dump_json, load_json
from pipeline import __version__
from pipeline.catalog.split import DatasetManifest, read_manifest, write_manifest
from pipeline.config import TrainConfig
from pipeline.errors import JewelcapError
from pipeline.files import disk_error, sha256_file, write_text

DONE: Final = "done.json"


@dataclass(frozen=True)
class RunConfig:
    """What a run directory is for; written once and compared ever after.

    Attributes:
        train: Settings.
        catalog_digest: Digest of the catalog; the folder itself may move.
        catalog: Folder of the catalog when the run was made.
        schema_version: Version of this form.
    """

    train: TrainConfig
    catalog_digest: str
    catalog: str
    schema_version: int = 1


@dataclass(frozen=True)
class Done:
    """The record that a finished stage leaves in its folder.

    Attributes:
        inputs: Digest of each input by name.
        outputs: SHA-256 of each file of the stage by its path.
        wall_seconds: Time from the stage's start, or its last resumption, to its end.
        code_version: jewelcap's version.
        schema_version: Version of this form.
    """

    inputs: dict[str, str]
    outputs: dict[str, str]
    wall_seconds: float
    code_version: str
    schema_version: int = 1


def _of_this_version(text: str) -> str:
    """Brings settings of version 2, which only lacks choices there were not, to version 3."""
    try:
        data = json.loads(text)
        if data["train"]["schema_version"] == 2:
            data["train"] |= {"schema_version": 3, "fine_tune_schedule": "plateau"}
            return json.dumps(data)
    except (ValueError, KeyError, TypeError):
        pass  # What is wrong with it is told where it is read.
    return text


@dataclass(frozen=True)
class Run:
    """A run directory.

    Attributes:
        root: The folder.
    """

    root: Path

    @property
    def manifest_path(self) -> Path:
        """The split."""
        return self.root / "data" / "manifest.json"

    @property
    def train_dir(self) -> Path:
        """The trained model."""
        return self.root / "train"

    def config(self) -> RunConfig:
        """Reads the run's settings.

        Raises:
            JewelcapError: The folder is no run directory.
        """
        path = self.root / "config.json"
        try:
            text = path.read_text(encoding="utf-8")
        except OSError:
            raise JewelcapError(
                f"{self.root}: not a run directory (no config.json); `jewelcap train` makes one"
            ) from None
        return load_json(RunConfig, _of_this_version(text), str(path))

    def manifest(self) -> DatasetManifest:
        """Reads the run's split."""
        return read_manifest(self.manifest_path)

    def start(self, config: RunConfig, manifest: DatasetManifest, force: bool) -> None:
        """Writes the settings and the split, or checks that those there are the same.

        Args:
            config: Settings.
            manifest: The split.
            force: Whether another run in the folder is replaced.

        Raises:
            JewelcapError: The folder holds another run, or something else.
        """
        config_path = self.root / "config.json"
        if config_path.exists():
            found = self.config()
            differences = config.train.differences(found.train)
            if config.catalog_digest != found.catalog_digest:
                differences.append("catalog: other photos or rows")
            elif manifest.digest != self.manifest().digest:
                differences.append("split: made by another version of jewelcap")
            if not differences:
                return
            if not force:
                raise JewelcapError(
                    f"{self.root} holds a run with other settings ({'; '.join(differences)}); "
                    "choose another folder, or --force to replace it"
                )
            shutil.rmtree(self.root)
        elif self.root.exists() and not self.root.is_dir():
            raise JewelcapError(f"{self.root}: is a file; choose another --run")
        elif self.root.exists() and {path.name for path in self.root.iterdir()} - {"data"}:
            raise JewelcapError(
                f"{self.root}: is not empty and no run directory; choose another folder"
            )
        write_manifest(self.manifest_path, manifest)
        # Last, since its presence says that the rest is there.
        write_text(config_path, dump_json(config))


def run_stage(
    target: Path,
    inputs: Mapping[str, str],
    build: Callable[[Path], None],
    force: bool = False,
) -> bool:
    """Builds a stage's folder unless it is there already.

    The folder under work, `<name>.partial`, survives a crash, so that `build` may go on from
    what it finds there, as long as the inputs are the same.

    Args:
        target: The stage's folder.
        inputs: Digest of each input by name.
        build: Fills the folder that it is given.
        force: Whether a finished stage, even one of other inputs, is built again.

    Returns:
        Whether anything was built.

    Raises:
        JewelcapError: The finished stage had other inputs, or the disk is full.
    """
    inputs = dict(inputs)
    partial = target.with_name(f"{target.name}.partial")
    if not target.exists() and (partial / DONE).is_file():
        # Killed between the record and the rename.
        partial.rename(target)
    if (target / DONE).is_file() and not force:
        done = load_json(Done, (target / DONE).read_text(encoding="utf-8"), str(target / DONE))
        changed = sorted(k for k in inputs | done.inputs if inputs.get(k) != done.inputs.get(k))
        if not changed:
            return False
        raise JewelcapError(
            f"{target} was built from other {', '.join(changed)}; --force builds it again"
        )
    fingerprint = hashlib.sha256(dump_json(inputs).encode()).hexdigest()
    marker = partial / ".inputs"
    started = time.monotonic()
    try:
        if force or not marker.is_file() or marker.read_text(encoding="utf-8") != fingerprint:
            shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True, exist_ok=True)
        write_text(marker, fingerprint)
        build(partial)
        outputs = {
            path.relative_to(partial).as_posix(): sha256_file(path)
            for path in sorted(partial.rglob("*"))
            if path.is_file() and path != marker
        }
        done = Done(inputs, outputs, round(time.monotonic() - started, 3), __version__)
        marker.unlink()
        write_text(partial / DONE, dump_json(done))
        if target.exists():
            shutil.rmtree(target)
        partial.rename(target)
    except OSError as error:
        raise disk_error(target, error) from None
    return True
