"""Benchmark records on disk: one JSON file a measurement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.record import BenchmarkRecord, delegate_text
from mobile_app.camera_app.runtime.schema import dump_json, from_jsonable, parse_json
from pipeline.errors import JewelcapError
from pipeline.files import write_text
from pipeline.provenance import public_command
from pipeline.rundir import DONE

__all__ = [
    "Unreadable",
    "public_command",
    "read_record",
    "read_records",
    "record_name",
    "write_records",
]

_BEFORE_DELEGATES: Final = 1
"""Schema version whose records are this one's without what was added with defaults."""


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.") or "unnamed"


def record_name(record: BenchmarkRecord) -> str:
    """File name of a record: target, captioner, variant, delegate and threads."""
    name, variant = _slug(record.model.name), _slug(record.model.variant)
    # An exported captioner has its variant at the end of its name already.
    name = name.removesuffix(f"-{variant}")
    conditions = record.conditions
    delegate = conditions.delegate if delegate_text(conditions.delegate) else ""
    parts = (_slug(conditions.target), name, variant, delegate, f"t{conditions.threads}")
    return f"{'-'.join(filter(None, parts))}.json"


def write_records(folder: Path, records: Iterable[BenchmarkRecord]) -> list[Path]:
    """Writes each record to a file of its own; an older one of the same name is replaced.

    Records of one call that would share a name get the start of their checksum behind it.

    Raises:
        JewelcapError: The folder cannot be written.
    """
    paths: list[Path] = []
    for record in records:
        path = folder / record_name(record)
        if path in paths:
            path = path.with_name(f"{path.stem}-{record.model.sha256[:8]}.json")
        write_text(path, dump_json(record))
        paths.append(path)
    return paths


@dataclass(frozen=True)
class Unreadable:
    """A file that is no record of this version, and why."""

    name: str
    reason: str


def read_record(path: Path) -> BenchmarkRecord:
    """Reads a record.

    Raises:
        JewelcapError: It is gone, damaged, or of another schema.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise JewelcapError(f"{path}: cannot be read ({error.strerror or error})") from None
    data = parse_json(text, str(path))
    if isinstance(data, dict) and data.get("schema_version") == _BEFORE_DELEGATES:
        data = {**data, "schema_version": BenchmarkRecord.schema_version}
    return from_jsonable(BenchmarkRecord, data, str(path))


def read_records(
    sources: Sequence[Path],
) -> tuple[tuple[BenchmarkRecord, ...], tuple[Unreadable, ...]]:
    """Reads all records of folders (and the folders in them) and of single files.

    Returns:
        The records, each once, in order of their paths; and what was skipped.

    Raises:
        JewelcapError: A source is missing, or none holds a record.
    """
    paths: dict[Path, None] = {}
    for source in sources:
        if source.is_dir():
            paths |= dict.fromkeys(
                path for path in sorted(source.rglob("*.json")) if path.name != DONE
            )
        elif source.is_file():
            paths[source] = None
        else:
            raise JewelcapError(f"{source}: no such file or folder")
    records: dict[BenchmarkRecord, None] = {}
    skipped = []
    for path in paths:
        try:
            records[read_record(path)] = None
        except JewelcapError as error:
            reason = str(error).removeprefix(f"{path}").removeprefix(":").strip()
            skipped.append(Unreadable(path.name, reason))
    if not records:
        named = ", ".join(str(source) for source in sources)
        damaged = "".join(f"; skipped {one.name}: {one.reason}" for one in skipped)
        raise JewelcapError(
            f"{named}: no benchmark records there; `jewelcap benchmark … --out DIR` makes "
            f"them{damaged}"
        )
    return tuple(records), tuple(skipped)
