"""Tables for people, and how figures stand in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.report_table import interval_text
from benchmarks.reproduce.records import ModelResult, Reproduction
from benchmarks.reproduce.statistics import TypeFigures
from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.metrics import Share

NOTHING: Final = "-"
NOT_DONE: Final = "not done yet"
"""Stands where a planned cell has no result."""

PUBLISHED: Final = "paper (leaks)"
"""Source of what the paper printed: augmented copies of its photos stand on both sides."""

FAMILY_NAMES: Final = {"vgg16": "VGG-16", "inception_v3": "InceptionV3", "mobilenet": "MobileNet"}

Key = tuple[str, str]
"""Names of an encoder and a decoder."""


@dataclass(frozen=True)
class Table:
    """A table for people.

    Attributes:
        key: Name of its files.
        title: What it shows.
        head: Titles of columns.
        rows: Cells.
        note: What must be known to read it.
        words: Columns from the left that hold words.
    """

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    words: int = 2

    def markdown(self) -> str:
        """The table with title and note, ending in a newline."""

        def line(cells: Sequence[str]) -> str:
            return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

        rule = "|".join("---" if i < self.words else "---:" for i in range(len(self.head)))
        parts = [f"### {self.title}", "", line(self.head), f"|{rule}|", *map(line, self.rows)]
        return "\n".join([*parts, *(["", self.note] if self.note else [])]) + "\n"

    def csv(self) -> str:
        """The cells as they are shown."""
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows((self.head, *self.rows))
        return buffer.getvalue()


def model_name(encoder: str, decoder: str) -> Key:
    """Names of an encoder and a decoder for people."""
    family, *options = encoder.split("-")
    *kind, cell = decoder.partition("-")[0].split("_")
    extra = " flattened" if options and options[-1] == "flat" else ""
    return FAMILY_NAMES.get(family, family) + extra, " ".join([*kind, cell.upper()])


def protocol_title(protocol: str) -> str:
    """Head of a column of ours."""
    return f"ours, {protocol}, LEAKS" if PROTOCOLS[protocol].leaks else f"ours, {protocol}"


def figure_of(
    record: Reproduction, key: Key, protocol: str, level: str
) -> tuple[LevelAccuracy | None, bool]:
    """A cell's CCR, and whether the cell is planned and not done yet."""
    result = record.find(*key, protocol)
    return result.accuracy(level) if result else None, record.is_missing(*key, protocol)


def f1_text(one: TypeFigures) -> str:
    """F1 with its interval, where it is known."""
    text = f"{one.f1:.3f}"
    return f"{text} [{{:.3f}}, {{:.3f}}]".format(*one.f1_interval) if one.f1_interval else text


def figure(one: LevelAccuracy | None) -> str:
    """CCR with interval and n."""
    return NOTHING if one is None else f"{interval_text(one)}, n = {one.n}"


def figures_of_one_test(
    head: str, figures: Sequence[LevelAccuracy | None]
) -> tuple[str, tuple[str, ...]]:
    """A column of CCR: its head, with n where all figures have the same, and its cells."""
    counts = {one.n for one in figures if one is not None}
    if len(counts) != 1:
        return head, tuple(map(figure, figures))
    cells = (NOTHING if one is None else interval_text(one) for one in figures)
    return f"{head}, n = {counts.pop()}", tuple(cells)


def share(one: Share) -> str:
    """A proportion with interval and counts."""
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}], {one.correct}/{one.n}"


def name_of(result: ModelResult) -> Key:
    """Names of a result's encoder and decoder."""
    encoder, decoder = model_name(result.config.encoder, result.config.decoder)
    return (f"{encoder}, end to end ({result.name})" if result.given else encoder), decoder
