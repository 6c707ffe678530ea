"""The captioner files in the app's own folder.

A file is added in three steps, so that a bad one never replaces a good one: it is verified as it
was given, tried on a picture that every app carries, and only then copied under a name of the
app's own.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..runtime.bundle import Bundle, BundleManifest, read_bundle
from ..runtime.captioner import Captioner
from ..runtime.errors import BundleError, JewelcapError
from ..runtime.files import disk_error, replacing
from ..runtime.levels import Term
from .trial import try_captioner

SUFFIX: Final = ".tflite"
SUFFIXES: Final = frozenset({SUFFIX, ".captioner"})
"""Endings of captioner files that may be added."""

MOST_BYTES: Final = 200_000_000
"""Of a file to be added; the largest captioner measured has 87 MB."""


@dataclass(frozen=True)
class Model:
    """A captioner file that the app can use.

    Attributes:
        path: Where it lies.
        manifest: What it says about itself.
        terms: All words that it knows.
        size_bytes: Of the whole file.
        removable: Whether it was added by the customer.
    """

    path: Path
    manifest: BundleManifest
    terms: tuple[Term, ...]
    size_bytes: int
    removable: bool

    @property
    def key(self) -> str:
        """What tells it from all others, wherever it lies."""
        return self.manifest.flatbuffer_sha256

    @property
    def title(self) -> str:
        """Its name for people."""
        name, variant = self.manifest.name, self.manifest.variant
        return name if name.endswith(variant) else f"{name} {variant}"


class Shelf:
    """All captioner files at hand: those given, and those in a folder of the app's own."""

    def __init__(self, folder: Path, given: tuple[Path, ...] = ()) -> None:
        """Opens nothing yet.

        Args:
            folder: Where added files are kept.
            given: Files that lie elsewhere: the embedded one, and one named at the start.
        """
        self._folder = folder
        self._given = given

    def models(self) -> list[Model]:
        """Lists usable files: given ones first, then added ones by name.

        Damaged ones are left out; see `read_bundle` for what they would say.
        """
        found: dict[str, Model] = {}
        added = sorted(self._folder.glob(f"*{SUFFIX}")) if self._folder.is_dir() else []
        for path in (*self._given, *added):
            with suppress(BundleError, OSError):
                model = open_model(path, removable=path.parent == self._folder)
                found.setdefault(model.key, model)
        return list(found.values())

    def add(self, path: Path, open_captioner: Callable[[Bundle], Captioner] | None = None) -> Model:
        """Verifies a file, tries it and copies it to the app's folder.

        Args:
            path: A captioner file, made by `jewelcap export`.
            open_captioner: Loads it; None for the usual way.

        Raises:
            JewelcapError: It is no captioner, it failed its trial, or there is no space for it.
        """
        size = _size(path)
        if size > MOST_BYTES:
            raise BundleError(
                f"{path.name}: {size / 1e6:.0f} MB is more than the app takes "
                f"({MOST_BYTES / 1e6:.0f} MB); export an 8-bit variant"
            )
        try:
            bundle = read_bundle(path)
        except BundleError as error:
            # Where the system's picker has put it says nothing to the customer.
            raise BundleError(str(error).replace(str(path), path.name)) from None
        try_captioner(bundle, open_captioner)
        digest = bundle.manifest.flatbuffer_sha256
        target = self._folder / f"{digest[:16]}{SUFFIX}"
        if not target.exists():
            _require_space(self._folder, size)
            with replacing(target) as partial:
                shutil.copyfile(path, partial)
                # What was copied is checked once more: the card may have been pulled out.
                if hashlib.sha256(partial.read_bytes()).digest() != _digest(path):
                    raise BundleError(f"{path.name}: changed while it was copied; add it again")
        return open_model(target, removable=True)

    def remove(self, model: Model) -> None:
        """Deletes a file that was added."""
        if model.removable and model.path.parent == self._folder:
            with suppress(FileNotFoundError):
                model.path.unlink()


def open_model(path: Path, removable: bool = False) -> Model:
    """Verifies a file.

    Raises:
        BundleError: It is no complete, unaltered captioner.
    """
    bundle = read_bundle(path)
    return Model(path, bundle.manifest, bundle.vocabulary.terms, path.stat().st_size, removable)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise BundleError(f"{path.name}: cannot be read ({error.strerror})") from None


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def _require_space(folder: Path, size: int) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise disk_error(folder, error) from None
    if free < 2 * size:
        full = OSError(errno.ENOSPC, "No space left on device")
        raise disk_error(folder, full)


def find_model(models: list[Model], key: str) -> Model | None:
    """Returns the model of a key, if it is there."""
    return next((model for model in models if model.key == key), None)


def choose_model(models: list[Model], key: str) -> Model:
    """Returns the model of a key, or else the first one.

    Raises:
        JewelcapError: There is none at all.
    """
    if not models:
        raise JewelcapError(
            "There is no captioner in the app: add a file that `jewelcap export` made"
        )
    return find_model(models, key) or models[0]
