"""The report as one HTML page that needs no other file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from benchmarks.html_page import html_image, html_page, html_table
from benchmarks.pairing import record_title
from benchmarks.pareto import Cost, Panel, Place, place_of
from benchmarks.record import BenchmarkRecord, threads_text
from benchmarks.record_files import Unreadable
from benchmarks.report_against import HEAD, against_rows
from benchmarks.report_rows import Row
from benchmarks.report_table import (
    WORDS,
    Column,
    accuracy_text,
    cells,
    megabytes,
    milliseconds,
    shown_columns,
)
from benchmarks.targets import latency_name
from mobile_app.camera_app.runtime.levels import LEVELS
from pipeline.catalog.protocols import PROTOCOLS, protocol_label


@dataclass(frozen=True)
class Plot:
    """A drawn Pareto front.

    Attributes:
        cost: What accuracy is set against.
        panels: What may be compared.
        png: The picture.
    """

    cost: Cost
    panels: tuple[Panel, ...]
    png: bytes


def report_page(
    rows: Sequence[Row],
    plots: Sequence[Plot],
    skipped: Sequence[Unreadable],
    code_version: str,
    baseline: BenchmarkRecord | None = None,
) -> str:
    """Returns the page.

    Args:
        rows: All records.
        plots: Of all costs that were measured.
        skipped: Files that could not be read.
        code_version: jewelcap's version that writes the report.
        baseline: Record that the others are set against.
    """
    records = [row.record for row in rows]
    places = list(dict.fromkeys(map(place_of, records)))
    body = ["<h1>Captioner benchmarks</h1>", f"<p>{_summary(records, places)}</p>"]
    body += _best(panel for plot in plots if plot.cost.name == "latency" for panel in plot.panels)
    body += _doubts(records)
    for plot in plots:
        body.append(f"<h2>{escape(plot.cost.title)}</h2>{html_image(plot.cost.title, plot.png)}")
    if plots:
        body.append(
            "<p class=muted>Filled points are on the Pareto front: no other one costs less and is "
            "at least as often right. The front is drawn through the measured values; where "
            "intervals overlap, the test photos do not tell the captioners apart. Bars along the "
            "latency reach from the fastest to the slowest process.</p>"
        )
    else:
        body.append(
            "<p>No accuracy was measured: call <code>jewelcap benchmark … --catalog DIR</code> "
            "for it.</p>"
        )
    if baseline is not None:
        body.append(f"<h2>Against {escape(record_title(baseline))}</h2>")
        body.append(_words(HEAD, against_rows(records, baseline)))
    for place in places:
        own = [row for row in rows if place_of(row.record) == place]
        body.append(f"<h2>{escape(_place_title(place))}</h2>")
        told = shown_columns(own)
        body.append(_measurements(own, [column for column in told if column.key not in _PARTS]))
        if any(column.key in _PARTS for column in told):
            body.append("<h3>Its parts</h3>")
            parts = [column for column in told if column.key in {*_PARTS, *_NAMES}]
            body.append(_measurements(own, parts))
    body.append(
        "<p class=muted>◆ is on the front of latency. CCR: share of captions exactly right, "
        "with its 95 % Wilson interval. <b>photo</b>: from a photo file to the caption's text; "
        "<b>encode</b>: the encoder alone; <b>token</b>: one decoding step; <b>decode</b>: a "
        "whole caption from the encoder's state. <b>times faster</b>: than the slowest one of "
        "the same call, measured in turn with it. <b>cold start</b>: from the start of a process "
        "to its first caption; <b>load</b> and <b>first photo</b> are of new processes whose "
        "libraries are imported; peak memory contains Python and libraries, <b>times less</b> than "
        "the one that needs most in the same call. <b>slower when sustained</b>: "
        "the last stretch of a run without pauses against its first. <b>captions "
        "equal</b>: photos of which another processor says the same.</p>"
    )
    body += _accuracies(records)
    body.append("<h2>How it was measured</h2>")
    body.append(_words(_PROVENANCE_HEAD, map(_provenance, records)))
    if skipped:
        body.append("<h2>Skipped files</h2>")
        body.append(_words(("file", "reason"), [(one.name, one.reason) for one in skipped]))
    body.append(f"<p class=muted>Made from records by jewelcap {escape(code_version)}.</p>")
    return html_page("Captioner benchmarks", body)


def _place_title(place: Place) -> str:
    device = place.device
    name = latency_name(place.target).capitalize()
    python = f", Python {device.python}" if device.python else ""
    sets = f" ({', '.join(device.cpu_features)})" if device.cpu_features else ""
    return f"{name}: {device.cpu}{sets}, {device.cores} cores, {device.os}{python}"


def _summary(records: Sequence[BenchmarkRecord], places: Sequence[Place]) -> str:
    kinds = " and ".join(f"{latency_name(place.target)} on {place.device.cpu}" for place in places)
    phone = (
        " It says nothing about a phone's latency."
        if any(place.target == "host" for place in places)
        else ""
    )
    count = f"{len(records)} measurement{'s' if len(records) > 1 else ''}"
    return escape(f"{count}: {kinds}.{phone}")


def _best(panels: Iterable[Panel]) -> list[str]:
    parts = []
    for panel in panels:
        question = getattr(PROTOCOLS.get(panel.ground.protocol), "question", "")
        about = f" ({question})" if question else ""
        parts.append(
            f"<p>On the front, {escape(panel.level)} captions, {escape(panel.ground.split)} split, "
            f"protocol {escape(protocol_label(panel.ground.protocol))}{escape(about)}:</p><ul>"
        )
        for index in panel.front:
            record = panel.records[index]
            model = record.model
            accuracy = record.accuracy.at(panel.level) if record.accuracy else None
            photo = record.latency.photo
            parts.append(
                f"<li><b>{escape(model.variant)}</b>, {escape(model.encoder)} + "
                f"{escape(model.decoder)}: {milliseconds(photo.p50 if photo else None)} ms a "
                f"photo on {threads_text(record.conditions.threads)}, "
                f"{megabytes(model.size_bytes)} MB, CCR {accuracy_text(accuracy)}</li>"
            )
        parts.append("</ul>")
    return parts


def _doubts(records: Sequence[BenchmarkRecord]) -> list[str]:
    doubted = [record for record in records if record.flags]
    if not doubted:
        return []
    items = "".join(
        f"<li>{escape(_short_name(record))}: {escape('; '.join(f.detail for f in record.flags))}"
        "</li>"
        for record in doubted
    )
    return [f"<div class=doubt><p>Doubtful measurements:</p><ul>{items}</ul></div>"]


def _short_name(record: BenchmarkRecord) -> str:
    threads = threads_text(record.conditions.threads)
    return f"{record.model.name} ({record.model.variant}, {threads})"


def _accuracies(records: Sequence[BenchmarkRecord]) -> list[str]:
    lines: dict[tuple[str, ...], None] = {}
    for record in records:
        if record.accuracy is None:
            continue
        by_level = (accuracy_text(record.accuracy.at(level)) for level in LEVELS)
        lines[
            (
                record.model.name,
                record.model.variant,
                record.accuracy.split,
                protocol_label(record.accuracy.protocol),
                record.accuracy.catalog_digest[:8],
                *by_level,
            )
        ] = None
    if not lines:
        return []
    head = ("captioner", "variant", "split", "protocol", "catalog", *LEVELS)
    return ["<h2>CCR by level</h2>", _words(head, lines)]


_NAMES: Final = frozenset({"name", "variant", "threads", "delegate"})
_PARTS: Final = frozenset(
    {
        "photo_share",
        "encode_p50_ms",
        "token_p50_ms",
        "decode_p50_ms",
        "decode_share",
        "cold_start_ms",
        "cold_load_ms",
        "first_call_ms",
    }
)
"""Columns of a table of their own, which keeps both narrow enough for a page."""

_PROVENANCE_HEAD: Final = ("captioner", "command", "started", "commit", "runtime", "samples")


def _provenance(record: BenchmarkRecord) -> tuple[str, ...]:
    conditions = record.conditions
    photo = record.latency.photo
    photos = ""
    if conditions.photos is not None:
        photos = (
            f" on {conditions.photos.n} {conditions.photos.source} photos of "
            f"{conditions.photos.megapixels:.1f} megapixels"
        )
    count = f"{photo.n} in " if photo else ""
    return (
        _short_name(record),
        record.command,
        record.started,
        record.git_commit[:12] + ("-dirty" if record.git_commit.endswith("-dirty") else ""),
        conditions.runtime,
        f"{conditions.mode}: {count}{conditions.processes} processes{photos}",
    )


def _measurements(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    lines = [
        (" class=front" if row.on_front else "", texts)
        for row, texts in zip(rows, cells(rows, columns), strict=True)
    ]
    left = [column.key in WORDS for column in columns]
    return html_table([column.title for column in columns], lines, left)


def _words(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    return html_table(head, [("", line) for line in lines], [True] * len(head), " class=words")
