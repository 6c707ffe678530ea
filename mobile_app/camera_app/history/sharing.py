"""The history as files for others: a table with pictures, and a catalog of corrections."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ..runtime.errors import JewelcapError
from ..runtime.files import replacing
from .entries import Entry
from .store import HistoryStore

SCHEMA_VERSION: Final = 1
CATALOG_COLUMNS: Final = (
    "file_name",
    "product_id",
    "type",
    "model",
    "color",
    "materials",
    "stones",
)
_SEPARATOR: Final = "|"


def picture_name(entry: Entry) -> str:
    """Name of an entry's picture within an export."""
    return f"images/{entry.id:05d}.jpg"


def write_history(store: HistoryStore, entries: Sequence[Entry], path: Path) -> None:
    """Writes entries as one ZIP: `history.csv`, `history.json` and their pictures.

    Raises:
        JewelcapError: There is nothing to write, or no space for it.
    """
    rows = [_history_row(entry) for entry in entries]
    document = {"schema_version": SCHEMA_VERSION, "descriptions": rows}
    texts = {
        "history.csv": _to_csv(rows),
        "history.json": json.dumps(document, indent=1, ensure_ascii=False) + "\n",
    }
    _write(store, entries, path, texts)


def write_corrections(store: HistoryStore, path: Path) -> int:
    """Writes what customers corrected as the ZIP of a catalog.

    Unpacked, it is a folder with `metadata.csv` that `jewelcap catalog import` reads.

    Returns:
        Pictures in the catalog.

    Raises:
        JewelcapError: Nothing has been corrected, or there is no space.
    """
    entries = store.search(corrected=True)[::-1]
    rows = [_catalog_row(entry) for entry in entries]
    _write(store, entries, path, {"metadata.csv": _to_csv(rows, CATALOG_COLUMNS)})
    return len(entries)


def _write(
    store: HistoryStore, entries: Sequence[Entry], path: Path, texts: dict[str, str]
) -> None:
    if not entries:
        raise JewelcapError(f"{path.name}: there is nothing to put into it")
    with replacing(path) as partial, zipfile.ZipFile(partial, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text, zipfile.ZIP_DEFLATED)
        for entry in entries:
            picture = store.picture(entry.id)
            if picture is not None:
                archive.writestr(picture_name(entry), picture)


def _history_row(entry: Entry) -> dict[str, Any]:
    corrected = entry.correction.terms() if entry.correction is not None else ()
    return {
        "file_name": picture_name(entry),
        "created": entry.created,
        "caption": entry.caption,
        "level": entry.level,
        "language": entry.language,
        "confidence": round(entry.confidence, 4),
        "verdict": entry.verdict,
        "model": entry.model,
        "correction": ", ".join(term.text for term in corrected),
    }


def _catalog_row(entry: Entry) -> dict[str, Any]:
    attributes = entry.correction
    assert attributes is not None
    # Photos of one design in one make must not stand on two sides of a split by products; of
    # pieces without a name nobody knows which are the same.
    make = "-".join(term.text.casefold() for term in attributes.terms())
    product = re.sub(r"[^\w]+", "-", make) if attributes.model else f"{entry.id:05d}"
    return {
        "file_name": picture_name(entry),
        "product_id": f"corrected-{product}",
        "type": _SEPARATOR.join(attributes.types),
        "model": attributes.model,
        "color": _SEPARATOR.join(attributes.colors),
        "materials": _SEPARATOR.join(attributes.materials),
        "stones": _SEPARATOR.join(attributes.stones),
    }


def _to_csv(rows: Sequence[dict[str, Any]], columns: Sequence[str] | None = None) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
