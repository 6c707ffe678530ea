"""Writes the captioner file that `runtime/bundle.py` reads."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

from mobile_app.camera_app.runtime.bundle import MANIFEST_NAME, VOCABULARY_NAME, BundleManifest
from mobile_app.camera_app.runtime.schema import dump_json
from mobile_app.camera_app.runtime.vocabulary import Vocabulary
from pipeline.files import replacing


def write_bundle(
    path: Path, flatbuffer: bytes, manifest: BundleManifest, vocabulary: Vocabulary
) -> None:
    """Appends manifest and vocabulary to a flatbuffer as a ZIP.

    Args:
        path: The `.tflite` to write.
        flatbuffer: The model.
        manifest: Its checksum and length are filled in here.
        vocabulary: Tokens.

    Raises:
        JewelcapError: The file cannot be written.
    """
    manifest = replace(
        manifest,
        flatbuffer_sha256=hashlib.sha256(flatbuffer).hexdigest(),
        flatbuffer_bytes=len(flatbuffer),
    )
    with replacing(path) as partial:
        partial.write_bytes(flatbuffer)
        with zipfile.ZipFile(partial, "a", zipfile.ZIP_DEFLATED) as archive:
            for name, text in (
                (MANIFEST_NAME, dump_json(manifest)),
                (VOCABULARY_NAME, vocabulary.to_text()),
            ):
                # A fixed date keeps the file the same when it is made again.
                info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
                archive.writestr(info, text)
