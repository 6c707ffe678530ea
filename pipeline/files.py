"""Files on disk: atomic writes, which the runtime has too, and checksums."""

import hashlib
from pathlib import Path

from mobile_app.camera_app.runtime.files import disk_error, replacing, write_bytes, write_text

__all__ = ["disk_error", "replacing", "sha256_file", "write_bytes", "write_text"]


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
