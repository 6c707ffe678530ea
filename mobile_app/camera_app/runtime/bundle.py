"""The captioner file: a TFLite flatbuffer with a ZIP of its manifest and vocabulary behind it.

The ZIP follows TensorFlow Lite's convention for associated files: the TFLite runtime ignores it
and `zipfile` reads it, so one file holds all that describing a photo needs.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .confidence import Calibration
from .errors import BundleError, JewelcapError
from .preprocess import PreprocessSpec
from .schema import from_jsonable, parse_json
from .vocabulary import Vocabulary

MANIFEST_NAME: Final = "captioner.json"
VOCABULARY_NAME: Final = "vocabulary.txt"
_DAMAGE: Final = (
    KeyError,
    ValueError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What zipfile raises on damaged archives."""

# Python on Android is built without bz2 and lzma.
_COMPRESSIONS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MAX_MEMBER_BYTES: Final = 4_000_000
_MAX_FILE_BYTES: Final = 500_000_000
_BEFORE_CALIBRATION: Final = 1
"""Schema version whose manifests are this one's without calibration."""


@dataclass(frozen=True)
class LevelAccuracy:
    """Exact-match accuracy (CCR) at one level.

    Attributes:
        level: A description level.
        n: Photos measured.
        correct: Photos whose caption is exactly right.
        ccr: correct / n, in [0, 1].
        low: Lower end of the 95 % Wilson interval.
        high: Upper end of the 95 % Wilson interval.
    """

    level: str
    n: int
    correct: int
    ccr: float
    low: float
    high: float


@dataclass(frozen=True)
class Parity:
    """How well the exported file repeats its Keras model, on validation photos.

    Attributes:
        n: Photos compared.
        state_error: Mean over photos of the relative L2 error of the decoder's first state.
        token_agreement: Share of equal tokens when both follow the Keras caption, in [0, 1].
        caption_agreement: Share of captions that are equal, in [0, 1].
        sure_captions: Captions that Keras gives with a probability of at least a half.
        sure_agreement: Share of those that are equal, in [0, 1]; 1 where there are none.
    """

    n: int
    state_error: float
    token_agreement: float
    caption_agreement: float
    sure_captions: int
    sure_agreement: float


@dataclass(frozen=True)
class Provenance:
    """Where a captioner came from, so that its test photos can be found again.

    Attributes:
        catalog_digest: SHA-256 of the catalog it was trained on.
        protocol: Split protocol.
        split_seed: Seed of the split.
        split_digest: SHA-256 of the split itself.
        git_commit: Commit of the code, empty outside a checkout.
        code_version: jewelcap's version.
        leak: Why its accuracy is not that on unseen photos; empty where it is.
        train_photos: Photos that it was trained on; 0 where nobody counted them.
    """

    catalog_digest: str
    protocol: str
    split_seed: int
    split_digest: str
    git_commit: str
    code_version: str
    leak: str = ""
    train_photos: int = 0


@dataclass(frozen=True)
class BundleManifest:
    """The contract between `export`, which writes it, and everything that runs a captioner.

    Attributes:
        name: Name for people.
        encoder: Encoder, such as `mobilenet-1.0-224`.
        decoder: Decoder, such as `gru-256`.
        variant: Export variant, such as `int8`.
        preprocess: The encoder's input.
        levels: Description levels.
        max_length: Most terms a caption can have.
        languages: Languages that the terms are known to be composed in.
        state_size: U of the state float32[1, U].
        flatbuffer_sha256: SHA-256 of the TFLite part of the file.
        flatbuffer_bytes: Its length.
        parity: Against Keras, at export.
        accuracy: Validation accuracy at export, by level; None where no photo has the level.
        provenance: Where it came from.
        license: SPDX identifier, or a sentence.
        feature_shape: R and D of the features float32[1, R, D] that decoding steps take along;
            empty where they take the state alone.
        calibration: What its confidences are worth, measured on this very file; None where
            nobody did.
        schema_version: Version of this contract.
    """

    name: str
    encoder: str
    decoder: str
    variant: str
    preprocess: PreprocessSpec
    levels: tuple[str, ...]
    max_length: int
    languages: tuple[str, ...]
    state_size: int
    flatbuffer_sha256: str
    flatbuffer_bytes: int
    parity: Parity
    accuracy: tuple[LevelAccuracy, ...]
    provenance: Provenance
    license: str
    feature_shape: tuple[int, ...] = ()
    calibration: Calibration | None = None
    schema_version: int = 2


@dataclass(frozen=True)
class Bundle:
    """A captioner file whose manifest and checksum were verified."""

    path: Path
    manifest: BundleManifest
    vocabulary: Vocabulary


def read_bundle(path: Path) -> Bundle:
    """Opens and verifies a captioner file.

    Raises:
        BundleError: The file is missing, truncated, altered, or not a captioner.
    """
    try:
        size = path.stat().st_size
        if size > _MAX_FILE_BYTES:
            raise BundleError(f"{path}: {size} bytes is no captioner's size")
        with path.open("rb") as file:
            head = file.read(8)
            if head[4:8] != b"TFL3":
                raise BundleError(f"{path}: not a TFLite file; give a captioner made by `export`")
            with zipfile.ZipFile(file) as archive:
                manifest_text = _read_member(archive, MANIFEST_NAME)
                vocabulary_text = _read_member(archive, VOCABULARY_NAME)
                zip_start = min(info.header_offset for info in archive.infolist())
            manifest = _parse_manifest(manifest_text, f"{path}: {MANIFEST_NAME}")
            if zip_start != manifest.flatbuffer_bytes:
                raise BundleError(f"{path}: the model part has been altered; export it again")
            file.seek(0)
            digest = hashlib.sha256(file.read(zip_start)).hexdigest()
    except OSError as error:
        raise BundleError(f"{path}: cannot be read ({error.strerror or error})") from None
    except _DAMAGE:
        raise BundleError(
            f"{path}: no captioner manifest behind the model: the file is truncated, or it is a "
            "TFLite file of another program; export or copy it again"
        ) from None
    except JewelcapError as error:
        raise BundleError(str(error)) from None
    if digest != manifest.flatbuffer_sha256:
        raise BundleError(f"{path}: the model part has been altered; export or copy it again")
    try:
        vocabulary = Vocabulary.from_text(vocabulary_text.decode("utf-8"))
    except (JewelcapError, UnicodeDecodeError) as error:
        raise BundleError(f"{path}: {error}") from None
    if vocabulary.level_names != manifest.levels:
        raise BundleError(f"{path}: vocabulary and manifest name different levels")
    detector = manifest.calibration.detector if manifest.calibration is not None else None
    if detector is not None and len(detector.weights) != manifest.state_size:
        raise BundleError(f"{path}: the jewelry detector is another model's; export it again")
    return Bundle(path, manifest, vocabulary)


def _parse_manifest(text: bytes, where: str) -> BundleManifest:
    data = parse_json(text, where)
    if isinstance(data, dict) and data.get("schema_version") == _BEFORE_CALIBRATION:
        data = {**data, "schema_version": BundleManifest.schema_version}
    return from_jsonable(BundleManifest, data, where)


def _read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    info = archive.getinfo(name)
    if info.file_size > _MAX_MEMBER_BYTES or info.compress_type not in _COMPRESSIONS:
        raise ValueError(name)
    with archive.open(name) as member:
        # The size in the directory may lie: read no more than the limit.
        data = member.read(_MAX_MEMBER_BYTES + 1)
    if len(data) > _MAX_MEMBER_BYTES:
        raise ValueError(name)
    return data
