"""What a study is about: written into it once and compared ever after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from pipeline.catalog.rows import read_metadata
from pipeline.catalog.schema import load_catalog
from pipeline.catalog.split import (
    DatasetManifest,
    fitting_protocol,
    read_manifest,
    split_catalog,
    write_manifest,
)
from pipeline.encoders import parse_encoder, weights_path
from pipeline.errors import JewelcapError
from pipeline.files import sha256_file, write_text
from pipeline.sweep.space import Space

_DIGEST_SHOWN: Final = 12


@dataclass(frozen=True)
class StudySettings:
    """All that makes the figures of two trials comparable.

    Attributes:
        catalog: Digest of the catalog.
        split: Digest of its split.
        protocol: Split protocol.
        seed: Seed of split, first weights, order of photos, and proposals.
        epochs: Most epochs of a trial.
        patience: Epochs without a lower validation loss before a trial stops.
        weights: Source of each encoder's weights by its full name: `imagenet`, `none`, or the
            SHA-256 of the file.
        sampler: A key of `SAMPLERS`.
        space: What is searched.
        schema_version: Version of this form.
    """

    catalog: str
    split: str
    protocol: str
    seed: int
    epochs: int
    patience: int
    weights: dict[str, str]
    sampler: str
    space: Space
    schema_version: int = 1

    def differences(self, other: StudySettings) -> list[str]:
        """Names the settings in which two studies differ, as `name: mine, not theirs`."""
        found: list[str] = []
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            if not isinstance(mine, dict):
                mine, theirs = {"": mine}, {"": theirs}
            for key in mine | theirs:
                pair = mine.get(key, "nothing"), theirs.get(key, "nothing")
                if pair[0] != pair[1]:
                    name = f"{field.name} {key}".rstrip()
                    found.append(f"{name}: {_short(pair[0])}, not {_short(pair[1])}")
        return found


def _short(value: Any) -> str:
    text = str(value)
    return text[:_DIGEST_SHOWN] if len(text) == 64 and text.isalnum() else text


def weights_by_encoder(sources: tuple[str, ...], encoders: tuple[str, ...]) -> dict[str, str]:
    """Which weights each encoder gets.

    Args:
        sources: `SOURCE` for all encoders, or `ENCODER=SOURCE` for one; as `build_encoder`.
        encoders: Names of encoders.

    Returns:
        A source for each full name.

    Raises:
        JewelcapError: A source is given for an encoder that is not searched, or none for one.
    """
    names = {parse_encoder(name).name: parse_encoder(name) for name in encoders}
    chosen = dict.fromkeys(names, "")
    for source in sorted(sources, key=lambda text: "=" in text):
        encoder, equals, path = source.rpartition("=")
        fitting = [n for n, spec in names.items() if not equals or encoder in (n, spec.family.name)]
        if not fitting:
            raise JewelcapError(
                f"--weights {source}: no such encoder is searched; these are: {', '.join(names)}"
            )
        chosen |= dict.fromkeys(fitting, path)
    missing = [name for name, source in chosen.items() if not source]
    if missing:
        raise JewelcapError(f"no weights for {', '.join(missing)}; give --weights ENCODER=SOURCE")
    return chosen


def identity_of_weights(sources: Mapping[str, str]) -> dict[str, str]:
    """The sources by what they hold, so that a file may lie elsewhere on another machine.

    Raises:
        JewelcapError: A file is missing.
    """
    found = {}
    for name, source in sources.items():
        path = weights_path(source)
        if path is not None and not path.is_file():
            raise JewelcapError(f"--weights {name}={source}: no such file")
        found[name] = source if path is None else sha256_file(path)
    return found


def read_split(folder: Path, root: Path, protocol: str | None, seed: int) -> DatasetManifest | None:
    """The split that a study's folder keeps, if it is that of this catalog.

    Test photos are not in it, and not needed: they may even be gone.

    Args:
        folder: The study's folder.
        root: The catalog.
        protocol: Split protocol asked for; None for whichever it is.
        seed: Seed asked for.

    Returns:
        None where there is no split, or that of another catalog, protocol or seed.
    """
    path = folder / "data" / "manifest.json"
    if not path.is_file():
        return None
    manifest = read_manifest(path)
    if manifest.seed != seed or protocol not in (None, manifest.protocol):
        return None
    if (folder / "data" / "rows.sha256").read_text(encoding="utf-8") != _digest_of_rows(root):
        return None
    for item in manifest.photos:
        photo = root / item.photo.file_name
        if not photo.is_file() or sha256_file(photo) != item.sha256:
            return None
    return manifest


def make_split(
    root: Path, protocol: str | None, seed: int, weights: Iterable[str]
) -> tuple[DatasetManifest, str]:
    """Splits a catalog and leaves the test photos out, so that nothing after it can open them.

    This is the only time that they are opened: near-duplicates must not stand on two sides.

    Args:
        root: The catalog.
        protocol: Split protocol; None for the one that fits the catalog.
        seed: Seed of the split.
        weights: Sources of the encoders' weights.

    Returns:
        The split, and the digest of the catalog's rows.

    Raises:
        JewelcapError: As `split_catalog`, or weights have seen test photos.
    """
    from pipeline.train import check_weights_are_blind

    rows = _digest_of_rows(root)
    catalog = load_catalog(root)
    protocol = protocol or fitting_protocol(catalog)
    manifest = split_catalog(catalog, protocol, seed, progress=True)
    for source in weights:
        check_weights_are_blind(source, manifest)
    photos = tuple(item for item in manifest.photos if item.split != "test")
    return replace(manifest, photos=photos), rows


def keep_split(folder: Path, manifest: DatasetManifest, rows: str) -> None:
    """Writes a split for `read_split`."""
    write_text(folder / "data" / "rows.sha256", rows)
    # Last, since its presence says that the rest is there.
    write_manifest(folder / "data" / "manifest.json", manifest)


def _digest_of_rows(root: Path) -> str:
    digest = hashlib.sha256()
    for row in read_metadata(root):
        digest.update(json.dumps(sorted(row.items())).encode())
    return digest.hexdigest()
