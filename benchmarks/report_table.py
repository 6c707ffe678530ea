"""The columns of all tables, in one place: terminal, Markdown, HTML and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.record import BenchmarkRecord, Latency
from benchmarks.report_rows import Row
from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.catalog.protocols import protocol_label

Value = str | int | float | None
NOTHING: Final = "-"
"""What a cell says where nothing was measured."""


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        key: Its name in CSV, with the unit.
        title: Its head in tables for people; empty for a column of the CSV alone.
        value: What the CSV has.
        text: What people read.
    """

    key: str
    title: str
    value: Callable[[Row], Value]
    text: Callable[[Row], str]


def _number(value: Value, digits: int = 4) -> str:
    return (
        NOTHING
        if value is None
        else f"{value:.{digits}f}"
        if isinstance(value, float)
        else f"{value}"
    )


def milliseconds(value: float | None) -> str:
    """Three significant digits, such as 0.0432, 4.41, 27.3, 1370."""
    if value is None:
        return NOTHING
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:.{digits}f}"


def megabytes(value: int | None) -> str:
    """In millions of bytes."""
    return (
        NOTHING if value is None else f"{value / 1e6:.2f}" if value < 2e7 else f"{value / 1e6:.0f}"
    )


def interval_text(one: LevelAccuracy) -> str:
    """CCR with its interval."""
    return f"{one.ccr:.3f} [{one.low:.3f}, {one.high:.3f}]"


def accuracy_text(one: LevelAccuracy | None) -> str:
    """CCR with its interval and n."""
    return NOTHING if one is None else f"{interval_text(one)}, n = {one.n}"


def _protocol(record: BenchmarkRecord) -> str | None:
    return protocol_label(record.accuracy.protocol) if record.accuracy else None


def _plain(key: str, title: str, value: Callable[[Row], Value]) -> Column:
    return Column(key, title, value, lambda row: _number(value(row)))


def _milliseconds(key: str, title: str, value: Callable[[Row], float | None]) -> Column:
    return Column(key, title, value, lambda row: milliseconds(value(row)))


def _latency(field: str, quantile: str, title: str) -> Column:
    def value(row: Row) -> float | None:
        latency: Latency | None = getattr(row.record.latency, field)
        return None if latency is None else getattr(latency, quantile)

    return _milliseconds(f"{field}_{quantile}_ms", title, value)


def _samples(field: str) -> Column:
    def value(row: Row) -> int | None:
        latency: Latency | None = getattr(row.record.latency, field)
        return None if latency is None else latency.n

    return _plain(f"{field}_samples", "", value)


def _peak(row: Row) -> int | None:
    return row.record.memory.peak_bytes if row.record.memory else None


def _sustained(row: Row, field: str) -> float | None:
    return getattr(row.record.sustained, field) if row.record.sustained else None


def _percent(ratio: float | None) -> str:
    """How much more than 1 a ratio is."""
    return NOTHING if ratio is None else f"{100 * (ratio - 1):+.0f} %"


def _agreement(row: Row) -> float | None:
    agreement = row.record.agreement
    return agreement.equal / agreement.n if agreement else None


def _photo_share(row: Row) -> float | None:
    photo, encode = row.record.latency.photo, row.record.latency.encode
    return photo.p50 / encode.p50 if photo and encode else None


def _share(row: Row) -> float | None:
    return row.record.latency.decode_share


