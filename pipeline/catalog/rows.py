"""Reads rows of photos from CSV, JSON and JSON lines, one at a time."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from pipeline.errors import JewelcapError

REQUIRED_COLUMNS: Final = ("file_name", "type")
SEPARATOR: Final = "|"
EXTRA_CELLS: Final = "(cells beyond the header)"
"""Key under which `read_rows` gives what stands right of the last column of a CSV."""

_CSV_SUFFIXES: Final = (".csv", ".tsv")
_JSON_SUFFIXES: Final = (".json", ".jsonl", ".ndjson")


def read_metadata(root: Path) -> Iterator[dict[str, str]]:
    """Yields the rows of a folder's `metadata.csv` or `metadata.jsonl` as strings.

    Raises:
        JewelcapError: There is neither, it is not UTF-8 text, or a needed column is missing.
    """
    for name in ("metadata.csv", "metadata.jsonl"):
        path = root / name
        if path.is_file():
            yield from read_rows(path)
            return
    raise JewelcapError(
        f"{root}: neither metadata.csv nor metadata.jsonl in this folder; "
        "`jewelcap catalog import` makes a catalog from other forms"
    )


def read_rows(path: Path, required: Iterable[str] = REQUIRED_COLUMNS) -> Iterator[dict[str, str]]:
    """Yields the rows of a CSV, JSON or JSON lines file as strings.

    A CSV may be separated by commas, semicolons or tabs; the header tells. Lists become values
    separated by `|`, nulls become empty, other values their text.

    Args:
        path: The file; its ending (.csv, .tsv, .json, .jsonl, .ndjson) tells the form.
        required: Columns that the first row must have.

    Raises:
        JewelcapError: The file cannot be read, is not of that form, or lacks a column.
    """
    suffix = path.suffix.lower()
    if suffix not in _CSV_SUFFIXES + _JSON_SUFFIXES:
        endings = ", ".join(_CSV_SUFFIXES + _JSON_SUFFIXES)
        raise JewelcapError(f"{path}: unknown form {path.suffix!r}; save it as one of {endings}")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if suffix in _CSV_SUFFIXES:
                yield from _csv_rows(file, path, required)
            else:
                yield from _json_rows(file, path, required, lines=suffix != ".json")
    except OSError as error:
        raise JewelcapError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise JewelcapError(
            f"{path}: not UTF-8 text ({error.reason} at byte {error.start}); save it again with "
            "the encoding UTF-8"
        ) from None


def _csv_rows(file: TextIO, path: Path, required: Iterable[str]) -> Iterator[dict[str, str]]:
    header = file.readline()
    file.seek(0)
    # Spreadsheets in Spanish or Italian write semicolons.
    reader = csv.DictReader(
        file, strict=True, restkey=EXTRA_CELLS, delimiter=max(",;\t", key=header.count)
    )
    try:
        columns = [name.strip() for name in reader.fieldnames or ()]
        repeated = sorted({name for name in columns if name and columns.count(name) > 1})
        if repeated:
            raise JewelcapError(
                f"{path}: column {', '.join(repeated)} stands in the header twice; rename one"
            )
        _require(path, columns, required)
        reader.fieldnames = columns
        for row in reader:
            yield {str(name): _cell_text(value) for name, value in row.items()}
    except csv.Error as error:
        raise JewelcapError(
            f"{path}: line {reader.reader.line_num} is not valid CSV ({error}); check its quotes"
        ) from None


def _json_rows(
    file: TextIO, path: Path, required: Iterable[str], lines: bool
) -> Iterator[dict[str, str]]:
    number = 0
    try:
        rows: Any = (
            (json.loads(line) for line in file if line.strip()) if lines else json.load(file)
        )
        if isinstance(rows, dict):
            rows = next((value for value in rows.values() if isinstance(value, list)), None)
        if not lines and not isinstance(rows, list):
            raise JewelcapError(f"{path}: holds no list of entries; give one object for each photo")
        for number, row in enumerate(rows, 1):
            if not isinstance(row, dict):
                raise JewelcapError(f"{path}: entry {number} is not an object")
            if number == 1:
                _require(path, row, required)
            yield {str(key): _cell_text(value) for key, value in row.items()}
    except UnicodeDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        where = f"entry {number + 1}" if lines else "text"
        raise JewelcapError(f"{path}: {where} is not valid JSON ({error})") from None


def _require(path: Path, columns: Iterable[str], required: Iterable[str]) -> None:
    columns = list(columns)
    missing = [name for name in required if name not in columns]
    if missing:
        raise JewelcapError(
            f"{path}: no column {', '.join(missing)} (found: {', '.join(columns) or 'none'}); "
            "`jewelcap catalog import --column type=category` maps other names"
        )


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return SEPARATOR.join(map(_cell_text, value))
    return str(value)
