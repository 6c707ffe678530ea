"""The record of an ablation, and its tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.record import Device
from mobile_app.camera_app.runtime.bundle import LevelAccuracy
from mobile_app.camera_app.runtime.levels import LEVELS
from pipeline.errors import JewelcapError
from pipeline.files import write_text

RECORD_FOLDER: Final = "benchmarks/results/ablation"
"""Where the repository keeps the record that the heads of configurations speak of."""

_COLUMNS: Final = (
    *("config", "encoder", "decoder", "epochs", "seconds"),
    *("side", "level", "n", "correct", "ccr", "low", "high"),
)


@dataclass(frozen=True)
class AblationRow:
    """One configuration, trained and measured.

    Attributes:
        config: Its name.
        summary: What it is, in a line.
        encoder: Encoder's name.
        decoder: Decoder's name.
        epochs: Epochs of all phases.
        seconds: Time of the training, or of its last part if it was interrupted.
        validation: CCR by level on validation photos, by which settings are chosen.
        test: CCR by level on test photos.
        worst_f1: F1 of the type that is told worst, on test photos.
        against_reference: At the most detailed level, on the same test photos: difference of CCR
            to the reference, ends of its 95 % interval and the p value of McNemar's exact test;
            None for the reference itself.
        replaced: Settings that were not the configuration's own, as `name = value`.
    """

    config: str
    summary: str
    encoder: str
    decoder: str
    epochs: int
    seconds: float
    validation: tuple[LevelAccuracy, ...]
    test: tuple[LevelAccuracy, ...]
    worst_f1: float
    against_reference: tuple[float, float, float, float] | None
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True)
class AblationRecord:
    """Configurations on one split of one catalog.

    Attributes:
        rows: In the order in which they were asked for.
        reference: Name of the configuration that the others stand against.
        overrides: Settings that were replaced where a configuration has them, as `name = value`.
        protocol: Split protocol as it must stand beside figures.
        seed: Seed of the split.
        photos: Photos by side.
        catalog_digest: The catalog.
        device: The computer.
        command: The command that made this record.
        git_commit: Code that made it; empty outside a checkout.
        schema_version: Version of this form.
    """

    rows: tuple[AblationRow, ...]
    reference: str
    overrides: tuple[str, ...]
    protocol: str
    seed: int
    photos: dict[str, int]
    catalog_digest: str
    device: Device
    command: str
    git_commit: str
    schema_version: int = 1


def most_detailed(accuracy: tuple[LevelAccuracy, ...]) -> LevelAccuracy:
    """The accuracy at the level that says most."""
    return max(accuracy, key=lambda one: list(LEVELS).index(one.level))


def interval_text(one: LevelAccuracy) -> str:
    """CCR with its 95 % interval."""
    return f"{one.ccr:.3f} [{one.low:.3f}, {one.high:.3f}]"


def duration_text(seconds: float) -> str:
    """Minutes, or seconds below two of them."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def csv_table(record: AblationRecord) -> str:
    """A line for each configuration, side and level."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in record.rows:
        for side, accuracy in (("validation", row.validation), ("test", row.test)):
            for one in accuracy:
                model = (row.config, row.encoder, row.decoder, row.epochs, f"{row.seconds:.0f}")
                shares = (f"{value:.4f}" for value in (one.ccr, one.low, one.high))
                writer.writerow((*model, side, one.level, one.n, one.correct, *shares))
    return buffer.getvalue()


def markdown_table(record: AblationRecord) -> str:
    """The table to read."""
    return "\n".join(_markdown(record)) + "\n"


def _markdown(record: AblationRecord) -> Iterator[str]:
    counts = ", ".join(f"{count} {side}" for side, count in record.photos.items())
    yield "# Ablation"
    yield ""
    yield (
        f"Protocol {record.protocol}, seed {record.seed}: {counts} photos, catalog "
        f"{record.catalog_digest[:12]}. CCR with 95 % Wilson interval. Settings are chosen on "
        "validation photos; the test column is for reading."
    )
    if record.overrides:
        yield ""
        yield f"Replaced, where a configuration has them: {', '.join(record.overrides)}."
    levels = [one.level for one in record.rows[0].test]
    yield ""
    head = ["config", "what it is", "validation, " + levels[-1]]
    head += [f"test, {level}" for level in levels]
    head += ["n", "worst type's F1", f"against {record.reference}", "training"]
    yield f"| {' | '.join(head)} |"
    yield "|---|---|" + "---:|" * (len(head) - 2)
    for row in record.rows:
        cells = [f"`{row.config}`", row.summary, interval_text(most_detailed(row.validation))]
        cells += [interval_text(one) for one in row.test]
        cells += [str(most_detailed(row.test).n), f"{row.worst_f1:.3f}", _against(row)]
        cells += [f"{duration_text(row.seconds)}, {row.epochs} epochs"]
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield (
        "Differences are of the most detailed level on the same test photos, with Newcombe's "
        "95 % interval and the p value of McNemar's exact test."
    )
    yield ""
    device = record.device
    yield f"Made by `{record.command}` at commit {record.git_commit[:12] or 'unknown'} on "
    yield f"{device.cpu}, {device.cores} cores, {device.os}."


def _against(row: AblationRow) -> str:
    if row.against_reference is None:
        return "reference"
    difference, low, high, p = row.against_reference
    return f"{difference:+.3f} [{low:+.3f}, {high:+.3f}], p = {p:.2g}"


def fill_head(path: Path, row: AblationRow, record: AblationRecord) -> None:
    """Writes a configuration's duration and score into the comments at its head.

    Raises:
        JewelcapError: The head has no such lines.
    """
    text = path.read_text(encoding="utf-8")
    best = most_detailed(row.test)
    validation = most_detailed(row.validation)
    replaced = f", with {', '.join(row.replaced)}" if row.replaced else ""
    lines = {
        "Duration": f"{duration_text(row.seconds)} on {record.device.cores} cores{replaced}",
        "Score": f"{best.level} CCR {interval_text(best)} on {best.n} test photos, "
        f"{validation.ccr:.3f} on validation{replaced}; see {RECORD_FOLDER}",
    }
    for name, value in lines.items():
        text, count = re.subn(f"(?m)^# {name}: .*$", f"# {name}: {value}", text, count=1)
        if not count:
            raise JewelcapError(f"{path}: has no line '# {name}: ...' at its head; add one")
    write_text(path, text)
