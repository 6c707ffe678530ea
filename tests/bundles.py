"""Captioner files without a real model behind them, and an interpreter that reads a table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from export.bundle_writer import write_bundle
from mobile_app.camera_app.runtime.bundle import (
    MANIFEST_NAME,
    VOCABULARY_NAME,
    Bundle,
    BundleManifest,
    LevelAccuracy,
    Parity,
    Provenance,
    read_bundle,
)
from mobile_app.camera_app.runtime.decode import Encoded, Floats
from mobile_app.camera_app.runtime.levels import LEVELS, Attributes, Term
from mobile_app.camera_app.runtime.preprocess import Pixels, PreprocessSpec
from mobile_app.camera_app.runtime.vocabulary import Vocabulary

FLATBUFFER = b"\x1c\x00\x00\x00TFL3" + bytes(range(256)) * 4
"""What looks like a model to everything but LiteRT."""

PIECE = Attributes(
    types=("ring",), model="Alba", materials=("white gold",), stones=("diamond", "ruby")
)
VOCABULARY = Vocabulary.build([*PIECE.terms(), Term("type", "earring"), Term("model", "Lyra")])
MANIFEST = BundleManifest(
    name="tiny float32",
    encoder="mobilenet-0.25-32",
    decoder="gru-8",
    variant="float32",
    preprocess=PreprocessSpec(32, 32),
    levels=tuple(LEVELS),
    max_length=5,
    languages=("en",),
    state_size=1,
    flatbuffer_sha256="",
    flatbuffer_bytes=0,
    parity=Parity(3, 0.0, 1.0, 1.0, 3, 1.0),
    accuracy=(LevelAccuracy("basic", 3, 2, 2 / 3, 0.2, 0.9),),
    provenance=Provenance("c" * 64, "views", 0, "d" * 64, "", "0.1"),
    license="CC0-1.0",
)


def write_fake_bundle(path: Path, **changes: Any) -> Path:
    """Writes a captioner file that opens, except for what the changed manifest fields break."""
    write_bundle(path, FLATBUFFER, replace(MANIFEST, **changes), VOCABULARY)
    return path


def members_of(path: Path) -> dict[str, bytes]:
    """Contents of the ZIP behind the model."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in (MANIFEST_NAME, VOCABULARY_NAME)}


def write_members(
    path: Path,
    flatbuffer: bytes,
    members: Mapping[str, bytes],
    compression: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """Writes a flatbuffer with any ZIP behind it."""
    buffer = io.BytesIO(flatbuffer)
    with zipfile.ZipFile(buffer, "a", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    path.write_bytes(buffer.getvalue())
    return path


def with_members(path: Path, source: Path, **members: bytes | None) -> Path:
    """Copies a captioner file with other members: `json` and `txt`; None leaves one out."""
    found: dict[str, bytes | None] = {**members_of(source)}
    for ending, data in members.items():
        name = MANIFEST_NAME if ending == "json" else VOCABULARY_NAME
        found[name] = data
    kept = {name: data for name, data in found.items() if data is not None}
    model = source.read_bytes()[: read_bundle(source).manifest.flatbuffer_bytes]
    return write_members(path, model, kept)


class TableInterpreter:
    """Decodes by a table from the tokens so far, start token first, to probabilities.

    The state is the number of a prefix, so that a caller that mixes states up is found out.
    """

    def __init__(self, table: Mapping[tuple[int, ...], Sequence[float]], size: int) -> None:
        self.table = dict(table)
        self.size = size
        self.prefixes: list[tuple[int, ...]] = [()]

    def encode(self, image: Pixels) -> Encoded:
        assert image.shape == (1, 32, 32, 3)
        return Encoded(np.zeros((1, 1), np.float32))

    def decode_step(self, token: int, encoded: Encoded) -> tuple[Floats, Encoded]:
        prefix = (*self.prefixes[int(encoded.state[0, 0])], token)
        self.prefixes.append(prefix)
        probabilities = self.table.get(prefix, self.unknown(prefix))
        next_state = np.full((1, 1), len(self.prefixes) - 1, np.float32)
        return np.asarray(probabilities, np.float32), Encoded(next_state)

    def unknown(self, prefix: tuple[int, ...]) -> Sequence[float]:
        """Probabilities after a prefix that is not in the table: surely the end."""
        return [float(token == 1) for token in range(self.size)]


class LookingInterpreter(TableInterpreter):
    """Also looks at one of four places: the one with the number of tokens so far."""

    def encode(self, image: Pixels) -> Encoded:
        return replace(super().encode(image), features=np.ones((1, 4, 2), np.float32))

    def decode_step(self, token: int, encoded: Encoded) -> tuple[Floats, Encoded]:
        assert encoded.features is not None
        probabilities, then = super().decode_step(token, encoded)
        place = len(self.prefixes[int(then.state[0, 0])]) % 4
        attention = np.eye(4, dtype=np.float32)[[place]]
        return probabilities, replace(then, features=encoded.features, attention=attention)


class RandomInterpreter(TableInterpreter):
    """Draws its table by a seed: also for padding, start tokens and repeats."""

    def __init__(self, seed: int, size: int) -> None:
        super().__init__({}, size)
        self.seed = seed

    def unknown(self, prefix: tuple[int, ...]) -> Sequence[float]:
        rng = np.random.default_rng([self.seed, *prefix])
        return rng.dirichlet(np.ones(self.size)).tolist()


def saying(terms: Sequence[Term], level: str, vocabulary: Vocabulary = VOCABULARY) -> dict:
    """Rows of a table with which the caption at a level becomes these terms."""
    prefix: tuple[int, ...] = (vocabulary.start_id(level),)
    rows = {}
    for token in (*vocabulary.encode(terms), vocabulary.end_id):
        probabilities = np.full(len(vocabulary), 0.1 / (len(vocabulary) - 1), np.float32)
        probabilities[token] = 0.9
        rows[prefix] = probabilities
        prefix = (*prefix, token)
    return rows


def fake_bundle(path: Path, **changes: Any) -> Bundle:
    """A verified bundle of `write_fake_bundle`."""
    return read_bundle(write_fake_bundle(path, **changes))
