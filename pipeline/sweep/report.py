"""A study as tables, and its best settings as a configuration of `jewelcap train`."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from pipeline.catalog.protocols import protocol_label
from pipeline.config import TrainConfig
from pipeline.files import write_text
from pipeline.sweep.plots import write_plots
from pipeline.sweep.rows import STATES, TrialRow, best_row, trial_rows
from pipeline.sweep.space import Params
from pipeline.sweep.study import Study

_SHOWN: Final = 20


def _cells(row: TrialRow, dimensions: Sequence[str], levels: Sequence[str]) -> list[str]:
    accuracy = {one.level: one for one in row.result.accuracy} if row.result else {}
    shown = [f"{accuracy[x].ccr:.4f}" if x in accuracy else "" for x in levels]
    return [
        str(row.number),
        row.state,
        "" if row.loss is None else f"{row.loss:.4f}",
        str(row.epochs),
        *(_text(row.params.get(name, "")) for name in dimensions),
        *shown,
        "" if row.seconds is None else f"{row.seconds:.0f}",
        row.note,
    ]


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _header(study: Study, rows: Sequence[TrialRow]) -> tuple[list[str], list[str], list[str]]:
    levels = list(
        dict.fromkeys(one.level for row in rows if row.result for one in row.result.accuracy)
    )
    dimensions = list(study.settings.space)
    ccr = [f"{level} CCR" for level in levels]
    header = ["trial", "state", "validation loss", "epochs", *dimensions, *ccr, "seconds", "note"]
    return header, dimensions, levels


def csv_table(study: Study, rows: Sequence[TrialRow]) -> str:
    """All trials as CSV."""
    header, dimensions, levels = _header(study, rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(_cells(row, dimensions, levels) for row in rows)
    return text.getvalue()


def markdown_report(
    study: Study, rows: Sequence[TrialRow], command: str, commit: str, train_command: str
) -> str:
    """The study's facts, its best trials and its best settings, as Markdown."""
    settings = study.settings
    counts = Counter(row.state for row in rows)
    header, dimensions, levels = _header(study, rows)
    lines = [
        f"# Sweep {study.folder.resolve().name}",
        "",
        f"- {', '.join(f'{counts[state]} {state}' for state in STATES.values())} trials"
        + (f" of a grid of {study.size}" if study.size else ""),
        f"- catalog {settings.catalog}",
        f"- split {settings.split}, protocol {protocol_label(settings.protocol)}, seed "
        f"{settings.seed}; train and validation photos only, the test photos were not opened",
        f"- sampler {settings.sampler}; at most {settings.epochs} epochs, patience "
        f"{settings.patience}",
        f"- command `{command}`, commit {commit or 'unknown'}",
        "",
        "Losses are cross-entropies per token in nats, CCR the share of captions exactly right, "
        "both on the validation photos by which these settings were chosen: on other photos "
        "expect less.",
        "",
    ]
    best = best_row(rows)
    if best is not None and best.result is not None:
        lines += [f"Best: trial {best.number}, validation loss {best.loss:.4f}."]
        lines += [
            f"{one.level} CCR {one.ccr:.4f} (n = {one.n}, 95 % {one.low:.3f} to {one.high:.3f})."
            for one in best.result.accuracy
        ]
        lines += ["", f"    {train_command}", ""]
    lines += [f"| {' | '.join(header)} |", f"|{'|'.join('---' for _ in header)}|"]
    lines += [f"| {' | '.join(_cells(row, dimensions, levels))} |" for row in rows[:_SHOWN]]
    if len(rows) > _SHOWN:
        lines += ["", f"The other {len(rows) - _SHOWN} trials are in trials.csv."]
    lines += ["", "| dimension | values |", "|---|---|"]
    lines += [f"| {name} | {dimension} |" for name, dimension in settings.space.items()]
    return "\n".join(lines) + "\n"


def train_command(config: TrainConfig, catalog: Path) -> str:
    """The command line of `jewelcap train` that repeats a trial and saves its model."""
    words = ["jewelcap", "train", "--catalog", str(catalog), "--run", "runs/best"]
    for field in fields(config):
        value = getattr(config, field.name)
        if field.name != "schema_version" and value != field.default:
            words += [f"--{field.name.replace('_', '-')}", str(value)]
    return shlex.join(words)


def config_toml(config: TrainConfig, comments: Sequence[str]) -> str:
    """A configuration as TOML whose keys are the fields of `TrainConfig`."""
    lines = [f"# {line}" for line in comments]
    for field in fields(config):
        if field.name != "schema_version":
            # JSON's strings, numbers and truth values are TOML's too.
            lines.append(f"{field.name} = {json.dumps(getattr(config, field.name))}")
    return "\n".join(lines) + "\n"


def write_report(
    study: Study,
    configure: Callable[[Params], TrainConfig],
    catalog: Path,
    command: str,
    commit: str,
) -> TrialRow | None:
    """Writes `trials.csv`, `trials.md`, and what there is by then: `best.toml` and the plots.

    Args:
        study: The study.
        configure: The training that a point of the space means.
        catalog: Folder of the catalog.
        command: The command that made this report.
        commit: The code that made it.

    Returns:
        The best trial, if one has run to its end.
    """
    rows = trial_rows(study)
    best = best_row(rows)
    shown = ""
    if best is not None:
        config = configure(best.params)
        shown = train_command(config, catalog)
        comments = [
            f"The best of {len(rows)} trials: trial {best.number} of the sweep {study.folder}.",
            f"Validation loss {best.loss:.4f} nats per token; the test photos were not opened.",
            f"Command: {shown}",
        ]
        write_text(study.folder / "best.toml", config_toml(config, comments))
    write_text(study.folder / "trials.csv", csv_table(study, rows))
    write_text(study.folder / "trials.md", markdown_report(study, rows, command, commit, shown))
    write_plots(study, rows)
    return best