COLUMNS: Final[tuple[Column, ...]] = (
    _plain("name", "captioner", lambda row: row.record.model.name),
    _plain("encoder", "encoder", lambda row: row.record.model.encoder),
    _plain("decoder", "decoder", lambda row: row.record.model.decoder),
    _plain("variant", "variant", lambda row: row.record.model.variant),
    _plain("target", "", lambda row: row.record.conditions.target),
    _plain("cpu", "", lambda row: row.record.device.cpu),
    _plain("cpu_features", "", lambda row: " ".join(row.record.device.cpu_features)),
    _plain("threads", "threads", lambda row: row.record.conditions.threads),
    _plain("delegate", "delegate", lambda row: row.record.conditions.delegate or None),
    Column(
        "size_bytes",
        "file, MB",
        lambda row: row.record.model.size_bytes,
        lambda row: megabytes(row.record.model.size_bytes),
    ),
    _plain("level", "", lambda row: row.accuracy.level if row.accuracy else None),
    _plain("split", "", lambda row: row.record.accuracy.split if row.record.accuracy else None),
    _plain("protocol", "", lambda row: _protocol(row.record)),
    Column(
        "ccr",
        "CCR [95 % interval]",
        lambda row: row.accuracy.ccr if row.accuracy else None,
        lambda row: NOTHING if row.accuracy is None else interval_text(row.accuracy),
    ),
    _plain("n", "n", lambda row: row.accuracy.n if row.accuracy else None),
    _plain("ccr_low", "", lambda row: row.accuracy.low if row.accuracy else None),
    _plain("ccr_high", "", lambda row: row.accuracy.high if row.accuracy else None),
    _latency("photo", "p50", "photo p50, ms"),
    _latency("photo", "p90", "p90"),
    _latency("photo", "p99", "p99"),
    Column(
        "speed_up",
        "times faster",
        lambda row: row.speed_up,
        lambda row: NOTHING if row.speed_up is None else f"{row.speed_up:.1f}",
    ),
    Column(
        "photo_share",
        "photo/encode",
        _photo_share,
        lambda row: NOTHING if (share := _photo_share(row)) is None else f"{share:.2f}",
    ),
    _latency("encode", "p50", "encode p50, ms"),
    _latency("encode", "p90", ""),
    _latency("encode", "p95", ""),
    _latency("encode", "p99", ""),
    _latency("token", "p50", "token p50, ms"),
    _latency("token", "p90", ""),
    _latency("token", "p99", ""),
    _latency("decode", "p50", "decode p50, ms"),
    _latency("decode", "p90", ""),
    _latency("decode", "p99", ""),
    Column(
        "decode_share",
        "decode/encode",
        _share,
        lambda row: NOTHING if (share := _share(row)) is None else f"{100 * share:.1f} %",
    ),
    _plain("tokens_per_caption", "", lambda row: row.record.latency.tokens_per_caption),
    _milliseconds("cold_start_ms", "cold start, ms", lambda row: row.record.latency.cold_start_ms),
    _milliseconds("cold_load_ms", "load, ms", lambda row: row.record.latency.cold_load_ms),
    _milliseconds("first_call_ms", "first photo, ms", lambda row: row.record.latency.first_call_ms),
    _plain("sustained_seconds", "", lambda row: _sustained(row, "seconds")),
    Column(
        "sustained_slowdown",
        "slower when sustained",
        lambda row: _sustained(row, "slowdown"),
        lambda row: _percent(_sustained(row, "slowdown")),
    ),
    Column(
        "agreement",
        "captions equal",
        _agreement,
        lambda row: f"{found.equal} of {found.n}" if (found := row.record.agreement) else NOTHING,
    ),
    Column("peak_memory_bytes", "peak memory, MB", _peak, lambda row: megabytes(_peak(row))),
    Column(
        "memory_saving",
        "times less",
        lambda row: row.memory_saving,
        lambda row: NOTHING if row.memory_saving is None else f"{row.memory_saving:.1f}",
    ),
    _plain(
        "bare_memory_bytes",
        "",
        lambda row: row.record.memory.bare_bytes if row.record.memory else None,
    ),
    _samples("photo"),
    _samples("encode"),
    _samples("token"),
    _samples("decode"),
    _plain("on_front", "", lambda row: int(row.on_front)),
    _plain("flags", "doubts", lambda row: " ".join(f.kind for f in row.record.flags) or None),
    _plain("foreign_cores", "", lambda row: row.record.conditions.foreign_cores),
    _plain("load_average", "", lambda row: row.record.conditions.load_average),
    _plain("runtime", "", lambda row: row.record.conditions.runtime),
    _plain("mode", "", lambda row: row.record.conditions.mode),
    _plain("os", "", lambda row: row.record.device.os),
    _plain("sha256", "", lambda row: row.record.model.sha256),
    _plain("started", "", lambda row: row.record.started),
    _plain("git_commit", "", lambda row: row.record.git_commit),
    _plain("command", "", lambda row: row.record.command),
)
"""All columns. A new one is a new entry here."""

SHOWN: Final = tuple(column for column in COLUMNS if column.title)
"""Columns for people."""

WORDS: Final = frozenset({"name", "encoder", "decoder", "variant", "delegate", "flags"})
"""Columns that are aligned to the left."""

_NOT_ON_TERMINALS: Final = frozenset(
    {
        "encoder",
        "decoder",
        "photo_p99_ms",
        "photo_share",
        "cold_start_ms",
        "cold_load_ms",
        "first_call_ms",
    }
)

TERMINAL: Final = tuple(column for column in SHOWN if column.key not in _NOT_ON_TERMINALS)
"""Columns of the narrower table on the terminal."""


def shown_columns(rows: Sequence[Row], columns: Sequence[Column] = SHOWN) -> tuple[Column, ...]:
    """Columns in which at least one row has something."""
    return tuple(c for c in columns if any(c.value(row) is not None for row in rows))


def cells(rows: Iterable[Row], columns: Sequence[Column]) -> list[tuple[str, ...]]:
    """Texts of a table, without its head."""
    return [tuple(column.text(row) for column in columns) for row in rows]


def markdown_table(rows: Iterable[Row]) -> str:
    """The table in Markdown, ending in a newline."""

    def line(texts: Iterable[str]) -> str:
        return f"| {' | '.join(text.replace('|', chr(92) + '|') for text in texts)} |"

    rows = tuple(rows)
    columns = shown_columns(rows)
    numeric = ("" if column.key in WORDS else ":" for column in columns)
    head = line(column.title for column in columns)
    rule = f"|{'|'.join(f'---{colon}' for colon in numeric)}|"
    return "\n".join([head, rule, *map(line, cells(rows, columns))]) + "\n"


def csv_table(rows: Iterable[Row]) -> str:
    """The table with all columns in full precision; empty where nothing was measured."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.key for column in COLUMNS])
    for row in rows:
        writer.writerow(["" if (v := c.value(row)) is None else v for c in COLUMNS])
    return buffer.getvalue()
